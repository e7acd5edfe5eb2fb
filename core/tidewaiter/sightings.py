"""What is remembered of every event, whichever detector asks: topics, and the points on them.

Detectors that need more remember it themselves.
"""

from collections.abc import Iterable, Iterator

import msgspec

from tidewaiter.enrich import bare
from tidewaiter.memory.interface import Point
from tidewaiter.model import PUTS, Activity, Event, Image, short_hash
from tidewaiter.tag_history import Move
from tidewaiter.topics import (
    DAY,
    HOUR,
    about,
    act,
    alias,
    children_of,
    defined,
    definition,
    index_of,
    judged,
    logins,
    pushers,
    pushes,
    reach,
    runs,
    tag_of,
    tags_like,
    tags_of,
    told,
    use,
)
from tidewaiter.twins import made

# What happens all day long: kept once an hour for each subject, with the event in the point itself.
BULK = frozenset(
    {
        Activity.IMAGE_PULLED,
        Activity.IMAGE_SCANNED,
        Activity.LAYER_UPLOADED,
        Activity.REGISTRY_LISTED,
        Activity.REGISTRY_LOGIN,
        Activity.WORKLOAD_DEPLOYED,
    }
)
_LONG_OPERATIONS = frozenset({"azure_activity", "gcp_audit"})  # several records tell of one act

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Event)


def event_note(event: Event) -> str:
    """Return the note that :func:`kept_event` reads: the event as its log tells it."""
    return _encoder.encode(bare(event)).decode()


def kept_event(point: Point) -> Event | None:
    """Return the event in a point's note; ``None`` where the act's own topic has it."""
    return _decoder.decode(point.note) if point.note.startswith("{") else None


def act_point(event: Event) -> Point:
    """The record itself, under its act."""
    return Point(act(event.act), event.id, event.time, event.act, event_note(event))


def is_bulk(event: Event) -> bool:
    """Whether the event is kept once an hour only, and not under its act."""
    return event.activity in BULK and not (
        event.activity is Activity.WORKLOAD_DEPLOYED and event.source in _LONG_OPERATIONS
    )


def like(event: Event) -> Point:
    """What an event in bulk shares with those that would change nothing more, once an hour."""
    credential, client = event.credential, event.client
    name = short_hash(
        event.activity,
        event.operation,
        event.outcome,
        event.region,
        *(actor or "" for actor in _actors(event)),
        credential.issued_to if credential else None,
        client.address if client else None,
        client.user_agent if client else None,
        event.workload.label if event.workload else None,
        event.workload.definition if event.workload else None,
        *(image.reference for image in event.images),
    )
    return Point(judged(name), "", event.time, event.act, once=HOUR)


def subjects(event: Event) -> list[str]:
    """Everything that somebody may ask about: digests, references, machine images, principal,
    credential.
    """
    named: list[str | None] = []
    for image in event.images:
        named += (image.machine_image, image.digest, image.tagged, image.home)
    named += _actors(event)
    named.append(event.workload.label if event.workload else None)
    return [name for name in dict.fromkeys(named) if name]


def _actors(event: Event) -> tuple[str | None, ...]:
    credential = event.credential
    return (
        event.principal.id if event.principal else None,
        credential.id if credential else None,
        credential.session if credential else None,
    )


def journal(event: Event) -> Iterator[Point]:
    """What is remembered of ``event`` beside its record (:func:`act_point`).

    One that failed or is not over is told of, but counts for nothing.
    """
    if is_bulk(event):
        yield from _bulk(event)
    else:
        for subject in subjects(event):
            yield Point(about(subject), event.activity, event.time, event.act)
    yield from _aliases(event)
    if event.done:
        for image in event.images:
            yield from _of_image(event, image)
        yield from _of_actor(event)
        if (
            event.activity is Activity.WORKLOAD_DEPLOYED
            and event.workload
            and event.workload.definition
        ):
            yield from _uses(event, (event.workload.definition,))


def _aliases(event: Event) -> Iterator[Point]:
    """People say ``prod/web:latest`` and ``alice``, without the registry and the ARN."""
    principal = event.principal
    if principal and principal.name and principal.name != principal.id:
        yield Point(alias(principal.name), principal.id, event.time, event.act, once=DAY)
    for image in event.images:
        if image.repository and image.home:
            yield Point(alias(image.repository), image.home, event.time, event.act, once=DAY)
        if image.repository and image.registry and image.tagged:
            short = f"{image.repository}:{image.tag}"
            yield Point(alias(short), image.tagged, event.time, event.act, once=DAY)


def _bulk(event: Event) -> Iterator[Point]:
    note = event_note(event)
    home = event.images[0].home if event.images else None
    place = event.workload.label if event.workload else home or event.region or ""
    who = event.actor_id
    value = f"{event.activity} {event.outcome} {who} {place}"
    for subject in subjects(event):
        yield Point(about(subject), value, event.time, event.act, note, HOUR)


def _of_image(event: Event, image: Image) -> Iterator[Point]:
    key, home = image.key, image.home
    if key and event.awaits is None:
        yield Point(told(key), made(event), event.time, event.act, image.tag or "")
    if event.activity is Activity.WORKLOAD_DEPLOYED:
        yield from _use(event, image)
    elif (
        event.activity is Activity.WORKLOAD_DEFINED and event.workload and event.workload.definition
    ):
        yield from _runs(event, image)
        name = event.workload.definition
        yield Point(definition(name), image.reference, event.time, event.act)
        for subject in _names(image):
            yield Point(defined(subject), name, event.time, event.act, once=DAY)
    elif event.activity in PUTS and home:
        yield from _push(event, image, home)


def _use(event: Event, image: Image) -> Iterator[Point]:
    yield from _uses(event, _names(image))
    yield from _runs(event, image)


def _runs(event: Event, image: Image) -> Iterator[Point]:
    if image.home:
        yield Point(runs(image.home), event.workload_label, event.time, event.act, once=DAY)


def _names(image: Image) -> list[str]:
    """By what a workload may name the image."""
    return [name for name in (image.key, image.tagged) if name]


def _uses(event: Event, named: Iterable[str]) -> Iterator[Point]:
    """The workload names an image, or a task definition, which names the images."""
    note, once = (event_note(event), HOUR) if is_bulk(event) else ("", 0)
    for name in named:
        yield Point(use(name), event.workload_label, event.time, event.act, note, once)


def names(event: Event) -> list[str]:
    """By what a workload may name the images of ``event``, or the children of an index."""
    found: list[str] = []
    for image in event.images:
        found += _names(image)
        if image.home:
            found += [f"{image.home}@{child}" for child in image.children]
    return found


def _push(event: Event, image: Image, home: str) -> Iterator[Point]:
    who = event.actor_id
    yield Point(pushers(home), who, event.time, event.act, once=DAY)
    if event.principal:
        yield Point(reach(who), home, event.time, event.act, once=DAY)
        if image.runnable:
            yield Point(pushes(home), image.digest or "", event.time, event.act)
    if image.tag:
        if image.key and image.tagged:
            yield Point(tags_of(image.key), image.tagged, event.time, event.act, once=DAY)
        moved = Move.of(event, image)
        note = _encoder.encode(moved).decode()
        yield Point(tag_of(home, image.tag), moved.digest, event.time, event.act, note)
        yield Point(tags_like(home, image.tag), image.tag, event.time, event.act, note)
    if image.key:
        for child in image.children:
            yield from _one_image(event, image.key, f"{home}@{child}")
        origin = event.origin if event.principal is None else None
        if origin and origin.key and origin.digest == image.digest:
            yield from _one_image(event, origin.key, image.key)


def _one_image(event: Event, whole: str, part: str) -> Iterator[Point]:
    """An index and its children, or an image and the replica that a registry made by itself."""
    yield Point(index_of(part), whole, event.time, event.act)
    yield Point(children_of(whole), part, event.time, event.act)


def _of_actor(event: Event) -> Iterator[Point]:
    if event.activity is Activity.REGISTRY_LOGIN and event.principal and event.client:
        note = event_note(event)
        session = event.credential.session if event.credential else None
        value = f"{session} {event.client.address}"
        yield Point(logins(event.principal.id), value, event.time, event.act, note, HOUR)
