"""What an inventory teaches: where each tag points, what images consist of, and what runs.

It says what is there, and not who put it there: no principal becomes familiar by it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from tidewaiter import topics
from tidewaiter.detectors import DETECTORS
from tidewaiter.detectors.interface import SETTLE
from tidewaiter.inventory import Thing
from tidewaiter.memory.interface import EVER, Point
from tidewaiter.model import Activity, Event, Image, Workload, short_hash
from tidewaiter.pipeline import Pipeline
from tidewaiter.tag_history import STOCK, Move
from tidewaiter.topics import DAY

# Who remembers content or places, never who or from where.
_TAUGHT = frozenset({"layers-appended", "suspicious-image-deployed", "unfamiliar-image-deployed"})
_OLDEST = timedelta(days=60)  # what is older counts as that old, or it would soon be forgotten

_encoder = msgspec.json.Encoder()


def learn_inventory(
    pipeline: Pipeline, listings: Sequence[tuple[datetime, Sequence[Thing]]]
) -> int:
    """Remember the things of ``listings``, each with when it was taken; return how many they are.

    What happened since, and was judged without knowing them, is judged again.
    """
    newest = _newest(thing for _, things in listings for thing in things)
    points: list[Point] = []
    asked: dict[str, None] = {}
    for taken, things in listings:
        for thing in things:
            event = _event(thing, taken)
            points += _points(thing, event, newest)
            asked.update(dict.fromkeys(_revisits(event)))
    pipeline.memory.add(points)
    if listings:
        _judge_again(pipeline, asked, min(taken for taken, _ in listings))
    return sum(len(things) for _, things in listings)


def _newest(things: Iterable[Thing]) -> Mapping[str, datetime]:
    """When the newest image of each repository came."""
    found: dict[str, datetime] = {}
    for thing in things:
        for image in thing.images:
            if image.home and thing.since and thing.workload is None:
                found[image.home] = max(thing.since, found.get(image.home, thing.since))
    return found


def _event(thing: Thing, taken: datetime) -> Event:
    """Return ``thing`` as if it were put there; it is asked for facts, and neither kept nor
    judged.
    """
    label = thing.workload.label if thing.workload else None
    named = [image.reference for image in thing.images]
    act = f"inventory {short_hash(taken.isoformat(), label, *named)}"
    return Event(
        id=act,
        act=act,
        time=taken,
        provider=thing.provider,
        source="inventory",
        activity=_activity(thing),
        operation="inventory",
        account=thing.account,
        region=thing.region,
        images=thing.images,
        workload=thing.workload,
    )


def _activity(thing: Thing) -> Activity:
    if thing.workload is not None:
        template = thing.workload.kind == "ecs task definition"
        return Activity.WORKLOAD_DEFINED if template else Activity.WORKLOAD_DEPLOYED
    machine = any(image.machine_image for image in thing.images)
    return Activity.IMAGE_CREATED if machine else Activity.IMAGE_PUSHED


def _points(thing: Thing, event: Event, newest: Mapping[str, datetime]) -> Iterator[Point]:
    known = _known_since(thing, event.time)
    for detector in DETECTORS:
        if detector.id in _TAUGHT:
            for point in detector.facts(event):
                yield msgspec.structs.replace(point, time=known) if thing.workload else point
    for image in thing.images:
        if thing.workload is not None:
            yield from _used(event, thing.workload, image)
        else:
            yield from _listed(event, image, newest)
            if image.key and image.tagged:
                yield Point(topics.tags_of(image.key), image.tagged, known, event.act, once=DAY)


def _known_since(thing: Thing, taken: datetime) -> datetime:
    """What runs is vouched for by whoever took the inventory; content is as old as it is."""
    settled = taken - SETTLE
    since = thing.since or settled
    return max(min(since, settled if thing.workload else taken), taken - _OLDEST)


def _listed(event: Event, image: Image, newest: Mapping[str, datetime]) -> Iterator[Point]:
    time, act = event.time, event.act
    if image.machine_image and image.name:
        yield Point(topics.alias(image.name), image.machine_image, time, act, once=DAY)
    if image.home:
        last = newest.get(image.home)
        note = min(last, time).isoformat() if last else ""
        yield Point(topics.stock(image.home), "", time, "", note)
    if image.home and image.tag and image.digest:
        move = _encoder.encode(Move(image.digest, STOCK, None, feed=False)).decode()
        yield Point(topics.tag_of(image.home, image.tag), image.digest, time, act, move)
    for child in image.children if image.key else ():
        below = child if image.machine_image else f"{image.home}@{child}"
        yield Point(topics.index_of(below), str(image.key), time, act)
        yield Point(topics.children_of(str(image.key)), below, time, act)


def _used(event: Event, workload: Workload, image: Image) -> Iterator[Point]:
    """What runs and what is defined; not that it started, or its next start, by a tag that was
    moved meanwhile, would be no news.
    """
    time, act, label = event.time, event.act, workload.label
    if event.activity is Activity.WORKLOAD_DEFINED and workload.definition:
        yield Point(topics.definition(workload.definition), image.reference, time, act)
        for name in (image.key, image.tagged):
            if name:
                yield Point(topics.defined(name), workload.definition, time, act, once=DAY)
    elif image.home:
        yield Point(topics.runs(image.home), label, time, act, once=DAY)


def _revisits(event: Event) -> Iterator[str]:
    """The topics of events that are judged otherwise once this is known."""
    for detector in DETECTORS:
        yield from detector.revisits(event)
    for image in event.images:
        for name in (image.key, image.tagged):
            if name:
                yield topics.use(name)


def _judge_again(pipeline: Pipeline, asked: Iterable[str], since: datetime) -> None:
    """Judge the later events of ``asked``, and what runs the images that they are about."""
    for event in _later(pipeline, asked, since):
        pipeline.judge(event)
        for use in _later(pipeline, pipeline.archive.uses(event), event.time):
            pipeline.judge(use)


def _later(pipeline: Pipeline, asked: Iterable[str], since: datetime) -> list[Event]:
    known = pipeline.memory.recall(asked, since, EVER[1])
    loaded = (pipeline.archive.load(point) for points in known.values() for point in points)
    events = {event.act: event for event in loaded if event}
    return sorted(events.values(), key=lambda event: (event.time, event.act))
