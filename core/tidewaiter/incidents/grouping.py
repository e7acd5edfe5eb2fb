"""Findings become incidents: those about one image, or about one principal within a day, belong
together.

The grouping is a function of the set of findings, so that it is the same however they came to be
known.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from tidewaiter import topics
from tidewaiter.archive import Archive
from tidewaiter.findings import Incident
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.story import MANY_REPOSITORIES, Group, tell
from tidewaiter.memory.interface import EVER
from tidewaiter.model import Event, PrincipalKind
from tidewaiter.twins import TWIN

Accuse = Callable[[Event], list[Accusation]]  # what the detectors say about an event now

SAME_STORY = timedelta(hours=24)


class HeldBack(Struct, frozen=True, kw_only=True):
    """A finding that is not told: ``why`` says what is not known yet."""

    detector: str
    reason: str
    why: str
    time: datetime
    event_id: str
    image: str | None
    principal: str | None = None


class Told(Struct, frozen=True):
    """What there is to tell, in order of the newest finding; and what is held back, in order of
    time.  ``behind`` has the findings of each incident with their events, by its id.
    """

    incidents: list[Incident]
    held_back: list[HeldBack]
    behind: dict[str, tuple[Accusation, ...]]


def assemble(
    archive: Archive, accuse: Accuse, touched: Iterable[str], now: datetime | None = None
) -> Told:
    """Judge the acts ``touched`` again, find all that belongs to them, and tell it."""
    gathered = _Gathering(archive, accuse, now)
    gathered.follow(touched)
    groups = [
        group
        for group in _groups(gathered)
        if not all(one.accompanies for one in group.accusations)
    ]
    relations = _related(groups)
    told = [
        tell(archive, group, relations[group.ids[0]])
        for group in groups
        if not gathered.touched.isdisjoint(one.event.act for one in group.accusations)
    ]
    told.sort(key=lambda incident: (incident.last_time, incident.id))
    touched_ones = [one for one in gathered.held.values() if one.event.act in gathered.touched]
    held = [_held(one) for one in touched_ones]
    return Told(
        told,
        sorted(held, key=lambda one: (one.time, one.event_id, one.detector)),
        {group.ids[0]: group.accusations for group in groups},
    )


def _held(one: Accusation) -> HeldBack:
    return HeldBack(
        detector=one.detector.id,
        reason=one.claim.reason,
        why=one.claim.held or "",
        time=one.time,
        event_id=one.event.id,
        image=one.image.reference if one.image else None,
        principal=one.event.principal.id if one.event.principal else None,
    )


class _Gathering:
    """All findings that are connected with some acts, each judged once."""

    def __init__(self, archive: Archive, accuse: Accuse, now: datetime | None) -> None:
        self._archive = archive
        self._accuse = accuse
        self.found: dict[str, Accusation] = {}
        self.held: dict[str, Accusation] = {}
        self.families: dict[str, str] = {}  # image key -> the smallest key of its family
        self._now = now
        self._acts: set[str] = set()
        self.touched: set[str] = set()

    def follow(self, acts: Iterable[str]) -> None:
        """Judge ``acts``, and all that may belong to the same stories."""
        queue = sorted(acts)
        self.touched = set(queue)
        while queue:
            act = queue.pop()
            if act in self._acts:
                continue
            self._acts.add(act)
            for one in self._accusations(act):
                if one.claim.held is None:
                    self.found[one.finding.id] = one
                    queue += self._connected(one)
                else:
                    self.held[one.finding.id] = one

    def _accusations(self, act: str) -> list[Accusation]:
        event = self._archive.act(act)
        if event is None:
            return []
        waits = event.awaits is not None and self._now is not None and event.time + TWIN > self._now
        return [] if waits else _in_company(self._accuse(event))

    def _connected(self, one: Accusation) -> list[str]:
        """Acts about which something was said that may belong to the same story."""
        joins = set(one.joins)
        if one.image_key:
            family = self._archive.family(one.image_key)
            self.families.update(dict.fromkeys(family, min(family)))
            joins |= {f"image {key}" for key in family}
        near = (one.time - SAME_STORY, one.time + SAME_STORY)
        found: list[str] = []
        for join in sorted(joins):
            topic = topics.finding(join)
            span = near if join.startswith(("actor ", "pipeline ")) else EVER
            found += [point.act for point in self._archive.memory.recall((topic,), *span)[topic]]
        return found


def _in_company(said: list[Accusation]) -> list[Accusation]:
    """Leave out what only accompanies others, unless something else is told of the same act: that
    an act was once worth judging must not show.
    """
    alone = all(one.accompanies or one.claim.held is not None for one in said)
    return [one for one in said if not (alone and one.accompanies)]


def _groups(gathered: _Gathering) -> list[Group]:
    """Split the findings into incidents."""
    accusations = sorted(gathered.found.values(), key=lambda one: one.order)
    many = _newcomers_to_many(accusations)
    forest = _Forest(len(accusations))
    seen: dict[str, int] = {}
    for at, one in enumerate(accusations):
        for link in _links(one, gathered.families, many):
            if link in seen:
                forest.join(seen[link], at)
            seen[link] = at
        _join_actor(forest, accusations, at, seen)
    members: dict[int, list[Accusation]] = defaultdict(list)
    for at, one in enumerate(accusations):
        members[forest.root(at)].append(one)
    return [Group(tuple(group), _identities(group, many)) for group in members.values()]


def _related(groups: list[Group]) -> dict[str, tuple[str, ...]]:
    """A pipeline's incidents of one day are only related: one role must not fuse sixty
    repositories.
    """
    related: dict[str, set[str]] = {group.ids[0]: set() for group in groups}
    last: dict[str, tuple[datetime, str]] = {}
    steps = ((one, group.ids[0]) for group in groups for one in group.accusations)
    for one, incident in sorted(steps, key=lambda step: step[0].order):
        if one.pipeline is None:
            continue
        time, other = last.get(one.pipeline, (one.time, incident))
        if other != incident and one.time - time <= SAME_STORY:
            related[incident].add(other)
            related[other].add(incident)
        last[one.pipeline] = (one.time, incident)
    return {incident: tuple(sorted(others)) for incident, others in related.items()}


def _links(one: Accusation, families: dict[str, str], many: set[str]) -> list[str]:
    """What ``one`` is about; others about the same belong to it, whenever they happened."""
    key = families.get(one.image_key or "")
    links = [f"image {key}" if key else f"identity {one.identity}"]
    if one.newcomer in many:
        return [*links, str(one.newcomer)]
    if one.newcomer and one.image:
        links.append(f"{one.newcomer} {one.image.home}")
    return links


def _join_actor(
    forest: "_Forest", accusations: list[Accusation], at: int, seen: dict[str, int]
) -> None:
    """Join with the same principal's last finding, if it is of the last day."""
    actor = accusations[at].actor
    if actor is None:
        return
    last = seen.get(f"actor {actor}")
    if last is not None and accusations[at].time - accusations[last].time <= SAME_STORY:
        forest.join(last, at)
    seen[f"actor {actor}"] = at


def _newcomers_to_many(accusations: list[Accusation]) -> set[str]:
    """Pipelines that were new to so many repositories in a day that one incident should say so."""
    homes: dict[str, set[str]] = defaultdict(set)
    for one in accusations:
        principal = one.event.principal
        pipeline = principal is not None and principal.kind is PrincipalKind.PIPELINE
        if one.newcomer and pipeline and one.image and one.image.home:
            homes[one.newcomer].add(one.image.home)
    return {newcomer for newcomer, known in homes.items() if len(known) > MANY_REPOSITORIES}


def _identities(group: list[Accusation], many: set[str]) -> tuple[str, ...]:
    names = {
        one.newcomer if one.newcomer and one.newcomer in many else one.identity for one in group
    }
    return tuple(sorted(Accusation.incident_id(name) for name in names))


class _Forest:
    """Disjoint sets of numbers."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def root(self, at: int) -> int:
        while self._above[at] != at:
            self._above[at] = self._above[self._above[at]]
            at = self._above[at]
        return at

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.root(one), self.root(other)))
        self._above[other] = one
