"""What is remembered, as one judged event may see it: the store behind
:class:`~detectors.interface.Seen`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from tidewaiter.archive import Archive
from tidewaiter.detectors.interface import FAMILIAR, SETTLE, Claim, Detector
from tidewaiter.enrich.login import TOKEN_LIFE, carried
from tidewaiter.memory.interface import Point
from tidewaiter.model import Client, Event
from tidewaiter.settings import Settings
from tidewaiter.tag_history import History, moves
from tidewaiter.topics import logins

Suspicion = tuple[Event, Detector, Claim]


class Recollection:
    """The past of ``event``, read from ``archive`` as it is asked for."""

    def __init__(
        self,
        archive: Archive,
        event: Event,
        settings: Settings,
        suspicions: Callable[[str, Event], Sequence[Suspicion]],
    ) -> None:
        self.settings = settings
        self.event = archive.load
        self._archive = archive
        self._judged = event
        self._suspicions = suspicions
        self._recalled: dict[tuple[str, timedelta], list[Point]] = {}
        self._moves: dict[str, History] = {}

    def before(self, topic: str, span: timedelta = FAMILIAR) -> Sequence[Point]:
        """Points strictly before the event, each act once."""
        known = self._recalled.get((topic, span))
        if known is None:
            event = self._judged
            memory = self._archive.memory
            found = memory.recall((topic,), _start(event.time, span), event.time)[topic]
            now = (event.time, event.act)
            known = each_act_once(p for p in found if (p.time, p.act) < now and p.act != event.act)
            self._recalled[topic, span] = known
        return known

    def aged(self, topic: str, span: timedelta = FAMILIAR) -> Sequence[Point]:
        """Points at least ``SETTLE`` before the event."""
        limit = self._judged.time - SETTLE
        return [point for point in self.before(topic, span) if point.time <= limit]

    def moves(self, topic: str) -> History:
        """What a tag pointed to before the event; several detectors ask, and it is long."""
        known = self._moves.get(topic)
        if known is None:
            known = self._moves[topic] = moves(self.before(topic))
        return known

    def client(self) -> Client | None:
        """The client behind the event, from its login where the provider hides it."""
        principal = self._judged.principal
        if principal is None:
            return self._judged.client
        known = self.before(logins(principal.id), TOKEN_LIFE)
        return carried(self._judged, known, self._archive.enricher)

    def suspicions(self, key: str) -> Sequence[Suspicion]:
        """What other detectors said before the event about the image ``key``."""
        return self._suspicions(key, self._judged)


def each_act_once(points: Iterable[Point]) -> list[Point]:
    """Drop later points of the same act and value: records of one act may differ in time."""
    first: dict[tuple[str, str], Point] = {}
    for point in points:
        first.setdefault((point.act, point.value), point)
    return list(first.values())


def _start(time: datetime, span: timedelta) -> datetime:
    """The whole of the first hour or day counts: a store may have dropped its later points."""
    start = (time - span).replace(minute=0, second=0, microsecond=0)
    return start if _by_the_hour(span) else start.replace(hour=0)


def last_to_recall(time: datetime, span: timedelta) -> datetime:
    """When the last event may be that recalls, within ``span``, what happened at ``time``."""
    return time + span + timedelta(hours=1 if _by_the_hour(span) else 24)


def _by_the_hour(span: timedelta) -> bool:
    return span < timedelta(days=1)
