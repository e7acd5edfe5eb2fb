"""What can be typed after ``tidewaiter``."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from tidewaiter import __version__
from tidewaiter.cli import (
    acknowledge,
    close,
    convert,
    coverage,
    detectors,
    events,
    learn,
    replay,
    show,
)
from tidewaiter.cli.screen import Stop

_EXIT_STATUS = """exit status:
  0  done, whether or not incidents were found
  1  show: nothing is known about the subject; close, acknowledge: no such incident
  2  it cannot be done: a missing path, wrong settings, an unusable memory, wrong usage
  3  with --strict: a record was quarantined, or coverage found a log missing
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        raise Stop(f"{message} (see {self.prog} --help)")


def parsed(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options; ``run`` is the command's function.

    Raises :class:`Stop` for wrong usage, and ``SystemExit`` after ``--help`` and ``--version``.
    """
    parser = _Parser(
        prog="tidewaiter",
        description="Finds implanted container and machine images in cloud logs.",
        epilog=_EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"tidewaiter {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (learn, replay, show, acknowledge, close, events, coverage, convert, detectors):
        command = commands.add_parser(
            module.NAME, help=module.SUMMARY, description=module.__doc__, allow_abbrev=False
        )
        module.describe(command)
        command.set_defaults(run=module.run)
    return parser.parse_args(argv)
