"""From files to events, with an account of everything else."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tidewaiter.containment import contained
from tidewaiter.envelopes.rows import Columns
from tidewaiter.errors import Bug, Malformed
from tidewaiter.model import WATCHED, Event
from tidewaiter.pipeline import AHEAD
from tidewaiter.reading.files import STDIN, find, plain
from tidewaiter.reading.reader import Bad, Good, Reader
from tidewaiter.sources import Ignored, Record, source_of

UNRECOGNISED = "unrecognised"  # records that no source claims

Progress = Callable[[str, int, int], None]  # phase, steps done, steps in all or 0 if unknown


def unseen(_phase: str, _done: int, _total: int) -> None:
    """Nobody looks at the progress."""


def interpret(record: Record, *, whole: bool = False) -> Event | Ignored:
    """Say what the first source that claims ``record`` makes of it.

    Only image work is told, unless the ``whole`` log is asked for.  Raises :class:`Malformed` with
    the path of what does not fit.
    """
    source = source_of(record)
    if source is None:
        return Ignored(UNRECOGNISED)
    told = source.read(record)
    if whole and isinstance(told, Ignored) and source.rest:
        told = source.rest(record)
    if isinstance(told, Ignored):
        return told
    if told.time > datetime.now(UTC) + AHEAD:
        # The pipeline would refuse it, too; here, its record can still be kept.
        raise Malformed(f"{told.time.isoformat()} is ahead of the clock")
    return told if whole or told.activity in WATCHED else Ignored(f"{source.name} {told.activity}")


@cache
def _wanted() -> Mapping[str, frozenset[str]]:
    from tidewaiter.sources.cloudtrail import WANTED  # only for those who have such files

    return WANTED


class Intake:
    """Reads files; counts what it read, ignored (by kind) and handed to ``on_malformed``.

    ``whole`` is as in :func:`interpret`, ``formats`` as in ``Reader``.  Malformed records come
    whole, with their place.
    """

    def __init__(
        self,
        on_malformed: Callable[[Bad], None],
        *,
        whole: bool = False,
        formats: Sequence[Columns] = (),
    ) -> None:
        self.events_read = 0
        self.files = 0
        self.malformed = 0
        self.bugs: list[Bug] = []
        self._records = 0
        self._whole = whole
        self._reader = Reader(None if whole else _wanted, formats)
        self._on_malformed = on_malformed
        self._ignored: Counter[str] = Counter()

    def events(
        self, files: Iterable[str], moved: Progress = unseen, total: int = 0
    ) -> Iterator[Event]:
        """Yield the events of ``files`` in the order in which they stand there."""
        for file in files:
            self.files += 1
            yield from self._events(self._reader.read(file))
            moved("reading", self.files, total)

    def delivered(self, name: str, blocks: Iterable[bytes]) -> Iterator[Event]:
        """Yield the events of what a trigger brought, gzip or not, which is called ``name``."""
        yield from self._events(self._reader.records(name, plain(blocks)))

    def _events(self, all_found: Iterable[Good | Bad]) -> Iterator[Event]:
        for found in all_found:
            self._records += found.where.record > 0  # else it is about the file as a whole
            event = self._event(found)
            if event is not None:
                self.events_read += 1
                yield event

    @property
    def records(self) -> int:
        """All records: those read, ignored and malformed."""
        return self._records + self._reader.ignored.total()

    @property
    def ignored(self) -> dict[str, int]:
        """How many records were none of ours, by kind."""
        return dict(self._reader.ignored + self._ignored)

    def _event(self, found: Good | Bad) -> Event | None:
        if isinstance(found, Good):
            told = self._told(found)
            if isinstance(told, Event):
                return told
            if isinstance(told, Ignored):
                self._ignored[told.kind] += 1
                return None
            found = told
        self.malformed += 1
        self._on_malformed(found)
        return None

    def _told(self, found: Good) -> Event | Ignored | Bad:
        """Say what a record tells; one that meets a fault of ours is kept like a malformed one."""
        record = found.record
        try:
            told, bug = contained("a reader", _alone, record, self._whole, expected=Malformed)
        except Malformed as error:
            return Bad(found.where.within(error.path), error.reason, record.raw)
        if bug is not None:
            self.bugs.append(bug)
            return Bad(found.where, f"a fault of ours: {bug}", record.raw)
        return told[0]


def _alone(record: Record, whole: bool) -> tuple[Event | Ignored]:  # noqa: FBT001 - as interpret
    return (interpret(record, whole=whole),)


def files_below(paths: Sequence[str], without: Collection[Path] = ()) -> Iterator[str]:
    """Yield the files below ``paths`` that are none of ``without``, whatever they are called."""
    found = find(paths)
    if not without:
        return found
    known = {_identity(path) for path in without} - {None}
    return (path for path in found if path == STDIN or _identity(path) not in known)


def _identity(path: str | Path) -> tuple[int, int] | None:
    """What is the same for all names of one file; ``None`` if it is not there."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
