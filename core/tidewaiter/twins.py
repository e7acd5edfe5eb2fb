"""Two records, one act: a feed tells the digest and hides the actor, an audit log may do the
reverse.

The fast feeds (ECR Image Action, Event Grid, the ``gcr`` topic) carry no actor; Google's audit
entry of a push by tag carries no digest.  They meet on the digest, or on the tag, within minutes.
A docker daemon tells neither: its record is *mute*, and any other of a push to the tag tells more.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from tidewaiter.enrich.network import prefix
from tidewaiter.memory.interface import Memory, Point
from tidewaiter.model import PUTS, UNKNOWN_DIGEST, Activity, Event, Image, is_told
from tidewaiter.topics import tag_of, told

TWIN = timedelta(minutes=10)  # records of one act are no further apart; an actor is awaited so long
MACHINE_IMAGE_TWIN = timedelta(hours=24)  # an AMI is available long after the call that made it

_MADE = PUTS | {Activity.IMAGE_CREATED}
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


@lru_cache(maxsize=8192)
def _told_in(note: str) -> Move:
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


def made(event: Event) -> str:
    """The word by which two feeds meet: making an image is one thing, however it is called."""
    return "made" if event.activity in _MADE else str(event.activity)


def moves(points: Iterable[Point]) -> list[tuple[Point, Move]]:
    """Return the moves that the points tell, each once: a feed's is dropped where another record
    tells of the same move with its actor, and gives its digest where that has none.
    """
    known = _without_mute([(point, _told_in(point.note)) for point in points])
    given = _digests(known)
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
        if not move.feed or _nearest(point.time, named.get((point.topic, move.digest), ())) is None
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
        if not move.mute or _nearest(point.time, telling[point.topic, _tag(point, move)]) is None
    ]


def _nearest(time: datetime, times: Sequence[datetime]) -> datetime | None:
    """Return which of ``times``, in order, is nearest to ``time``, the earlier of two; ``None`` if
    none is of one act with it.
    """
    after = bisect_left(times, time)
    around = times[max(after - 1, 0) : after + 1]
    found = min(around, key=lambda other: abs(time - other), default=None)
    return None if found is None or abs(time - found) > TWIN else found


def _digests(known: History) -> dict[str, str]:
    """Return the digest of each act without one: that of the feed's record nearest in time."""
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


def complete(event: Event, memory: Memory) -> Event:
    """Return ``event`` with the digests that a feed tells of its pushes; else with one that stands
    for unknown content.
    """
    if event.activity not in PUTS:
        return event
    if all(image.digest or image.tag is None for image in event.images):
        return event
    return replace(event, images=tuple(_completed(event, image, memory) for image in event.images))


def _completed(event: Event, image: Image, memory: Memory) -> Image:
    if image.digest or image.tag is None or image.home is None:
        return image
    given = _digests(_around(event, image, memory, TWIN))
    return replace(image, digest=given.get(event.act) or unknown_digest(event))


def _around(event: Event, image: Image, memory: Memory, span: timedelta) -> History:
    topic = tag_of(image.home or "", image.tag or "")
    points = memory.recall((topic,), event.time - span, event.time + span)[topic]
    return [(point, _told_in(point.note)) for point in points]


def is_told_by_another(event: Event, memory: Memory) -> bool:
    """Whether ``event`` hides its actor, and another record tells of the act with its actor."""
    if event.awaits is None:
        return False
    return any(_is_told(event, image, memory) for image in event.images) or bool(
        tellers(event, memory)
    )


def _is_told(event: Event, image: Image, memory: Memory) -> bool:
    if event.activity in PUTS and image.tag and not is_told(image.digest):
        return any(not move.mute for _, move in _around(event, image, memory, TWIN))
    topic = told(image.key or "")
    word = made(event)
    return any(
        point.value == word and point.note in {"", image.tag or ""}
        for point in memory.recall((topic,), *_span(event, image))[topic]
    )


def _span(event: Event, image: Image) -> tuple[datetime, datetime]:
    """When another record may tell of what a feed tells of ``image``."""
    before = MACHINE_IMAGE_TWIN if image.machine_image else TWIN
    return event.time - before, event.time + TWIN


def tellers(event: Event, memory: Memory) -> list[Point]:
    """Return the points of the acts to which ``event``, a feed's, gives the digest."""
    found: list[Point] = []
    for image in event.images:
        if event.awaits is not None and image.tag and image.digest:
            near = _around(event, image, memory, 2 * TWIN)
            given = _digests(near)
            found += [point for point, _ in near if given.get(point.act) == image.digest]
    return found


def without_twins(events: Iterable[Event]) -> list[Event]:
    """Leave out what a feed without an actor tells of an act that another record tells with its
    actor.
    """
    ordered = list(events)
    told_of: dict[tuple[str, str | None], list[datetime]] = defaultdict(list)
    for event in ordered:
        if event.awaits is None:
            for image in event.images:
                for name in dict.fromkeys((image.key, image.tagged)):
                    told_of[made(event), name].append(event.time)
    return [event for event in ordered if not _is_twin(event, told_of)]


def _is_twin(event: Event, told_of: dict[tuple[str, str | None], list[datetime]]) -> bool:
    if event.awaits is None:
        return False
    for image in event.images:
        since, until = _span(event, image)
        name = image.key if is_told(image.digest) else image.tagged or image.key
        if any(since <= time <= until for time in told_of[made(event), name]):
            return True
    return False
