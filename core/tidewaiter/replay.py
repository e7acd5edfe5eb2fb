"""Logs that lie in files, judged as the live system would judge them: read, put in order, judged.

Reading and judging are two passes, as files are not in order of time; what lies in between is
small, and spilled to disk where it is not (:mod:`tidewaiter.reading.ordering`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import Struct

from tidewaiter.findings import Incident
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.grouping import HeldBack
from tidewaiter.intake import Intake, Progress, files_below, unseen
from tidewaiter.memory.interface import Memory
from tidewaiter.model import Event
from tidewaiter.pipeline import Pipeline
from tidewaiter.reading.ordering import in_order
from tidewaiter.reading.reader import Bad
from tidewaiter.settings import Settings
from tidewaiter.settings.values import flow_formats
from tidewaiter.status import CLOSED

_BATCH = 500  # events in one transaction: few enough for others to get their turn
_STEP = 50  # events between two moves of a progress bar


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
    closed: int = 0


class Result(Struct, frozen=True, kw_only=True):
    """What a replay found: incidents with the newest finding last, and what was held back.

    ``behind`` has the findings of each incident with their events, by the incident's id.  ``bugs``
    are sentences about our own detectors that failed.
    """

    summary: Summary
    incidents: Sequence[Incident]
    held_back: Sequence[HeldBack]
    bugs: Sequence[str]
    behind: Mapping[str, Sequence[Accusation]] = {}


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
    total = sum(1 for _ in files_below(paths, without)) if progress else 0
    moved = progress or unseen
    intake = Intake(on_malformed, formats=flow_formats(settings))
    events = in_order(intake.events(files_below(paths, without), moved, total))
    pipeline = Pipeline(memory, settings)
    for judged, event in enumerate(_in_batches(events, memory), start=1):
        pipeline.take(event)
        if judged % _STEP == 0:
            moved("judging", judged, intake.events_read)
    told = pipeline.told()
    return Result(
        summary=Summary(
            files=intake.files,
            records=intake.records,
            events=intake.events_read,
            ignored=intake.ignored,
            quarantined=intake.malformed,
            findings=sum(len(incident.findings) for incident in told.incidents),
            incidents=len(told.incidents),
            held_back=len(told.held_back),
            closed=sum(incident.status in CLOSED for incident in told.incidents),
        ),
        incidents=told.incidents,
        held_back=told.held_back,
        bugs=[str(bug) for bug in (*intake.bugs, *pipeline.bugs.values())],
        behind=told.behind,
    )


def _in_batches(events: Iterator[Event], memory: Memory) -> Iterator[Event]:
    """Yield ``events``; what is done from the first to the last of a batch is one transaction."""
    while batch := list(islice(events, _BATCH)):
        with in_batch(memory):
            yield from batch


def in_batch(memory: Memory) -> AbstractContextManager[None]:
    """Make one transaction of what is added inside, where the memory has such."""
    return memory.batch() if isinstance(memory, _Batching) else nullcontext()
