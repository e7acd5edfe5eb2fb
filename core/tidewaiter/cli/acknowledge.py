"""Say that somebody looks into an incident: it stays open, and shows who and why."""

import argparse

from tidewaiter.cli.close import add_decision as describe
from tidewaiter.cli.close import decide
from tidewaiter.cli.screen import Screen
from tidewaiter.status import ACKNOWLEDGED

__all__ = ["NAME", "SUMMARY", "describe", "run"]

NAME = "acknowledge"
SUMMARY = "say that somebody looks into an incident"


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Keep the decision and say so."""
    return decide(options, screen, ACKNOWLEDGED)
