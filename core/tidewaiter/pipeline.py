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

from tidewaiter import sightings, topics
from tidewaiter.accusation import Accusation
from tidewaiter.acts import merge
from tidewaiter.detectors import DETECTORS
from tidewaiter.detectors.interface import FAMILIAR, Claim, Detector
from tidewaiter.enrich import enrich
from tidewaiter.errors import Bug, Malformed, Unavailable
from tidewaiter.findings import Incident
from tidewaiter.incidents import HeldBack, Told, assemble
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import Activity, Event
from tidewaiter.recollection import Recollection, Suspicion
from tidewaiter.settings import Settings
from tidewaiter.twins import TWIN, complete, is_told_by_another

AHEAD = timedelta(minutes=15)

_RUN_LATER = frozenset(
    {
        Activity.IMAGE_PUSHED,
        Activity.IMAGE_CREATED,
        Activity.IMAGE_COPIED,
        Activity.IMAGE_SHARED,
        Activity.WORKLOAD_DEFINED,
    }
)


class Pipeline:
    """Judges events against a memory.  Several may share one memory."""

    def __init__(
        self,
        memory: Memory,
        settings: Settings | None = None,
        *,
        detectors: Sequence[Detector] = DETECTORS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.memory = memory
        self._settings = settings or Settings()
        self._detectors = detectors
        self._judges = {
            activity: [(place, d) for place, d in enumerate(detectors) if activity in d.judges]
            for activity in Activity
        }
        self._clock = clock
        self._touched: set[str] = set()
        self._days: set[date] = set()
        self.bugs: dict[str, Bug] = {}

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
        whole = self._whole(event)
        points = list(sightings.journal(whole))
        if event.time.date() not in self._days:
            self._days.add(event.time.date())
            points.append(Point(topics.CLOCK, "", event.time, "", once=topics.DAY))
        if whole.done:
            for detector in self._detectors:
                points += detector.facts(whole)
        self.memory.add(points)
        return whole

    def judge(self, event: Event) -> None:
        """Judge ``event``, and the later ones that would have been judged otherwise had it been
        there.
        """
        judged = {event.act}
        whole = complete(event, self.memory)
        # In order of time: what is said of an image counts for the workloads that run it later.
        waiting = [(whole.time, whole.act, whole)]
        while waiting:
            one = heappop(waiting)[-1]
            accusations = self.accusations(one)
            self._note(one, accusations)
            asked = self._revisits(event) if one is whole else []
            if accusations:
                asked += self._uses(one)
            for later in self._later(asked, one):
                if later.act not in judged:
                    judged.add(later.act)
                    heappush(waiting, (later.time, later.act, later))

    def _revisits(self, event: Event) -> list[str]:
        if not event.done:
            return []
        own = (topic for detector in self._detectors for topic in detector.revisits(event))
        return [*own, *self._uses(event)]

    def _uses(self, event: Event) -> list[str]:
        """Return the topics of the workloads that may run what ``event`` is about, or the rest of
        its index: they name it by digest, by any tag that it has, or by a definition that does so.
        """
        if event.activity not in _RUN_LATER:
            return []
        names = set(sightings.names(event))
        names.update(*(self.family(image.key) for image in event.images if image.key))
        for topic in (topics.tags_of, topics.defined):
            known = self.memory.recall([topic(name) for name in sorted(names)], *EVER).values()
            names.update(point.value for points in known for point in points)
        if event.activity is Activity.WORKLOAD_DEFINED and event.workload:
            names.add(event.workload.definition or "")
        return [topics.use(name) for name in sorted(names)]

    def _later(self, asked: Iterable[str], event: Event) -> Iterable[Event]:
        """Events of the points asked for; those minutes before it may be of the same act."""
        since, until = event.time - 2 * TWIN, event.time + FAMILIAR
        for points in self.memory.recall(dict.fromkeys(asked), since, until).values():
            for point in points:
                found = self.load(point) if point.act != event.act else None
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

    def accusations(self, event: Event) -> list[Accusation]:
        """Return what the detectors say about ``event`` now."""
        if not event.done or is_told_by_another(event, self.memory):
            return []
        seen = Recollection(self.memory, event, self._settings, self.load, self._suspicions)
        return [
            Accusation(event, detector, claim, place)
            for place, detector in self._judges[event.activity]
            for claim in self._ask(detector, event, seen)
        ]

    def _ask(self, detector: Detector, event: Event, seen: Recollection) -> list[Claim]:
        try:
            return list(detector.check(event, seen))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the one place where a bug must not silence others
            self.bugs[detector.id] = Bug(f"{detector.id}: {type(error).__name__}: {error}")
            self.bugs[detector.id].__cause__ = error
            return []

    def _suspicions(self, key: str, event: Event) -> list[Suspicion]:
        """What was said about the image ``key`` before ``event``, except that it runs."""
        family = self.family(key, event)
        known = [topics.finding(f"image {one}") for one in sorted(family)]
        since = event.time - FAMILIAR
        acts = {
            point.act
            for points in self.memory.recall(known, since, event.time).values()
            for point in points
        }
        implants = [one for act in acts for one in self._implants(act, event, family)]
        implants.sort(key=lambda one: one.order)
        return [(one.time, one.detector, one.claim) for one in implants]

    def _implants(self, act: str, event: Event, family: set[str]) -> Iterable[Accusation]:
        accused = self.act(act)
        if accused is None or (accused.time, accused.act) >= (event.time, event.act):
            return
        if accused.activity is not Activity.WORKLOAD_DEPLOYED:
            for one in self.accusations(accused):
                if one.claim.held is None and one.image_key in family:
                    yield one

    def family(self, key: str, before: Event | None = None) -> set[str]:
        """Return the keys that are one image with ``key``: its index, and the children of that.

        With ``before`` only as far as it was known when that event happened.
        """
        until = before.time if before else EVER[1]
        found, queue = {key}, [key]
        while queue:
            one = queue.pop()
            links = (topics.index_of(one), topics.children_of(one))
            for points in self.memory.recall(links, EVER[0], until).values():
                new = {point.value for point in points} - found
                found |= new
                queue += new
        return found

    def load(self, point: Point) -> Event | None:
        """Return the event of ``point`` with all its act's records; ``None`` if it is forgotten."""
        noted = sightings.kept_event(point)
        return enrich(noted) if noted and sightings.is_bulk(noted) else self.act(point.act)

    def act(self, act_id: str) -> Event | None:
        """Return the act with this id, as all its records tell it."""
        topic = topics.act(act_id)
        records = self.memory.recall((topic,), *EVER)[topic]
        events = [event for point in records if (event := sightings.kept_event(point))]
        return complete(enrich(merge(events)), self.memory) if events else None

    def _whole(self, event: Event) -> Event:
        if sightings.is_bulk(event):
            return enrich(event)
        self.memory.add((sightings.act_point(event),))
        topic = topics.act(event.act)
        records = self.memory.recall((topic,), *EVER)[topic]
        if len(records) == 1:
            return enrich(event)
        return enrich(merge(found for point in records if (found := sightings.kept_event(point))))

    def told(self, now: datetime | None = None) -> Told:
        """Return the incidents and what is held back of all that was taken.

        What an actorless record says alone waits ten minutes for its twin if ``now`` (event time)
        is given; without it the input has ended, and nothing is waited for.
        """
        return assemble(self, self._touched, now)

    def incidents(self) -> list[Incident]:
        """Return every incident that what was taken touches, the newest finding last."""
        return self.told().incidents

    def held_back(self) -> list[HeldBack]:
        """Return what was held back of what was taken, because familiarity would decide."""
        return self.told().held_back
