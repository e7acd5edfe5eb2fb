"""Somebody pulled images of a repository and, soon after, pushed to it.

This is how a backdoor is put into an image: the Cloud Container Attack Tool pulls what runs,
builds ``FROM`` it, and pushes it back.  Builds do the same with their caches and bases every day:
whoever did both there on one earlier day is quiet.  A pipeline in the place of another one is told
with low confidence, and so is a person who pushes where people push, or try things.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tidewaiter.detectors import predecessors
from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import not_known, was_there
from tidewaiter.detectors.hands import is_pushed_by_hand, is_tried_out
from tidewaiter.detectors.interface import Claim, Detector, Seen, window_of
from tidewaiter.detectors.predecessors import is_successor
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import PUTS, Activity, Event, Image, Principal, Severity
from tidewaiter.topics import HOUR, pushers, pushes

# Who pushes asks first whether the manifest is there, and some logs call that a pull.
_ASKED = timedelta(seconds=10)
_MINUTE = timedelta(minutes=1)


def _pulled(who: str, home: str) -> str:
    """That a principal pulled images of a repository, once an hour."""
    return f"pulled {home} by {who}"


def _pushed(who: str, home: str) -> str:
    """Every push of a principal to a repository."""
    return f"pushed {home} by {who}"


def _homes(event: Event) -> list[str]:
    return list(dict.fromkeys(image.home for image in event.images if image.home))


def facts(event: Event) -> Iterable[Point]:
    """Remember who pulls and who pushes where."""
    yield from predecessors.facts(event)
    if event.principal is None:
        return
    for home in _homes(event):
        if event.activity is Activity.IMAGE_PULLED:
            topic = _pulled(event.principal.id, home)
            yield Point(topic, "", event.time, event.act, once=HOUR)
        elif event.activity is Activity.IMAGE_PUSHED:
            yield Point(_pushed(event.principal.id, home), "", event.time, event.act)


def revisits(event: Event) -> Iterable[str]:
    """After a pull the principal's next pushes are judged otherwise; after a push, all of them, as
    it makes the repository, its pusher or the content known.  A login tells from where one pushes.
    """
    yield from predecessors.revisits(event)
    if event.principal and event.activity is Activity.IMAGE_PULLED:
        yield from (_pushed(event.principal.id, home) for home in _homes(event))
    if event.activity in PUTS:
        yield from (pushes(home) for home in _homes(event))


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find a pull by the same principal within the window."""
    if event.principal is None:
        return
    for image in event.images:
        if image.home and image.runnable and not was_there(image, seen):
            yield from _returned(event, event.principal, seen, image, image.home)


def _returned(event: Event, who: Principal, seen: Seen, image: Image, home: str) -> Iterable[Claim]:
    window = window_of(DETECTOR, seen.settings)
    pulls = [p for p in seen.before(_pulled(who.id, home), window) if p.time < event.time - _ASKED]
    if not pulls or _did_so_before(seen, who.id, home):
        return
    known = any(point.value == who.id for point in seen.aged(pushers(home)))
    unsure = is_successor(event, seen, home) or (
        _tries_out(seen, home, known=known) if who.is_person else known
    )
    name = image.repository or home
    minutes = max(1, (event.time - pulls[0].time) // _MINUTE)
    yield Claim(
        image=image,
        subject=image.digest or "",
        reason=(
            f"{who.label} pulled from {name} {minutes} minute{'s' if minutes > 1 else ''} before "
            "pushing to it, and never did both there on one day before"
        ),
        severity=Severity.LOW if known else None,
        confidence=Confidence.LOW if unsure else None,
        held=not_known(home, seen),
    )


def _tries_out(seen: Seen, home: str, *, known: bool) -> bool:
    """Whether a person does where people push what they do there: change an image by hand."""
    return is_pushed_by_hand(seen, home) if known else is_tried_out(seen, home)


def _did_so_before(seen: Seen, who: str, home: str) -> bool:
    pulled = _days(seen.aged(_pulled(who, home)))
    return bool(pulled and pulled & _days(seen.aged(_pushed(who, home))))


def _days(points: Sequence[Point]) -> set[date]:
    return {point.time.date() for point in points}


DETECTOR = Detector(
    id="pulled-then-pushed",
    title="A principal pulled from a repository, and pushed to it soon after",
    headline="{image} was pushed by somebody who had just pulled from there",
    techniques=("T1525",),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.PUSHERS, Evidence.READS}),
    judges=frozenset({Activity.IMAGE_PUSHED}),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "A developer changes an image by hand for the first time.",
        "A pipeline begins to use a cache or base in its own repository.",
        "People share one role, of whom one pulled and another one pushed.",
    ),
    blind_spots=(
        "An image that was pulled by somebody else, or more than two hours before.",
        "A principal that pulls and pushes there anyway, such as a build with a cache.",
        "A person's stolen key where people push: they change images by hand, too.",
        "Google's pulls, where Data Access logs of reads are off; images open to everybody.",
    ),
    steps=(
        "Compare {image} with what {principal} pulled: the same layers, and which more?",
        "Ask {principal} what was changed.",
        "Disable the credential {credential} until that is answered.",
    ),
    quiet_if="{principal} was asked to change an image of {home} by hand.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://rhinosecuritylabs.com/aws/cloud-container-attack-tool/",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html",
    ),
    facts=facts,
    revisits=revisits,
    check=check,
    window=timedelta(hours=2),
)
