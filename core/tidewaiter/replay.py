"""Logs that lie in files, judged as the live system would judge them: read, put in order, judged.

Reading and judging are two passes, as files are not in order of time; what lies in between is
small, and spilled to disk where it is not (:mod:`tidewaiter.reading.ordering`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import Struct

from tidewaiter.errors import Malformed
from tidewaiter.findings import Incident
from tidewaiter.incidents.grouping import HeldBack
from tidewaiter.memory.interface import Memory
from tidewaiter.model import Event
from tidewaiter.pipeline import AHEAD, Pipeline
from tidewaiter.reading.files import STDIN, find
from tidewaiter.reading.ordering import in_order
from tidewaiter.reading.reader import Bad, Good, Reader
from tidewaiter.settings import Settings
from tidewaiter.sources import SOURCES, Ignored
from tidewaiter.sources.cloudtrail import WANTED

UNRECOGNISED = "unrecognised"  # records that no source claims
_BATCH = 500  # events in one transaction: few enough for others to get their turn
_STEP = 50  # events between two moves of a progress bar

Progress = Callable[[str, int, int], None]  # phase, steps done, steps in all or 0 if unknown


class Summary(Struct, frozen=True, kw_only=True):
    """What was read and found, in numbers; ``ignored`` is by kind.

    ``records`` are all that were read: image work, and the ignored and the quarantined ones.
    """

    files: int
    records: int
    events: int
    ignored: dict[str, int]
    quarantined: int
    findings: int
    incidents: int
    held_back: int


class Result(Struct, frozen=True, kw_only=True):
    """What a replay found: incidents with the newest finding last, and what was held back.

    ``bugs`` are sentences about our own detectors that failed.
    """

    summary: Summary
    incidents: Sequence[Incident]
    held_back: Sequence[HeldBack]
    bugs: Sequence[str]


@runtime_checkable
class _Batching(Protocol):
    """A memory that is many times faster when it can add many points at once."""

    def batch(self) -> AbstractContextManager[None]:
        """Make one transaction of what is added inside."""


def replay(  # noqa: PLR0913 - three are needed, and three have their defaults
    paths: Sequence[str],
    settings: Settings,
    memory: Memory,
    *,
    on_malformed: Callable[[Bad], None] = lambda _: None,
    progress: Progress | None = None,
    without: Collection[Path] = (),
) -> Result:
    """Judge all that lies below ``paths`` (``-`` is standard input) against ``memory``.

    ``on_malformed`` is given every record that cannot be interpreted, whole, with its place.
    ``without`` are files that must not be read: what this very run writes may lie among the logs.
    Raises ``OSError`` for a missing path, and :class:`~tidewaiter.errors.Unavailable` when the
    memory does not answer.
    """
    total = sum(1 for _ in _files(paths, without)) if progress else 0
    moved = progress or _unseen
    reading = _Reading(on_malformed)
    events = in_order(reading.events(_files(paths, without), moved, total))
    pipeline = Pipeline(memory, settings)
    for judged, event in enumerate(_in_batches(events, memory), start=1):
        pipeline.take(event)
        if judged % _STEP == 0:
            moved("judging", judged, reading.understood)
    told = pipeline.told()
    return Result(
        summary=reading.summary(told.incidents, told.held_back),
        incidents=told.incidents,
        held_back=told.held_back,
        bugs=[str(bug) for bug in pipeline.bugs.values()],
    )


def _files(paths: Sequence[str], without: Collection[Path]) -> Iterator[str]:
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


def _unseen(_phase: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def _in_batches(events: Iterator[Event], memory: Memory) -> Iterator[Event]:
    """Yield ``events``; what is done from the first to the last of a batch is one transaction."""
    while batch := list(islice(events, _BATCH)):
        with memory.batch() if isinstance(memory, _Batching) else nullcontext():
            yield from batch


class _Reading:
    """From files to events, with an account of everything else."""

    def __init__(self, on_malformed: Callable[[Bad], None]) -> None:
        self.understood = 0
        self._reader = Reader(WANTED)
        self._on_malformed = on_malformed
        self._files = self._records = self._malformed = 0
        self._ignored: Counter[str] = Counter()

    def events(self, files: Iterable[str], moved: Progress, total: int) -> Iterator[Event]:
        """Yield the events of ``files`` in the order in which they stand there."""
        for file in files:
            self._files += 1
            for found in self._reader.read(file):
                self._records += found.where.record > 0  # else it is about the file as a whole
                event = self._event(found)
                if event is not None:
                    self.understood += 1
                    yield event
            moved("reading", self._files, total)

    def _event(self, found: Good | Bad) -> Event | None:
        told = _understood(found) if isinstance(found, Good) else found
        if isinstance(told, Event):
            return told
        if isinstance(told, Bad):
            self._malformed += 1
            self._on_malformed(told)
        else:
            self._ignored[told.kind] += 1
        return None

    def summary(self, incidents: Sequence[Incident], held_back: Sequence[HeldBack]) -> Summary:
        """Return the account."""
        aside = self._reader.ignored
        return Summary(
            files=self._files,
            records=self._records + aside.total(),
            events=self.understood,
            ignored=dict(aside + self._ignored),
            quarantined=self._malformed,
            findings=sum(len(incident.findings) for incident in incidents),
            incidents=len(incidents),
            held_back=len(held_back),
        )


def _understood(good: Good) -> Event | Ignored | Bad:
    """What the first source that claims a record makes of it."""
    source = next((one for one in SOURCES if one.claims(good.record)), None)
    if source is None:
        return Ignored(UNRECOGNISED)
    try:
        return _not_ahead(source.read(good.record))
    except Malformed as error:
        return Bad(good.where.within(error.path), error.reason, good.record.raw)


def _not_ahead(told: Event | Ignored) -> Event | Ignored:
    """The pipeline would refuse an event of the future, too; here, its record can still be kept."""
    if isinstance(told, Event) and told.time > datetime.now(UTC) + AHEAD:
        raise Malformed(f"{told.time.isoformat()} is ahead of the clock")
    return told
