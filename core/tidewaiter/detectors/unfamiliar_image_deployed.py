"""A workload runs an image from a registry, account or project that was never used here.

Who can deploy needs no implant in our registries: an image of the attacker's own does as well.
Asked is who published the image (the namespace of a public registry, the account or project behind
it), in the account or cluster where it runs; each new publisher is told once.  Quiet are publishers
that are ours, registries that are declared, and repositories whose pushes we see.
"""

from collections.abc import Iterable

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import counted, days
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event, Image, Severity
from tidewaiter.patterns import fits
from tidewaiter.publishers import Publisher, is_own, publisher_of
from tidewaiter.topics import DAY, pushers
from tidewaiter.wording import shown


def _published(scope: str) -> str:
    """The publishers of what runs in an account or cluster, once a day."""
    return f"publishers {scope}"


def _scope(event: Event) -> str:
    """The account, or the cluster where a log tells no account."""
    cluster = (event.workload and event.workload.scope) or ""
    return event.account or cluster.partition("/")[0]


def _publishers(event: Event) -> dict[Publisher, Image]:
    """Each publisher of an image of the workload, with the first image of it."""
    deployed = event.activity is Activity.WORKLOAD_DEPLOYED
    named = {publisher_of(image): image for image in reversed(event.images) if deployed}
    return {publisher: image for publisher, image in named.items() if publisher}


def facts(event: Event) -> Iterable[Point]:
    """Remember who published what runs."""
    for publisher in _publishers(event):
        yield Point(_published(_scope(event)), str(publisher), event.time, event.act, once=DAY)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find images of publishers of whom nothing ran here before."""
    scope = _scope(event)
    for publisher, image in _publishers(event).items():
        known = any(point.value == str(publisher) for point in seen.before(_published(scope)))
        if not known and not _is_expected(event, publisher, image, seen):
            yield Claim(
                image=image,
                subject=str(publisher),
                reason=(
                    f"{event.workload_label} runs {shown(image)}; nothing of {publisher} ran"
                    f" in {scope or 'this place'} in the last 90 days"
                ),
                held=_not_known(scope, seen),
            )


def _is_expected(event: Event, publisher: Publisher, image: Image, seen: Seen) -> bool:
    """Whether it is ours, or of a registry that is declared."""
    names = (image.home, image.machine_image)
    return (
        is_own(publisher, event, seen.settings.organization)
        or any(fits(name, seen.settings.registries.declared) for name in names)
        or bool(image.home and seen.aged(pushers(image.home)))
    )


def _not_known(scope: str, seen: Seen) -> str | None:
    """What runs in a place takes some days to know."""
    known, needed = days(seen.aged(_published(scope))), seen.settings.learning.days
    if known >= needed:
        return None
    return f"{scope} has deployments on {counted(known)}, and is known after {needed}"


DETECTOR = Detector(
    id="unfamiliar-image-deployed",
    title="A workload runs an image of a publisher never used there",
    headline="{image}, of a publisher never used there, is running",
    techniques=("T1610", "T1204.003"),
    machine_techniques=("T1578.002", "T1204.003"),
    providers=frozenset({"aws", "azure", "gcp", "kubernetes"}),
    needs=frozenset({Evidence.DEPLOYMENTS}),
    judges=frozenset({Activity.WORKLOAD_DEPLOYED}),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "A product of another vendor is tried out, or taken into use.",
        "A new version of a product, or of the cluster itself, comes from another registry.",
    ),
    blind_spots=(
        "Another image of a publisher that is used already, as of docker.io/library.",
        "AMIs do not tell whose they are; Azure's marketplace names no subscription.",
        "An account or cluster with deployments on fewer than five earlier days.",
    ),
    steps=(
        "Ask who decided to run {image} as {workload}, and who reviewed it.",
        "If nobody did: isolate {workload}, and keep its memory and disk for forensics.",
        "Replace every secret that {workload} could read.",
    ),
    quiet_if="{image} is wanted: add its registry to declared in [registries].",
    references=(
        "https://attack.mitre.org/techniques/T1610/",
        "https://attack.mitre.org/techniques/T1204/003/",
        "https://kubernetes.io/docs/concepts/containers/images/",
    ),
    facts=facts,
    check=check,
    tells_of_use=True,
    evidence=False,
)
