"""What only a memory in Firestore has to hold: what lies in the collection, and for how long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gcp.databases import (
    PROJECT,
    Line,
    memory_in,
    names_in,
    new_collection,
    new_memory,
    server,
    shared_client,
)
from tidewaiter.errors import Malformed, Unavailable
from tidewaiter.memory.interface import EVER, KEEP, Memory, Point
from tidewaiter.memory.opening import open_memory
from tidewaiter.memory.process import ProcessMemory
from tidewaiter_gcp.firestore import FirestoreMemory, open_address
from tidewaiter_gcp.firestore_documents import key_of, name_of, name_of_lease, point_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HALF = "\ud83d"  # of a character, as JSON may hold it
LONG = "x" * 5000
ODD = [
    "",
    HALF,
    "\ud83d\ude00",
    "😀",
    LONG,
    LONG + "y",
    "é" * 1500,
    "\\ud83d",
    "a b",
    "a+b",
    "a%20b",
    "a/b",
    ".",
    "..",
    "__a__",
    "=",
    "#",
    "!",
    "~",
    "\x00",
]


def at(minutes: float) -> datetime:
    """Some minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def hourly(minutes: float, act: str = "act") -> Point:
    """A point of which one an hour is enough."""
    return Point("topic", "value", at(minutes), act, once=3600)


def recalled(memory: Memory, topic: str = "topic") -> list[Point]:
    """All points of a topic."""
    return memory.recall((topic,), *EVER)[topic]


@pytest.fixture
def line() -> Iterator[Line]:
    """A server of its own that counts what it is asked."""
    own = Line()
    yield own
    own.memory.close()
    own.hang_up()


def test_text_comes_back_exactly() -> None:
    """Whatever an attacker writes, empty, overlong or no text at all, is itself when recalled."""
    memory = new_memory()
    points = [Point("topic", text, NOON, other, other) for text in ODD for other in ODD]
    memory.add(points)
    assert recalled(memory) == sorted(points, key=lambda point: point.order)


def test_topics_and_leases_are_kept_apart() -> None:
    """No topic is another's hash or a lease's name, however it is written."""
    memory = new_memory()
    texts = list(dict.fromkeys([*ODD, *map(key_of, ODD), *map(name_of_lease, ODD)]))
    memory.add(Point(text, text, NOON, "act") for text in texts)
    assert all(memory.claim(text, at(10), at(0)) for text in texts)
    found = memory.recall(texts, *EVER)
    assert found == {text: [Point(text, text, NOON, "act")] for text in texts}
    assert not any(memory.claim(text, at(10), at(0)) for text in texts)


@given(topic=st.text() | st.sampled_from(ODD))
def test_names_can_be_read_back(topic: str) -> None:
    """The topic stands in the name, or whole in a field where it is too long for one."""
    point = Point(topic, "value", NOON, "act")
    name = name_of(point)
    fields = {"value": "value", "act": "act", "topic": topic}
    if name.startswith("="):
        del fields["topic"]
    assert (point_of(name, fields), len(name) <= 1500) == (point, True)


def test_values_and_acts_are_not_run_together() -> None:
    """Where the value ends and the act begins makes a difference."""
    memory = new_memory()
    points = [Point("topic", "a", NOON, "bc"), Point("topic", "ab", NOON, "c")]
    memory.add(points)
    assert recalled(memory) == points


def test_large_notes_are_packed() -> None:
    """What is larger than a document comes back whole where it can be packed."""
    collection = new_collection()
    whole = Point("topic", "value", NOON, "act", "0123456789" * 200_000)
    memory_in(collection).add([whole])
    assert recalled(memory_in(collection)) == [whole]


def test_what_no_document_can_hold_is_said() -> None:
    """A note beyond that is malformed, so that its record is quarantined and not lost."""
    collection = new_collection()
    noise = Random(1).randbytes(1_500_000).hex()
    with pytest.raises(Malformed, match="bytes, when packed, are more than the memory takes"):
        memory_in(collection).add([Point("topic", "value", NOON, "act", noise), hourly(0)])
    assert names_in(collection) == []


def test_many_points_are_written_in_few_calls(line: Line) -> None:
    """Five hundred points are one call, those given twice count once, and nothing is no call."""
    points = [Point("topic", str(number), NOON, "act") for number in range(1000)]
    line.memory.add([*points, *points])
    line.memory.add([])
    assert line.sent == ["Commit"] * 2
    assert set(recalled(line.beside)) == set(points)


def test_a_commit_is_no_larger_than_firestore_takes(line: Line) -> None:
    """Large notes are parted by their bytes."""
    notes = [Random(number).randbytes(450_000).hex() for number in range(24)]
    points = [Point("topic", str(n), NOON, "act", note) for n, note in enumerate(notes)]
    line.memory.add(points)
    assert set(recalled(line.beside)) == set(points)
    assert line.sent[:2] == ["Commit"] * 2


def test_a_worker_does_not_repeat_itself(line: Line) -> None:
    """What it wrote before, or needs not be written since an earlier point is there, is no call."""
    line.memory.add([hourly(10), Point("topic", "exact", NOON, "act")])
    line.memory.add([hourly(20), hourly(10), Point("topic", "exact", NOON, "act")])
    line.memory.add([hourly(5)])
    assert line.sent == ["Commit"] * 2
    assert recalled(line.beside) == [Point("topic", "exact", NOON, "act"), hourly(5)]


def test_busy_topics_stay_small() -> None:
    """Whoever read that several points lie in one interval deletes all but the earliest."""
    collection = new_collection()
    for minute in (40, 10, 20, 30):
        memory_in(collection).add([hourly(minute, f"act {minute}")])
    reader = memory_in(collection)
    assert (recalled(reader), len(names_in(collection))) == ([hourly(10, "act 10")], 4)
    reader.add([Point("other", "value", NOON, "act")])
    assert recalled(memory_in(collection)) == [hourly(10, "act 10")]
    assert len(names_in(collection)) == 2


def test_what_is_written_again_is_not_deleted() -> None:
    """A point that is superfluous and written in the same call is written."""
    collection = new_collection()
    for minute in (10, 20):
        memory_in(collection).add([hourly(minute)])
    reader = memory_in(collection)
    recalled(reader)
    reader.add([hourly(20)])
    assert recalled(memory_in(collection)) == [hourly(10)]


def test_a_long_topic_is_read_to_its_end(line: Line) -> None:
    """A thousand documents are one answer, and more are asked for."""
    points = [Point("topic", "value", at(number), "act") for number in range(2001)]
    line.beside.add(points)
    line.sent.clear()
    assert recalled(line.memory) == points
    assert line.sent == ["RunQuery"] * 3


def test_many_topics_are_asked_for_at_once(line: Line) -> None:
    """Each topic is answered with its own points, whichever thread asked."""
    points = [Point(f"topic {number}", "value", NOON, "act") for number in range(40)]
    line.beside.add(points)
    line.sent.clear()
    found = line.memory.recall([*(point.topic for point in points), "topic 3"], *EVER)
    assert found == {point.topic: [point] for point in points}
    assert line.sent == ["RunQuery"] * 40


class Calendar:
    """A clock that a test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


def test_what_has_expired_is_not_believed() -> None:
    """Firestore may take a day to delete it, and our server never does."""
    calendar = Calendar(NOON)
    collection = new_collection()
    memory = FirestoreMemory(PROJECT, collection, client=shared_client(), clock=calendar)
    memory.add([Point("topic", "old", at(-1), "act"), hourly(0), hourly(70)])
    calendar.now = NOON + KEEP - timedelta(seconds=1)
    assert len(recalled(memory)) == 3
    calendar.now = NOON + KEEP
    assert recalled(memory) == [hourly(70)]
    assert len(names_in(collection)) == 3


def test_learned_history_is_kept_as_long_as_news() -> None:
    """What is older than what is kept is kept from the day on which it was learned."""
    calendar = Calendar(NOON + 3 * KEEP)
    memory = FirestoreMemory(PROJECT, new_collection(), client=shared_client(), clock=calendar)
    memory.add([hourly(0)])
    assert recalled(memory) == [hourly(0)]
    calendar.now += KEEP
    assert recalled(memory) == []


def test_documents_say_when_firestore_may_delete_them() -> None:
    """The field of the TTL policy is a timestamp, of points and of leases, and none too early."""
    collection = new_collection()
    memory = FirestoreMemory(PROJECT, collection, client=shared_client(), clock=Calendar(NOON))
    memory.add([hourly(0)])
    memory.claim("key", at(10), NOON)
    found = {one.id: one.to_dict() or {} for one in shared_client().collection(collection).stream()}
    point, lease = found[name_of(hourly(0))], found["!=key"]
    assert point["expires"] == NOON + KEEP
    assert at(10) <= lease["expires"] <= at(10) + timedelta(days=1)


def test_purging_lets_the_same_worker_write_again() -> None:
    """What it purged it no longer takes for written."""
    memory = new_memory()
    memory.add([hourly(0)])
    assert memory.purge(at(1)) == 1
    memory.add([hourly(0)])
    assert recalled(memory) == [hourly(0)]


def test_a_purge_reads_all_and_deletes_in_batches(line: Line) -> None:
    """More than one answer, and more than a batch, is purged; no text is read for it."""
    line.beside.add(Point(f"topic {n}", "v", NOON, "act", LONG) for n in range(1200))
    line.beside.add([Point("topic", "new", at(5), "act")])
    line.beside.claim("old", at(1), at(0))
    line.beside.claim("new", at(9), at(0))
    line.sent.clear()
    assert line.memory.purge(at(5)) == 1200
    assert line.sent == ["RunQuery"] * 2 + ["Commit"] * 3
    assert [line.memory.claim(key, at(9), at(0)) for key in ("old", "new")] == [True, False]
    assert recalled(line.memory) == [Point("topic", "new", at(5), "act")]


SPANS = st.tuples(st.integers(-60, 240), st.integers(-60, 240))
POINTS = st.lists(
    st.builds(
        Point,
        st.just("topic"),
        st.sampled_from(["a", "b"]),
        st.integers(0, 180).map(at),
        st.sampled_from(["x", "y"]),
        st.just(""),
        st.sampled_from([0, 3600]),
    ),
    max_size=12,
    unique_by=lambda point: point.order,
)


@given(points=POINTS, span=SPANS, data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_replay_into_a_file_knows_the_same(
    points: list[Point], span: tuple[int, int], data: st.DataObject
) -> None:
    """Of any span Firestore recalls, to the letter, what a memory recalls that drops the rest."""
    process, collection = ProcessMemory(), new_collection()
    process.add(points)
    workers = [memory_in(collection) for _ in range(3)]
    for one in data.draw(st.permutations(points)):
        worker = data.draw(st.sampled_from(workers))
        worker.add([one])
        recalled(worker)
    asked = (("topic",), at(span[0]), at(span[1]))
    assert workers[0].recall(*asked) == process.recall(*asked)


@pytest.mark.parametrize(
    "address",
    [
        "firestore://",
        "firestore://example-shop",
        "firestore://example-shop/",
        "firestore://example-shop/a/b",
        "firestore://example-shop/__a__",
        "firestore://Example_Shop/points",
        "firestore://example-shop/points#part",
        "firestore://example-shop/points?databse=logs",
        "firestore://example-shop/points?database=Logs",
        "firestore://user@example-shop/points",
    ],
)
def test_an_address_of_another_form_is_refused(address: str) -> None:
    """The sentence shows the form."""
    with pytest.raises(Unavailable) as refused:
        open_address(address)
    form = "firestore://PROJECT/COLLECTION[?database=NAME]"
    assert str(refused.value) == f"{address}: is not {form}"


@pytest.mark.parametrize("behind", ["", "?database=logs", "?database=(default)"])
def test_a_memory_is_opened_by_its_address(behind: str) -> None:
    """Of any database of the project, each with points of its own."""
    server()
    address = f"firestore://example-shop/{new_collection()}{behind}"
    memory = open_memory(address, patience=lambda: 5.0)
    memory.add([hourly(0)])
    assert recalled(memory) == [hourly(0)]
    assert isinstance(memory, FirestoreMemory)
    assert str(memory._collection) == address
    memory.close()


def test_a_memory_that_was_not_used_closes() -> None:
    """Nothing was opened, and no credentials were needed."""
    open_address("firestore://example.com:shop/points").close()
