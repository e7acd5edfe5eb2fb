"""Somebody pushes to a repository for the first time, where others have pushed for long.

Repositories have few pushers: a pipeline role, perhaps a person on call.  A stolen credential with
rights on the registry is a new one.  The question is asked of the stable principal, never of a
session or key.  A pipeline that comes from where another one came is told with low confidence, and
so is one more person where people push: from one of our networks, or while nothing runs from there.
"""

from collections.abc import Iterable, Sequence

from tidewaiter.detectors import predecessors
from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import days, not_known
from tidewaiter.detectors.hands import is_pushed_by_hand, is_tried_out
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.detectors.predecessors import facts, is_successor, succession
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import (
    NOBODY,
    PUTS,
    Activity,
    Event,
    Image,
    Principal,
    Severity,
    Zone,
)
from tidewaiter.topics import pushers, pushes, reach, runs, tag_of, tags_of


def revisits(event: Event) -> Iterable[str]:
    """Who pushes later is unfamiliar once others push or workloads run; a login tells from where
    it is.
    """
    yield from predecessors.revisits(event)
    if event.activity in PUTS | {Activity.WORKLOAD_DEPLOYED}:
        homes = dict.fromkeys(image.home for image in event.images)
        yield from (pushes(home) for home in homes if home)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Compare the pusher with those that the repository knows."""
    if event.principal is None:
        return
    for image in event.images:
        if image.home and image.runnable and not _changes_nothing(seen, image, image.home):
            yield from _unfamiliar(event, event.principal, seen, image, image.home)


def _changes_nothing(seen: Seen, image: Image, home: str) -> bool:
    """Whether somebody known put this very content under this tag, and nothing else came since."""
    history = seen.moves(tag_of(home, image.tag)) if image.tag else []
    told = [move.digest for _, move in history if not move.feed]
    return told[-1:] == [image.digest]


def _unfamiliar(
    event: Event, principal: Principal, seen: Seen, image: Image, home: str
) -> Iterable[Claim]:
    known = seen.aged(pushers(home))
    others = {point.value for point in known} - {NOBODY}
    in_use = days(seen.aged(runs(home))) >= seen.settings.learning.days
    if principal.id in others or not (others or in_use):
        return  # one of its own, or a new repository
    name = principal.label
    count = f"{len(others)} other{'' if len(others) == 1 else 's'}"
    sibling = _pushes_to_a_sibling(seen.aged(reach(principal.id)), home)
    yield Claim(
        image=image,
        subject=principal.id,
        reason=(
            f"first push by {name} to {image.repository or home}, "
            f"where {count} pushed in the last 90 days"
            + (f"; {name} pushes to {sibling}" if sibling else "")
        ),
        severity=Severity.INFO if sibling else _severity(seen, image),
        confidence=Confidence.LOW if _is_one_more(event, principal, seen, home) else None,
        held=None if in_use else not_known(home, seen),
        story=succession(event, seen, home),
    )


def _is_one_more(event: Event, principal: Principal, seen: Seen, home: str) -> bool:
    """Whether it succeeds another pipeline, or is somebody where people push; where networks are
    trusted, somebody in one of ours, or where people only try things.
    """
    if principal.is_pipeline:
        return is_successor(event, seen, home)
    client = seen.client()
    inside = client is not None and client.zone in {Zone.TRUSTED, Zone.INTERNAL}
    if inside or not seen.settings.networks.trusted:
        return is_pushed_by_hand(seen, home)
    return is_tried_out(seen, home)


def _severity(seen: Seen, image: Image) -> Severity | None:
    """Content that was there before is no implant, whatever new tag it gets."""
    known = image.key is not None and seen.aged(tags_of(image.key))
    return Severity.LOW if known else None


def _pushes_to_a_sibling(reached: Sequence[Point], home: str) -> str | None:
    """Return a repository beside ``home`` (same registry and path above it) that the principal
    pushes to.
    """
    above = home.rpartition("/")[0]
    if above.count("/") == 0:
        return None  # the top of a registry is no neighbourhood
    for point in reached:
        if point.value.rpartition("/")[0] == above:
            return point.value.rpartition("/")[2]
    return None


DETECTOR = Detector(
    id="unfamiliar-pusher",
    title="First push by a principal to a repository that others push to",
    headline="{image} was pushed by a principal that never pushed there",
    techniques=("T1525", "T1078.004"),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.PUSHERS}),
    judges=PUTS,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "A new member of the team pushes for the first time.",
        "The pipeline's role was renamed, or the pipeline moved to another system.",
        "Somebody steps in for a colleague.",
    ),
    blind_spots=(
        "A stolen credential of a principal that pushes there anyway.",
        "Feeds that do not tell who pushed (the log that would is named in the incident).",
        "A repository with pushes on fewer than five earlier days.",
        "Where people alone push and nothing runs, a stolen key is low, until something runs.",
    ),
    steps=(
        "Ask {principal} whether this push was theirs.",
        "Disable the credential {credential} until that is answered.",
    ),
    quiet_if="{principal} has joined those who release {home}.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://attack.mitre.org/techniques/T1078/004/",
    ),
    facts=facts,
    revisits=revisits,
    check=check,
    per_day=True,
)
