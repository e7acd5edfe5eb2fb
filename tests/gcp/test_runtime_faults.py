"""Whatever goes wrong around a running function, nothing is lost and nothing is told twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from google.cloud.firestore_v1.types import CommitRequest

from tests.aws.history import bodies, remember
from tests.gcp.cloud import Cloud
from tests.gcp.conftest import Start
from tests.gcp.firestore_server import refuse
from tests.gcp.function import Answer, Died, Function
from tests.gcp.pushes import push

FOLDER = "ami-from-snapshot"
DONE = Answer(204, "")


@pytest.fixture(scope="module")
def messages() -> list[Any]:
    """The messages of an attack; the last of them shows it."""
    return bodies(FOLDER)


def until_done(cloud: Cloud, function: Function, message: Any) -> int:
    """Have Pub/Sub send a message until it is acknowledged; return how often that was."""
    for times in count(1):
        try:
            if function.push(message) == DONE:
                return times
        except Died:
            pass
        cloud.let_leases_end()
        assert times < 5, function.log
    raise AssertionError


def refusing(code: str, times: int) -> Callable[[Any, bool], None]:
    """Refuse so many commits, and then none."""
    left = iter(range(times))

    def meddle(request: Any, done: bool) -> None:
        if isinstance(request, CommitRequest) and not done and next(left, None) is not None:
            refuse(code, "no")

    return meddle


def ids_of(cloud: Cloud, function: Function) -> tuple[list[str], list[str]]:
    """The ids of all mails, and of all messages for machines."""
    mails = [one["id"] for one in function.mails]
    return mails, [one.attributes["id"] for one in cloud.google.google.messages]


@pytest.mark.parametrize("code", ["ABORTED", "DEADLINE_EXCEEDED", "UNAVAILABLE"])
def test_what_passes_within_a_request_costs_no_redelivery(
    code: str, cloud: Cloud, start: Start, messages: list[Any]
) -> None:
    """Contention, slowness and a short absence are waited for."""
    remember(cloud.memory, messages[:-1])
    cloud.firestore.firestore.meddle = refusing(code, 4)
    with start(cloud) as function:
        assert function.push(push(messages[-1])) == DONE
    assert [len(one) for one in ids_of(cloud, function)] == [1, 1]


def test_while_the_memory_is_away_messages_come_again(
    cloud: Cloud, start: Start, messages: list[Any]
) -> None:
    """Nothing is acknowledged that could not be remembered, and in the end it is told once."""
    remember(cloud.memory, messages[:-1])
    cloud.firestore.firestore.meddle = refusing("PERMISSION_DENIED", 1_000_000)
    with start(cloud) as function:
        assert function.push(push(messages[-1])).status == 503
        cloud.firestore.firestore.meddle = lambda _request, _done: None
        assert until_done(cloud, function, push(messages[-1])) == 1
    assert [len(one) for one in ids_of(cloud, function)] == [1, 1]
    assert function.counts["HandedBack"] == 1
    assert function.counts["Unavailable"] >= 1


def test_while_the_topic_is_away_people_are_told_and_machines_later(
    cloud: Cloud, start: Start, messages: list[Any]
) -> None:
    """The message comes again until both know."""
    remember(cloud.memory, messages[:-1])
    cloud.google.google.meddle = lambda _method, path, _done: 404 if ":publish" in path else None
    with start(cloud) as function:
        assert function.push(push(messages[-1])).status == 503
        assert [len(one) for one in ids_of(cloud, function)] == [1, 0]
        cloud.google.google.meddle = lambda _method, _path, _done: None
        assert until_done(cloud, function, push(messages[-1])) <= 2
    assert [len(one) for one in ids_of(cloud, function)] == [1, 1]


def test_one_message_to_many_at_once_is_told_once(
    cloud: Cloud, start: Start, messages: list[Any]
) -> None:
    """Threads of one server, and two servers: whoever is later hands back, or has nothing to do."""
    remember(cloud.memory, messages[:-1])
    with start(cloud) as one, start(cloud) as other, ThreadPoolExecutor(6) as threads:
        workers = [one, other] * 3
        answers = list(threads.map(lambda worker: worker.push(push(messages[-1])), workers))
        assert {answer.status for answer in answers} <= {204, 503}
        cloud.let_leases_end()
        for worker, answer in zip(workers, answers, strict=True):
            if answer != DONE:
                until_done(cloud, worker, push(messages[-1]))
    assert len(one.mails) + len(other.mails) == 1
    assert len(cloud.google.google.messages) == 1


class Hazard:
    """Counts the effects of a function, and kills it before the one with the number ``fatal``, or
    after the one that is the ``last``.
    """

    def __init__(self, cloud: Cloud, function: Function, fatal: int, last: int = -1) -> None:
        self.effects: list[str] = []
        self.killed = False
        self._function = function
        self._fatal = fatal
        self._last = last
        cloud.firestore.firestore.meddle = self._commit
        cloud.google.google.meddle = self._publish

    def _commit(self, request: Any, done: bool) -> None:
        if not isinstance(request, CommitRequest):
            return
        if done:
            if len(self.effects) == self._last and not self.killed:
                self._kill()
                refuse("UNAVAILABLE", "nobody hears it")
        else:
            names = [one.update.name.rpartition("/")[2] for one in request.writes]
            if self._is_fatal("lease" if any(name.startswith("!") for name in names) else "write"):
                refuse("UNAVAILABLE", "nobody hears it")

    def _publish(self, _method: str, path: str, done: bool) -> int | None:
        if ":publish" not in path or done:
            return None
        return 500 if self._is_fatal("publish") else None

    def _is_fatal(self, effect: str) -> bool:
        self.effects.append(effect)
        if self.killed or len(self.effects) <= self._fatal:
            return False
        self._kill()
        return True

    def _kill(self) -> None:
        self.killed = True
        self._function.crash()


@pytest.fixture
def clouds() -> Iterator[Callable[[], Cloud]]:
    """Makes deployments."""
    made: list[Cloud] = []

    def make() -> Cloud:
        made.append(Cloud.made())
        made[-1].configure("")
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_killed_between_any_two_effects_nothing_is_lost(
    clouds: Callable[[], Cloud], start: Start, messages: list[Any]
) -> None:
    """The message comes again; a story is repeated only after a crash between sending and marking,
    and then with the same id.
    """
    effects: list[str] = []
    for fatal in count():
        cloud = clouds()
        remember(cloud.memory, messages[:-1])
        with start(cloud) as function:
            hazard = Hazard(cloud, function, fatal)
            times = until_done(cloud, function, push(messages[-1]))
        effects = hazard.effects
        before = effects[:fatal]
        marking = hazard.killed and effects[fatal] == "write"
        mails, published = ids_of(cloud, function)
        assert times == 1 + hazard.killed
        assert len(mails) == 1 + (marking and before[-1:] == ["lease"]), effects
        assert len(published) == 1 + (marking and before[-1:] == ["publish"]), effects
        assert len({*mails}) == len({*published}) == 1
        if not hazard.killed:
            told = [one for one in effects if one != "write"]
            assert told == ["lease", "lease", "publish"]
            break
    cloud = clouds()
    remember(cloud.memory, messages[:-1])
    with start(cloud) as function:
        done = Hazard(cloud, function, 1000, len(effects))
        assert until_done(cloud, function, push(messages[-1])) == 2
    assert [len(one) for one in ids_of(cloud, function)] == [1, 1]
    assert done.killed
