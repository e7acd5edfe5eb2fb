"""Findings become incidents: all acts that may belong to the stories of some are judged again, and
told together (``joining.py`` says which).
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from tidewaiter import topics
from tidewaiter.acts import TWIN
from tidewaiter.archive import Archive
from tidewaiter.findings import Incident
from tidewaiter.incidents import joining
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.joining import SAME_STORY, WAITS
from tidewaiter.incidents.story import tell
from tidewaiter.memory.interface import EVER
from tidewaiter.model import Event

Accuse = Callable[[Event], list[Accusation]]  # what the detectors say about an event now


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
    time.  ``behind`` has the findings of each incident with their events, by its id; ``waiting``
    are acts that may still meet the record that tells their actor, with their times.
    """

    incidents: list[Incident]
    held_back: list[HeldBack]
    behind: dict[str, tuple[Accusation, ...]]
    waiting: dict[str, datetime]


def assemble(
    archive: Archive, accuse: Accuse, touched: Iterable[str], now: datetime | None = None
) -> Told:
    """Judge the acts ``touched`` again, find all that belongs to them, and tell it."""
    gathered = _Gathering(archive, accuse, now)
    gathered.follow(touched)
    groups = [
        group
        for group in joining.groups(gathered.found.values(), gathered.families)
        if not all(one.accompanies for one in group.accusations)
    ]
    relations = joining.related(groups)
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
        {act: gathered.waiting[act] for act in sorted(gathered.waiting)},
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
        self.waiting: dict[str, datetime] = {}
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
        if event.awaits is not None and self._now is not None and event.time + TWIN > self._now:
            self.waiting[act] = event.time
            return []
        return _in_company(self._accuse(event))

    def _connected(self, one: Accusation) -> list[str]:
        """Acts about which something was said that may belong to the same story."""
        joins = set(one.joins)
        if one.image_key:
            family = self._archive.family(one.image_key)
            self.families.update(dict.fromkeys(family, min(family)))
            joins |= {f"image {key}" for key in family}
        near = (one.time - SAME_STORY, one.time + SAME_STORY)
        # What names no image waits for one: it looks further ahead, and an image further back.
        waits = (
            (near[0], one.time + WAITS) if one.image_key is None else (one.time - WAITS, near[1])
        )
        found: list[str] = []
        for join in sorted(joins):
            topic = topics.finding(join)
            kind = join.partition(" ")[0]
            span = {"actor": waits, "pipeline": near}.get(kind, EVER)
            found += [point.act for point in self._archive.memory.recall((topic,), *span)[topic]]
        return found


def _in_company(said: list[Accusation]) -> list[Accusation]:
    """Leave out what only accompanies others, unless something else is told of the same act: that
    an act was once worth judging must not show.
    """
    alone = all(one.accompanies or one.claim.held is not None for one in said)
    return [one for one in said if not (alone and one.accompanies)]
