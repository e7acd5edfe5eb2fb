"""Hand-written sinks, and deliveries of the examples, for the tests of the worker."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tidewaiter.errors import Unavailable
from tidewaiter.intake import interpret
from tidewaiter.live.interface import Delivery
from tidewaiter.live.worker import Worker
from tidewaiter.memory.interface import Memory, Point
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Event
from tidewaiter.news import Digest, News
from tidewaiter.reading.reader import Bad, Good, Reader
from tidewaiter.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


class Machines:
    """A sink that keeps what it is told, and answers unless ``down``."""

    name = "machines"

    def __init__(self) -> None:
        self.told: list[News] = []
        self.down = False

    def send(self, news: News) -> None:
        """Keep it."""
        if self.down:
            raise Unavailable(f"{self.name}: down")
        self.told.append(news)

    @property
    def kinds(self) -> list[str]:
        """Why it was told, each time."""
        return [str(news.kind) for news in self.told]


class Mail(Machines):
    """A letterbox."""

    name = "mail"

    def __init__(self) -> None:
        super().__init__()
        self.digests: list[Digest] = []

    def send_digest(self, digest: Digest) -> None:
        """Keep it."""
        if self.down:
            raise Unavailable(f"{self.name}: down")
        self.digests.append(digest)


class Died(BaseException):
    """The process was killed: nothing catches it."""


class Mortal:
    """Counts effects; the process dies at the one with the number ``last``."""

    def __init__(self, last: int | None) -> None:
        self.last = last
        self.effects = 0

    def before(self) -> None:
        """Die, or live a little longer."""
        if self.effects == self.last:
            raise Died
        self.effects += 1


class MortalMemory:
    """A memory whose every write may be the last."""

    def __init__(self, memory: Memory, life: Mortal) -> None:
        self._memory = memory
        self._life = life

    def add(self, points: Iterable[Point]) -> None:
        """Write the points one by one: a crash may part them."""
        for point in points:
            self._life.before()
            self._memory.add((point,))

    def claim(self, key: str, until: datetime, now: datetime) -> bool:
        """Take a lease."""
        self._life.before()
        return self._memory.claim(key, until, now)

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Read."""
        return self._memory.recall(topics, since, until)

    def purge(self, before: datetime) -> int:
        """Forget."""
        return self._memory.purge(before)

    def close(self) -> None:
        """Close nothing: others use it."""


class MortalMail(Mail):
    """A letterbox after whose every mail the process may die."""

    def __init__(self, box: Mail, life: Mortal) -> None:
        super().__init__()
        self.told = box.told
        self._life = life

    def send(self, news: News) -> None:
        """Send, unless dead."""
        self._life.before()
        super().send(news)


@cache
def records(folder: str) -> tuple[bytes, ...]:
    """Every record of an example, in the order in which it happened."""
    found: list[tuple[datetime, bytes]] = []
    for path in sorted((EXAMPLES / folder).rglob("*")):
        for one in Reader(None).read(str(path)) if path.is_file() and path.suffix != ".md" else ():
            assert isinstance(one, Good)
            told = interpret(one.record)
            if isinstance(told, Event):
                found.append((told.time, bytes(one.record.raw)))
    return tuple(raw for _, raw in sorted(found, key=lambda pair: pair[0]))


def delivery(data: bytes, name: str = "message") -> Delivery:
    """What a queue would bring; a name is given only once."""
    return Delivery(name, name, lambda: [data])


def deliveries(folder: str) -> list[Delivery]:
    """Every record of an example, each as one delivery."""
    return [delivery(raw, f"{folder}-{number}") for number, raw in enumerate(records(folder))]


def worker(
    memory: Memory | None = None,
    *,
    sinks: Iterable[Machines] = (),
    clock: Callable[[], datetime] = Clock(datetime(2026, 4, 1, tzinfo=UTC)),
    keep: Callable[[Bad], None] = lambda _: None,
    settings: Settings | None = None,
) -> Worker:
    """A worker; without a memory it has one of its own."""
    store = ProcessMemory() if memory is None else memory
    return Worker(store, settings or Settings(), tuple(sinks), keep, clock)
