"""A memory that lives and dies with the process: sorted lists in a dict."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from tidewaiter.memory.interface import Point

_ORDER = attrgetter("order")
_TIME = attrgetter("time")


class ProcessMemory:
    """The reference store: the contract of :class:`~tidewaiter.memory.interface.Memory` at its
    plainest.
    """

    def __init__(self) -> None:
        self._topics: dict[str, list[Point]] = {}
        self._earliest: dict[tuple[str, str, int, int], Point] = {}
        self._leases: dict[str, datetime] = {}

    def add(self, points: Iterable[Point]) -> None:
        """Keep ``points``, in order; of a bucket only the earliest."""
        for point in points:
            if point.once and not self._earliest_of_its_bucket(point):
                continue
            known = self._topics.setdefault(point.topic, [])
            if not known or known[-1].order < point.order:
                known.append(point)
                continue
            at = bisect_left(known, point.order, key=_ORDER)
            if at == len(known) or known[at].order != point.order:
                known.insert(at, point)

    def _earliest_of_its_bucket(self, point: Point) -> bool:
        bucket = (point.topic, point.value, point.once, point.bucket)
        other = self._earliest.get(bucket)
        if other is not None:
            if other.order <= point.order:
                return False
            self._topics[point.topic].remove(other)
        self._earliest[bucket] = point
        return True

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Return the points of each topic between the two times, both included."""
        return {topic: self._between(topic, since, until) for topic in topics}

    def _between(self, topic: str, since: datetime, until: datetime) -> list[Point]:
        known = self._topics.get(topic)
        if not known or known[-1].time < since:
            return []
        return known[bisect_left(known, since, key=_TIME) : bisect_right(known, until, key=_TIME)]

    def claim(self, key: str, until: datetime, now: datetime) -> bool:
        """Take the lease unless somebody holds it."""
        if self._leases.get(key, now) > now:
            return False
        self._leases[key] = until
        return True

    def purge(self, before: datetime) -> int:
        """Forget what is older than ``before``."""
        gone = 0
        for topic in list(self._topics):
            known = self._topics[topic]
            at = bisect_left(known, before, key=_TIME)
            gone += at
            del known[:at]
            if not known:
                del self._topics[topic]
        self._earliest = {k: p for k, p in self._earliest.items() if p.time >= before}
        self._leases = {key: until for key, until in self._leases.items() if until > before}
        return gone

    def close(self) -> None:
        """Nothing is held open."""
