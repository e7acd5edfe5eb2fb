"""What every memory is: a place for immutable points.

A *sighting* is a point of ``topic`` (what is watched), ``value`` (what was seen), event time and
act.  Stores only add points, and adding one twice is adding it once; so every write is an
idempotent put that any store can batch, repeat and reorder.  See docs/adr/0001.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from msgspec import Struct

EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
KEEP = timedelta(days=100)  # the longest span that anything asks for, and some days to spare


class Point(Struct, frozen=True):
    """One sighting.

    ``act`` is the operation that was seen (``Event.act``); ``note`` is a small text for whoever
    asks. ``once`` is a number of seconds: of the points of one topic and value whose times fall
    into the same such interval since the epoch, a store keeps the earliest (by time, then act) and
    may drop the rest. It keeps busy topics small; 0 keeps every point.
    """

    topic: str
    value: str
    time: datetime
    act: str
    note: str = ""
    once: int = 0

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Points are recalled in this order."""
        return (self.time, self.act, self.value)

    @property
    def bucket(self) -> int:
        """The interval that the point falls into; only for ``once`` > 0."""
        return int(self.time.timestamp()) // self.once


class Memory(Protocol):
    """A store of points.  Every method may raise :class:`~tidewaiter.errors.Unavailable`."""

    def add(self, points: Iterable[Point]) -> None:
        """Keep ``points``: all of them when this returns; any of them, whole, if it is
        interrupted.

        Raises :class:`~tidewaiter.errors.Malformed` for a point larger than the store can hold.
        """

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Return the points of each topic with ``since <= time <= until``, in order; every topic
        has its key.
        """

    def claim(self, key: str, until: datetime, now: datetime) -> bool:
        """Take the lease ``key`` unless somebody holds it later than ``now``: the only conditional
        write.
        """

    def purge(self, before: datetime) -> int:
        """Forget the points older than ``before`` and the leases that ran out; return how many
        points.
        """

    def close(self) -> None:
        """Let go of files and connections."""
