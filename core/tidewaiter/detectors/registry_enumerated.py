"""Somebody looked through a registry: many repositories, or a few with many catalogues.

Who holds a stolen key first finds out what it opens.  The Cloud Container Attack Tool asks for
the repositories of a region, then for the tags in each, and goes on to the next region, seconds
apart.  Pipelines look at their own few repositories; inventories and scanners look at all of them,
but do so every day, and are quiet for that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import counted, days
from tidewaiter.detectors.interface import (
    Claim,
    Detector,
    Seen,
    threshold_of,
    window_of,
)
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event, Severity
from tidewaiter.sightings import event_note
from tidewaiter.topics import DAY, HOUR

_REGIONS = 3  # catalogues of so many regions are asked for by nobody who knows where his images are
_SOME = 2  # repositories are asked for by who goes on from there
_HABIT = 2  # who did so on so many earlier days does so regularly
_MOST = 50  # repositories of one call that are remembered
_WORK = frozenset({Activity.IMAGE_PUSHED, Activity.IMAGE_PULLED, Activity.REGISTRY_LISTED})
# Whatever starts machines lists machine images all day long.
_MACHINE_IMAGES = frozenset({"ec2.amazonaws.com", "compute.googleapis.com"})
# Programs that look through everything for a living.  An agent is easily forged, so they are told.
_SURVEYORS = frozenset(
    {"console", "terraform", "pulumi", "ansible", "trivy", "grype", "snyk", "wiz", "cloudformation"}
)


def _listed(who: str) -> str:
    """What a principal listed, once an hour: the region and, unless it was the catalogue, the
    repository; with the event in the note.
    """
    return f"listed by {who}"


def _watched(account: str | None) -> str:
    """That there was work with images in an account or project, once a day."""
    return f"watched {account or ''}"


def _places(event: Event) -> list[str]:
    """Where the event looked, as :func:`_listed` has it."""
    listing = event.activity is Activity.REGISTRY_LISTED
    if not listing or event.principal is None or event.service in _MACHINE_IMAGES:
        return []
    homes = dict.fromkeys(image.home for image in event.images[:_MOST] if image.home)
    return [f"{event.region or ''} {home}" for home in homes or ("",)]


def facts(event: Event) -> Iterable[Point]:
    """Remember what was listed, and since when the account is watched."""
    if event.activity in _WORK:
        yield Point(_watched(event.account), "", event.time, event.act, once=DAY)
    for place in _places(event):
        topic = _listed(event.actor_id)
        yield Point(topic, place, event.time, event.act, event_note(event), HOUR)


def revisits(event: Event) -> Iterable[str]:
    """One of the next listings is the one too many."""
    return [_listed(event.actor_id)] if _places(event) else []


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find the listing by which it became an enumeration."""
    mine = _places(event)
    if not mine:
        return
    topic, threshold = _listed(event.actor_id), threshold_of(DETECTOR, seen.settings)
    known = {point.value for point in seen.before(topic, window_of(DETECTOR, seen.settings))}
    now = known.union(mine)
    if _is_much(known, threshold) or not _is_much(now, threshold):
        return
    if _is_regular(seen.aged(topic), threshold):
        return
    survey = event.client is not None and event.client.family in _SURVEYORS
    name = event.principal.label if event.principal else event.actor_id
    yield Claim(
        reason=f"{name} looked through {_told(now)}, which it does not usually do",
        confidence=Confidence.LOW if survey else None,
        held=_not_known(event, seen),
    )


def _homes(places: Collection[str]) -> set[str]:
    return {place.partition(" ")[2] for place in places} - {""}


def _catalogues(places: Collection[str]) -> set[str]:
    """The regions of which the catalogue was asked for."""
    return {region for region, _, home in (place.partition(" ") for place in places) if not home}


def _is_much(places: Collection[str], threshold: int) -> bool:
    """Half as many repositories are enough for who asked for a catalogue first, and some for who
    asked for those of several regions; one is what a script asks for that looks for its own.
    """
    homes, catalogues = len(_homes(places)), len(_catalogues(places))
    needed = (threshold + 1) // 2 if catalogues else threshold
    return homes >= needed or (catalogues >= _REGIONS and homes >= _SOME)


def _is_regular(points: Iterable[Point], threshold: int) -> bool:
    by_day: defaultdict[date, set[str]] = defaultdict(set)
    for point in points:
        by_day[point.time.date()].add(point.value)
    return sum(_is_much(places, threshold) for places in by_day.values()) >= _HABIT


def _not_known(event: Event, seen: Seen) -> str | None:
    """Regular work has to be watched for some days before what is not regular can be told."""
    watched, needed = days(seen.aged(_watched(event.account))), seen.settings.learning.days
    if watched >= needed:
        return None
    return (
        f"{event.account} has work with images on {counted(watched)}, and is known after {needed}"
    )


def _told(places: Collection[str]) -> str:
    homes, catalogues = len(_homes(places)), len(_catalogues(places))
    listed = [f"{homes} repositor{'ies' if homes > 1 else 'y'}"] if homes else []
    if catalogues:
        listed.append(f"the catalogue{f's of {catalogues} regions' if catalogues > 1 else ''}")
    return " and ".join(listed)


DETECTOR = Detector(
    id="registry-enumerated",
    title="Somebody looked through a registry",
    headline="Somebody looked through a registry that they do not usually list",
    techniques=("T1525", "T1613"),
    providers=frozenset({"aws", "gcp"}),
    needs=frozenset({Evidence.READS}),
    judges=frozenset({Activity.REGISTRY_LISTED}),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "An inventory, a scanner or a migration begins its work, or has a new role.",
        "A person looks for an image in the console, or plans infrastructure by hand.",
        "The security team finds out what a key opens.",
    ),
    blind_spots=(
        "Azure does not log who lists a registry's catalogue or tags.",
        "Catalogues alone, of however many regions: scripts that look for one image ask for them.",
        "Google's listings, where Data Access logs of reads are off; registries open to everybody.",
        "Listings so slow that few fall into one hour, or by somebody who lists all every day.",
    ),
    steps=(
        "Ask {principal} what they looked for.",
        "See whether {principal} pulled or pushed anything afterwards.",
        "Disable the credential {credential} if nobody knows of it.",
    ),
    quiet_if="{principal} takes stock of the registry from now on: it is known after two days.",
    references=(
        "https://attack.mitre.org/techniques/T1613/",
        "https://github.com/RhinoSecurityLabs/ccat",
        "https://rhinosecuritylabs.com/aws/cloud-container-attack-tool/",
    ),
    facts=facts,
    revisits=revisits,
    check=check,
    slack=timedelta(0),  # else every listing would have those of twenty minutes judged again
    window=timedelta(hours=1),
    threshold=10,
)
