"""What goes wrong between a memory and Firestore costs no point and no lease."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from tests.gcp.databases import Line, memory_in, new_collection
from tests.gcp.faults import lost, meanwhile, refused, well
from tests.gcp.firestore_server import Meddling
from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import EVER, Memory, Point

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POINTS = [Point("topic", f"{number:02}", NOON, "act") for number in range(20)]
MINUTE = timedelta(minutes=1)

Make = Callable[..., Line]


@pytest.fixture
def new_line() -> Iterator[Make]:
    """Makes lines on which things go wrong."""
    made: list[Line] = []

    def make(*faults: Meddling, patience: float = 10.0) -> Line:
        made.append(Line(*faults, patience=patience))
        return made[-1]

    yield make
    for one in made:
        one.memory.close()
        one.hang_up()


def recalled(memory: Memory) -> list[Point]:
    """All points of the one topic."""
    return memory.recall(("topic",), *EVER)["topic"]


PASSING = [
    "ABORTED",
    "CANCELLED",
    "DEADLINE_EXCEEDED",
    "INTERNAL",
    "RESOURCE_EXHAUSTED",
    "UNAVAILABLE",
    "UNKNOWN",
]


@pytest.mark.parametrize("code", PASSING)
def test_what_passes_is_waited_for(code: str, new_line: Make) -> None:
    """After two failures each, a write, a read and a lease are as if nothing had been."""
    fault = refused(code, "contention")
    line = new_line(*(fault, fault, well) * 3)
    line.memory.add(POINTS)
    assert recalled(line.memory) == POINTS
    assert line.memory.claim("key", NOON + MINUTE, NOON)
    assert line.sent == ["Commit"] * 3 + ["RunQuery"] * 3 + ["Commit"] * 3


def test_nobody_waits_beyond_the_deadline(new_line: Make) -> None:
    """Then the record can still be handed back, with the collection and the reason."""
    line = new_line(*[refused("ABORTED", "too much\ncontention")] * 1000)
    with pytest.raises(Unavailable) as error:
        line.memory.add(POINTS)
    said = "not answered within 10 seconds: 409 too much contention"
    assert str(error.value) == f"firestore://example-shop/points: {said}"
    assert sum(line.pauses) < 10
    assert len(line.sent) < 200


def test_pauses_grow_up_to_some_seconds_and_differ(new_line: Make) -> None:
    """Workers that met on a document do not meet again at once."""
    pauses = []
    for _ in range(2):
        line = new_line(*[refused("ABORTED")] * 12, patience=60)
        line.memory.add(POINTS)
        pauses.append(line.pauses)
    assert pauses[0] != pauses[1]
    assert all(pause <= min(2.0, 0.05 * 2**n) for one in pauses for n, pause in enumerate(one))


def test_without_time_one_attempt_is_made(new_line: Make) -> None:
    """A function whose time is over asks once, which may do, and hands the record back."""
    line = new_line(refused("UNAVAILABLE"), patience=-1.0)
    with pytest.raises(Unavailable, match="not answered within 0 seconds"):
        line.memory.add(POINTS)
    line.memory.add(POINTS)
    assert line.sent == ["Commit"] * 2


def test_a_write_whose_answer_was_lost_is_repeated(new_line: Make) -> None:
    """Setting the same documents twice is setting them once."""
    line = new_line(lost())
    line.memory.add(POINTS)
    assert recalled(line.beside) == POINTS
    assert line.sent[:2] == ["Commit"] * 2


def test_a_worker_that_failed_repeats_all_of_it(new_line: Make) -> None:
    """What was not written for sure does not count as written."""
    line = new_line(refused("PERMISSION_DENIED"))
    with pytest.raises(Unavailable):
        line.memory.add(POINTS)
    line.memory.add(POINTS)
    assert recalled(line.memory) == POINTS


def test_what_is_superfluous_stays_until_it_is_deleted(new_line: Make) -> None:
    """A deletion that failed is tried again with the next write."""
    line = new_line(well, well, well, refused("PERMISSION_DENIED"))
    hours = [Point("topic", "v", NOON + timedelta(minutes=m), "act", once=3600) for m in (20, 10)]
    for one in hours:
        line.beside.add([one])
    assert recalled(line.memory) == hours[1:]
    other = Point("other", "value", NOON, "act")
    with pytest.raises(Unavailable):
        line.memory.add([other])
    line.memory.add([other])
    assert len(line.firestore.documents) == 2


def test_of_many_workers_one_gets_the_lease() -> None:
    """Sixteen ask at the same moment, whether the lease is new or ran out."""
    collection, ready = new_collection(), Barrier(16)
    memories = [memory_in(collection) for _ in range(16)]

    def claim(memory: Memory, now: datetime) -> bool:
        ready.wait()
        return memory.claim("key", now + MINUTE, now)

    for now in (NOON, NOON + 2 * MINUTE):
        with ThreadPoolExecutor(16) as threads:
            assert sum(threads.map(claim, memories, [now] * 16)) == 1


def test_a_lease_whose_answer_was_lost_is_ours(new_line: Make) -> None:
    """The second attempt meets our own lease, new or taken over; others are refused."""
    line = new_line(lost(), well, well, well, well, lost())
    for now in (NOON, NOON + 2 * MINUTE):
        assert line.memory.claim("key", now + MINUTE, now)
    assert not line.memory.claim("key", NOON + 3 * MINUTE, NOON + 2 * MINUTE)
    assert not line.beside.claim("key", NOON + 3 * MINUTE, NOON + 2 * MINUTE)


def test_a_lease_that_somebody_takes_over_first_is_theirs(new_line: Make) -> None:
    """Both read that it ran out; the precondition lets one of them replace it."""
    later = NOON + 2 * MINUTE
    line = new_line(well)
    line.memory.claim("key", NOON + MINUTE, NOON)
    taken: list[bool] = []
    line._faults += [
        well,
        well,
        meanwhile(lambda: taken.append(line.beside.claim("key", later + MINUTE, later))),
    ]
    assert not line.memory.claim("key", later + MINUTE, later)
    assert taken == [True]


@pytest.mark.parametrize("before", [1, 2])
def test_a_lease_that_is_deleted_meanwhile_is_taken(before: int, new_line: Make) -> None:
    """What ran out may be deleted before it is read, or before it is replaced."""
    line = new_line(well)
    line.memory.claim("key", NOON + MINUTE, NOON)
    line._faults += [well] * before + [meanwhile(line.firestore.documents.clear)]
    later = NOON + 2 * MINUTE
    assert line.memory.claim("key", later + MINUTE, later)


REFUSED = {
    "PERMISSION_DENIED": "403 Missing or insufficient permissions.",
    "UNAUTHENTICATED": "401 Missing or insufficient permissions.",
    "NOT_FOUND": "404 Missing or insufficient permissions.",
    "UNIMPLEMENTED": "501 Missing or insufficient permissions.",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_is_said_at_once(code: str, new_line: Make) -> None:
    """Where asking again is no use, nobody waits, and one sentence says where and why."""
    line = new_line(refused(code, "Missing or insufficient permissions."))
    with pytest.raises(Unavailable) as error:
        recalled(line.memory)
    assert str(error.value) == f"firestore://example-shop/points: {REFUSED[code]}"
    assert (line.sent, line.pauses) == (["RunQuery"], [])


def test_a_lease_that_is_refused_for_another_reason_is_no_lease_of_others(new_line: Make) -> None:
    """Whoever may not write must not believe that somebody else is sending."""
    line = new_line(refused("PERMISSION_DENIED"))
    with pytest.raises(Unavailable, match="403"):
        line.memory.claim("key", NOON + MINUTE, NOON)


def test_a_closed_port_is_said(new_line: Make) -> None:
    """Nobody listens there any more, as a real socket tells."""
    line = new_line(patience=0.0)
    line.hang_up()
    with pytest.raises(Unavailable, match="not answered within 0 seconds: 503 failed to connect"):
        recalled(line.memory)
