"""List every detector with its severity, confidence, false positives and blind spots."""

import argparse

from tidewaiter.cli.catalogue import entries, sections
from tidewaiter.cli.options import add_format
from tidewaiter.cli.screen import Screen
from tidewaiter.outputs.jsonl import ascii_json

NAME = "detectors"
SUMMARY = "list what is detected, and what is not"


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_format(command, "one detector a line")


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Print the catalogue."""
    if options.format == "json":
        for entry in entries():
            screen.write(ascii_json(entry) + "\n")
    else:
        screen.show(sections(entries(), screen.width))
    return 0
