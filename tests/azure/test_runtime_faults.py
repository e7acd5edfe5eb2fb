"""The functions when something fails: nothing is lost, and nothing told twice but after a death."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.aws.history import bodies, events, remember
from tests.azure.azurite import Azurite
from tests.azure.cloud import Cloud, deployed
from tests.azure.conftest import Start
from tests.azure.runtime import Functions, path_of, succeeded

STORY = bodies("ami-from-snapshot")
RAW = [json.dumps(one).encode() for one in STORY]
LIVE = 6  # the last messages, with which it becomes a story
LIMITED = (429, {"Retry-After": "600"}, {"error": {"code": "TooManyRequests", "message": "slow"}})
DOWN = (503, {"Retry-After": "60"}, {"error": {"code": "Unavailable", "message": "down"}})


def alert(number: int) -> bytes:
    """An alert of the Activity Log, as an action group posts it."""
    context = {"operationName": "Microsoft.Compute/images/write", "correlationId": str(number)}
    told = {"essentials": {"firedDateTime": "2026-03-02T12:00:00Z"}, "alertContext": context}
    return json.dumps({"schemaId": "azureMonitorCommonAlertSchema", "data": told}).encode()


def test_a_malformed_event_in_a_batch_is_kept_and_the_rest_is_told(
    cloud: Cloud, start: Start
) -> None:
    """Whatever is among good records lies in quarantine, whole, and holds nothing up."""
    poison = [b"no JSON at all", b'{"records": [{"cut off', b"\xff\xfe\x00"]
    with start(cloud) as functions:
        assert succeeded(functions.hub([*RAW[:-1], *poison, RAW[-1]]))
        counts = functions.counts
    assert len(cloud.told.mails) == 1
    kept = cloud.kept("quarantine")
    assert sorted(one["raw"].encode() for one in kept if "raw" in one) == sorted(poison[:2])
    assert len(kept) == counts["Quarantined"] == 3
    assert counts["Events"] == len(events(STORY))
    assert cloud.taken() == []


def test_a_webhook_is_taken_and_taken_once(cloud: Cloud, start: Start) -> None:
    """Replayed, it is answered as the first time, and adds nothing."""
    with start(cloud) as functions:
        answers = [functions.http(RAW[-1]) for _ in range(2)]
        answers += [functions.http(one) for one in (*RAW[:-1], alert(1), RAW[-1])]
        told = len(cloud.told.mails), len(cloud.told.events)
        answers += [functions.http(one) for one in RAW]
    assert set(answers) == {200}
    assert told == (len(cloud.told.mails), len(cloud.told.events))
    assert len(cloud.told.mails) >= 1


def test_a_webhook_to_a_broken_deployment_is_asked_to_come_again(
    cloud: Cloud, app: Path, tmp_path: Path
) -> None:
    """The sender repeats after 503; the log says which variable is missing."""
    settings = {**cloud.settings, "TIDEWAITER_MEMORY": ""}
    with Functions(app, settings, tmp_path / "functions.log") as functions:
        assert functions.http(RAW[0]) == 503
        assert "failed: TIDEWAITER_MEMORY is not set" in functions.log


def test_an_oversized_request_is_refused_and_counted(cloud: Cloud, start: Start) -> None:
    """Nobody makes us read what no alert can be."""
    with start(cloud) as functions:
        largest = b" " * (1 << 20)
        assert functions.http(largest + b" ") == 413
        assert functions.counts == {"Refused": 1}
        assert functions.http(largest) == 200


def test_while_mail_is_down_the_record_waits_by_name(cloud: Cloud, start: Start) -> None:
    """Programs are told meanwhile; the queue brings the record again, and in the end nothing is
    left.
    """
    cloud.told.answers = [DOWN]
    with start(cloud) as functions:
        assert succeeded(functions.hub(RAW))
        assert (cloud.told.mails, len(cloud.told.events)) == ([], 1)
        waiting = cloud.taken()
        assert len(waiting) == len(cloud.kept("retry")) == functions.counts["HandedBack"]
        assert "Unavailable" in waiting[0]["reason"]
        cloud.let_leases_end()
        for one in waiting:
            assert succeeded(functions.queue(json.dumps(one)))
            assert succeeded(functions.queue(json.dumps(one)))  # it may come twice
    assert (len(cloud.told.mails), len(cloud.told.events)) == (1, 1)
    assert (cloud.kept("retry"), cloud.taken()) == ([], [])


def test_what_fails_too_often_ends_in_the_poison_queue(cloud: Cloud, start: Start) -> None:
    """Each time it waits longer; after the last its blob stays, for people."""
    remember(cloud.memory, STORY[:-1])
    with start(cloud) as functions:
        cloud.told.answers = [DOWN] * 1000
        assert succeeded(functions.hub(RAW[-1:]))
        for attempt in range(30):
            (waiting,) = cloud.taken()
            assert waiting["attempt"] == attempt
            assert succeeded(functions.queue(json.dumps(waiting)))
        assert functions.counts["GivenUp"] == 1
    assert cloud.taken() == []
    assert cloud.told.delays[:7] == [60, 120, 240, 480, 960, 1920, 3600]
    assert sum(cloud.told.delays) > 24 * 3600
    (given_up,) = cloud.taken("-poison")
    assert given_up["attempt"] == 30
    (kept,) = cloud.kept("retry")
    assert kept["raw"].encode() == RAW[-1]


def test_a_message_that_is_none_of_ours_fails(cloud: Cloud, start: Start) -> None:
    """The host then brings it again, and puts it into the poison queue itself."""
    with start(cloud) as functions:
        answers = [functions.queue("hello"), functions.queue('{"blob": 7}')]
    assert not any(map(succeeded, answers))


def test_mails_beyond_the_limit_are_sent_in_one(cloud: Cloud, start: Start) -> None:
    """They count as told, lie in the outbox until the service takes mails again, and no longer."""
    cloud.told.answers = [LIMITED]
    others = bodies("ecr-ccat")
    remember(cloud.memory, others[:-6])
    with start(cloud) as functions:
        assert succeeded(functions.hub(RAW))
        assert succeeded(functions.hub([json.dumps(one).encode() for one in others[-6:]]))
        asked = [one for one in cloud.told.asked if one.startswith("POST /emails")]
        assert (cloud.told.mails, len(asked), cloud.taken()) == ([], 1, [])
        assert succeeded(functions.timer("tick"))  # too early
        assert cloud.told.mails == []
        cloud.let_pause_end()
        assert succeeded(functions.timer("tick"))
        assert succeeded(functions.timer("tick"))
    (mail,) = cloud.told.mails
    assert mail["content"]["subject"].startswith("[Tidewaiter] 2 mails in one: ")
    assert {"security@example.com", "oncall@example.com"} == {
        one["address"] for one in mail["recipients"]["to"]
    }
    incidents = {one["data"]["id"] for one in cloud.told.events}
    assert all(one in mail["content"]["plainText"] for one in incidents)
    assert [name for name in cloud.names("outbox") if name != "pause"] == []


def test_a_mail_that_was_refused_is_no_mail(cloud: Cloud, start: Start) -> None:
    """The service took it, and says later that it cannot be sent; then the record waits."""
    failed = {"status": "Failed", "error": {"code": "EmailDropped", "message": "no such\nuser"}}
    cloud.told.answers = [None, (200, {}, failed)]
    with start(cloud) as functions:
        assert succeeded(functions.hub(RAW))
        assert "the mail was refused: EmailDropped: no such user" in functions.log
        waiting = cloud.taken()
        cloud.let_leases_end()
        assert all(succeeded(functions.queue(json.dumps(one))) for one in waiting)
    operations = {one["operation"] for one in cloud.told.mails}
    assert (len(cloud.told.mails), len(operations)) == (2, 1)


def test_broken_settings_are_refused_and_the_last_good_ones_hold(
    cloud: Cloud, start: Start
) -> None:
    """A worker that starts meanwhile works as its like do."""
    cloud.configure('[notify]\nat = "critical"\n')
    with start(cloud) as functions:
        assert succeeded(functions.timer("tick"))
    cloud.configure('[notify]\nat = "sometimes"\n')
    with start(cloud) as functions:
        assert succeeded(functions.hub(RAW[:-2]))
        assert functions.counts["SettingsRefused"] == 1
    assert cloud.told.mails == []


def test_without_settings_records_wait(cloud: Cloud, start: Start) -> None:
    """Nobody knows what is expected here, so nothing is judged before they can be read."""
    cloud.forget_settings()
    with start(cloud) as functions:
        assert succeeded(functions.hub(RAW[:1]))
        assert not succeeded(functions.timer("tick"))
        (waiting,) = cloud.taken()
        cloud.configure("")
        assert succeeded(functions.queue(json.dumps(waiting)))
    assert "BlobNotFound" in waiting["reason"]
    assert cloud.kept("retry") == []


def test_while_storage_is_down_the_platform_keeps_what_it_has(tmp_path: Path, app: Path) -> None:
    """A batch that cannot even be kept fails, so that it comes again; then nothing is missing."""
    server = Azurite(tmp_path)
    with deployed(server) as cloud, Functions(app, cloud.settings, tmp_path / "log") as functions:
        assert succeeded(functions.hub(RAW[:-1]))
        server.saved(cloud.last_topic())
        server.stop()
        assert not succeeded(functions.hub(RAW[-1:]))
        server.start()
        assert succeeded(functions.hub(RAW[-1:]))
        severities = [one["data"]["severity"] for one in cloud.told.events]
    server.stop()
    assert severities[-1] == "critical"


def test_killed_and_started_again_it_tells_what_it_did_not(cloud: Cloud, start: Start) -> None:
    """The worker dies while the mail is on its way; the batch comes again, with the same mail."""
    first = start(cloud)
    cloud.told.fatal = first.kill
    with pytest.raises(AssertionError):
        first.hub(RAW)
    cloud.let_leases_end()
    with start(cloud) as functions:
        assert succeeded(functions.hub(RAW))
        assert succeeded(functions.hub(RAW))
    assert len({one["operation"] for one in cloud.told.mails}) == 1
    assert len(cloud.told.mails) == 2


def test_two_workers_with_the_same_batch_tell_it_once(
    cloud: Cloud, app: Path, tmp_path: Path
) -> None:
    """One has the lease and tells; the other's records wait, and then there is nothing to tell."""
    remember(cloud.memory, STORY[:-LIVE])
    logs = tmp_path / "one", tmp_path / "other"
    with (
        Functions(app, cloud.settings, logs[0]) as one,
        Functions(app, cloud.settings, logs[1]) as other,
        ThreadPoolExecutor(2) as threads,
    ):
        answers = list(threads.map(lambda functions: functions.hub(RAW[-LIVE:]), (one, other)))
        assert all(map(succeeded, answers))
        cloud.let_leases_end()
        for waiting in cloud.taken():
            assert succeeded(one.queue(json.dumps(waiting)))
    assert (len(cloud.told.mails), len(cloud.told.events)) == (1, 1)
    assert (cloud.kept("retry"), cloud.taken()) == ([], [])


IMPORT = "import azure.functions, azure.data.tables; print(azure.functions.__file__)"


@pytest.mark.parametrize("where", ["repository", "tests", "staged"])
def test_nothing_of_ours_hides_microsofts_packages(where: str, app: Path) -> None:
    """``import azure.functions`` works wherever one stands, with that place on the path."""
    root = Path(__file__).parents[2]
    folder = {"repository": root, "tests": root / "tests", "staged": app}[where]
    environment = path_of(app) if where == "staged" else {}
    done = subprocess.run(
        [sys.executable, "-B", "-c", f"import sys; sys.path.insert(0, '.'); {IMPORT}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (".python_packages" in done.stdout) == (where == "staged")
