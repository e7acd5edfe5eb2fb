"""List every detector with its severity, confidence, false positives and blind spots.

Detectors of your own, which the settings name, are listed behind ours.
"""

import argparse

from tidewaiter.cli.catalogue import entries, sections
from tidewaiter.cli.options import add_config, add_format, settings
from tidewaiter.cli.screen import Screen
from tidewaiter.detectors import DETECTORS
from tidewaiter.outputs.jsonl import ascii_json
from tidewaiter.plugins import load

NAME = "detectors"
SUMMARY = "list what is detected, and what is not"


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_config(command)
    add_format(command, "one detector a line")


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Print the catalogue."""
    loaded = load(settings(options, screen), DETECTORS)
    catalogue = entries(loaded.detectors)
    if options.format == "json":
        for entry in catalogue:
            screen.write(ascii_json(entry) + "\n")
    else:
        screen.show(sections(catalogue, screen.width))
    for bug in loaded.bugs.values():
        screen.complain(str(bug))
    return 0
