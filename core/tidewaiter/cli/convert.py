"""Print every event of the logs in a format that others know, one JSON object a line.

The whole log is read, not image work alone; nothing is judged and nothing is remembered.
"""

import argparse

from tidewaiter.cli.logs import add_logs, reading
from tidewaiter.cli.screen import Screen
from tidewaiter.exports import EXPORTS, datasets
from tidewaiter.model import Dataset, Event
from tidewaiter.outputs.jsonl import ascii_json

NAME = "convert"
SUMMARY = "print every event in the format of Splunk, OCSF or ECS"
_DATASETS = {dataset.lower(): dataset for dataset in Dataset}


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_logs(command)
    command.add_argument(
        "--to",
        required=True,
        choices=list(EXPORTS),
        help="the format; docs/exports.md says what becomes of each field",
    )
    command.add_argument(
        "--dataset", choices=list(_DATASETS), help="only events of this dataset of Splunk's model"
    )


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Print what is wanted as it is read, and stop once nobody reads it any more."""
    convert = EXPORTS[options.to].convert
    with reading(options, screen, whole=True) as logs:
        for event in logs.events():
            if _wanted(event, options.dataset):
                screen.write(ascii_json(convert(event)) + "\n")
            if screen.unread:
                break
    return logs.status


def _wanted(event: Event, dataset: str | None) -> bool:
    return dataset is None or _DATASETS[dataset] in datasets(event)
