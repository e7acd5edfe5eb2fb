"""An image under suspicion was removed by the hand that put it there.

Whoever implanted an image, and has what it was for, covers the tracks: deletes the digest, takes
its tag away, deregisters the machine image, or moves the tag back to what it was before.  When
somebody else does so it is the response that we advised, and nothing; so are lifecycle policies.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import days
from tidewaiter.detectors.interface import Claim, Detector, Seen, weight
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import PUTS, Activity, Event, Image, Severity
from tidewaiter.tag_history import is_same_push
from tidewaiter.topics import DAY, makers, removed, tag_of
from tidewaiter.wording import short_digest, shown

_REMOVALS = {
    Activity.IMAGE_DELETED: "deleted",
    Activity.IMAGE_UNTAGGED: "took a tag from",
}


def _removers(place: str) -> str:
    """Who removes images of a repository, or of an account, once a day."""
    return f"removers {place}"


def _place(event: Event, image: Image) -> str:
    return image.home or event.account or ""


def facts(event: Event) -> Iterable[Point]:
    """Remember what was removed, by any name that it had, and who removes."""
    for image in event.images if event.activity in _REMOVALS else ():
        for name in filter(None, (image.key, image.tagged)):
            yield Point(removed(name), event.activity, event.time, event.act)
        yield Point(
            _removers(_place(event, image)), event.actor_id, event.time, event.act, once=DAY
        )


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find removed images that are under suspicion for something of the same hand."""
    told: set[str] = set()
    for image, what in _removed(event, seen):
        if image.key and image.key not in told:
            told.add(image.key)
            yield from _covered(event, seen, image, image.key, what)


def _covered(event: Event, seen: Seen, image: Image, key: str, what: str) -> Iterable[Claim]:
    weights = [
        weight(detector, claim)
        for accused, detector, claim in seen.suspicions(key)
        if _is_same_hand(accused, event)
    ]
    if not weights:
        return
    who = event.principal.label if event.principal else "the same credential"
    worst = max(weights, key=lambda one: one.rank)
    yield Claim(
        image=image,
        subject=key,
        reason=f"{who} {what} {shown(image)}, and is under suspicion for it",
        severity=None if worst.rank >= Severity.MEDIUM.rank else worst,
        confidence=Confidence.LOW if _cleans_up(event, seen, image) else None,
    )


def _removed(event: Event, seen: Seen) -> Iterable[tuple[Image, str]]:
    """The images that are gone, or that a tag no longer points to, and what was done to them."""
    for image in event.images:
        verb = _REMOVALS.get(event.activity)
        if verb and image.key:
            yield image, verb
        elif image.home and image.tag and (verb or event.activity in PUTS):
            yield from _untagged(event, seen, image, verb)


def _untagged(
    event: Event, seen: Seen, image: Image, verb: str | None
) -> Iterable[tuple[Image, str]]:
    """What the tag pointed to: it lost its tag, or the tag was moved back from it."""
    history = [
        move.digest
        for point, move in seen.moves(tag_of(image.home or "", image.tag or ""))
        if not is_same_push(point, move, event, image)
    ]
    if verb and history:
        yield replace(image, digest=history[-1]), verb
    elif image.digest in history and image.digest != history[-1]:
        back = f"moved {image.tag} back to {short_digest(image.digest or '')} from"
        yield Image(image.registry, image.repository, image.tag, history[-1]), back


def _is_same_hand(accused: Event, event: Event) -> bool:
    """Whether both were done by one principal, or with one credential."""
    return not _hands(accused).isdisjoint(_hands(event))


def _hands(event: Event) -> set[str]:
    principal, credential = event.principal, event.credential
    names = [principal.id if principal else None]
    names += [credential.id, credential.session] if credential else []
    return {name for name in names if name}


def _cleans_up(event: Event, seen: Seen, image: Image) -> bool:
    """Whether the principal removes images there regularly, as a clean-up job does; or makes
    machine images there, as a builder does that keeps the last few.
    """
    place = _place(event, image)
    return any(
        days([point for point in seen.aged(topic) if point.value == event.actor_id])
        >= seen.settings.learning.days
        for topic in (_removers(place), makers(place))
    )


DETECTOR = Detector(
    id="image-removed",
    title="An image under suspicion was removed by whoever put it there",
    headline="{image} was removed by whoever put it there",
    techniques=("T1070", "T1525"),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.PUSHERS}),
    judges=frozenset({*_REMOVALS, *PUTS}),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "Somebody pushed by mistake, noticed it, and put things right.",
        "Whoever tried something out by hand tidied up afterwards.",
        "An image builder throws away its older images.",
    ),
    blind_spots=(
        "Removal by another identity of the same person looks like the response.",
        "A whole repository, registry or gallery that is deleted with all that was in it.",
        "Feeds that do not tell who removed it, or who pushed it.",
    ),
    steps=(
        "Save {image} where it is left: on nodes that pulled it, in caches, in replicas.",
        "Do not take the incident for over: search for what ran {image} meanwhile.",
        "Disable the credential {credential}.",
        "Ask {principal} why it had to go.",
    ),
    quiet_if="{principal} only took back a mistake of their own.",
    references=(
        "https://attack.mitre.org/techniques/T1070/",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/delete_image.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/deregister-ami.html",
    ),
    facts=facts,
    check=check,
    evidence=False,
)
