"""The functions as AWS runs them: the zip, Amazon's runtime client, and moto as AWS."""

import gzip
import json
from itertools import count
from typing import Any

import pytest

from tests.aws.buckets import new_bucket, s3
from tests.aws.cloud import ELSEWHERE, Cloud
from tests.aws.conftest import Start
from tests.aws.hazards import Hazard
from tests.aws.history import bodies, remember, replayed
from tests.aws.invocations import messages, notified
from tests.aws.runtime import Died, Failed, Function
from tests.aws.tables import endpoint
from tidewaiter import topics
from tidewaiter.memory.interface import EVER

SCENARIOS = ["ecr-ccat", "ami-from-snapshot", "acr-to-aks", "artifact-registry-to-gke"]
LIVE = 6  # messages of each that arrive live; what was before is remembered
EVERYDAY = "quiet-month/aws/cloudtrail/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/03/03"
PARTS = 3  # in which the deaths of a function are tried, as each takes seconds


def failed_of(batch: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The messages of ``batch`` that must come again."""
    names = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    return {"Records": [one for one in batch["Records"] if one["messageId"] in names]}


def deliver(cloud: Cloud, function: Function, *told: Any) -> None:
    """Deliver messages as a queue does: what is handed back comes again, after a while."""
    batch = messages(*told)
    for _ in range(5):
        if not batch["Records"]:
            return
        batch = failed_of(batch, function.invoke(batch))
        cloud.let_leases_end()
    assert not batch["Records"], function.log


@pytest.fixture
def cloud() -> Cloud:
    """A deployment of its own."""
    made = Cloud(ELSEWHERE)
    made.configure("")
    return made


@pytest.mark.parametrize("folder", SCENARIOS)
def test_every_scenario_is_told_once_and_everywhere(
    folder: str, cloud: Cloud, start: Start
) -> None:
    """Messages in; one mail, one incident for machines and one finding out, as replay says it."""
    told = bodies(folder)
    (incident,) = replayed(told)
    remember(cloud.memory, told[:-LIVE])
    with start(cloud) as function:
        deliver(cloud, function, *told[-LIVE:])
        deliver(cloud, function, told[-1])  # nobody promises that a message comes once
    (mail,) = cloud.heard(cloud.mail)
    assert mail.subject is not None
    assert mail.subject.startswith("[Tidewaiter] CRITICAL ")
    assert mail.attributes["severity"] == "critical"
    assert incident.id in mail.text
    (line,) = cloud.heard(cloud.incidents)
    assert json.loads(line.text)["id"] == incident.id
    (finding,) = cloud.findings(incident.id)
    assert finding["FindingProviderFields"]["Severity"]["Label"] == "CRITICAL"
    topic = topics.sent(incident.id, "mail")
    (mark,) = cloud.memory.recall([topic], *EVER)[topic]
    assert mark.act == mail.attributes["id"]
    assert cloud.kept() == {}


def test_what_is_everyday_is_told_to_nobody(cloud: Cloud, start: Start) -> None:
    """The last of a quiet day is read, and no topic says anything."""
    told = bodies(EVERYDAY)
    assert replayed(told) == []
    remember(cloud.memory, told[:-LIVE])
    with start(cloud) as function:
        deliver(cloud, function, *told[-LIVE:])
    (account,) = [line for line in function.said if "_aws" in line]
    assert (account["Events"], account.get("Told")) == ([LIVE], None)
    assert (cloud.heard(cloud.mail), cloud.heard(cloud.incidents)) == ([], [])


def test_delivery_files_are_fetched_and_read(cloud: Cloud, start: Start) -> None:
    """A bucket tells of a file of CloudTrail, and what is in it is told."""
    told = bodies("ami-from-snapshot")
    records = [one["detail"] for one in told if "detail-type" in one]
    bucket, key = new_bucket(), "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/18/x.json.gz"
    s3().put_object(
        Bucket=bucket, Key=key, Body=gzip.compress(json.dumps({"Records": records}).encode())
    )
    with start(cloud) as function:
        deliver(cloud, function, in_bucket(notified(key), bucket))
    (mail,) = cloud.heard(cloud.mail)
    assert mail.attributes["severity"] in {"high", "critical"}


def in_bucket(notice: dict[str, Any], bucket: str) -> dict[str, Any]:
    """The notification as ``bucket`` sends it."""
    notice["Records"][0]["s3"]["bucket"]["name"] = bucket
    return notice


def test_a_missing_file_goes_where_failures_go(cloud: Cloud, start: Start) -> None:
    """A log that is gone is never taken for an empty one: it is handed back until it is kept."""
    with start(cloud) as function:
        notice = in_bucket(notified("gone.json"), new_bucket())
        answer = function.invoke(messages(notice, {"hello": "world"}))
        assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
        with pytest.raises(Failed, match=r"^Unavailable: "):  # without a queue Lambda has to repeat
            function.invoke(notice)
    assert "NoSuchKey" in function.log


def test_poison_is_kept_and_the_rest_is_told(cloud: Cloud, start: Start) -> None:
    """Whatever is among good records lies in quarantine, whole, and holds nothing up."""
    told = bodies("ami-from-snapshot")
    (call, *_) = (one for one in told if one.get("detail", {}).get("eventName") == "RegisterImage")
    broken = {**call, "detail": {**call["detail"], "eventTime": "\x1b[2J", "userIdentity": 7}}
    poison = ["no JSON at all", '{"Records": [{"cut off', json.dumps(broken)]
    with start(cloud) as function:
        deliver(cloud, function, *told[:-1], *poison, told[-1])
    assert len(cloud.heard(cloud.mail)) == 1
    kept = [json.loads(one) for one in cloud.kept().values()]
    assert {one["reason"] for one in kept if one["raw"] in poison[:2]} == {
        "not JSON",
        "cut off before its end",
    }
    assert sum('"userIdentity":7' in one["raw"].replace(" ", "") for one in kept) == 1
    assert "\x1b" not in function.log
    (account,) = [line for line in function.said if line.get("Quarantined")]
    assert account["Quarantined"] == [len(poison)]


def test_while_mail_is_down_nothing_is_lost(cloud: Cloud, start: Start) -> None:
    """The records are handed back, programs are told meanwhile, and in the end each once."""
    told = bodies("ami-from-snapshot")
    cloud.close_topic(cloud.mail)
    with start(cloud) as function:
        batch = messages(*told)
        again = failed_of(batch, function.invoke(batch))
        assert again["Records"]
        cloud.open_topic(cloud.mail)
        cloud.let_leases_end()
        assert function.invoke(again) == {"batchItemFailures": []}
    assert len(cloud.heard(cloud.mail)) == 1
    assert len(cloud.heard(cloud.incidents)) == 1
    assert any("NotFound" in line.get("message", "") for line in function.said)


def test_two_workers_with_the_same_message_tell_once(cloud: Cloud, start: Start) -> None:
    """At once or one after the other: whoever is later finds that it was told, or waits."""
    told = bodies("ami-from-snapshot")
    remember(cloud.memory, told[:-1])
    batch = messages(told[-1])
    with start(cloud) as one, start(cloud) as other:
        for worker in (one, other):
            worker.begin(batch)
        answers = [worker.answer() for worker in (one, other)]
        cloud.let_leases_end()
        for answer in answers:
            deliver(cloud, one, *(x["body"] for x in failed_of(batch, answer)["Records"]))
    assert len(cloud.heard(cloud.mail)) == 1
    assert len(cloud.heard(cloud.incidents)) == 1


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_between_any_two_effects_nothing_is_lost(part: int, start: Start) -> None:
    """The message comes again; a mail is repeated only after a crash between sending and marking,
    and then with the same id.
    """
    told = bodies("ami-from-snapshot")
    effects: list[str] = []
    for fatal in count(part, PARTS):
        cloud = Cloud(ELSEWHERE)
        cloud.configure("")
        remember(cloud.memory, told[:-1])
        with Hazard(endpoint(), fatal) as hazard:
            with start(cloud, AWS_ENDPOINT_URL=hazard.url) as function:
                hazard.kill = function.kill
                function.begin(messages(told[-1]))
                try:
                    function.answer()
                except Died:
                    survived = False
                else:
                    survived = True
            effects = hazard.effects
        cloud.let_leases_end()
        with start(cloud) as function:
            deliver(cloud, function, told[-1])
        at_sending = not survived and effects[-1] == "publish"
        for number, topic in enumerate((cloud.mail, cloud.incidents), 1):
            ids = [one.attributes["id"] for one in cloud.heard(topic)]
            twice = at_sending and effects.count("publish") == number
            assert ids == ids[:1] * (2 if twice else 1), effects
        if survived:
            break
    assert [one for one in effects if one != "write"] == [
        *("lease", "publish", "lease", "publish", "lease", "import"),
    ]
