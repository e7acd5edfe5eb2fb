"""The only place where order matters: remember the event's facts, recall its topics, check, note
what was said.

What is finally told is a function of the *set* of what is remembered: every act about which a
detector once said something is judged again when incidents are put together.  So the order in
which records arrive, their repetition, a second worker or a crash do not show (DESIGN.md, "The law
of memory").
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING, TypeVar

from tidewaiter import coverage, sightings, topics
from tidewaiter.acts import TWIN
from tidewaiter.archive import Archive
from tidewaiter.containment import contained
from tidewaiter.detectors import DETECTORS
from tidewaiter.detectors.interface import FAMILIAR, Detector, window_of
from tidewaiter.enrich import Enricher
from tidewaiter.errors import Bug, Malformed
from tidewaiter.findings import Incident
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import Activity, Event, Severity
from tidewaiter.policy import Policy
from tidewaiter.recollection import Recollection, Suspicion, last_to_recall
from tidewaiter.settings import Settings
from tidewaiter.twins import complete, is_told_by_another

if TYPE_CHECKING:
    from tidewaiter.incidents.grouping import HeldBack, Told

T = TypeVar("T")

AHEAD = timedelta(minutes=15)

_Asked = tuple[str, timedelta, timedelta]  # a topic; how long before and after an event it counts
_NO_MORE = Severity.INFO  # information makes nothing suspicious


class Pipeline:
    """Judges events against a memory.  Several may share one memory."""

    def __init__(
        self,
        memory: Memory,
        settings: Settings | None = None,
        *,
        detectors: Sequence[Detector] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.memory = memory
        self._settings = settings or Settings()
        self.archive = Archive(memory, Enricher(self._settings))
        self.bugs: dict[str, Bug] = {}
        self._evidence: dict[str, list[Accusation]] = {}  # by act, while one event is judged
        known = self._loaded() if detectors is None else detectors
        self._policy = Policy(self._settings, known, all_known=not self.bugs)
        self._detectors = self._policy.detectors
        self._judges = {
            activity: [
                (place, d) for place, d in enumerate(self._detectors) if activity in d.judges
            ]
            for activity in Activity
        }
        self._clock = clock
        self._touched: set[str] = set()
        self._written: set[tuple[str, str, date]] = set()

    def _loaded(self) -> Sequence[Detector]:
        """Our detectors, and those of the operator that can be loaded."""
        if not (self._settings.plugins.folders or self._settings.plugins.entry_points):
            return DETECTORS
        from tidewaiter.plugins import load  # few have any

        loaded = load(self._settings, DETECTORS)
        self.bugs.update(loaded.bugs)
        return loaded.detectors

    def take(self, event: Event) -> None:
        """Remember and judge ``event``.

        Raises :class:`Malformed` for an event more than 15 minutes ahead of the clock, and
        :class:`~tidewaiter.errors.Unavailable` when the memory does not answer (then hand it back).
        """
        self.judge(self.remember(event))

    def remember(self, event: Event) -> Event:
        """Add the facts of ``event`` to the memory; return the whole act, as all its records tell
        it.
        """
        if event.time > self._clock() + AHEAD:
            raise Malformed(f"{event.time.isoformat()} is ahead of the clock", "$")
        if event.time < EVER[0]:
            raise Malformed(f"{event.time.isoformat()} is before any cloud", "$")
        whole = self.archive.keep(event)
        points = list(sightings.journal(whole))
        daily = self._daily(event)
        points += daily.values()
        for detector in self._detectors:
            if whole.outcome is detector.outcome:
                points += self._ask(detector, detector.facts, whole)
        self.memory.add(points)
        self._written.update(daily)
        return whole

    def _daily(self, event: Event) -> dict[tuple[str, str, date], Point]:
        """What is kept once a day, unless this worker wrote it: how far time has come, and which
        logs arrive.
        """
        clock = Point(topics.CLOCK, "", event.time, "", once=topics.DAY)
        points = (clock, *coverage.sightings(event))
        named = {(point.topic, point.value, event.time.date()): point for point in points}
        return {name: point for name, point in named.items() if name not in self._written}

    def judge(self, event: Event) -> None:
        """Judge ``event``, and the later ones that would have been judged otherwise had it been
        there.  What was judged with the same records before changes nothing for others.
        """
        self._evidence.clear()
        version = self.archive.version(event)
        followed = self.archive.followed(version)
        self._touched.update(followed or ())  # whoever judged them may not have told it
        whole, judged = complete(event, self.memory), {event.act}
        # In order of time: what is said of an image counts for the workloads that run it later.
        waiting = [(whole.time, whole.act, whole)]
        while waiting:
            one = heappop(waiting)[-1]
            accusations = [said for said in self.accusations(one) if not said.accompanies]
            self._note(one, accusations)
            if followed is not None:
                return
            if accusations and one.act != event.act:
                self.archive.follow(version, one.act)
            for later in self._later(self._asked(one, accusations, event), one):
                if later.act not in judged:
                    judged.add(later.act)
                    heappush(waiting, (later.time, later.act, later))
        self.memory.add((version,))

    def _asked(self, one: Event, accusations: Sequence[Accusation], arrived: Event) -> list[_Asked]:
        """Return the topics of the events that may be judged otherwise after ``one`` was judged."""
        asked = self._revisits(arrived) if one.act == arrived.act else []
        uses = self.archive.uses(one) if accusations or one.act == arrived.act else []
        return [*asked, *((topic, 2 * TWIN, FAMILIAR) for topic in uses)]

    def _revisits(self, event: Event) -> list[_Asked]:
        return [
            (topic, detector.slack, max(detector.span, window_of(detector, self._settings)))
            for detector in self._detectors
            if event.outcome is detector.outcome
            for topic in self._ask(detector, detector.revisits, event)
        ]

    def _later(self, asked: Iterable[_Asked], event: Event) -> Iterable[Event]:
        """Events of the points asked for; those minutes before it may be of the same act."""
        for topic, slack, span in dict.fromkeys(asked):
            until = last_to_recall(event.time, span)
            for point in self.memory.recall((topic,), event.time - slack, until)[topic]:
                found = self.archive.load(point) if point.act != event.act else None
                if found is not None:
                    yield found

    def _note(self, event: Event, accusations: Sequence[Accusation]) -> None:
        """Note that something was said about an act, so that it is judged again when stories are
        told.
        """
        self._touch(event)
        if not accusations:
            return
        self._touched.add(event.act)
        points = [sightings.act_point(event)] if sightings.is_bulk(event) else []
        for accusation in accusations:
            for join in accusation.joins:
                topic = topics.finding(join)
                points.append(Point(topic, accusation.detector.id, event.time, event.act))
            for key in accusation.identities:
                known = topics.incident(Accusation.incident_id(key))
                points.append(Point(known, key, event.time, event.act))
        self.memory.add(points)

    def _touch(self, event: Event) -> None:
        """What happens to an image that an incident is about touches the incident."""
        about = [topics.finding(f"image {image.key}") for image in event.images if image.key]
        for points in self.memory.recall(about, *EVER).values():
            self._touched.update(point.act for point in points)

    def accusations(self, event: Event, *, evidence: bool = False) -> list[Accusation]:
        """Return what the detectors, or only those that give evidence, say about ``event`` now."""
        judges = [one for one in self._judges[event.activity] if one[1].outcome is event.outcome]
        if not judges or is_told_by_another(event, self.memory):
            return []
        seen = Recollection(self.archive, event, self._settings, self._suspicions)
        return [
            Accusation(event, detector, self._policy.applied(detector, claim, event, seen), place)
            for place, detector in judges
            if detector.evidence or not evidence
            for claim in self._ask(detector, detector.check, event, seen)
        ]

    def _ask(self, detector: Detector, ask: Callable[..., Iterable[T]], *about: object) -> list[T]:
        found, bug = contained(detector.id, ask, *about)
        if bug is not None:
            self.bugs[detector.id] = bug
        return found

    def _suspicions(self, key: str, event: Event) -> list[Suspicion]:
        """What was said about the image ``key`` before ``event``, and makes it suspicious."""
        family = self.archive.family(key, event)
        known = [topics.finding(f"image {one}") for one in sorted(family)]
        said = self.memory.recall(known, event.time - FAMILIAR, event.time).values()
        acts = {point.act for points in said for point in points}
        implants = [one for act in acts for one in self._implants(act, event, family)]
        implants.sort(key=lambda one: one.order)
        return [(one.event, one.detector, one.claim) for one in implants]

    def _implants(self, act: str, event: Event, family: set[str]) -> Iterable[Accusation]:
        if act not in self._evidence:
            accused = self.archive.act(act)
            self._evidence[act] = self.accusations(accused, evidence=True) if accused else []
        for one in self._evidence[act]:
            earlier = (one.time, one.event.act) < (event.time, event.act)
            told = one.claim.held is None and one.weight is not _NO_MORE
            if earlier and told and one.image_key in family:
                yield one

    def revisit(self, acts: Iterable[str]) -> None:
        """Tell of ``acts``, too: they were judged before."""
        self._touched.update(acts)

    def told(self, now: datetime | None = None) -> "Told":
        """Return the incidents and what is held back of all that was taken.

        What an actorless record says alone waits ten minutes for its twin if ``now`` (event time)
        is given; without it the input has ended, and nothing is waited for.
        """
        from tidewaiter.incidents.grouping import assemble  # only when there may be one to tell

        self._evidence.clear()
        return assemble(self.archive, self.accusations, self._touched, now)

    def incidents(self) -> list[Incident]:
        """Return every incident that what was taken touches, the newest finding last."""
        return self.told().incidents

    def held_back(self) -> "list[HeldBack]":
        """Return what was held back of what was taken, because familiarity would decide."""
        return self.told().held_back
