"""Sending: lease, send, mark.

An incident is told at least once, and once only unless a worker dies between sending and marking;
then it is told again with the same id.  Whoever meets a live lease hands the record back.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from tidewaiter import topics
from tidewaiter.errors import Unavailable
from tidewaiter.findings import Incident
from tidewaiter.live.interface import Letterbox, Sink
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import Severity, short_hash
from tidewaiter.news import Kind, News
from tidewaiter.settings import Notify
from tidewaiter.status import CLOSED

LEASE = timedelta(minutes=1)  # twice what a sink may take


class Post:
    """Knows what each sink was told, and tells it what is new."""

    def __init__(self, memory: Memory, notify: Notify, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._notify = notify
        self._clock = clock

    def tell(self, incident: Incident, sink: Sink) -> bool:
        """Send what ``sink`` does not know of ``incident`` yet; return whether there was anything.

        Raises :class:`Unavailable` when the sink or the memory does not answer, and while somebody
        else is sending the same.
        """
        news = self._news(incident, sink)
        if news is None:
            return False
        lease(self._memory, f"send {sink.name} {news.id}", self._clock())
        news = self._news(incident, sink)  # whoever held the lease before may have sent it
        if news is None:
            return False
        sink.send(news)
        self._memory.add((self._mark(news, sink),))
        return True

    def is_for_people(self, incident: Incident) -> bool:
        """Whether ``incident`` is worth a mail."""
        return incident.severity.rank >= self._notify.at.rank and incident.status not in CLOSED

    def _news(self, incident: Incident, sink: Sink) -> News | None:
        people = isinstance(sink, Letterbox)
        wanted = self.is_for_people(incident) if people else self._is_for_machines(incident)
        if not wanted:
            return None
        marks = self._marks(incident, sink)
        state = str(incident.severity) if people else _hash(incident)
        why = _worse(incident, marks) if people else _changed(state, marks)
        if why is None:
            return None
        return News(incident=incident, kind=why, state=state, turn=len(marks))

    def _is_for_machines(self, incident: Incident) -> bool:
        return incident.severity.rank >= self._notify.machines.rank

    def _marks(self, incident: Incident, sink: Sink) -> list[Point]:
        """What the sink was told of ``incident``, under any id that it had, in order."""
        ids = (incident.id, *incident.merged)
        known = self._memory.recall([topics.sent(one, sink.name) for one in ids], *EVER)
        return sorted((p for points in known.values() for p in points), key=lambda p: p.order)

    def _mark(self, news: News, sink: Sink) -> Point:
        topic = topics.sent(news.incident.id, sink.name)
        return Point(topic, news.state, self._clock(), news.id)


def _hash(incident: Incident) -> str:
    return short_hash(msgspec.json.encode(incident).decode())


def lease(memory: Memory, key: str, now: datetime) -> None:
    """Take the lease ``key`` for a minute.  Raises :class:`Unavailable` while somebody has it."""
    if not memory.claim(key, now + LEASE, now):
        raise Unavailable(f"somebody else is at it: {key}")


def _worse(incident: Incident, marks: Iterable[Point]) -> Kind | None:
    """Why people are told: it opened, opened again after somebody closed it, or is graver now."""
    closings = [one.time for one in incident.decisions if one.status in CLOSED]
    told = [point for point in marks if not closings or point.time > closings[-1]]
    if not told:
        return Kind.REOPENED if closings else Kind.OPENED
    worst = max(Severity(point.value).rank for point in told)
    return Kind.ESCALATED if incident.severity.rank > worst else None


def _changed(state: str, marks: Sequence[Point]) -> Kind | None:
    """Why machines are told: anything at all is other than they were told last."""
    if not marks:
        return Kind.OPENED
    return None if marks[-1].value == state else Kind.CHANGED
