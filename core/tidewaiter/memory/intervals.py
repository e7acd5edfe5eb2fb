"""What a worker knows of a store whose writes take no conditions.

Points never change, so what was written needs not be written again.  Of the points of one interval
(``Point.once``) several may lie in such a store, at most one or two of each worker: whoever reads
takes the earliest, and deletes the others with what it writes next.  So busy topics stay small, and
a write is one call for many points instead of one for each.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from threading import Lock

from msgspec.structs import replace

from tidewaiter.memory.interface import EVER, Point

LONGEST = timedelta(days=1)  # the longest ``once`` of our topics
REMEMBERED = 20_000  # slots known to be filled, and points known to be superfluous

_Slot = tuple[object, ...]
_Order = tuple[datetime, str, str]


def begin_of(since: datetime) -> datetime:
    """Return from when on to read: an interval that began before a span belongs to its earliest
    point, which is not in it.
    """
    return since - LONGEST if since - EVER[0] > LONGEST else since


class Intervals:
    """Knows which points are written, and which are superfluous; threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._filled: dict[_Slot, _Order] = {}
        self._superfluous: dict[_Slot, Point] = {}

    def fresh(self, points: Iterable[Point]) -> list[Point]:
        """Return those of ``points`` that are to be written, each once: of an interval the
        earliest, unless this worker wrote one as early.
        """
        found: dict[_Slot, Point] = {}
        with self._lock:
            for point in points:
                at = _slot(point)
                known = found[at].order if at in found else self._filled.get(at)
                if known is None or point.order < known:
                    found[at] = point
        return list(found.values())

    def wrote(self, points: Collection[Point]) -> None:
        """Take note that ``points`` are in the store, all of them."""
        with self._lock:
            if len(self._filled) > REMEMBERED:
                self._filled.clear()
            self._filled.update({_slot(point): point.order for point in points})

    def believed(self, points: Iterable[Point], since: datetime) -> list[Point]:
        """Return what counts of ``points``, read from :func:`begin_of` ``since`` on, in order; the
        rest is superfluous.
        """
        kept: dict[_Slot, Point] = {}
        later: list[Point] = []
        for point in points:
            at = _slot(point)
            other = kept.setdefault(at, point)
            if other.order != point.order:
                kept[at], superfluous = sorted((other, point), key=_order)
                later.append(superfluous)
        with self._lock:
            for point in later[: REMEMBERED - len(self._superfluous)]:
                self._superfluous[_key(point)] = replace(point, note="")
        return sorted((point for point in kept.values() if point.time >= since), key=_order)

    def superfluous(self, room: int, without: Iterable[Point] = ()) -> list[Point]:
        """Return up to ``room`` points that can be deleted, and are none of ``without``."""
        written = {_key(point) for point in without}
        with self._lock:
            return [one for key, one in self._superfluous.items() if key not in written][:room]

    def deleted(self, points: Iterable[Point]) -> None:
        """Take note that ``points`` are gone."""
        with self._lock:
            for point in points:
                self._superfluous.pop(_key(point), None)

    def forget(self) -> None:
        """Somebody deleted what was written: it may have to be written anew."""
        with self._lock:
            self._filled.clear()


def _slot(point: Point) -> _Slot:
    """What one point is enough for: itself, or with ``once`` its interval."""
    if point.once:
        return point.topic, point.value, point.once, point.bucket
    return _key(point)


def _key(point: Point) -> _Slot:
    return point.topic, *point.order


def _order(point: Point) -> _Order:
    return point.order
