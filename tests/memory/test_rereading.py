"""A memory that is asked nothing twice between two of its writes."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tidewaiter.memory.interface import EVER, Point
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.memory.rereading import Rereading

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE = Point("one", "value", NOON, "act")


class Counted(ProcessMemory):
    """Keeps which topics it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Take note, and answer."""
        wanted = list(topics)
        self.asked += wanted
        return super().recall(wanted, since, until)


def test_what_was_answered_is_not_asked_again() -> None:
    """Only topics, or spans, that are new are asked for."""
    store = Counted()
    memory = Rereading(store)
    memory.add([ONE])
    assert memory.recall(["one"], *EVER) == {"one": [ONE]}
    assert memory.recall(["two", "one"], *EVER) == {"two": [], "one": [ONE]}
    assert memory.recall(["one"], NOON, NOON) == {"one": [ONE]}
    assert store.asked == ["one", "two", "one"]


def test_after_every_own_write_everything_is_asked_anew() -> None:
    """What others wrote before our last write is seen, or two workers would both see nothing."""
    store = ProcessMemory()
    memory = Rereading(store)
    for write in (
        lambda: memory.add([Point("mine", "value", NOON, "act")]),
        lambda: memory.claim("lease", NOON, NOON),
        lambda: memory.purge(EVER[0]),
    ):
        before = memory.recall(["one"], *EVER)["one"]
        news = Point("one", str(len(before)), NOON, "act")
        store.add([news])
        write()
        assert memory.recall(["one"], *EVER)["one"] == [*before, news]


def test_an_answer_is_the_asker_s_own() -> None:
    """Whoever changes a list that he was given changes nobody else's."""
    memory = Rereading(ProcessMemory())
    memory.recall(["one"], *EVER)["one"].append(ONE)
    assert memory.recall(["one"], *EVER) == {"one": []}
