"""Content came from a registry, bucket, account or project of somebody else.

Nobody pushes in this attack: the registry itself is told to fetch the implant (ACR's import, ECR's
pull-through cache and replication), or a machine image is copied from an account, project or bucket
that the attacker filled.  Quiet are origins that are ours, mirrors, and what came before: the same
publisher into the same repository, or the same principal from the same publisher.
"""

from collections.abc import Iterable

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import counted, days
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.detectors.origins import COPIES, facts, imports, is_expected, place_of
from tidewaiter.findings import Confidence
from tidewaiter.model import Activity, Event, Image, Severity
from tidewaiter.publishers import publisher_of
from tidewaiter.wording import shown


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find content of an origin that is not ours and not usual."""
    if not event.images or not _comes_from_elsewhere(event):
        return
    image = event.images[0]
    if is_expected(event, image, seen):
        return
    publisher = publisher_of(event.origin) if event.origin else None
    by_itself = event.principal is None
    name = "the provider itself" if event.principal is None else event.principal.label
    yield Claim(
        image=image if image.key or image.tag else None,
        reason=f"{_what(image)} was copied from {_whence(event)} by {name}",
        severity=Severity.LOW if by_itself else None,
        confidence=None if publisher else Confidence.LOW,
        held=_not_known(event, image, seen) if by_itself or _is_pipeline(event) else None,
    )


def _comes_from_elsewhere(event: Event) -> bool:
    """Whether it is a copy into a registry or account, of another image or file.

    The log of an import may leave out from where: then it names no repository, or no image yet.
    """
    if event.awaits is not None:
        return False
    image = event.images[0]
    if event.origin is not None:
        stored = event.activity is Activity.IMAGE_COPIED and not (image.home or image.machine_image)
        return not stored and (publisher_of(event.origin) is not None or _is_copy(event))
    if event.activity is Activity.IMAGE_COPIED:
        return image.registry is not None and image.repository is None
    return image.machine_image is None


def _is_copy(event: Event) -> bool:
    """An AMI does not tell whose it is; that it was never made here says enough."""
    return event.activity is Activity.IMAGE_COPIED


def _what(image: Image) -> str:
    return shown(image) if image.key or image.tag or image.repository else "an image"


def _whence(event: Event) -> str:
    """Name the origin; who published it, where that tells more."""
    origin = event.origin
    if origin is None:
        return "an origin that the log does not tell"
    publisher = publisher_of(origin)
    name = origin.tagged or origin.home or origin.machine_image or origin.name
    return f"{name} ({publisher or 'made by nobody known'})"


def _is_pipeline(event: Event) -> bool:
    return event.principal is not None and event.principal.is_pipeline


def _not_known(event: Event, image: Image, seen: Seen) -> str | None:
    """What is copied by itself may always have been: it takes some days to know."""
    place, needed = place_of(event, image), seen.settings.learning.days
    known = days(seen.aged(imports(place)))
    if known >= needed:
        return None
    return f"{place} has imports on {counted(known)}, and is known after {needed}"


DETECTOR = Detector(
    id="image-imported",
    title="An image came from a registry, bucket, account or project of somebody else",
    headline="{image} was imported from somewhere else",
    techniques=("T1525",),
    providers=frozenset({"aws", "azure", "gcp"}),
    needs=frozenset({Evidence.MACHINE_IMAGES}),
    judges=COPIES,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "An image of a supplier, or a public one, is brought in on purpose for the first time.",
        "The other account, project or registry is ours, and not yet named in [organization].",
        "A copy for disaster recovery, of an image that was made before logs arrived.",
    ),
    blind_spots=(
        "Content that is pulled from elsewhere and pushed as one's own.",
        "New content of an origin that is copied regularly.",
        "ACR's own log of an import tells no origin: only the Activity Log does.",
        "AMIs do not tell whose they are; one never made here counts as somebody else's.",
    ),
    steps=(
        "Ask {principal} where {image} comes from, and who reviewed it.",
        "Stop deployments of {image} until that is answered.",
        "Look at what else was imported into {home}.",
    ),
    quiet_if="its origin is a mirror or ours: name it in tidewaiter.toml.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://learn.microsoft.com/azure/container-registry/container-registry-import-images",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html",
        "https://cloud.google.com/compute/docs/images/create-custom",
    ),
    facts=facts,
    check=check,
)
