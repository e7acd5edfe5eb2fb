"""What is due at a tick: acts that waited long enough for their actor, and the digest of a day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from tidewaiter import topics
from tidewaiter.acts import TWIN
from tidewaiter.live.digest import digest_of
from tidewaiter.live.interface import Letterbox
from tidewaiter.live.post import lease
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import short_hash

_LATE = timedelta(days=3)  # a schedule that stood still catches up with so much


def waiting(acts: Mapping[str, datetime]) -> list[Point]:
    """Return what is remembered of ``acts`` that may still meet their actor, each with its time."""
    return [Point(topics.WAITING, act, time, act) for act, time in acts.items()]


def due(memory: Memory, now: datetime) -> list[Point]:
    """Return the points of the acts that waited long enough, and were not released yet."""
    names = (topics.WAITING, topics.RELEASED)
    known = memory.recall(names, now - _LATE, now)
    released = {point.value for point in known[topics.RELEASED]}
    ended = (point for point in known[topics.WAITING] if point.time + TWIN <= now)
    return [point for point in ended if point.value not in released]


def released(points: Iterable[Point]) -> list[Point]:
    """Return what is remembered once the acts of ``points`` are told."""
    return [Point(topics.RELEASED, point.value, point.time, point.act) for point in points]


def send_digests(memory: Memory, letterbox: Letterbox, now: datetime) -> int:
    """Send the digests of the last days that were not sent yet; return how many there were.

    A day of which there is nothing to say costs nobody a mail.  Raises
    :class:`~tidewaiter.errors.Unavailable` as sinks and memories do.
    """
    known = memory.recall((topics.DIGESTS,), *EVER)[topics.DIGESTS]
    done = {point.value for point in known}
    sent = 0
    for day in _days_before(now):
        mark = f"{letterbox.name} {day}"
        if mark not in done:
            lease(memory, f"digest {mark}", now)
            digest = digest_of(memory, day)
            if not digest.is_empty:
                letterbox.send_digest(digest)
                sent += 1
            memory.add((Point(topics.DIGESTS, mark, now, short_hash(mark)),))
    return sent


def _days_before(now: datetime) -> list[date]:
    return [now.date() - timedelta(days=back) for back in range(_LATE.days, 0, -1)]
