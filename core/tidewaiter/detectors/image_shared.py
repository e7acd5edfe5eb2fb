"""An image, or a registry with all its images, was opened to everybody, or to somebody outside.

Sharing brings an implant to its victims, and takes a machine's disk out of the company.  Accounts,
tenants, projects and organisations that ``tidewaiter.toml`` names as ours are quiet, and so is
taking a share back.  Tools state a registry's policy again and again: it is told once.
"""

from collections.abc import Iterable, Sequence

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.detectors.transitions import KNOWN, is_news, set_to, topics_of
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event, Grant, Image, Severity
from tidewaiter.ownership import is_ours
from tidewaiter.wording import shown

_OPENINGS = frozenset({"anonymous pull"})
_WORDS = {"unit": "organizational unit"}


def _opened(event: Event) -> str:
    """To whom a repository, or a registry, was opened."""
    home = event.images[0].home if event.images else None
    return f"opened {home or f'{event.account} {event.region}'}"


def _disk(name: str) -> str:
    """The machine images that were made of a snapshot."""
    return f"disk {name}"


def _disk_shared(name: str) -> str:
    """The shares of a snapshot."""
    return f"disk shared {name}"


def _snapshot(event: Event) -> str | None:
    """The snapshot that is shared, where it is no image."""
    image = event.images[0] if event.images else Image()
    shared = event.activity is Activity.IMAGE_SHARED and image.key is None
    return image.name if shared else None


def facts(event: Event) -> Iterable[Point]:
    """Remember to whom a registry is open, which disks images are made of, and what is shared."""
    yield from set_to(event, _OPENINGS)
    if event.activity is Activity.REGISTRY_CHANGED:
        for grant in event.grants:
            yield Point(_opened(event), _named(grant), event.time, event.act)
    image = event.images[0].machine_image if event.images else None
    if event.activity is Activity.IMAGE_CREATED and image and event.origin and event.origin.name:
        yield Point(_disk(event.origin.name), image, event.time, event.act)
    snapshot = _snapshot(event)
    if snapshot:
        yield Point(_disk_shared(snapshot), "", event.time, event.act)


def revisits(event: Event) -> Iterable[str]:
    """What was open already is no news; a snapshot is an image's disk once the image is made."""
    yield from topics_of(event, _OPENINGS)
    if event.activity is Activity.REGISTRY_CHANGED and event.grants:
        yield _opened(event)
    if event.activity is Activity.IMAGE_CREATED and event.origin and event.origin.name:
        yield _disk_shared(event.origin.name)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find grants to those who are not ours."""
    foreign = [
        grant for grant in event.grants if not is_ours(grant, event, seen.settings.organization)
    ]
    snapshot = _snapshot(event)
    if event.activity is Activity.REGISTRY_CHANGED:
        yield from _registry_opened(event, seen, foreign)
    elif snapshot:
        yield from _disk_opened(snapshot, seen, foreign)
    elif foreign or not event.grants:
        what = shown(event.images[0]) if event.images else "an image"
        yield Claim(
            reason=f"{what} shared with {_listed(foreign) or 'others unknown'}",
            confidence=None if foreign else Confidence.LOW,
        )


def _registry_opened(event: Event, seen: Seen, foreign: Sequence[Grant]) -> Iterable[Claim]:
    """Where images are copied on is another detector's: see registry-guard-weakened."""
    for change in event.changes:
        if change.what in _OPENINGS and change.to == "on" and is_news(change, seen):
            yield Claim(subject=change.what, reason=f"{change.of} opened to everybody")
    known = {point.value for point in seen.before(_opened(event), KNOWN)}
    new = [grant for grant in foreign if _named(grant) not in known]
    if new and not any(change.what == "replication" for change in event.changes):
        what = shown(event.images[0]) if event.images else "the registry"
        yield Claim(subject="policy", reason=f"{what} opened to {_listed(new)}")


def _disk_opened(snapshot: str, seen: Seen, foreign: Sequence[Grant]) -> Iterable[Claim]:
    """A snapshot is an image's disk if an image was made of it; of others nobody knows."""
    if foreign:
        made = seen.before(_disk(snapshot), KNOWN)
        image = Image(machine_image=made[-1].value) if made else None
        of = f", the disk of {made[-1].value}," if made else ""
        yield Claim(
            image=image,
            reason=f"{snapshot}{of} shared with {_listed(foreign)}",
            severity=None if made else Severity.MEDIUM,
            confidence=None if made else Confidence.LOW,
        )


def _listed(grants: Sequence[Grant]) -> str:
    return ", ".join(dict.fromkeys(_named(grant) for grant in grants))


def _named(grant: Grant) -> str:
    if grant.kind == "public":
        return "everybody"
    return f"{_WORDS.get(grant.kind, grant.kind)} {grant.to or '?'}"


DETECTOR = Detector(
    id="image-shared",
    title="An image was shared outside the organisation",
    headline="{image} was shared outside the organisation",
    techniques=("T1525", "T1537"),
    providers=frozenset({"aws", "azure", "gcp"}),
    needs=frozenset({Evidence.SHARES}),
    judges=frozenset({Activity.IMAGE_SHARED, Activity.REGISTRY_CHANGED}),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    false_positives=(
        "The other account is ours, and not yet named in [organization].",
        "A product is published as an image on purpose.",
        "An image is handed to a supplier or an auditor.",
    ),
    blind_spots=(
        "A snapshot that an image is made of is known only where the log of the making names it.",
        "A registry that was closed, and is opened to the same again.",
        "Google principals: a user's e-mail address does not tell its organisation.",
        "Copies that the other account made before the share was taken back.",
    ),
    steps=(
        "Take the share of {image} back, unless it was meant.",
        "Ask {principal} for the reason.",
        "Look for keys and data in it: the other side knows them now.",
    ),
    quiet_if="the other side is ours: name it in [organization] of tidewaiter.toml.",
    references=(
        "https://attack.mitre.org/techniques/T1537/",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html",
        "https://learn.microsoft.com/azure/virtual-machines/share-gallery",
    ),
    span=KNOWN,
    facts=facts,
    revisits=revisits,
    check=check,
)
