"""Tell all that is remembered about one image, tag, credential, principal or incident."""

import argparse
from pathlib import Path

from tidewaiter.cli.options import add_config, add_format, must_exist, settings
from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.history import History, show
from tidewaiter.memory.sqlite import SqliteMemory
from tidewaiter.outputs.jsonl import ascii_json
from tidewaiter.outputs.text import story, timeline

NAME = "show"
SUMMARY = "tell the whole history of one subject, from a memory file"
_UNKNOWN = 1


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    command.add_argument(
        "subject",
        metavar="SUBJECT",
        help="a digest, repository[:tag], machine image, credential, principal, workload, incident",
    )
    command.add_argument(
        "--memory", type=Path, metavar="FILE", help="what tidewaiter replay --memory FILE wrote"
    )
    add_config(command)
    add_format(command, "one object")


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Print the history."""
    if options.memory is None:
        raise Stop("show needs --memory FILE, which tidewaiter replay --memory FILE writes")
    chosen = settings(options, screen)
    # Bytes of the command line that are no text are in no log, and could not be printed.
    subject = options.subject.encode("utf-8", "backslashreplace").decode()
    memory = SqliteMemory(must_exist(options.memory), looking=True)
    try:
        found = show(memory, chosen, subject)
    finally:
        memory.close()
    if not (found.incidents or found.timeline):
        raise Stop(f"nothing is known about {subject}", _UNKNOWN)
    if options.format == "json":
        screen.write(ascii_json(found) + "\n")
    else:
        _tell(found, screen)
    return 0


def _tell(found: History, screen: Screen) -> None:
    """Tell the timeline, unless it is that of the only incident, and the incidents."""
    if [found.timeline] != [incident.timeline for incident in found.incidents]:
        screen.show([*timeline(found.subject, found.timeline, screen.width), ()])
    for incident in found.incidents:
        screen.show([*story(incident, screen.width, whole=True), ()])
