"""A person put an image where pipelines do.

Where a pipeline builds, its images come from reviewed sources; what a person pushes comes from a
laptop, or from whoever stole its key.  Unlike a first push, this stays remarkable when the person
pushed there once before.  Content that the repository has already may be tagged by anybody: that
is how people promote a build.
"""

from collections.abc import Iterable
from datetime import date

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import counted, was_there
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.findings import Confidence
from tidewaiter.model import PUTS, Event, Image, Severity
from tidewaiter.topics import pushers, pushes


def revisits(event: Event) -> Iterable[str]:
    """Who pushes later may do so where a pipeline pushed, or what was there."""
    if event.activity in PUTS:
        return [pushes(image.home) for image in event.images if image.home]
    return []


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Compare the pusher with those that the repository usually has."""
    hand = _by_hand(event)
    for image in event.images if hand else ():
        if image.home and image.runnable and not was_there(image, seen):
            yield from _outside(event, seen, image, image.home)


def _by_hand(event: Event) -> Confidence | None:
    """Return how likely a person did it; ``None`` for the work of a machine.

    A registry's token and a service account's key lie where people can take them along.
    """
    who, credential = event.principal, event.credential
    if who is None or who.is_pipeline:
        return None
    if who.is_person:
        return Confidence.MEDIUM
    key = credential is not None and credential.id is not None and credential.session is None
    carried = key or who.type == "Token" or who.kind is None
    return Confidence.LOW if carried else None


def _outside(event: Event, seen: Seen, image: Image, home: str) -> Iterable[Claim]:
    who, learning = event.principal, seen.settings.learning.days
    hands, machines = _days(seen, home)
    if who is None or not machines or len(hands) >= learning:
        return
    again = any(point.value == who.id for point in seen.aged(pushers(home)))
    known = f"pipelines pushed to {home} on {counted(len(machines))}"
    yield Claim(
        image=image,
        subject=image.digest or "",
        reason=f"{who.label} pushed {image.repository or home} by hand, and {known}",
        confidence=Confidence.LOW if again else _by_hand(event),
        held=f"{known}, and it is known after {learning}" if len(machines) < learning else None,
    )


def _days(seen: Seen, home: str) -> tuple[set[date], set[date]]:
    """On which earlier days somebody pushed by hand, and on which machines did."""
    hands: set[date] = set()
    machines: set[date] = set()
    for point in seen.aged(pushers(home)):
        event = seen.event(point)
        if event and event.principal:
            (hands if _by_hand(event) else machines).add(point.time.date())
    return hands, machines


DETECTOR = Detector(
    id="pushed-outside-pipeline",
    title="A person pushed where pipelines push",
    headline="{image} was pushed by hand, where pipelines push",
    techniques=("T1525", "T1078.004"),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.PUSHERS}),
    judges=PUTS,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "A hot-fix is pushed by hand while the pipeline is broken.",
        "A pipeline has a name, token or key like a person's: name it in [pipelines].",
        "A developer sets up the pipeline, and tries it by hand first.",
    ),
    blind_spots=(
        "A stolen credential of the pipeline itself, or a change of what it builds.",
        "A repository to which people push anyway, on five or more days in 90.",
        "Feeds that do not tell who pushed.",
    ),
    steps=(
        "Ask {principal} whether this push was theirs, and of which sources it was built.",
        "Build {home} anew with its pipeline, and deploy that instead of {image}.",
        "Disable the credential {credential} until that is answered.",
    ),
    quiet_if="{principal} had to push {image} by hand, as the pipeline could not.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://attack.mitre.org/techniques/T1078/004/",
        "https://slsa.dev/spec/v1.0/threats",
    ),
    revisits=revisits,
    check=check,
)
