"""What commands that read logs share: paths, a quarantine, and what is said of bad records."""

import argparse
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from tidewaiter.cli.options import add_config, must_exist, settings
from tidewaiter.cli.screen import Screen
from tidewaiter.enrich import Enricher
from tidewaiter.intake import Intake, files_below
from tidewaiter.model import Event
from tidewaiter.reading.files import STDIN
from tidewaiter.reading.quarantine import Quarantine
from tidewaiter.reading.reader import Bad
from tidewaiter.settings import Settings
from tidewaiter.settings.values import flow_formats

_STRICT = 3
_TOLD = 20  # lines about malformed records; more would bury everything else


def add_logs(command: argparse.ArgumentParser) -> None:
    """Add the paths, the settings, and what to do with records that cannot be interpreted."""
    command.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, a folder with all in it, or - for stdin",
    )
    add_config(command)
    command.add_argument(
        "--quarantine",
        type=Path,
        metavar="FILE",
        help="keep records that cannot be interpreted, whole, in this file",
    )
    command.add_argument(
        "--strict", action="store_true", help="exit with status 3 if a record was quarantined"
    )


def status(options: argparse.Namespace, malformed: int) -> int:
    """Return the exit status of a command that met so many malformed records."""
    return _STRICT if options.strict and malformed else 0


def check_paths(paths: Collection[str], written: Collection[Path], screen: Screen) -> None:
    """Say which path is not read because the command writes it.

    Raises :class:`~tidewaiter.cli.screen.Stop` if one is missing.
    """
    own = {path.resolve() for path in written}
    for path in paths:
        if path == STDIN:
            continue
        if must_exist(Path(path)).resolve() in own:
            screen.remark(f"{path}: not read, as this command writes it")


class Rejected:
    """Keeps records that cannot be interpreted, and says where the first of them are."""

    def __init__(self, screen: Screen, kept: Quarantine | None) -> None:
        self._screen = screen
        self._kept = kept
        self.count = 0

    def add(self, bad: Bad) -> None:
        """Keep one and say where it is wrong."""
        if self._kept is not None:
            self._kept.add(bad)
        self.count += 1
        if self.count <= _TOLD:
            self._screen.remark(f"{bad.where}: {bad.reason}")

    def sum_up(self) -> None:
        """Say how many others there are."""
        if self.count > _TOLD:
            self._screen.remark(f"... and {self.count - _TOLD:,} more malformed records")


@contextmanager
def rejecting(file: Path | None, screen: Screen) -> Iterator[Rejected]:
    """Reject records while inside, into the quarantine ``file`` if there is one."""
    if file is None:
        rejected = Rejected(screen, None)
        yield rejected
    else:
        with Quarantine(file) as kept:
            rejected = Rejected(screen, kept)
            yield rejected
    rejected.sum_up()


class Logs:
    """The events of the paths that were named; ``status`` is right once they were read."""

    def __init__(
        self, options: argparse.Namespace, chosen: Settings, rejected: Rejected, *, whole: bool
    ) -> None:
        self._options = options
        self._intake = Intake(rejected.add, whole=whole, formats=flow_formats(chosen))
        self._enrich = Enricher(chosen).enrich

    def events(self) -> Iterator[Event]:
        """Yield every event, enriched, in the order in which they stand there."""
        kept = self._options.quarantine
        files = files_below(self._options.paths, [kept] if kept else [])
        return map(self._enrich, self._intake.events(files))

    @property
    def status(self) -> int:
        """The exit status."""
        return status(self._options, self._intake.malformed)

    def account(self) -> str:
        """What was read, in a sentence."""
        read = self._intake
        return (
            f"{read.records:,} records in {read.files:,} files: {read.events_read:,} events,"
            f" {sum(read.ignored.values()):,} ignored, {read.malformed:,} malformed"
        )


@contextmanager
def reading(options: argparse.Namespace, screen: Screen, *, whole: bool) -> Iterator[Logs]:
    """Read logs while inside, ``whole`` or for image work alone; sum up in a line on stderr."""
    chosen = settings(options, screen)
    kept = options.quarantine
    check_paths(options.paths, [kept] if kept else [], screen)
    with rejecting(kept, screen) as rejected:
        logs = Logs(options, chosen, rejected, whole=whole)
        yield logs
    screen.remark(logs.account())
