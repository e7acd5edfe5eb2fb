"""Two records, one act: a feed tells the digest and hides the actor, an audit log may do the
reverse.

The fast feeds (ECR Image Action, Event Grid, the ``gcr`` topic) carry no actor; Google's audit
entry of a push by tag carries no digest.  They meet on the digest, or on the tag, within minutes.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from tidewaiter.acts import TWIN
from tidewaiter.memory.interface import Memory, Point
from tidewaiter.model import PUTS, Activity, Event, Image, is_told
from tidewaiter.tag_history import History, digests_given, move_of, unknown_digest
from tidewaiter.topics import tag_of, told

MACHINE_IMAGE_TWIN = timedelta(hours=24)  # an AMI is available long after the call that made it

_MADE = PUTS | {Activity.IMAGE_CREATED}


def made(event: Event) -> str:
    """The word by which two feeds meet: making an image is one thing, however it is called."""
    return "made" if event.activity in _MADE else str(event.activity)


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
    given = digests_given(_around(event, image, memory, TWIN))
    return replace(image, digest=given.get(event.act) or unknown_digest(event))


def _around(event: Event, image: Image, memory: Memory, span: timedelta) -> History:
    topic = tag_of(image.home or "", image.tag or "")
    points = memory.recall((topic,), event.time - span, event.time + span)[topic]
    return [(point, move_of(point.note)) for point in points]


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
            given = digests_given(near)
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
