"""What only a memory in Table Storage has to hold: what lies in the table, and for how long."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.azure.azurite import entities_in, memory_in, new_client, new_memory, new_table, tables
from tests.azure.faults import Line
from tidewaiter.errors import Malformed, Unavailable
from tidewaiter.memory.interface import EVER, KEEP, Memory, Point
from tidewaiter_azure.tables import TablesMemory, open_address
from tidewaiter_azure.tables_entities import lease_key, topic_key, topic_of

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
    *("", HALF, "\ud83d\ude00", "😀", LONG, LONG + "y", "é" * 1500, "\\ud83d", "=", "~", "!"),
    *("/", "\\", "#", "?", "%2F", "*2F", "'", "\x00", "\t\n", "\x7f\x9f", "\u2028", "a'b\"c&d"),
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


@given(st.text(st.characters(), max_size=300) | st.sampled_from(ODD))
def test_keys_are_what_table_storage_takes_and_can_be_read(topic: str) -> None:
    """No key holds what is forbidden or is too long, and short topics can be read from theirs."""
    key = topic_key(topic)
    assert len(key) <= 512
    assert key.isascii()
    assert key.isprintable()
    assert set(key) & set("/\\#?%'") == set()
    assert topic_of(key) in {topic, None}
    assert topic_of(key) == topic or len(topic) > 40


def test_values_and_acts_are_not_run_together() -> None:
    """Where the value ends and the act begins makes a difference."""
    memory = new_memory()
    points = [Point("topic", "a", NOON, "bc"), Point("topic", "ab", NOON, "c")]
    memory.add(points)
    assert recalled(memory) == points


def test_large_notes_are_packed_and_split() -> None:
    """What is larger than a property comes back whole, packed or not."""
    table = new_table()
    noise = Random(1).randbytes(200_000).hex()
    whole = [Point("topic", name, NOON, "act", note) for name, note in [("a", noise), ("b", LONG)]]
    memory_in(table).add(whole)
    assert recalled(memory_in(table)) == whole


def test_what_no_entity_can_hold_is_said() -> None:
    """A note beyond that is malformed, so that its record is quarantined and not lost."""
    table = new_table()
    noise = Random(1).randbytes(1_200_000).hex()
    with pytest.raises(Malformed, match="bytes, when packed, are more than the memory takes"):
        memory_in(table).add([Point("topic", "value", NOON, "act", noise), hourly(0)])
    assert entities_in(table) == 0


def test_many_points_of_a_topic_are_written_in_few_calls() -> None:
    """A hundred points are one call, those given twice count once, and nothing is no call."""
    line = Line(new_table())
    points = [Point("topic", str(number), NOON, "act") for number in range(200)]
    line.memory.add([*points, *points])
    line.memory.add([])
    assert line.sent == ["batch"] * 2
    assert set(recalled(line.beside)) == set(points)


def test_a_transaction_is_not_too_heavy() -> None:
    """Table Storage takes four megabytes at once."""
    line = Line(new_table())
    notes = [Random(number).randbytes(300_000).hex() for number in range(10)]
    points = [Point("topic", str(n), NOON, "act", note) for n, note in enumerate(notes)]
    line.memory.add(points)
    assert line.sent == ["batch"] * 2
    assert recalled(line.beside) == points


def test_a_worker_does_not_repeat_itself() -> None:
    """What it wrote before, or needs not be written since an earlier point is there, is no call."""
    line = Line(new_table())
    line.memory.add([hourly(10), Point("topic", "exact", NOON, "act")])
    line.memory.add([hourly(20), hourly(10), Point("topic", "exact", NOON, "act")])
    line.memory.add([hourly(5)])
    assert line.sent == ["batch", "put"]
    assert recalled(line.beside) == [Point("topic", "exact", NOON, "act"), hourly(5)]


def test_busy_topics_stay_small() -> None:
    """Whoever read that several points lie in one interval deletes all but the earliest."""
    table = new_table()
    for minute in (40, 10, 20, 30):
        memory_in(table).add([hourly(minute, f"act {minute}")])
    readers = [memory_in(table), memory_in(table)]
    for reader in readers:
        assert recalled(reader) == [hourly(10, "act 10")]
    assert entities_in(table) == 4
    for reader in readers:  # the second finds them gone
        reader.add([Point("other", "value", NOON, "act")])
    assert (recalled(memory_in(table)), entities_in(table)) == ([hourly(10, "act 10")], 2)


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
    """A query answers with a thousand entities at most, and is asked for more."""
    line = Line(new_table())
    points = [Point("topic", f"{number:04}", NOON, "act") for number in range(1100)]
    line.beside.add(points)
    assert recalled(line.memory) == points
    assert line.sent == ["get"] * 2


def test_many_topics_are_asked_for_and_written_at_once() -> None:
    """Each topic is answered with its own points, whichever thread asked."""
    line = Line(new_table())
    points = [Point(f"topic {number}", "value", NOON, "act") for number in range(40)]
    line.memory.add(points)
    found = line.memory.recall([*(point.topic for point in points), "topic 3"], *EVER)
    assert found == {point.topic: [point] for point in points}
    assert line.sent == ["put"] * 40 + ["get"] * 40
    line.memory.close()


def test_functions_of_one_worker_share_a_memory() -> None:
    """Eight threads that write and read topics at once lose nothing, and disturb nobody."""
    table = new_table()
    memory = memory_in(table)

    def work(number: int) -> list[Point]:
        for minute in range(0, 60, 10):
            memory.add([hourly(60 - minute, f"{number}"), Point(f"own {number}", "v", NOON, "a")])
            recalled(memory)
        return recalled(memory, f"own {number}")

    with ThreadPoolExecutor(8) as threads:
        owned = list(threads.map(work, range(8)))
    assert owned == [[Point(f"own {number}", "v", NOON, "a")] for number in range(8)]
    assert recalled(memory_in(table)) == [hourly(10, "0"), hourly(60, "0")]


class Calendar:
    """A clock that a test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


def dated(table: str, calendar: Calendar) -> TablesMemory:
    """A memory that goes by another clock."""
    return TablesMemory(table, "", client=tables().get_table_client(table), clock=calendar)


def test_what_has_expired_is_not_believed_and_deleted_by_the_timer() -> None:
    """Table Storage forgets nothing by itself."""
    calendar, table = Calendar(NOON), new_table()
    memory = dated(table, calendar)
    memory.add([Point("topic", "old", at(-1), "act"), hourly(0), hourly(70)])
    memory.claim("key", at(1), at(0))
    calendar.now = NOON + KEEP - timedelta(seconds=1)
    assert len(recalled(memory)) == 3
    calendar.now = NOON + KEEP
    assert recalled(memory) == [hourly(70)]
    assert (entities_in(table), list(memory.expire()), entities_in(table)) == (4, [""], 1)
    assert recalled(memory) == [hourly(70)]


def test_learned_history_is_kept_as_long_as_news() -> None:
    """What is older than what is kept is kept from the day on which it was learned."""
    calendar, table = Calendar(NOON + 3 * KEEP), new_table()
    memory = dated(table, calendar)
    memory.add([hourly(0)])
    assert (list(memory.expire()), recalled(memory)) == ([""], [hourly(0)])
    calendar.now += KEEP
    assert (recalled(memory), list(memory.expire()), entities_in(table)) == ([], [""], 0)


def test_purging_lets_the_same_worker_write_again() -> None:
    """What it purged it no longer takes for written."""
    memory = new_memory()
    memory.add([hourly(0)])
    assert memory.purge(at(1)) == 1
    memory.add([hourly(0)])
    assert recalled(memory) == [hourly(0)]


def test_a_purge_reads_all_pages_and_deletes_in_batches() -> None:
    """More than a page, and more than a batch, is purged."""
    table = new_table()
    memory_in(table).add(Point("topic", f"{n:04}", NOON, "act") for n in range(1050))
    memory_in(table).add([Point("topic", "new", at(5), "act")])
    line = Line(table)
    assert line.memory.purge(at(5)) == 1050
    assert line.sent == ["get", *["batch"] * 10, "get", "batch"]
    assert entities_in(table) == 1


@pytest.mark.parametrize(
    "address",
    [
        "aztables://",
        "aztables://account",
        "aztables://account/",
        "aztables://ab/table",
        "aztables://Account/table",
        "aztables://account/2table",
        "aztables://account/table/more",
        "aztables://account/table#part",
        "aztables://account/table?endpiont=https://127.0.0.1",
        "aztables://account/table?endpoint=http://127.0.0.1",
        "aztables://user@account/table",
    ],
)
def test_an_address_of_another_form_is_refused(address: str) -> None:
    """The sentence shows the form."""
    with pytest.raises(Unavailable) as refused:
        open_address(address)
    assert str(refused.value) == f"{address}: is not aztables://ACCOUNT/TABLE[?endpoint=URL]"


def test_an_address_names_the_account_of_the_public_cloud() -> None:
    """Nothing is opened, and nobody is asked who we are, before it is needed."""
    memory = open_address("aztables://account/Table1")
    assert memory._table._address == "table Table1 at https://account.table.core.windows.net"
    memory.close()


def test_a_client_of_its_own_is_closed() -> None:
    """Whoever closes the memory closes its connections."""
    memory = TablesMemory("Table1", "", client=new_client(new_table()))
    memory.close()
