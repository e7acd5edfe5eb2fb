"""A memory that is asked nothing twice between two of its writes.

What was read since the own last write may be believed: whoever else wrote in between reads later
than that, and sees our writes (docs/adr/0001).  Telling a story writes nothing, and asks for the
same acts many times; where every question is a call to a service, that is most of its time.
"""

from collections.abc import Iterable
from datetime import datetime

from tidewaiter.memory.interface import Memory, Point


class Rereading:
    """``memory``, with what it answered since the last write at hand; for one thread."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._read: dict[tuple[str, datetime, datetime], list[Point]] = {}

    def add(self, points: Iterable[Point]) -> None:
        """Keep ``points``."""
        self._read.clear()
        self._memory.add(points)

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Return the points of each topic between the two times."""
        wanted = list(dict.fromkeys(topics))
        unread = [topic for topic in wanted if (topic, since, until) not in self._read]
        if unread:
            for topic, points in self._memory.recall(unread, since, until).items():
                self._read[topic, since, until] = points
        return {topic: list(self._read[topic, since, until]) for topic in wanted}

    def claim(self, key: str, until: datetime, now: datetime) -> bool:
        """Take the lease, unless somebody holds it; what he wrote is news to us."""
        self._read.clear()
        return self._memory.claim(key, until, now)

    def purge(self, before: datetime) -> int:
        """Forget the points older than ``before``."""
        self._read.clear()
        return self._memory.purge(before)

    def close(self) -> None:
        """Close the memory."""
        self._memory.close()
