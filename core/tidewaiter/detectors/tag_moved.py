"""A tag that people deploy was made to point to something else.

Pipelines deploy by tag, so whoever moves ``latest`` decides what runs next: the attack needs
nothing more. Pipelines move tags all day, too; what gives the implant away is *who* moves *this*
tag, and from where. A move is usual when its principal made such moves before (at least a day ago)
on the same tag, or on tags of the same pattern (``1.4`` after ``1.3``), or is a known pusher and
nobody else ever put anything under this tag; and when it comes from a network that it used before,
or a person from one of ours.  One more of many people, or a pipeline in the place of another one,
is told with low confidence.  Where nobody but people ever pushed, a tag is everybody's: one more of
them from a usual network is information, and from elsewhere low while nothing runs from there.
"""

from collections.abc import Iterable, Iterator, Sequence

from tidewaiter.detectors import origins, predecessors
from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import move_not_known
from tidewaiter.detectors.hands import is_left_to_people, is_tried_out
from tidewaiter.detectors.interface import SETTLE, Claim, Detector, Seen
from tidewaiter.detectors.origins import is_expected
from tidewaiter.detectors.predecessors import is_successor, succession, takes_over
from tidewaiter.enrich.network import prefix
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import NOBODY, PUTS, Activity, Event, Image, Severity, Zone
from tidewaiter.tag_history import STOCK, History, is_same_push, moves
from tidewaiter.topics import logins, pushers, pushes, tag_of, tags_like
from tidewaiter.wording import short_digest

# A principal that comes from more networks than this (hosted build agents) has no usual one.
_ROAMING = 3
# Where so many people moved a tag, it is nobody's own.
_MANY = 3
_OURS = frozenset({Zone.TRUSTED, Zone.INTERNAL})


def facts(event: Event) -> Iterable[Point]:
    """Remember from where copies come, and what pipelines push."""
    yield from origins.facts(event)
    yield from predecessors.facts(event)


def revisits(event: Event) -> Iterable[str]:
    """The next push under the same tag replaces what this one put there, and any in the repository
    may succeed it; a login tells from where its principal pushes.
    """
    yield from predecessors.revisits(event)
    if event.activity in PUTS:
        for image in event.images:
            if image.home:
                yield pushes(image.home)
            if image.home and image.tag:
                yield tag_of(image.home, image.tag)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find a tag of which the content changed, unless its mover always does that."""
    for image in event.images:
        if image.home and image.tag and image.digest:
            yield from _moved(event, seen, image, image.home, image.tag)


def _moved(event: Event, seen: Seen, image: Image, home: str, tag: str) -> Iterable[Claim]:
    history = [
        (point, move)
        for point, move in seen.moves(tag_of(home, tag))
        if not is_same_push(point, move, event, image)
    ]
    if not history or history[-1][1].digest == image.digest:
        return
    strange = _what_is_strange(event, seen, history, home, tag)
    if strange is None or _is_expected_copy(event, image, seen):
        return
    before = history[-1][1]
    name = event.principal.label if event.principal else "somebody unknown"
    severity, confidence = _doubts(event, seen, history, home, strange)
    yield Claim(
        image=image,
        subject=tag,
        reason=(f"{tag} {_movement(before.digest, image.digest or '')} by {name}, who {strange}"),
        severity=severity,
        confidence=confidence,
        previous=before.digest if before.content_is_known else None,
        held=move_not_known(home, seen, event.principal),
        story=succession(event, seen, home),
    )


def _doubts(
    event: Event, seen: Seen, history: History, home: str, strange: str
) -> tuple[Severity | None, Confidence | None]:
    """Return how grave it is and how likely, where that is less than usual."""
    if _is_person(event) and is_left_to_people(seen, home):
        if _is_in_a_usual_place(event, seen, history):
            return Severity.INFO, None
        if is_tried_out(seen, home):
            return Severity.MEDIUM, Confidence.LOW
    if takes_over(event, seen, home):
        return Severity.MEDIUM, Confidence.LOW
    unsure = (
        event.principal is None
        or strange != _NOT_THE_MOVER
        or is_successor(event, seen, home)
        or (_is_person(event) and _is_moved_by_many(event, seen, history))
    )
    return None, Confidence.LOW if unsure else None


def _is_in_a_usual_place(event: Event, seen: Seen, history: History) -> bool:
    """Whether the client is in one of our networks, or in one from which its principal, or whoever
    moved the tag before, moved it or logged in.
    """
    client = seen.client()
    aged = [(point, move) for point, move in history if point.time <= event.time - SETTLE]
    movers = {event.actor_id, *(move.principal for _, move in aged)}
    usual = (one for who in sorted(movers) for one in _networks(who, aged, seen))
    return client is not None and (
        client.zone in _OURS or any(one == prefix(client.address) for one in usual)
    )


def _is_moved_by_many(event: Event, seen: Seen, history: History) -> bool:
    """Whether several others than whoever moves it put content under the tag before: people."""
    aged = [seen.event(point) for point, _ in history if point.time <= event.time - SETTLE]
    people = {one.actor_id for one in aged if one and _is_person(one)}
    return len(people - {event.actor_id}) >= _MANY


def _is_person(event: Event) -> bool:
    return event.principal is not None and event.principal.is_person


def _is_expected_copy(event: Event, image: Image, seen: Seen) -> bool:
    """Replication and pull-through caches move tags by themselves, as their origin does."""
    by_itself = event.activity is Activity.IMAGE_COPIED and event.principal is None
    return by_itself and event.awaits is None and is_expected(event, image, seen)


def _movement(before: str, after: str) -> str:
    old, new = short_digest(before), short_digest(after)
    return f"was pushed again with {new}" if old == new else f"moved from {old} to {new}"


_NOT_THE_MOVER = "does not usually move it"


def _what_is_strange(event: Event, seen: Seen, history: History, home: str, tag: str) -> str | None:
    """Return what is unusual about the move, in words; ``None`` if nothing is."""
    who = event.actor_id
    aged = [(point, move) for point, move in history if point.time <= event.time - SETTLE]
    if not (
        _moves_tags(who, aged)
        or _moves_tags(who, moves(seen.aged(tags_like(home, tag))))
        or _is_their_own(who, history, seen.aged(pushers(home)))
    ):
        return _NOT_THE_MOVER
    client = seen.client()
    if client and client.zone in _OURS and _is_person(event):
        return None  # people of ours come from there
    network = prefix(client.address) if client else None
    if network is None or not _is_new(network, _networks(who, aged, seen)):
        return None
    return f"never moved it from {network}"


def _is_new(network: str, known: Iterable[str]) -> bool:
    """Whether ``network`` is none of the few that are ``known``; no more are looked at than need
    be, as a builder logs in every hour.
    """
    found: set[str] = set()
    for one in known:
        found.add(one)
        if one == network or len(found) > _ROAMING:
            return False
    return bool(found)


def _networks(who: str, aged: History, seen: Seen) -> Iterator[str]:
    """From where ``who`` moved the tag or, as some providers hide that, logged in."""
    yield from (move.network for _, move in aged if move.principal == who and move.network)
    events = (seen.event(point) for point in seen.aged(logins(who)))
    told = (prefix(event.client.address) for event in events if event and event.client)
    yield from (network for network in told if network)


def _is_their_own(who: str, history: History, known: Sequence[Point]) -> bool:
    """Whether a known pusher of the repository, and nobody else, ever put content under the tag: a
    pipeline that begins to move a second one replaces nobody's work but its own.
    """
    alone = all(move.principal in {who, STOCK} for _, move in history)
    return alone and who != NOBODY and any(point.value == who for point in known)


def _moves_tags(who: str, history: History) -> bool:
    """Whether ``who`` once put other content under a tag of ``history``, which is in order of
    time.
    """
    content: dict[str, str] = {}
    for point, move in history:
        tag = point.topic if point.value == move.digest else point.value
        if content.get(tag, move.digest) != move.digest and move.principal == who:
            return True
        content[tag] = move.digest
    return False


DETECTOR = Detector(
    id="tag-moved",
    title="A tag was moved to new content by someone who does not usually move it",
    headline="{image} was replaced with unreviewed content",
    techniques=("T1525",),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.PUSHES}),
    judges=PUTS,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "A person pushes a hot-fix by hand under the tag that a pipeline usually moves.",
        "The pipeline got a new role or service account and moves the tag for the first time.",
        "A rollback puts an older image back under the tag by hand.",
        "A tag of those who try things gets one more of them, or one of them travels.",
    ),
    blind_spots=(
        "A stolen pipeline credential, used from the pipeline's own network.",
        "A repository with pushes on fewer than five earlier days: nothing is usual there yet.",
        "Where only feeds without an actor tell of daily moves, one more is like the others.",
        "A person's stolen credential, used from a trusted or private network.",
        "A new role made for the purpose, in the builders' own network: low, as a renamed one.",
        "Where people alone push and nothing runs, a stolen key is low, until something runs.",
        "A first tag, or one whose earlier content was never seen in a log.",
    ),
    steps=(
        "Put {tag} back to {previous}, and redeploy what pulled it since.",
        "Ask {principal} whether this push was theirs.",
        "Disable the credential {credential} until that is answered.",
    ),
    quiet_if="{principal} was asked to replace {image} by hand.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
        "https://rhinosecuritylabs.com/aws/cloud-container-attack-tool/",
    ),
    facts=facts,
    revisits=revisits,
    check=check,
)
