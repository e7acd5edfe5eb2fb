"""Somebody works on images from where they never were.

Who uses a stolen credential rarely sits in its owner's network.  Machines do not travel, so for
them any new network, autonomous system or country counts; for a stolen pipeline's credential no
log has another witness, and all its work from one new place is one story.  People do: of them only
the coarsest that is known counts, which is the country where ``[geolocation]`` has files.  Who
comes from many, like hosted build agents, has no usual one.

Files tell countries, and no distances: that two places are too far apart for the time is said of
a person who is in a new country within an hour of another one.  A login tells from where its
principal pushes, and is itself judged by the list of denied countries alone.  Where one credential
logged in from several networks, a push that hides its own may be from any: the new one counts.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from ipaddress import ip_network
from itertools import chain

from msgspec.structs import replace

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import counted, days
from tidewaiter.detectors.interface import Claim, Detector, Seen, Story, threshold_of, window_of
from tidewaiter.enrich.login import TOKEN_LIFE, is_hidden, others
from tidewaiter.enrich.network import prefix, zone
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import (
    Activity,
    Client,
    Event,
    Image,
    Principal,
    Severity,
    Zone,
)
from tidewaiter.sightings import event_note, is_bulk
from tidewaiter.topics import DAY, HOUR, about, logins

_WORK = frozenset(
    {
        Activity.IMAGE_PUSHED,
        Activity.IMAGE_COPIED,
        Activity.IMAGE_CREATED,
        Activity.IMAGE_SHARED,
        Activity.REGISTRY_LOGIN,
    }
)
_PRIVATE = 16  # a private network of a cloud is no larger, and its machines move all over it
_OF_MANY = "worked on {count} repositories from a new place"
_RECENT = 30  # networks of which country and system are looked up


def _places(principal: str) -> str:
    """The networks that a principal worked from, once a day."""
    return f"places {principal}"


def _steps(principal: str) -> str:
    """The same, once an hour."""
    return f"steps {principal}"


def facts(event: Event) -> Iterable[Point]:
    """Remember the network; country and system are looked up when somebody asks."""
    network = _network(event.client)
    if event.activity in _WORK and event.principal and network:
        who, note = event.principal.id, event_note(event) if is_bulk(event) else ""
        yield Point(_places(who), network, event.time, event.act, note, DAY)
        yield Point(_steps(who), network, event.time, event.act, note, HOUR)


def revisits(event: Event) -> Iterable[str]:
    """A login tells from where its principal pushes, and any work where a person just was."""
    who = event.principal
    if who is None or event.activity not in _WORK:
        return
    if event.activity is Activity.REGISTRY_LOGIN or who.is_person:
        yield about(who.id)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find a denied country, or else a place that is new to the principal."""
    client = seen.client()
    image = next((image for image in event.images if image.runnable), None)
    if client is None or (event.images and image is None):
        return
    if client.country in seen.settings.geolocation.deny:
        name = event.principal.label if event.principal else "somebody unknown"
        place = f"{client.country} ({client.address})"
        yield Claim(
            image=image,
            reason=f"{name} worked from {place}, which [geolocation] denies",
            severity=Severity.HIGH,
        )
    elif event.principal and event.activity is not Activity.REGISTRY_LOGIN:
        places = _places_behind(event, event.principal, client, seen)
        claims = (_unusual(image, event.principal, one, seen) for one in places.values())
        for claim in chain.from_iterable(claims):
            yield replace(claim, reason=claim.reason + _ambiguous(places))
            return


def _places_behind(
    event: Event, who: Principal, client: Client, seen: Seen
) -> dict[str | None, Client]:
    """The networks that the event may be from, each with its client, the likeliest first."""
    places = {_network(client): client}
    if is_hidden(event.client):
        points = seen.before(logins(who.id), TOKEN_LIFE)
        known = [login for point in points if (login := seen.event(point)) is not None]
        for other in others(event, known):
            places.setdefault(_network(other), other)
    return places


def _ambiguous(places: dict[str | None, Client]) -> str:
    """What to add where it is not sure from which place."""
    if len(places) == 1:
        return ""
    named = " and ".join(sorted(filter(None, places)))
    return f"; the credential logged in from {named}, and no log tells which of them did this"


def _unusual(image: Image | None, who: Principal, client: Client, seen: Seen) -> Iterable[Claim]:
    network, known = _network(client), seen.aged(_places(who.id))
    if network is None or not known or any(point.value == network for point in known):
        return
    machine = who.is_machine
    if client.zone is Zone.TRUSTED and not machine:
        return  # people of ours come from there
    compared = _compared(client, network, known, seen)
    most = threshold_of(DETECTOR, seen.settings)
    new = [
        (here, usual)
        for here, usual in (compared if machine else compared[:1])
        if here not in usual and len(usual) <= most
    ]
    if not new:
        return
    here, usual = new[0]
    abroad, person = here == client.country, who.is_person
    before = _just_before(who, client, seen) if abroad and person else None
    since = f"; shortly before from {before}" if before else ""
    yield Claim(
        image=image,
        reason=(
            f"{who.label} worked from {here} ({client.address}), and in the last 90 days only "
            f"from {', '.join(sorted(usual))}{since}"
        ),
        severity=None if machine or before else Severity.LOW,
        confidence=None if machine or abroad else Confidence.LOW,
        held=_not_known(who, known, seen),
        story=Story(f"{who.id} from {network}", _OF_MANY) if machine else None,
    )


def _network(client: Client | None) -> str | None:
    """The prefix of the address, or all of a private network."""
    address = client.address if client else None
    found = prefix(address)
    if found and zone(address) is Zone.INTERNAL and "." in found:
        return str(ip_network(found).supernet(new_prefix=_PRIVATE))
    return found


def _compared(
    client: Client, network: str, known: Sequence[Point], seen: Seen
) -> list[tuple[str, set[str]]]:
    """Where the client is, and where its principal was: country, autonomous system and network, as
    far as both are told.
    """
    clients: list[Client] = []
    if client.country or client.asn:
        one_each = {point.value: point for point in reversed(known)}
        events = [seen.event(point) for point in list(one_each.values())[:_RECENT]]
        clients = [event.client for event in events if event and event.client]
    found = [
        (client.country, {one.country for one in clients if one.country}),
        (_system(client), {_system(one) for one in clients if one.asn}),
        (network, {point.value for point in known}),
    ]
    return [(here, usual) for here, usual in found if here and usual]


def _system(client: Client) -> str:
    return f"AS{client.asn}" if client.asn else ""


def _just_before(who: Principal, client: Client, seen: Seen) -> str | None:
    """Another country where the principal was within the hour."""
    recent = seen.before(_steps(who.id), window_of(DETECTOR, seen.settings))
    events = [seen.event(point) for point in reversed(recent)]
    countries = [event.client.country for event in events if event and event.client]
    return next((one for one in countries if one and one != client.country), None)


def _not_known(who: Principal, known: Sequence[Point], seen: Seen) -> str | None:
    seen_on, needed = days(known), seen.settings.learning.days
    if seen_on >= needed:
        return None
    return f"{who.label} worked on {counted(seen_on)}, and is known after {needed}"


DETECTOR = Detector(
    id="unusual-location",
    title="Image work from a place that is new to its principal",
    headline="{image} was worked on from an unusual place",
    techniques=("T1525", "T1078.004"),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.CLIENTS}),
    judges=_WORK,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "The pipeline moved to other build agents, or its gateway got another address.",
        "Somebody travels, or works from another home.",
        "One credential serves agents in two networks: any push of 12 hours may be from the new.",
        "The files of [geolocation] are old, or a provider moved its addresses.",
    ),
    blind_spots=(
        "A stolen credential that is used in its owner's own network, or through it.",
        "A principal that comes from more than three networks, or countries, has no usual one.",
        "A principal with image work on fewer than five earlier days: nothing is usual there yet.",
        "One private network is not told from another where both begin with the same two numbers.",
        "A person's new network without files, which is information, or inside the usual country.",
        "Clouds hide the address of some calls; without a login before, nobody can tell.",
    ),
    steps=(
        "Ask who runs {principal} whether it moved, or where they are.",
        "Disable the credential {credential} until that is answered.",
    ),
    quiet_if="{principal} moved or travels; a new place is known after one day.",
    references=(
        "https://attack.mitre.org/techniques/T1078/004/",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html",
    ),
    facts=facts,
    revisits=revisits,
    span=TOKEN_LIFE,
    window=timedelta(hours=1),
    threshold=3,
    check=check,
    judges_place=True,
    per_day=True,
    of_many=_OF_MANY,
)
