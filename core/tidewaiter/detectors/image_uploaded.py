"""A new image appeared in a registry: who put it there, when, what, and where.

This happens all day and is no reason to worry, so it is information: it stands in the story of an
image about which something else was said, and makes none by itself.  All of them are listed by
``tidewaiter events``; whoever wants each told gives it a higher severity.
"""

from collections.abc import Iterable

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.findings import Confidence
from tidewaiter.model import PUTS, Event, Image, Severity, is_told
from tidewaiter.topics import pushes, tags_of, told
from tidewaiter.wording import short_digest


def revisits(event: Event) -> Iterable[str]:
    """What is pushed again later is no longer new."""
    if event.activity in PUTS:
        return [pushes(image.home) for image in event.images if image.home]
    return []


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find content that never had a tag; what has none is a part of an index, which has one."""
    who = event.principal.label if event.principal else "somebody unknown"
    for image in event.images:
        if image.tag and image.runnable and is_told(image.digest) and _is_new(image, seen):
            yield Claim(
                image=image,
                reason=(
                    f"{short_digest(image.digest or '')} is new in {image.home}, "
                    f"uploaded as {image.tag} by {who}"
                ),
            )


def _is_new(image: Image, seen: Seen) -> bool:
    key = image.key or ""
    tagged = any(point.value == "made" and point.note for point in seen.before(told(key)))
    return not tagged and not seen.aged(tags_of(key))


DETECTOR = Detector(
    id="image-uploaded",
    title="A new image appeared in a registry",
    headline="{image} was uploaded to a registry",
    techniques=("T1525",),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.PUSHES}),
    judges=PUTS,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    false_positives=("Every build uploads images: this is a record, and no suspicion.",),
    blind_spots=(
        "An image that is never given a tag.",
        "A push of which no log tells the digest.",
    ),
    steps=("Look for {digest} in what runs: tidewaiter show {digest}",),
    quiet_if="{image} was built by those who should build it.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push.html",
    ),
    revisits=revisits,
    check=check,
    accompanies=True,
    evidence=False,
)
