"""A memory in DynamoDB when things go wrong: nothing is lost, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from tests.aws.faults import Fault, Line, broken, half, lost, refused, well
from tests.aws.tables import memory_in, new_client, new_table, shared_client
from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter_aws.asking import Asking
from tidewaiter_aws.dynamodb import DynamodbMemory, open_address

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POINTS = [Point("topic", f"{number:02}", NOON, "act") for number in range(20)]
URL = "https://dynamodb.example.com/"


def recalled(memory: Memory) -> list[Point]:
    """All points of the one topic."""
    return memory.recall(("topic",), *EVER)["topic"]


PASSING = {
    "throttled": refused("ThrottlingException"),
    "over its throughput": refused("ProvisionedThroughputExceededException"),
    "over the account's limit": refused("RequestLimitExceeded"),
    "broken": refused("InternalServerError", 500),
    "down": refused("ServiceUnavailable", 503),
    "of an unknown kind": refused("SomethingNew", 502),
    "silent": broken(ReadTimeoutError(endpoint_url=URL)),
    "out of reach": broken(ConnectTimeoutError(endpoint_url=URL)),
    "gone": broken(EndpointConnectionError(endpoint_url=URL)),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_passes_is_waited_for(fault: Fault) -> None:
    """After two failures each, a write, a read and a lease are as if nothing had been."""
    line = Line(new_table(), *(fault, fault, well) * 3)
    line.memory.add(POINTS)
    assert recalled(line.memory) == POINTS
    assert line.memory.claim("key", NOON + timedelta(minutes=1), NOON)
    assert line.sent == ["BatchWriteItem"] * 3 + ["Query"] * 3 + ["PutItem"] * 3


def test_nobody_waits_beyond_the_deadline() -> None:
    """Then the record can still be handed back, with the table and the reason."""
    table = new_table()
    line = Line(table, *[refused("ThrottlingException", message="slow\ndown")] * 1000)
    with pytest.raises(Unavailable) as error:
        line.memory.add(POINTS)
    said = "not answered within 10 seconds: ThrottlingException: slow down"
    assert str(error.value) == f"dynamodb://{table} in eu-west-1: {said}"
    assert sum(line.pauses) < 10
    assert len(line.sent) < 200


def test_pauses_grow_up_to_some_seconds_and_differ() -> None:
    """Workers that were throttled together do not come back together."""
    pauses = []
    for _ in range(2):
        line = Line(new_table(), *[refused("ThrottlingException")] * 12, patience=60)
        line.memory.add(POINTS)
        pauses.append(line.pauses)
    assert pauses[0] != pauses[1]
    assert all(pause <= min(2.0, 0.05 * 2**n) for one in pauses for n, pause in enumerate(one))


def test_without_time_one_attempt_is_made() -> None:
    """A function whose time is over asks once, which may do, and hands the record back."""
    line = Line(new_table(), refused("ThrottlingException"), patience=-1.0)
    with pytest.raises(Unavailable, match="not answered within 0 seconds"):
        line.memory.add(POINTS)
    line.memory.add(POINTS)
    assert line.sent == ["BatchWriteItem"] * 2


def test_each_call_asks_how_long_it_may_take() -> None:
    """What is left of a function's time shrinks from call to call."""
    left = iter([10.0, 10.0, -1.0, -1.0])
    memory = DynamodbMemory(new_table(), client=shared_client(), asking=Asking(lambda: next(left)))
    memory.add(POINTS)
    assert recalled(memory) == POINTS
    assert next(left, None) is None


def test_of_a_batch_the_rest_is_written() -> None:
    """DynamoDB took ten of twenty, then five of ten, and so on; all are there in the end."""
    line = Line(new_table(), *[half] * 4)
    line.memory.add(POINTS)
    assert recalled(line.beside) == POINTS
    assert line.sent == ["BatchWriteItem"] * 5


def test_a_batch_that_is_never_taken_whole_is_said() -> None:
    """The sentence tells how many items were left."""
    line = Line(new_table(), *[half] * 1000)
    with pytest.raises(Unavailable, match=r"10 seconds: 1 items of a batch were not taken"):
        line.memory.add(POINTS)


def test_a_death_in_the_middle_of_a_batch_is_made_good_by_repeating() -> None:
    """Half was written when the worker died; another takes the same record again."""
    line = Line(new_table(), half, broken(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        line.memory.add(POINTS)
    assert recalled(line.beside) == POINTS[:10]
    line.beside.add(POINTS)
    assert recalled(line.beside) == POINTS


def test_a_worker_that_failed_repeats_all_of_it() -> None:
    """What was not written for sure does not count as written."""
    line = Line(new_table(), half, refused("AccessDeniedException"))
    with pytest.raises(Unavailable):
        line.memory.add(POINTS)
    line.memory.add(POINTS)
    assert recalled(line.beside) == POINTS


def test_what_is_superfluous_stays_until_it_is_deleted() -> None:
    """A deletion that failed is tried again with the next write."""
    table = new_table()
    hours = [Point("topic", "v", NOON + timedelta(minutes=m), "act", once=3600) for m in (20, 10)]
    for one in hours:
        memory_in(table).add([one])
    line = Line(table, well, refused("AccessDeniedException"))
    assert recalled(line.memory) == hours[1:]
    other = Point("other", "value", NOON, "act")
    with pytest.raises(Unavailable):
        line.memory.add([other])
    line.memory.add([other])
    found = shared_client().scan(TableName=table)["Items"]
    assert len(found) == 2


def test_of_many_workers_one_gets_the_lease() -> None:
    """Sixteen ask at the same moment, each on a line of its own."""
    table, ready = new_table(), Barrier(16)
    memories = [DynamodbMemory(table, client=new_client()) for _ in range(16)]

    def claim(memory: Memory) -> bool:
        ready.wait()
        return memory.claim("key", NOON + timedelta(minutes=1), NOON)

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(claim, memories)) == 1


def test_a_lease_whose_answer_was_lost_is_ours() -> None:
    """The second attempt meets our own lease, and is not refused by it; others are."""
    line = Line(new_table(), lost(ReadTimeoutError(endpoint_url=URL)))
    until = NOON + timedelta(minutes=1)
    assert line.memory.claim("key", until, NOON)
    assert line.sent == ["PutItem"] * 2
    assert not line.memory.claim("key", until, NOON)
    assert not line.beside.claim("key", until, NOON)


REFUSED = {
    "AccessDeniedException": "User: x is not authorized to perform: dynamodb:Query",
    "ExpiredTokenException": "The security token included in the request is expired",
    "ValidationException": "The provided key element does not match the schema",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_is_said_at_once(code: str) -> None:
    """Where asking again is no use, nobody waits, and one sentence names the table and why."""
    table = new_table()
    line = Line(table, refused(code, message=REFUSED[code]))
    with pytest.raises(Unavailable) as error:
        recalled(line.memory)
    assert str(error.value) == f"dynamodb://{table} in eu-west-1: {code}: {REFUSED[code]}"
    assert (line.sent, line.pauses) == (["Query"], [])


def test_a_lease_that_is_refused_for_another_reason_is_no_lease_of_others() -> None:
    """Whoever may not write must not believe that somebody else is sending."""
    line = Line(new_table(), refused("AccessDeniedException"))
    with pytest.raises(Unavailable, match="AccessDeniedException"):
        line.memory.claim("key", NOON + timedelta(minutes=1), NOON)


def test_a_table_that_is_not_there_is_said() -> None:
    """With its name and region: one of them is probably mistyped."""
    memory = DynamodbMemory("no-such-table", client=shared_client())
    with pytest.raises(Unavailable, match=r"^dynamodb://no-such-table in eu-west-1: ResourceNotF"):
        recalled(memory)


def test_a_closed_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there, as a real socket tells."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    address = "dynamodb://table?region=eu-west-1&endpoint=http://127.0.0.1:1"
    memory = open_address(address, lambda: 0.0)
    with pytest.raises(Unavailable, match="Could not connect to the endpoint URL"):
        recalled(memory)
    memory.close()
