"""Which findings are one incident: those about one image, or about one principal within a day; and
what a principal did before, without an image, belongs to its next one.

The grouping is a function of the set of findings, so that it is the same however they came to be
known.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.story import MANY_REPOSITORIES, Group

SAME_STORY = timedelta(hours=24)
WAITS = timedelta(days=14)  # so long what names no image may belong to its principal's next image


def groups(found: Iterable[Accusation], families: dict[str, str]) -> list[Group]:
    """Split what was ``found`` into incidents; ``families`` has the smallest key of each image's
    family.
    """
    accusations = sorted(found, key=lambda one: one.order)
    many = _newcomers_to_many(accusations)
    forest = _Forest(len(accusations))
    seen: dict[str, int] = {}
    waiting: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(accusations):
        for link in _links(one, families, many):
            if link in seen:
                forest.join(seen[link], at)
            seen[link] = at
        _join_actor(forest, accusations, at, seen)
        _end_waiting(forest, accusations, at, waiting)
    members: dict[int, list[Accusation]] = defaultdict(list)
    for at, one in enumerate(accusations):
        members[forest.root(at)].append(one)
    return [Group(tuple(group), _identities(group, many)) for group in members.values()]


def related(told: list[Group]) -> dict[str, tuple[str, ...]]:
    """A pipeline's incidents of one day are only related: one role must not fuse sixty
    repositories.
    """
    found: dict[str, set[str]] = {group.ids[0]: set() for group in told}
    last: dict[str, tuple[datetime, str]] = {}
    steps = ((one, group.ids[0]) for group in told for one in group.accusations)
    for one, incident in sorted(steps, key=lambda step: step[0].order):
        if one.pipeline is None:
            continue
        time, other = last.get(one.pipeline, (one.time, incident))
        if other != incident and one.time - time <= SAME_STORY:
            found[incident].add(other)
            found[other].add(incident)
        last[one.pipeline] = (one.time, incident)
    return {incident: tuple(sorted(others)) for incident, others in found.items()}


def _links(one: Accusation, families: dict[str, str], many: set[str]) -> list[str]:
    """What ``one`` is about; others about the same belong to it, whenever they happened."""
    key = families.get(one.image_key or "")
    links = [f"image {key}" if key else f"identity {one.identity}"]
    if one.story:
        links.append(one.story)
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


def _end_waiting(
    forest: "_Forest", accusations: list[Accusation], at: int, waiting: dict[str, list[int]]
) -> None:
    """Join what was found of a principal without an image, a look through a registry or a second
    client, with its first finding about one, if that comes within two weeks.
    """
    one = accusations[at]
    if one.actor is None:
        return
    if one.image_key is None:
        waiting[one.actor].append(at)
        return
    for earlier in waiting.pop(one.actor, ()):
        if one.time - accusations[earlier].time <= WAITS:
            forest.join(earlier, at)


def _newcomers_to_many(accusations: list[Accusation]) -> set[str]:
    """Pipelines that were new to so many repositories in a day that one incident should say so."""
    homes: dict[str, set[str]] = defaultdict(set)
    for one in accusations:
        principal = one.event.principal
        pipeline = principal is not None and principal.is_pipeline
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
