"""What a function does with what it is given, and at each tick of its schedule."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct, field

from tidewaiter.containment import contained
from tidewaiter.errors import Bug, Unavailable
from tidewaiter.findings import Incident
from tidewaiter.intake import Intake
from tidewaiter.live import digest, schedule
from tidewaiter.live.interface import Delivery, Keep, Letterbox, Sink
from tidewaiter.live.post import Post
from tidewaiter.memory.interface import KEEP, Memory
from tidewaiter.memory.rereading import Rereading
from tidewaiter.pipeline import Pipeline
from tidewaiter.reading.ordering import in_order
from tidewaiter.reading.reader import Bad
from tidewaiter.settings import Settings
from tidewaiter.settings.values import flow_formats


class Handled(Struct):
    """What became of it: ``failed`` are the ids of deliveries that must come again.

    ``counts`` are metrics by name, ``delays`` the seconds from an act to the word of it, and
    ``remarks`` sentences for the log.
    """

    failed: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """Whether all of it was done."""
        return not (self.failed or self.counts["Bugs"] or self.counts["Unavailable"])

    def note(self, error: Bug | Unavailable) -> None:
        """Count what went wrong, and say it."""
        self.counts["Bugs" if isinstance(error, Bug) else "Unavailable"] += 1
        self.remarks.append(str(error))


class Worker:
    """Judges deliveries against a memory that it shares with its like, and tells what is new.

    ``keep`` is given what cannot be read.
    """

    def __init__(
        self,
        memory: Memory,
        settings: Settings,
        sinks: Sequence[Sink],
        keep: Keep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._memory = memory
        self._settings = settings
        self._sinks = sinks
        self._keep = keep
        self._clock = clock
        self._post = Post(memory, settings.notify, clock)

    def work(self, deliveries: Iterable[Delivery]) -> Handled:
        """Take every delivery, then tell what is new; nothing makes it raise but a dead process.

        A delivery fails when anything that it needs does not answer, or when our own code is
        broken: it comes again, and ends where the platform keeps what failed too often.
        """
        handled = Handled()
        pipeline = self._pipeline()
        intake = Intake(self._kept, formats=flow_formats(self._settings))
        brought: list[str] = []
        for delivery in deliveries:
            before = intake.events_read
            if not self._try(handled, delivery.name, self._take, delivery, intake, pipeline):
                handled.failed.append(delivery.id)
            elif intake.events_read > before:
                brought.append(delivery.id)
        if brought and not self._tell(pipeline, handled):
            handled.failed += brought
        for bug in intake.bugs:
            handled.note(bug)
        handled.counts.update(
            Records=intake.records,
            Events=intake.events_read,
            Ignored=sum(intake.ignored.values()),
            Quarantined=intake.malformed,
            HandedBack=len(handled.failed),
        )
        return handled

    def tick(self, *, purge: bool = True) -> Handled:
        """Release what waited for its actor, send the digest of the day before, and forget what is
        too old (unless the memory does so by itself).
        """
        handled = Handled()
        self._try(handled, "waiting", self._release, handled)
        now = self._clock()
        for sink in self._sinks:
            if isinstance(sink, Letterbox):
                self._try(handled, f"digest by {sink.name}", self._digests, sink, now, handled)
        if purge:
            self._try(handled, "purge", lambda: (self._memory.purge(now - KEEP),))
        return handled

    def learn(self, learn: Callable[[Pipeline], int]) -> Handled:
        """Learn what is there (see ``tidewaiter.learning_inventory``), and tell what that shows."""
        handled = Handled()
        pipeline = self._pipeline()
        if self._try(handled, "inventory", self._learn, learn, pipeline, handled):
            self._tell(pipeline, handled)
        return handled

    def _pipeline(self) -> Pipeline:
        return Pipeline(Rereading(self._memory), self._settings, clock=self._clock)

    def _try(
        self, handled: Handled, name: str, ask: Callable[..., Iterable[object]], *about: object
    ) -> bool:
        """Do ``ask(*about)``; return whether it went well, and note why not."""
        try:
            _, error = contained(name, ask, *about)
        except Unavailable as unavailable:
            handled.note(unavailable)
            return False
        if error is not None:
            handled.note(error)
        return error is None

    def _take(self, delivery: Delivery, intake: Intake, pipeline: Pipeline) -> Iterator[None]:
        for event in in_order(intake.delivered(delivery.name, delivery.blocks())):
            pipeline.take(event)
        yield

    def _kept(self, bad: Bad) -> None:
        self._keep(bad)
        self._memory.add((digest.kept(bad, self._clock()),))

    def _release(self, handled: Handled) -> Iterator[None]:
        ended = schedule.due(self._memory, self._clock())
        pipeline = self._pipeline()
        pipeline.revisit(point.value for point in ended)
        if ended and self._tell(pipeline, handled):
            self._memory.add(schedule.released(ended))
        yield

    def _digests(self, sink: Letterbox, now: datetime, handled: Handled) -> Iterator[None]:
        handled.counts["Digests"] += schedule.send_digests(self._memory, sink, now)
        yield

    def _learn(
        self, learn: Callable[[Pipeline], int], pipeline: Pipeline, handled: Handled
    ) -> Iterator[None]:
        handled.counts["Inventoried"] += learn(pipeline)
        yield

    def _tell(self, pipeline: Pipeline, handled: Handled) -> bool:
        """Tell every sink what is new; return whether all went well."""
        incidents: list[Incident] = []
        well = self._try(handled, "telling", self._gather, pipeline, incidents)
        for incident in incidents:
            for sink in self._sinks:
                well &= self._try(handled, sink.name, self._send, incident, sink, handled)
        for bug in pipeline.bugs.values():
            handled.note(bug)
        return well

    def _gather(self, pipeline: Pipeline, incidents: list[Incident]) -> Iterator[None]:
        now = self._clock()
        told = pipeline.told(now)
        below = [one for one in told.incidents if not self._post.is_for_people(one)]
        points = [
            *schedule.waiting(told.waiting),
            *digest.held(told.held_back, now),
            *digest.unsent(below, now),
        ]
        self._memory.add(points)  # first of all, or a crash would forget what waits
        incidents += told.incidents
        yield

    def _send(self, incident: Incident, sink: Sink, handled: Handled) -> Iterator[None]:
        if self._post.tell(incident, sink):
            handled.counts["Told"] += 1
            if isinstance(sink, Letterbox):
                handled.delays.append((self._clock() - incident.last_time).total_seconds())
        yield
