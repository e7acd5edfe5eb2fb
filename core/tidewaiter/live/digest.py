"""What was not worth a mail of its own, counted: nothing is suppressed in silence."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from tidewaiter import topics
from tidewaiter.findings import Incident
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import Severity, short_hash
from tidewaiter.news import Digest

if TYPE_CHECKING:
    from tidewaiter.incidents.grouping import HeldBack
    from tidewaiter.reading.reader import Bad

_LONGEST = 300  # characters of a title or reason


def unsent(incidents: Iterable[Incident], now: datetime) -> list[Point]:
    """Return what is remembered of incidents of which no mail was sent."""
    topic = topics.unsent(_day(now))
    return [_point(topic, one.id, now, one.severity, one.title) for one in incidents]


def held(findings: "Sequence[HeldBack]", now: datetime) -> list[Point]:
    """Return what is remembered of findings that were held back."""
    topic = topics.held(_day(now))
    return [_point(topic, one.detector, now, one.event_id, one.image or "") for one in findings]


def kept(bad: "Bad", now: datetime) -> Point:
    """Return what is remembered of a record in quarantine: its reason, once a day."""
    return _point(topics.kept(_day(now)), bad.reason[:_LONGEST], now)


def _point(topic: str, value: str, now: datetime, *said: str) -> Point:
    note = "\n".join(text[:_LONGEST] for text in said)
    # Redelivered, it is the same point: the time is that of its day alone.
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Point(topic, value, start, short_hash(topic, value, note), note)


def _day(now: datetime) -> str:
    return now.date().isoformat()


def digest_of(memory: Memory, day: date) -> Digest:
    """Count what is remembered of ``day``."""
    names = [make(day.isoformat()) for make in (topics.unsent, topics.held, topics.kept)]
    known = memory.recall(names, *EVER)
    below, back, rejected = (known[name] for name in names)
    said = [(point.value, point.note.partition("\n")) for point in below]
    worst_last = sorted(said, key=lambda one: Severity(one[1][0]).rank)
    incidents = {name: (Severity(note[0]), note[2]) for name, note in worst_last}
    return Digest(
        day=day,
        incidents=incidents,
        held=dict(Counter(point.value for point in back).most_common()),
        quarantined=tuple(point.value for point in rejected),
    )
