"""What only a memory in DynamoDB has to hold: what lies in the table, and for how long."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.aws.faults import Line
from tests.aws.tables import items_in, memory_in, new_memory, new_table, shared_client
from tidewaiter.errors import Malformed, Unavailable
from tidewaiter.memory.interface import EVER, KEEP, Memory, Point
from tidewaiter.memory.process import ProcessMemory
from tidewaiter_aws.dynamodb import DynamodbMemory, open_address
from tidewaiter_aws.dynamodb_items import lease_key, topic_key

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HALF = "\ud83d"  # of a character, as JSON may hold it
LONG = "x" * 5000


def at(minutes: float) -> datetime:
    """Some minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def hourly(minutes: float, act: str = "act") -> Point:
    """A point of which one an hour is enough."""
    return Point("topic", "value", at(minutes), act, once=3600)


def recalled(memory: Memory, topic: str = "topic") -> list[Point]:
    """All points of a topic."""
    return memory.recall((topic,), *EVER)[topic]


ODD = [
    "",
    HALF,
    "\ud83d\ude00",
    "😀",
    LONG,
    LONG + "y",
    "é" * 1500,
    "\\ud83d",
    "=",
    "#",
    "!",
    "\x00",
]


def test_text_comes_back_exactly() -> None:
    """Whatever an attacker writes, empty, overlong or no text at all, is itself when recalled."""
    memory = new_memory()
    points = [Point("topic", text, NOON, other, other) for text in ODD for other in ODD]
    memory.add(points)
    assert recalled(memory) == sorted(points, key=lambda point: point.order)


def test_topics_and_leases_are_kept_apart() -> None:
    """No topic is another's hash or a lease's key, however it is written."""
    memory = new_memory()
    texts = list(dict.fromkeys([*ODD, *map(topic_key, ODD), *(lease_key(one)[0] for one in ODD)]))
    for text in texts:
        memory.add([Point(text, text, NOON, "act")])
        assert memory.claim(text, at(10), at(0))
    found = memory.recall(texts, *EVER)
    assert found == {text: [Point(text, text, NOON, "act")] for text in texts}
    assert not any(memory.claim(text, at(10), at(0)) for text in texts)


def test_values_and_acts_are_not_run_together() -> None:
    """Where the value ends and the act begins makes a difference."""
    memory = new_memory()
    points = [Point("topic", "a", NOON, "bc"), Point("topic", "ab", NOON, "c")]
    memory.add(points)
    assert recalled(memory) == points


def test_large_notes_are_packed() -> None:
    """What is larger than an item comes back whole where it can be packed."""
    table = new_table()
    whole = Point("topic", "value", NOON, "act", "0123456789" * 100_000)
    memory_in(table).add([whole])
    assert recalled(memory_in(table)) == [whole]


def test_what_no_item_can_hold_is_said() -> None:
    """A note beyond that is malformed, so that its record is quarantined and not lost."""
    table = new_table()
    noise = Random(1).randbytes(500_000).hex()
    with pytest.raises(Malformed, match="bytes, when packed, are more than the memory takes"):
        memory_in(table).add([Point("topic", "value", NOON, "act", noise), hourly(0)])
    assert items_in(table) == 0


def test_many_points_are_written_in_few_calls() -> None:
    """Twenty-five points are one call, those given twice count once, and nothing is no call."""
    line = Line(new_table())
    points = [Point("topic", str(number), NOON, "act") for number in range(50)]
    line.memory.add([*points, *points])
    line.memory.add([])
    assert line.sent == ["BatchWriteItem"] * 2
    assert set(recalled(line.beside)) == set(points)


def test_a_worker_does_not_repeat_itself() -> None:
    """What it wrote before, or needs not be written since an earlier point is there, is no call."""
    line = Line(new_table())
    line.memory.add([hourly(10), Point("topic", "exact", NOON, "act")])
    line.memory.add([hourly(20), hourly(10), Point("topic", "exact", NOON, "act")])
    line.memory.add([hourly(5)])
    assert line.sent == ["BatchWriteItem"] * 2
    assert recalled(line.beside) == [Point("topic", "exact", NOON, "act"), hourly(5)]


def test_busy_topics_stay_small() -> None:
    """Whoever read that several points lie in one interval deletes all but the earliest."""
    table = new_table()
    for minute in (40, 10, 20, 30):
        memory_in(table).add([hourly(minute, f"act {minute}")])
    reader = memory_in(table)
    assert (recalled(reader), items_in(table)) == ([hourly(10, "act 10")], 4)
    reader.add([Point("other", "value", NOON, "act")])
    assert (recalled(memory_in(table)), items_in(table)) == ([hourly(10, "act 10")], 2)


def test_what_is_written_again_is_not_deleted() -> None:
    """A point that is superfluous and written in the same call is written."""
    table = new_table()
    for minute in (10, 20):
        memory_in(table).add([hourly(minute)])
    reader = memory_in(table)
    recalled(reader)
    reader.add([hourly(20)])
    assert recalled(memory_in(table)) == [hourly(10)]


def test_an_interval_belongs_to_its_earliest_point() -> None:
    """A later point of an interval whose earliest lies before the span is not recalled."""
    table = new_table()
    for minute in (20, 10):
        memory_in(table).add([hourly(minute)])
    assert memory_in(table).recall(("topic",), at(15), at(60)) == {"topic": []}


def test_the_first_day_can_be_recalled() -> None:
    """Nothing lies before the epoch, and a span that begins on its first day is no error."""
    memory = new_memory()
    early = Point("topic", "value", EVER[0] + timedelta(hours=5), "act", once=3600)
    memory.add([early])
    assert memory.recall(("topic",), early.time, at(0)) == {"topic": [early]}


def test_a_long_topic_is_read_to_its_end() -> None:
    """A query answers with a megabyte at most, and is asked for more."""
    line = Line(new_table())
    noise = [Random(number).randbytes(300_000).hex() for number in range(5)]
    points = [Point("topic", str(n), NOON, "act", note) for n, note in enumerate(noise)]
    line.beside.add(points)
    assert recalled(line.memory) == points
    assert len(line.sent) > 1


def test_many_topics_are_asked_for_at_once() -> None:
    """Each topic is answered with its own points, whichever thread asked."""
    line = Line(new_table())
    points = [Point(f"topic {number}", "value", NOON, "act") for number in range(40)]
    line.beside.add(points)
    found = line.memory.recall([*(point.topic for point in points), "topic 3"], *EVER)
    assert found == {point.topic: [point] for point in points}
    assert line.sent == ["Query"] * 40
    line.memory.close()


class Calendar:
    """A clock that a test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


def test_what_has_expired_is_not_believed() -> None:
    """DynamoDB may take days to delete it, and moto never does."""
    calendar = Calendar(NOON)
    table = new_table()
    memory = DynamodbMemory(table, client=shared_client(), clock=calendar)
    memory.add([Point("topic", "old", at(-1), "act"), hourly(0), hourly(70)])
    calendar.now = NOON + KEEP - timedelta(seconds=1)
    assert len(recalled(memory)) == 3
    calendar.now = NOON + KEEP
    assert recalled(memory) == [hourly(70)]
    assert items_in(table) == 3


def test_learned_history_is_kept_as_long_as_news() -> None:
    """What is older than what is kept is kept from the day on which it was learned."""
    calendar = Calendar(NOON + 3 * KEEP)
    memory = DynamodbMemory(new_table(), client=shared_client(), clock=calendar)
    memory.add([hourly(0)])
    assert recalled(memory) == [hourly(0)]
    calendar.now += KEEP
    assert recalled(memory) == []


def test_items_say_when_dynamodb_may_delete_them() -> None:
    """The time to live is a number of seconds, of points and of leases, and none too early."""
    table = new_table()
    memory = DynamodbMemory(table, client=shared_client(), clock=Calendar(NOON))
    memory.add([hourly(0)])
    memory.claim("key", at(10), NOON)
    found = shared_client().scan(TableName=table)["Items"]
    expiry = {item["topic"]["S"]: int(item["expires"]["N"]) for item in found}
    point, lease = expiry["=topic"], expiry["!=key"]
    assert point == int((NOON + KEEP).timestamp())
    assert int(at(10).timestamp()) <= lease <= int(at(10).timestamp()) + 86400


def test_purging_lets_the_same_worker_write_again() -> None:
    """What it purged it no longer takes for written."""
    memory = new_memory()
    memory.add([hourly(0)])
    assert memory.purge(at(1)) == 1
    memory.add([hourly(0)])
    assert recalled(memory) == [hourly(0)]


def test_a_purge_reads_all_pages_and_deletes_in_batches() -> None:
    """More than a megabyte, and more than a batch, is purged."""
    table = new_table()
    notes = [Random(number).randbytes(60_000).hex() for number in range(40)]
    memory = memory_in(table)
    memory.add(Point(f"topic {n}", "v", NOON, "act", note) for n, note in enumerate(notes))
    memory.add([Point("topic", "new", at(5), "act")])
    assert memory_in(table).purge(at(5)) == 40
    assert items_in(table) == 1


SPANS = st.tuples(st.integers(-60, 240), st.integers(-60, 240))
POINTS = st.lists(
    st.builds(
        Point,
        st.just("topic"),
        st.sampled_from(["a", "b"]),
        st.integers(0, 180).map(at),
        st.sampled_from(["x", "y"]),
        st.just(""),
        st.just(3600),
    ),
    max_size=12,
)


@given(points=POINTS, span=SPANS, data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_replay_into_a_file_knows_the_same(
    points: list[Point], span: tuple[int, int], data: st.DataObject
) -> None:
    """Of any span DynamoDB recalls, to the letter, what a memory recalls that drops the rest."""
    process, table = ProcessMemory(), new_table()
    process.add(points)
    workers = [memory_in(table) for _ in range(3)]
    for one in data.draw(st.permutations(points)):
        worker = data.draw(st.sampled_from(workers))
        worker.add([one])
        recalled(worker)
    asked = (("topic",), at(span[0]), at(span[1]))
    assert workers[0].recall(*asked) == process.recall(*asked)


@pytest.mark.parametrize(
    "address",
    [
        "dynamodb://",
        "dynamodb://ab",
        "dynamodb://a table",
        "dynamodb://table/more",
        "dynamodb://table#part",
        "dynamodb://table?regoin=eu-west-1",
        "dynamodb://table?endpoint=localhost:8000",
        "dynamodb://user@table",
    ],
)
def test_an_address_of_another_form_is_refused(address: str) -> None:
    """The sentence shows the form."""
    with pytest.raises(Unavailable) as refused:
        open_address(address)
    form = "dynamodb://TABLE[?region=REGION&endpoint=URL]"
    assert str(refused.value) == f"{address}: is not {form}"


def test_a_memory_that_was_not_used_closes() -> None:
    """Nothing was opened, and no credentials were needed."""
    open_address("dynamodb://Some.Table-1?region=eu-west-1").close()
