"""A memory in Table Storage when things go wrong: nothing is lost, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from azure.data.tables import TableServiceClient
from requests.exceptions import ChunkedEncodingError, ConnectTimeout, ReadTimeout
from requests.exceptions import ConnectionError as NoConnection

from tests.azure.azurite import Azurite, address, memory_in, new_client, new_table, tables
from tests.azure.certificates import certificate
from tests.azure.faults import Fault, Line, after, broken, for_batches, lost, refused, well
from tests.azure.tokens import Identity
from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.memory.opening import open_memory
from tidewaiter_azure import identity
from tidewaiter_azure.asking import ONCE, Asking
from tidewaiter_azure.tables import TablesMemory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POINTS = [Point("topic", f"{number:02}", NOON, "act") for number in range(20)]
SOON = NOON + timedelta(minutes=1)


def recalled(memory: Memory) -> list[Point]:
    """All points of the one topic."""
    return memory.recall(("topic",), *EVER)["topic"]


PASSING = {
    "throttled": refused(503, "ServerBusy"),
    "limited": refused(429, "TooManyRequests"),
    "slow": refused(500, "OperationTimedOut"),
    "behind a gateway": refused(502),
    "silent": broken(ReadTimeout()),
    "out of reach": broken(ConnectTimeout()),
    "gone": broken(NoConnection()),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_passes_is_waited_for(fault: Fault) -> None:
    """After two failures each, a write, a read and a lease are as if nothing had been."""
    line = Line(new_table(), *(fault, fault, well) * 3)
    line.memory.add(POINTS)
    assert recalled(line.memory) == POINTS
    assert line.memory.claim("key", SOON, NOON)
    assert line.sent == ["batch"] * 3 + ["get"] * 3 + ["post"] * 3


def test_an_answer_that_broke_off_is_asked_for_again() -> None:
    """What was read of it is not taken for all."""
    line = Line(new_table(), broken(ChunkedEncodingError("IncompleteRead(1 bytes read)")))
    line.beside.add(POINTS)
    assert recalled(line.memory) == POINTS


def test_nobody_waits_beyond_the_deadline() -> None:
    """Then the record can still be handed back, with the table and the reason."""
    table = new_table()
    line = Line(table, *[refused(503, "ServerBusy", "slow\ndown")] * 1000)
    with pytest.raises(Unavailable) as error:
        recalled(line.memory)
    assert str(error.value).startswith(f"table {table} at https://127.0.0.1:")
    assert str(error.value).endswith("not answered within 10 seconds: ServerBusy: slow")
    assert sum(line.pauses) < 10
    assert len(line.sent) < 200


def test_the_service_says_how_long_it_wants_to_be_left_alone() -> None:
    """No attempt is made before that, and none at all if it is longer than we have."""
    line = Line(new_table(), refused(503, Retry_After="4"), refused(503, Retry_After="20"))
    with pytest.raises(Unavailable):
        recalled(line.memory)
    assert line.pauses == [4.0]


def test_pauses_grow_up_to_some_seconds_and_differ() -> None:
    """Workers that were throttled together do not come back together."""
    pauses = []
    for _ in range(2):
        line = Line(new_table(), *[refused(503)] * 12, patience=60)
        line.memory.add(POINTS)
        pauses.append(line.pauses)
    assert pauses[0] != pauses[1]
    assert all(pause <= min(2.0, 0.05 * 2**n) for one in pauses for n, pause in enumerate(one))


def test_without_time_one_attempt_is_made() -> None:
    """A function whose time is over asks once, which may do, and hands the record back."""
    line = Line(new_table(), refused(503), patience=-1.0)
    with pytest.raises(Unavailable, match="not answered within 0 seconds"):
        line.memory.add(POINTS)
    line.memory.add(POINTS)
    assert line.sent == ["batch"] * 2


def test_a_batch_whose_answer_was_lost_is_repeated() -> None:
    """It was carried out, and is so once more: points never change."""
    line = Line(new_table(), lost(ReadTimeout()))
    line.memory.add(POINTS)
    assert recalled(line.beside) == POINTS
    assert line.sent == ["batch"] * 2


def test_a_death_between_batches_is_made_good_by_repeating() -> None:
    """One of two was written when the worker died; another takes the same record again."""
    many = [Point("topic", f"{number:03}", NOON, "act") for number in range(150)]
    line = Line(new_table(), well, broken(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        line.memory.add(many)
    assert len(recalled(line.beside)) in {50, 100}
    line.beside.add(many)
    assert recalled(line.beside) == many


def test_a_worker_that_failed_repeats_all_of_it() -> None:
    """What was not written for sure does not count as written."""
    line = Line(new_table(), refused(403, "AuthorizationFailure"))
    with pytest.raises(Unavailable):
        line.memory.add(POINTS)
    line.memory.add(POINTS)
    assert recalled(line.beside) == POINTS


def test_what_is_superfluous_stays_until_it_is_deleted() -> None:
    """A deletion that failed is tried again with the next write."""
    table = new_table()
    hours = [Point("topic", "v", NOON + timedelta(minutes=m), "a", once=3600) for m in (30, 20, 10)]
    for one in hours:
        memory_in(table).add([one])
    line = Line(table, well)
    assert recalled(line.memory) == hours[2:]
    line.wire.faults = [for_batches(refused(403))] * 2
    with pytest.raises(Unavailable):
        line.memory.add([Point("other", "value", NOON, "act")])
    line.wire.faults = []
    line.memory.add([Point("another", "value", NOON, "act")])
    assert recalled(line.beside) == hours[2:]
    assert len(list(tables().get_table_client(table).list_entities())) == 3


def test_of_many_workers_one_gets_the_lease() -> None:
    """Sixteen ask at the same moment, each on a line of its own; first and when it ran out."""
    table, ready = new_table(), Barrier(16)
    memories = [TablesMemory(table, "", client=new_client(table)) for _ in range(16)]
    for now in (NOON, SOON):

        def claim(memory: Memory, now: datetime = now) -> bool:
            ready.wait()
            return memory.claim("key", now + timedelta(minutes=1), now)

        with ThreadPoolExecutor(16) as threads:
            assert sum(threads.map(claim, memories)) == 1


@pytest.mark.parametrize("before", [False, True], ids=["new", "run out"])
def test_a_lease_whose_answer_was_lost_is_ours(before: bool) -> None:
    """The second attempt meets our own lease, and is not refused by it; others are."""
    table = new_table()
    if before:
        memory_in(table).claim("key", NOON - timedelta(minutes=1), NOON - timedelta(minutes=2))
    faults = [well, well] if before else []
    line = Line(table, *faults, lost(ReadTimeout()))
    assert line.memory.claim("key", SOON, NOON)
    assert not line.memory.claim("key", SOON, NOON)
    assert not line.beside.claim("key", SOON, NOON)


def test_whoever_comes_second_to_a_lease_that_ran_out_does_not_get_it() -> None:
    """Another took it between our look and our write, as its ETag tells."""
    table = new_table()
    other = memory_in(table)
    other.claim("key", NOON, NOON - timedelta(minutes=1))
    line = Line(table, well, well, after(lambda: other.claim("key", SOON, NOON)))
    assert not line.memory.claim("key", SOON, NOON)
    assert line.sent == ["post", "get", "put", "post", "get"]


def test_a_lease_that_is_purged_while_we_look_is_ours() -> None:
    """It was there when we wrote ours, and gone when we looked."""
    table = new_table()
    other = memory_in(table)
    other.claim("key", NOON, NOON - timedelta(minutes=1))
    line = Line(table, well, after(lambda: other.purge(SOON)))
    assert line.memory.claim("key", SOON, NOON)
    assert line.sent == ["post", "get", "post"]


REFUSED = {
    (403, "AuthorizationPermissionMismatch"): "This request is not authorized",
    (401, "AuthenticationFailed"): "Server failed to authenticate the request",
    (404, "TableNotFound"): "The table specified does not exist.",
}


@pytest.mark.parametrize("code", REFUSED, ids=str)
def test_a_refusal_is_said_at_once(code: tuple[int, str]) -> None:
    """Where asking again is no use, nobody waits, and one sentence names the table and why."""
    table = new_table()
    line = Line(table, refused(*code, f"{REFUSED[code]}\nRequestId:1\nTime:2"))
    with pytest.raises(Unavailable) as error:
        recalled(line.memory)
    assert str(error.value).endswith(f"/devstoreaccount1: {code[1]}: {REFUSED[code]}")
    assert (line.sent, line.pauses) == (["get"], [])


def test_a_lease_that_is_refused_for_another_reason_is_no_lease_of_others() -> None:
    """Whoever may not write must not believe that somebody else is sending."""
    line = Line(new_table(), refused(403, "AuthorizationPermissionMismatch"))
    with pytest.raises(Unavailable, match="AuthorizationPermissionMismatch"):
        line.memory.claim("key", SOON, NOON)


def test_azurite_is_stopped_and_started_again(tmp_path: Path) -> None:
    """While it is down nothing is answered; when it is back, all that was written is there."""
    server = Azurite(tmp_path)
    service = TableServiceClient(
        server.url("table"),
        credential=Identity(),
        connection_verify=str(certificate()),
        **ONCE,
    )
    service.create_table("tidewaiter")
    client = service.get_table_client("tidewaiter")
    memory = TablesMemory("tidewaiter", "", client=client, asking=Asking(lambda: 0.0))
    memory.add(POINTS[:10])
    server.saved(POINTS[9].value)
    server.stop()
    with pytest.raises(Unavailable, match="refused"):
        memory.add(POINTS)
    with pytest.raises(Unavailable, match="refused"):
        recalled(memory)
    server.start()
    patient = TablesMemory("tidewaiter", "", client=client)
    patient.add(POINTS)
    assert recalled(patient) == POINTS
    server.stop()


@pytest.mark.usefixtures("managed")
def test_a_managed_identity_opens_the_table_by_its_address() -> None:
    """No key and no connection string is needed, as none is in the cloud."""
    memory = open_memory(address(new_table()))
    memory.add(POINTS)
    assert recalled(memory) == POINTS
    memory.close()


@pytest.mark.usefixtures("managed")
def test_without_an_identity_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The endpoint of the platform gives no token."""
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    identity.credential.cache_clear()
    memory = open_memory(address(new_table()))
    with pytest.raises(Unavailable) as error:
        recalled(memory)
    hint = "there is no identity: run `az login`, or give the function a managed identity"
    assert str(error.value).endswith(f": {hint}")
    identity.credential.cache_clear()
