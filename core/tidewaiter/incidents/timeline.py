"""Everything that belongs to a story, in order: what was done to its images, and what its actors
did then.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tidewaiter import topics
from tidewaiter.archive import Archive
from tidewaiter.enrich.login import TOKEN_LIFE, carried
from tidewaiter.findings import Moment, SourceSeen
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.memory.interface import EVER, Point
from tidewaiter.model import Activity, Client, Event, Zone
from tidewaiter.twins import tellers, without_twins
from tidewaiter.wording import summarise

AROUND = timedelta(hours=24)  # what an actor did so long before and after is part of the story
Events = dict[str, Event]  # by act

_WORKLOADS = frozenset({Activity.WORKLOAD_DEFINED, Activity.WORKLOAD_DEPLOYED})
_TEMPORARY = "ASIA"  # the prefix of AWS's session keys, which nobody can disable
MOST = 200  # moments; a story is read by a person
_OPEN = frozenset({Zone.EXTERNAL, Zone.INTERNAL, Zone.TRUSTED})
_ZONES = {**{zone: str(zone) for zone in _OPEN}, Zone.CLOUD_SERVICE: "service"}  # of docs/json.md


class Timeline(Struct, frozen=True):
    """The moments of a story, where its actors' calls came from, and their lasting keys.

    ``keys`` has the first long-lived credential that each principal used (a login's, where the push
    carries a temporary one).
    """

    moments: tuple[Moment, ...]
    sources: tuple[SourceSeen, ...]
    keys: dict[str, str]


def gather(archive: Archive, accusations: Sequence[Accusation]) -> Timeline:
    """Return the timeline of a group of findings, which is in order of time."""
    events = {one.event.act: one.event for one in accusations}
    _add_images(archive, accusations, events)
    _add_replaced(archive, accusations, events)
    _add_actors(archive, accusations, events)
    actors = {
        one.event.principal.id for one in accusations if _implants(one) and one.event.principal
    }
    accused = frozenset(one.event.act for one in accusations if _implants(one))
    return told(archive, events.values(), actors, accused)


def told(
    archive: Archive,
    events: Iterable[Event],
    actors: set[str] | None = None,
    accused: frozenset[str] = frozenset(),
) -> Timeline:
    """Return the moments of ``events``, in order, and the sources of those by ``actors``
    (``None``: all), those of the ``accused`` acts first.
    """
    known = {event.act: event for event in events}
    for event in tuple(known.values()):
        for teller in _loaded(archive, tellers(event, archive.memory)):
            known.setdefault(teller.act, teller)
    ordered = without_twins(sorted(known.values(), key=lambda event: (event.time, event.act)))
    clients = [(event, client_of(archive, event)) for event in ordered]
    moments = tuple(_moment(event, client) for event, client in clients[:MOST])
    theirs = [
        (event, client)
        for event, client in clients
        if actors is None or (event.principal and event.principal.id in actors)
    ]
    theirs.sort(key=lambda seen: seen[0].act not in accused)
    return Timeline(moments, _sources(theirs), _lasting_keys(event for event, _ in theirs))


def _lasting_keys(events: Iterable[Event]) -> dict[str, str]:
    found: dict[str, str] = {}
    for event in events:
        key = event.credential.id if event.credential else None
        if key and event.principal and not key.startswith(_TEMPORARY):
            found.setdefault(event.principal.id, key)
    return found


def _implants(one: Accusation) -> bool:
    return not one.detector.tells_of_use


def _add_images(
    archive: Archive, accusations: Sequence[Accusation], events: dict[str, Event]
) -> None:
    """Add all that happened to the images of the story."""
    keys = {one.image_key for one in accusations if one.image_key}
    family = {member for key in keys for member in archive.family(key)}
    for key in sorted(family):
        subject = key.rpartition("@")[2]
        for event in _recalled(archive, topics.about(subject), *EVER):
            if any(image.key in family for image in event.images):
                events.setdefault(event.act, event)


def _add_replaced(
    archive: Archive, accusations: Sequence[Accusation], events: dict[str, Event]
) -> None:
    """Add the push of what was there before: who put it there, and when."""
    for one in accusations:
        if one.claim.previous and one.image:
            topic = topics.about(one.claim.previous)
            pushed = [
                event
                for event in _recalled(archive, topic, EVER[0], one.time)
                if event.activity is Activity.IMAGE_PUSHED
                and event.done
                and any(image.home == one.image.home for image in event.images)
            ]
            for event in without_twins(pushed)[-1:]:
                events.setdefault(event.act, event)


def _add_actors(
    archive: Archive, accusations: Sequence[Accusation], events: dict[str, Event]
) -> None:
    """Add what the implanters did to images around it; a pipeline does too much to be of use."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for one in accusations:
        if one.actor:
            times[one.actor].append(one.time)
    for actor, found in times.items():
        for since, until in _around(found):
            for event in _recalled(archive, topics.about(actor), since, until):
                if event.activity not in _WORKLOADS:
                    events.setdefault(event.act, event)


def _around(times: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Return the spans around ``times``, which are in order; those that meet are one."""
    spans: list[tuple[datetime, datetime]] = []
    for time in times:
        since, until = time - AROUND, time + AROUND
        if spans and since <= spans[-1][1]:
            since, _ = spans.pop()
        spans.append((since, until))
    return spans


def _recalled(archive: Archive, topic: str, since: datetime, until: datetime) -> list[Event]:
    return _loaded(archive, archive.memory.recall((topic,), since, until)[topic])


def _loaded(archive: Archive, points: Iterable[Point]) -> list[Event]:
    """Return the events of ``points`` that are not forgotten."""
    return [event for point in points if (event := archive.load(point))]


def client_of(archive: Archive, event: Event) -> Client | None:
    """The client behind ``event``: its login's, where the provider hides it."""
    if event.principal is None:
        return event.client
    topic = topics.logins(event.principal.id)
    known = archive.memory.recall((topic,), event.time - TOKEN_LIFE, event.time)[topic]
    return carried(event, known, archive.enricher)


def _moment(event: Event, client: Client | None) -> Moment:
    return Moment(
        time=event.time,
        event_id=event.id,
        provider=event.provider,
        activity=event.activity,
        operation=event.operation,
        summary=summarise(event, client),
    )


def _sources(seen: Sequence[tuple[Event, Client | None]]) -> tuple[SourceSeen, ...]:
    """Each address once, with the agents seen from it; a hidden one counts only if there is no
    other.
    """
    clients: dict[str | None, Client] = {}
    agents: dict[str | None, dict[str, None]] = defaultdict(dict)
    for client in (one for _, one in seen if one and (one.address or one.user_agent)):
        clients.setdefault(client.address, client)
        if client.user_agent:
            agents[client.address][client.user_agent] = None
    open_ones = [one for one in clients.values() if one.zone in _OPEN]
    return tuple(
        SourceSeen(
            ip=one.address,
            zone=_ZONES.get(one.zone) if one.zone else None,
            country=one.country,
            user_agents=tuple(agents[one.address]),
        )
        for one in open_ones or clients.values()
    )
