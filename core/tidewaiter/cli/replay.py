"""Judge logs that lie in files as the live system would have, and tell what was found."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Self

from tidewaiter.cli.account import account
from tidewaiter.cli.options import add_config, add_format, must_exist, settings
from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.findings import Incident
from tidewaiter.memory.interface import Memory
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.memory.sqlite import SqliteMemory
from tidewaiter.model import Severity
from tidewaiter.outputs.jsonl import line
from tidewaiter.outputs.text import story
from tidewaiter.reading.files import STDIN
from tidewaiter.reading.quarantine import Quarantine
from tidewaiter.reading.reader import Bad
from tidewaiter.replay import Result, replay

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
        default=Severity.INFO.value,
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
    _keep_apart(options, screen)
    result = _replayed(options, screen)
    wanted = _wanted(result.incidents, options)
    for incident in wanted:
        if options.format == "json":
            screen.write(line(incident) + "\n")
        else:
            screen.show([*story(incident, screen.width), ()])
    for remark in account(result, len(wanted)):
        screen.remark(remark)
    return _STRICT if options.strict and result.summary.quarantined else 0


def _replayed(options: argparse.Namespace, screen: Screen) -> Result:
    chosen = settings(options, screen)
    with ExitStack() as stack:
        memory = stack.enter_context(closing(_memory(options.memory)))
        kept = stack.enter_context(Quarantine(options.quarantine)) if options.quarantine else None
        rejected = stack.enter_context(_Rejected(screen, kept))
        bar = stack.enter_context(screen.progress())
        return replay(
            options.paths,
            chosen,
            memory,
            on_malformed=rejected.add,
            progress=bar.move if bar else None,
            without=list(_written(options)),
        )


def _keep_apart(options: argparse.Namespace, screen: Screen) -> None:
    """Refuse to write two things to one file; say which file that was asked for is not read."""
    memory, kept = options.memory, options.quarantine
    if memory and kept and memory.resolve() == kept.resolve():
        raise Stop(f"{kept}: cannot be both the memory and the quarantine")
    written = {path.resolve() for path in _written(options)}
    for path in options.paths:
        if path != STDIN and Path(path).resolve() in written:
            screen.remark(f"{path}: not read, as this replay writes it")


def _written(options: argparse.Namespace) -> Iterator[Path]:
    """The files that this run writes; SQLite has up to three beside its own."""
    if options.quarantine:
        yield options.quarantine
    if options.memory:
        yield from (Path(f"{options.memory}{end}") for end in ("", "-wal", "-shm", "-journal"))


def _memory(path: Path | None) -> Memory:
    return ProcessMemory() if path is None else SqliteMemory(path)


def _wanted(incidents: Sequence[Incident], options: argparse.Namespace) -> list[Incident]:
    """The incidents that are grave enough; of these the newest."""
    least = Severity(options.min_severity).rank
    grave = [incident for incident in incidents if incident.severity.rank >= least]
    return grave[-options.limit :] if options.limit else grave


class _Rejected:
    """Keeps records that cannot be interpreted, and says where the first of them are."""

    def __init__(self, screen: Screen, kept: Quarantine | None) -> None:
        self._screen = screen
        self._kept = kept
        self._count = 0

    def add(self, bad: Bad) -> None:
        """Keep one and say where it is wrong."""
        if self._kept is not None:
            self._kept.add(bad)
        self._count += 1
        if self._count <= _TOLD:
            self._screen.remark(f"{bad.where}: {bad.reason}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._count > _TOLD:
            self._screen.remark(f"... and {self._count - _TOLD:,} more malformed records")
