"""The contract that every memory keeps, on every store there is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.aws.tables import memory_in, new_memory, new_table
from tests.azure import azurite
from tests.gcp import databases
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.memory.rereading import Rereading
from tidewaiter.memory.sqlite import SqliteMemory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Store = Callable[[], Memory]


@pytest.fixture(params=["process", "rereading", "sqlite", "dynamodb", "tables", "firestore"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Memory]:
    """An empty memory of each kind."""
    stores: dict[str, Store] = {
        "process": ProcessMemory,
        "rereading": lambda: Rereading(ProcessMemory()),
        "sqlite": lambda: SqliteMemory(tmp_path / "memory.sqlite"),
        "dynamodb": new_memory,
        "tables": azurite.new_memory,
        "firestore": databases.new_memory,
    }
    store = stores[request.param]()
    yield store
    store.close()


def at(minutes: float) -> datetime:
    """Some minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def point(value: str, minutes: float, act: str = "act", once: int = 0) -> Point:
    """A point of the one topic."""
    return Point("topic", value, at(minutes), act, once=once)


def recalled(memory: Memory) -> list[Point]:
    """All points of the one topic."""
    return memory.recall(("topic",), *EVER)["topic"]


def test_points_come_back_whole_and_in_order(memory: Memory) -> None:
    """Points are recalled by time, then act, then value, with their notes."""
    points = [
        Point("topic", "b", at(1), "act 1", "note"),
        Point("topic", "a", at(1), "act 2"),
        Point("topic", "z", at(0), "act 3"),
        Point("topic", "a", at(1), "act 1"),
    ]
    memory.add(points)
    assert recalled(memory) == [points[2], points[3], points[0], points[1]]


def test_adding_twice_is_adding_once(memory: Memory) -> None:
    """A point that is there is not added again, in the same call or in another."""
    memory.add([point("a", 0), point("a", 0)])
    memory.add([point("a", 0)])
    assert recalled(memory) == [point("a", 0)]


def test_both_ends_of_a_span_belong_to_it(memory: Memory) -> None:
    """What lies exactly at an end is recalled, what lies beyond is not."""
    memory.add([point("a", minutes) for minutes in (-1, 0, 1, 2)])
    found = memory.recall(("topic",), at(0), at(1))["topic"]
    assert found == [point("a", 0), point("a", 1)]


def test_every_topic_asked_for_is_answered(memory: Memory) -> None:
    """A topic without points has an empty list, and others do not leak into it."""
    memory.add([point("a", 0)])
    assert memory.recall(("topic", "other"), *EVER) == {"topic": [point("a", 0)], "other": []}


def test_of_an_interval_the_earliest_is_kept(memory: Memory) -> None:
    """Of points of one hour the earliest answers, in whatever order they came."""
    memory.add([point("a", 30, "second", 3600), point("a", 45, "third", 3600)])
    memory.add([point("a", 10, "first", 3600), point("a", 20, "late", 3600)])
    assert recalled(memory)[0] == point("a", 10, "first", 3600)


def test_intervals_and_values_are_kept_apart(memory: Memory) -> None:
    """The next hour, and another value in the same hour, have points of their own."""
    points = [
        point("a", 10, once=3600),
        point("b", 10, once=3600),
        point("a", 70, once=3600),
    ]
    memory.add(points)
    assert recalled(memory) == points


def test_text_of_any_kind_is_kept(memory: Memory) -> None:
    """Topics and values may hold whatever a log holds: quotes, NULs, any script."""
    odd = "'; DROP TABLE point; --\x00\n\u202e😀/\\#?"
    memory.add([Point(odd, odd, at(0), odd, odd)])
    assert memory.recall((odd,), *EVER)[odd] == [Point(odd, odd, at(0), odd, odd)]


def test_microseconds_count(memory: Memory) -> None:
    """Times are kept to the microsecond."""
    exact = NOON.replace(microsecond=123457)
    memory.add([Point("topic", "a", exact, "act")])
    assert recalled(memory)[0].time == exact


def test_a_lease_has_one_holder(memory: Memory) -> None:
    """A lease is refused while it is held, given again after it ran out, and kept apart by key."""
    answers = [
        memory.claim("key", at(10), at(0)),
        memory.claim("key", at(15), at(9)),
        memory.claim("other", at(10), at(0)),
        memory.claim("key", at(20), at(10)),
        memory.claim("key", at(30), at(19)),
    ]
    assert answers == [True, False, True, True, False]


def test_purging_forgets_the_old_and_keeps_the_new(memory: Memory) -> None:
    """Points before the limit go, intervals and leases with them; the rest stays."""
    memory.add([point("a", 0), point("b", 0, once=3600), point("a", 5), point("c", 5, once=3600)])
    memory.claim("key", at(1), at(0))
    memory.claim("long", at(60), at(0))
    assert memory.purge(at(5)) == 2
    assert recalled(memory) == [point("a", 5), point("c", 5, once=3600)]
    assert [memory.claim(key, at(9), at(0)) for key in ("key", "long")] == [True, False]


def test_an_emptied_topic_can_be_filled_again(memory: Memory) -> None:
    """After a purge the same points may come anew."""
    memory.add([point("b", 0, once=3600)])
    memory.purge(at(5))
    memory.add([point("b", 0, once=3600)])
    assert recalled(memory) == [point("b", 0, once=3600)]


POINTS = st.lists(
    st.builds(
        Point,
        st.sampled_from(["s", "t"]),
        st.sampled_from(["a", "b"]),
        st.integers(0, 180).map(at),
        st.sampled_from(["x", "y"]),
        st.just(""),
        st.just(3600),
    )
    | st.builds(
        Point,
        st.just("exact"),
        st.sampled_from(["a", "b"]),
        st.integers(0, 180).map(at),
        st.sampled_from(["x", "y"]),
    ),
    max_size=12,
)


def reduced(memory: Memory) -> dict[str, object]:
    """What a reader may rely on: exact points, and of each interval the earliest."""
    found = memory.recall(("s", "t", "exact"), *EVER)
    known: dict[str, object] = {"exact": found.pop("exact")}
    for points in found.values():
        for one in points:
            known.setdefault(f"{one.topic} {one.value} {one.bucket}", one)
    return known


@given(points=POINTS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_all_stores_answer_alike_in_any_order(
    points: list[Point], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same points in four orders, in four stores, give the same answers."""
    process = ProcessMemory()
    process.add(points)
    sqlite = SqliteMemory(tmp_path_factory.mktemp("memory") / "memory.sqlite")
    table = new_table()
    workers = [memory_in(table) for _ in range(2)]
    for one in data.draw(st.permutations(points)):
        sqlite.add([one])
    for one in data.draw(st.permutations(points)):
        data.draw(st.sampled_from(workers)).add([one])
    tables = azurite.new_memory()
    for one in data.draw(st.permutations(points)):
        tables.add([one])
    answers = [reduced(process), reduced(sqlite), reduced(workers[0]), reduced(tables)]
    sqlite.close()
    assert answers == answers[:1] * 4
