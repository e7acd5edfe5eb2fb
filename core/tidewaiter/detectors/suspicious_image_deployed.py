"""An image that an open incident is about starts to run.

This is what the implanter waited for: the company's own pipeline deploys the backdoor.  The
workload names its image by digest, by tag (then it is what the tag pointed to at that time), by a
task definition, or by a machine image's id.  What is hardly suspicious stays so, unless nothing of
its repository ran when it came: it was low because nothing did.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector, Seen, weight
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event, Image, Severity
from tidewaiter.references import parse_reference
from tidewaiter.topics import definition, runs, tag_of, use
from tidewaiter.wording import shown

_MACHINE_IMAGE = re.compile(r"ami-|/|projects/[^/]+/global/")
_GALLERY, _VERSION = "/galleries/", "/versions/"


def _versions(definition_id: str) -> str:
    """The versions of an image in a gallery: who names none of them gets the newest."""
    return f"versions {definition_id}"


def _new_versions(event: Event) -> Iterable[tuple[str, str]]:
    if event.activity is Activity.IMAGE_CREATED:
        for image in event.images:
            above, version, _ = (image.machine_image or "").partition(_VERSION)
            if version and image.machine_image:
                yield above, image.machine_image


def facts(event: Event) -> Iterable[Point]:
    """Remember the versions of images in galleries."""
    for above, version in _new_versions(event):
        yield Point(_versions(above), version, event.time, event.act)


def revisits(event: Event) -> Iterable[str]:
    """What starts later without naming a version runs this one."""
    return [use(above) for above, _ in _new_versions(event)]


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find the image's incident, unless this workload is already known to run it."""
    told: set[str] = set()
    for image in _images(event, seen):
        found = _as_it_stood(image, seen)
        if found is None or found.key is None or found.key in told:
            continue
        told.add(found.key)
        yield from _deployed(event, seen, found, found.key)


def _deployed(event: Event, seen: Seen, image: Image, key: str) -> Iterable[Claim]:
    suspicions = seen.suspicions(key)
    if not suspicions:
        return
    first = min(accused.time for accused, _, _ in suspicions)
    if _runs_already(event, seen, image, first):
        return
    weights = [weight(detector, claim) for _, detector, claim in suspicions]
    worst = max(weights, key=lambda one: one.rank)
    yield Claim(
        image=image,
        subject=key,
        reason=f"{event.workload_label} started {shown(image)}, which is under suspicion",
        severity=_raised(worst, seen, image, first),
    )


def _raised(worst: Severity, seen: Seen, image: Image, since: datetime) -> Severity:
    """One step higher than what is said of the image; what is low is so because nothing ran from
    its repository, if nothing did before it was suspected, and is medium from now on.
    """
    if worst.rank >= Severity.MEDIUM.rank:
        return worst.step(1)
    if worst is not Severity.LOW or image.home is None:
        return worst
    ran = any(point.time < since for point in seen.before(runs(image.home)))
    return worst if ran else worst.step(1)


def _images(event: Event, seen: Seen) -> list[Image]:
    """The images that the workload names itself, or else by its definition."""
    if event.images or event.workload is None or event.workload.definition is None:
        return list(event.images)
    return [_named(point.value) for point in seen.before(definition(event.workload.definition))]


def _named(reference: str) -> Image:
    """The image of a definition, as :attr:`Image.reference` wrote it."""
    machine = _MACHINE_IMAGE.match(reference)
    return Image(machine_image=reference) if machine else parse_reference(reference)


def _as_it_stood(image: Image, seen: Seen) -> Image | None:
    """Return ``image`` with the digest that its tag had at that time; ``None`` if that is not
    known.
    """
    named = image.machine_image or ""
    if _GALLERY in named and _VERSION not in named:
        versions = seen.before(_versions(named))
        return Image(machine_image=versions[-1].value) if versions else image
    if image.key:
        return image
    if image.home is None or image.tag is None:
        return None
    history = seen.moves(tag_of(image.home, image.tag))
    if not history:
        return None
    return Image(
        registry=image.registry,
        repository=image.repository,
        tag=image.tag,
        digest=history[-1][1].digest,
    )


def _runs_already(event: Event, seen: Seen, image: Image, since: datetime) -> bool:
    """Whether the same workload started it before, by whatever name: a hundred replicas, or a
    service and its tasks, are one deployment.
    """
    workload = event.workload
    names = (
        image.key,
        image.machine_image.partition(_VERSION)[0] if image.machine_image else None,
        image.tagged,
        workload.definition if workload else None,
    )
    return any(
        point.value == event.workload_label and point.time >= since
        for name in names
        if name
        for point in seen.before(use(name))
    )


DETECTOR = Detector(
    id="suspicious-image-deployed",
    title="An image under suspicion starts to run",
    headline="{image}, which is under suspicion, is running",
    techniques=("T1610", "T1204.003"),
    machine_techniques=("T1578.002", "T1204.003"),
    providers=frozenset({"aws", "azure", "gcp", "kubernetes"}),
    needs=frozenset({Evidence.DEPLOYMENTS}),
    judges=frozenset({Activity.WORKLOAD_DEPLOYED}),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    false_positives=("The incident that the image has is itself a false alarm.",),
    blind_spots=(
        "A workload that names its image by a tag whose move was never seen in a log.",
        "Images pulled and run outside the clouds that are watched.",
        "Machines that ran the image before it became suspicious: search the incident's workloads.",
    ),
    steps=(
        "Isolate {workload} and keep its memory and disk for forensics.",
        "Roll {workload} back to the last image before the incident.",
        "Replace every secret that {workload} could read.",
    ),
    quiet_if="the incident of {image} was a false alarm.",
    references=(
        "https://attack.mitre.org/techniques/T1610/",
        "https://attack.mitre.org/techniques/T1204/003/",
    ),
    facts=facts,
    revisits=revisits,
    check=check,
    tells_of_use=True,
    evidence=False,
)
