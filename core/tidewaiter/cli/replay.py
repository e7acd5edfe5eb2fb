"""Judge logs that lie in files as the live system would have, and tell what was found."""

import argparse
from contextlib import closing
from pathlib import Path

from tidewaiter.cli.account import account
from tidewaiter.cli.options import add_config, add_format, must_exist, settings
from tidewaiter.cli.screen import Screen
from tidewaiter.files import STDIN
from tidewaiter.findings import Incident, Severity
from tidewaiter.memory.interface import Memory
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.memory.sqlite import SqliteMemory
from tidewaiter.outputs.jsonl import line
from tidewaiter.outputs.text import story
from tidewaiter.replay import Rejected, replay

NAME = "replay"
SUMMARY = "judge logs in files and print the incidents"
_STRICT = 3
_TOLD = 20  # lines about malformed records; more would bury everything else


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    command.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, a folder with all in it, or - for stdin",
    )
    add_config(command)
    command.add_argument(
        "--memory",
        type=Path,
        metavar="FILE",
        help="remember in this SQLite file, so that the next replay continues this one",
    )
    add_format(command, "one incident a line")
    command.add_argument(
        "--min-severity",
        choices=[severity.value for severity in Severity],
        default=Severity.LOW.value,
        help="print no incident below this (default: low); all are counted",
    )
    command.add_argument(
        "--quarantine",
        type=Path,
        metavar="FILE",
        help="keep records that cannot be interpreted, whole, in this file",
    )
    command.add_argument(
        "--strict", action="store_true", help="exit with status 3 if a record was quarantined"
    )
    command.add_argument(
        "--limit", type=_number, metavar="N", help="print at most the N newest incidents"
    )


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Replay, print the incidents, and sum up."""
    for path in options.paths:
        if path != STDIN:
            must_exist(Path(path))
    chosen = settings(options, screen)
    told = _Told(screen)
    with closing(_memory(options.memory)) as memory, screen.progress() as bar:
        result = replay(
            options.paths,
            chosen,
            memory,
            quarantine=options.quarantine,
            on_rejected=told.reject,
            on_progress=bar.move if bar else None,
        )
    told.close()
    wanted = _wanted(result.incidents, options)
    for incident in wanted:
        if options.format == "json":
            screen.write(line(incident) + "\n")
        else:
            screen.show([*story(incident, screen.width), ()])
    for remark in account(result, len(wanted)):
        screen.remark(remark)
    return _STRICT if options.strict and result.summary.quarantined else 0


def _memory(path: Path | None) -> Memory:
    return ProcessMemory() if path is None else SqliteMemory(path)


def _wanted(incidents: list[Incident], options: argparse.Namespace) -> list[Incident]:
    """The incidents that are grave enough; of these the newest."""
    least = Severity(options.min_severity).rank
    grave = [incident for incident in incidents if incident.severity.rank >= least]
    return grave[-options.limit :] if options.limit else grave


class _Told:
    """Says which records were quarantined: the first ones in a line each, then how many more."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._count = 0

    def reject(self, rejected: Rejected) -> None:
        """Say where a record is wrong."""
        self._count += 1
        if self._count <= _TOLD:
            self._screen.remark(str(rejected))

    def close(self) -> None:
        """Say how many were left out."""
        if self._count > _TOLD:
            self._screen.remark(f"... and {self._count - _TOLD} more malformed records")
