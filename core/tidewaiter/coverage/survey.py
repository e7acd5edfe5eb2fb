"""Which logs were seen, when last, in how many accounts; and which detectors are blind."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from tidewaiter.coverage import NEVER_TOLD, PREREQUISITES, Prerequisite, shown_by
from tidewaiter.detectors import DETECTORS, Detector
from tidewaiter.detectors.evidence import Evidence
from tidewaiter.memory.interface import EVER, Memory
from tidewaiter.model import Event
from tidewaiter.topics import log_seen

SILENT = timedelta(days=3)  # a log that brings evidence and stays away so long has ended


class Row(Struct, frozen=True, kw_only=True):
    """What is known about one log.

    ``status`` is ``seen``, ``silent`` (it stays away while others of its cloud go on), ``missing``,
    or ``optional`` (missing, and needed by no detector).  ``blinds`` names the detectors that
    cannot work for want of it.
    """

    id: str
    title: str
    status: str
    last_seen: datetime | None
    accounts: int
    blinds: tuple[str, ...]
    without: str
    enable: str
    link: str


class Cloud(Struct, frozen=True, kw_only=True):
    """What is known about one cloud's logs; ``never_told`` is what no log of it tells.

    A cloud is ``seen`` by any event of it, even by one that shows none of ``logs``.
    """

    provider: str
    seen: bool
    blind: tuple[str, ...]
    logs: tuple[Row, ...]
    never_told: tuple[str, ...]


class _Sightings(Struct):
    last: datetime | None = None
    accounts: set[str] = field(default_factory=set)


class Survey:
    """Collects sightings of logs, from events or from a memory."""

    def __init__(self) -> None:
        self._seen: dict[str, _Sightings] = {one.id: _Sightings() for one in PREREQUISITES}
        self._providers: set[str] = set()
        self.from_memory = False

    def notice(self, event: Event) -> None:
        """Take one event into account."""
        self._providers.add(event.provider)
        for one in shown_by(event):
            self._add(one.id, event.account or "", event.time)

    def recall(self, memory: Memory) -> None:
        """Take into account what ``memory`` has seen; to the day."""
        self.from_memory = True
        topics = {log_seen(one.id): one.id for one in PREREQUISITES}
        for topic, found in memory.recall(list(topics), *EVER).items():
            for point in found:
                self._add(topics[topic], point.value, point.time)

    def _add(self, name: str, account: str, time: datetime) -> None:
        seen = self._seen[name]
        seen.accounts.add(account)
        seen.last = time if seen.last is None else max(seen.last, time)

    def clouds(self, detectors: Sequence[Detector] = DETECTORS) -> list[Cloud]:
        """Judge what was collected, cloud by cloud."""
        providers = dict.fromkeys(one.provider for one in PREREQUISITES)
        return [self._cloud(provider, detectors) for provider in providers]

    def _cloud(self, provider: str, detectors: Sequence[Detector]) -> Cloud:
        logs = [one for one in self._in_question() if one.provider == provider]
        told = {fact for one in logs if self._seen[one.id].last for fact in one.brings}
        blind = {
            detector.id: detector.needs - told
            for detector in detectors
            if provider in detector.providers and detector.needs - told
        }
        return Cloud(
            provider=provider,
            seen=provider in self._providers or any(self._seen[one.id].last for one in logs),
            blind=tuple(blind),
            logs=tuple(self._row(one, blind) for one in logs),
            never_told=NEVER_TOLD.get(provider, ()),
        )

    def _in_question(self) -> Iterable[Prerequisite]:
        """A memory knows only logs of what detectors watch."""
        return (one for one in PREREQUISITES if one.watched or not self.from_memory)

    def _row(self, one: Prerequisite, blind: dict[str, frozenset[Evidence]]) -> Row:
        seen = self._seen[one.id]
        return Row(
            id=one.id,
            title=one.title,
            status=self._status(one, seen.last),
            last_seen=seen.last,
            accounts=len(seen.accounts - {""}),
            blinds=tuple(name for name, lacking in blind.items() if lacking & one.brings),
            without=one.without,
            enable=one.enable,
            link=one.link,
        )

    def _status(self, one: Prerequisite, last: datetime | None) -> str:
        if last is None:
            return "optional" if one.optional else "missing"
        same = (other.id for other in PREREQUISITES if other.provider == one.provider)
        newest = max(seen.last for name in same if (seen := self._seen[name]).last)
        return "silent" if one.brings and newest - last > SILENT else "seen"
