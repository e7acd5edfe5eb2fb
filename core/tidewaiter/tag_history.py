"""What a tag pointed to, and who moved it, as all records of its pushes tell together.

A feed tells the digest and hides the actor, an audit log may do the reverse, and a docker daemon
tells neither: its record is *mute*, and any other of a push to the tag tells more.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from tidewaiter.acts import TWIN
from tidewaiter.enrich.network import prefix
from tidewaiter.memory.interface import Point
from tidewaiter.model import UNKNOWN_DIGEST, Event, Image, is_told

STOCK = "stock"  # stands for whoever moved a tag before an inventory was taken


class Move(msgspec.Struct, frozen=True, array_like=True):
    """Who put which digest under a tag: the note of a point on ``tag_of`` or ``tags_like``."""

    digest: str
    principal: str
    network: str | None
    feed: bool  # told by a feed without an actor

    @classmethod
    def of(cls, event: Event, image: Image) -> "Move":
        """Return what ``event`` tells of ``image``."""
        address = event.client.address if event.client else None
        return cls(
            image.digest or unknown_digest(event),
            event.actor_id,
            prefix(address),
            event.awaits is not None,
        )

    @property
    def content_is_known(self) -> bool:
        """Whether the record told the digest."""
        return is_told(self.digest)

    @property
    def mute(self) -> bool:
        """Whether it tells neither who moved the tag nor to what."""
        return self.feed and not self.content_is_known


History = Sequence[tuple[Point, Move]]

_decoder = msgspec.json.Decoder(Move)


@lru_cache(maxsize=65536)
def move_of(note: str) -> Move:
    """The history of a tag is read again at each of its pushes."""
    return _decoder.decode(note)


def is_same_push(point: Point, move: Move, event: Event, image: Image) -> bool:
    """Whether ``point`` is the very push ``event`` of ``image``, told by the other kind of feed."""
    feed = event.awaits is not None
    if move.mute:
        same = not feed or is_told(image.digest)
    else:
        same = move.digest == image.digest and move.feed != feed
    return same and event.time - point.time <= TWIN


def unknown_digest(event: Event) -> str:
    """Stands for the content of a push whose record does not tell the digest: like no other
    content.
    """
    return f"{UNKNOWN_DIGEST}{event.act}"


def moves(points: Iterable[Point]) -> list[tuple[Point, Move]]:
    """Return the moves that the points tell, each once: a feed's is dropped where another record
    tells of the same move with its actor, and gives its digest where that has none.
    """
    known = _without_mute([(point, move_of(point.note)) for point in points])
    given = digests_given(known)
    named: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    found: list[tuple[Point, Move]] = []
    for point, move in known:
        if not move.feed:
            digest = given.get(point.act, move.digest)
            whole = move if digest == move.digest else replace(move, digest=digest)
            named[point.topic, digest].append(point.time)
            found.append((point, whole))
        else:
            found.append((point, move))
    for times in named.values():
        times.sort()
    return [
        (point, move)
        for point, move in found
        if not move.feed or not _is_near(point.time, named.get((point.topic, move.digest), ()))
    ]


def _without_mute(known: History) -> History:
    """Leave out what is mute where another record tells of a move of the same tag."""
    if not any(move.mute for _, move in known):
        return known
    telling: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for point, move in known:
        if not move.mute:
            insort(telling[point.topic, _tag(point, move)], point.time)
    return [
        (point, move)
        for point, move in known
        if not move.mute or not _is_near(point.time, telling[point.topic, _tag(point, move)])
    ]


def _is_near(time: datetime, times: Sequence[datetime]) -> bool:
    """Whether any of ``times``, in order, is of one act with ``time``."""
    first = bisect_left(times, time - TWIN)
    return first < len(times) and times[first] - time <= TWIN


def _nearest(time: datetime, times: Sequence[datetime]) -> datetime | None:
    """Return which of ``times``, in order, is nearest to ``time``, the earlier of two; ``None`` if
    none is of one act with it.
    """
    after = bisect_left(times, time)
    around = times[max(after - 1, 0) : after + 1]
    found = min(around, key=lambda other: abs(time - other), default=None)
    return None if found is None or abs(time - found) > TWIN else found


def digests_given(known: History) -> dict[str, str]:
    """Return the digest of each act without one: that of the feed's record nearest in time."""
    if all(move.feed or move.content_is_known for _, move in known):
        return {}
    times: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    digests: dict[tuple[str, str, datetime], str] = {}
    feeds = [(point, move) for point, move in known if move.feed and move.content_is_known]
    for feed, told_by in sorted(feeds, key=lambda pair: (pair[0].order, pair[1].digest)):
        topic, tag = feed.topic, _tag(feed, told_by)
        times[topic, tag].append(feed.time)
        digests.setdefault((topic, tag, feed.time), told_by.digest)
    found: dict[str, str] = {}
    for point, move in known:
        if not move.feed and not move.content_is_known:
            topic, tag = point.topic, _tag(point, move)
            near = _nearest(point.time, times.get((topic, tag), ()))
            if near is not None:
                found[point.act] = digests[topic, tag, near]
    return found


def _tag(point: Point, move: Move) -> str:
    """The tag of a point on ``tags_like``; nothing on ``tag_of``, of which the topic names it."""
    return "" if point.value == move.digest else point.value
