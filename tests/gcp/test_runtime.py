"""The functions as Google runs them: the zip, what its lock installs, the framework's server."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.aws.history import EXAMPLES, bodies, events, remember, replayed
from tests.gcp.cloud import TOPIC, Cloud
from tests.gcp.conftest import Start
from tests.gcp.function import LABELS, TRACE, Answer, Function
from tests.gcp.pushes import binary, push, structured
from tidewaiter import topics
from tidewaiter.live import digest
from tidewaiter.memory.interface import EVER
from tidewaiter.outputs.jsonl import line

# Each example with how many of its records are history.
SCENARIOS = {
    "artifact-registry-to-gke": 121,
    "ecr-ccat": 330,
    "acr-to-aks": 35,
    "ami-from-snapshot": 20,
}
DONE = Answer(204, "")


def deliver(function: Function, number: int, told: Any) -> Answer:
    """Send a message by one of the three ways in which it may come."""
    message = push(told)
    if number % 3 == 0:
        return function.push(message)
    body, headers = (binary if number % 3 == 1 else structured)(message)
    return function.post(body, **headers)


@pytest.mark.parametrize(("folder", "known"), SCENARIOS.items(), ids=SCENARIOS)
def test_every_scenario_is_told_as_a_replay_tells_it(
    folder: str, known: int, cloud: Cloud, start: Start
) -> None:
    """Messages in, by push and by CloudEvents of both kinds; mails and the same incident out."""
    told = bodies(folder)
    (incident,) = replayed(told)
    remember(cloud.memory, told[:known])
    with start(cloud) as function:
        for number, one in enumerate([*told[known:], told[-1]]):
            assert deliver(function, number, one) == DONE
    assert {one["incident"] for one in function.mails} == {incident.id}
    assert function.mails[-1]["severity"] == "critical"
    kinds = [one["kind"] for one in function.mails]
    assert kinds == ["opened", "escalated", "escalated"][: len(kinds)]
    last = cloud.google.google.messages[-1]
    assert (last.topic, last.attributes["severity"]) == (TOPIC, "critical")
    assert last.data == json.loads(line(incident))
    name = topics.sent(incident.id, "mail")
    marks = cloud.memory.recall([name], *EVER)[name]
    assert [mark.act for mark in marks] == [one["id"] for one in function.mails]
    assert cloud.kept() == {}
    assert not function.counts.keys() & {"Bugs", "Unavailable", "HandedBack", "Quarantined"}


def test_a_quiet_month_stays_quiet(cloud: Cloud, start: Start) -> None:
    """The last day of a company that ships all day, of which the rest is known, alarms nobody."""
    entries = [
        json.loads(text)
        for path in sorted((EXAMPLES / "quiet-month" / "google").glob("*.gz"))
        for text in gzip.decompress(path.read_bytes()).splitlines()
    ]
    told = sorted(entries, key=lambda one: events([one])[0].time)
    remember(cloud.memory, told[:-20])
    with start(cloud) as function:
        for number, one in enumerate(told[-20:]):
            assert deliver(function, number, one) == DONE
    assert (function.mails, cloud.google.google.messages, cloud.kept()) == ([], [], {})
    assert function.counts["Events"] == 20


def test_an_entry_tells_its_request_and_what_it_is(cloud: Cloud, start: Start) -> None:
    """With trace, severity and our labels, by which metrics and policies find it."""
    with start(cloud) as function:
        assert function.push(push({"hello": "world"})) == DONE
    (entry,) = [one for one in function.said if one[LABELS]["tidewaiter"] == "handled"]
    assert entry["metrics"] == {"Ignored": 1, "Records": 1}
    assert entry["severity"] == "INFO"
    assert entry["logging.googleapis.com/trace"] == f"projects/example-shop/traces/{TRACE}"


def test_what_is_no_message_is_refused(cloud: Cloud, start: Start) -> None:
    """Whoever looks at the address with a browser leaves nothing in the quarantine."""
    with start(cloud) as function:
        assert function.post(b"", method="GET").status == 405
    assert cloud.kept() == {}


def test_poison_is_kept_and_acknowledged(cloud: Cloud, start: Start) -> None:
    """Whatever comes lies in quarantine, whole and once, and never comes again."""
    broken = {**push("no JSON at all"), "subscription": 7}
    poison = [b"", b"no JSON at all", b'{"message": {"cut', json.dumps(broken).encode()]
    with start(cloud) as function:
        assert function.push(push("no JSON inside \x1b[2J")) == DONE
        for _ in range(2):
            assert [function.post(one) for one in poison] == [DONE] * len(poison)
        assert function.post(b"\xff", ce_specversion="1.0", ce_id="1") == DONE
    kept = [json.loads(one) for one in cloud.kept().values()]
    assert {one["file"][:19] for one in kept} >= {"tidewaiter/2026/02/"}
    assert {one["raw"] for one in kept if one["reason"] == "not JSON"} >= {"no JSON at all"}
    assert "no JSON" not in function.log
    assert len(kept) == function.counts["Quarantined"] - len(poison)


def test_nothing_is_acknowledged_that_could_not_be_kept(cloud: Cloud, start: Start) -> None:
    """Without a quarantine the message comes again, until there is one."""
    cloud.google.google.meddle = lambda method, _path, _done: 403 if method == "POST" else None
    with start(cloud) as function:
        assert function.post(b"no JSON at all").status == 503
        cloud.google.google.meddle = lambda _method, _path, _done: None
        assert function.post(b"no JSON at all") == DONE
    assert [json.loads(one)["raw"] for one in cloud.kept().values()] == ["no JSON at all"]


def test_a_tick_sends_the_digest_of_the_day_before(cloud: Cloud, start: Start) -> None:
    """By a call of the scheduler, with nothing in it; the second finds nothing to say."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    (incident,) = replayed(bodies("ami-from-snapshot"))
    cloud.memory.add(digest.unsent([incident], yesterday))
    with start(cloud, "tick") as function:
        assert function.post(b"") == DONE
        assert function.push(push({"tick": True})) == DONE
    (mail,) = function.mails
    assert mail["kind"] == "digest"
    assert incident.id in mail["body"]
    assert function.counts == {"Digests": 1}


def test_settings_hold_without_a_new_deployment(cloud: Cloud, start: Start) -> None:
    """What the bucket says is heeded; what is broken is refused with a word, and work goes on."""
    cloud.configure('[notify]\nat = "critical"\nmachines = "critical"\n')
    told = bodies("artifact-registry-to-gke")
    remember(cloud.memory, told[:125])
    with start(cloud) as function:
        for number, one in enumerate(told[125:127]):
            assert deliver(function, number, one) == DONE
    assert (function.mails, cloud.google.google.messages) == ([], [])
    cloud.configure('[notify]\nat = "loud"\n')
    with start(cloud) as function:
        assert function.push(push(told[126])) == DONE
    assert function.counts["SettingsRefused"] == 1
    (refusal,) = [one for one in function.said if one.get("why")]
    assert "notify.at: invalid enum value 'loud'" in refusal["why"]


def test_a_function_that_was_deployed_wrongly_says_so(cloud: Cloud, start: Start) -> None:
    """Nothing is acknowledged, and the log names the variable."""
    with start(cloud, TIDEWAITER_QUARANTINE="") as function:
        assert function.push(push({})).status == 503
    assert [one["why"] for one in function.said if "why" in one] == [
        "TIDEWAITER_QUARANTINE is not set"
    ]


def test_an_occurrence_is_completed(cloud: Cloud, start: Start) -> None:
    """A notification names it; what was found is read, once, and both are one act."""
    name = "projects/example-shop/occurrences/0f5c1d7e-0000-4000-8000-000000000001"
    told = {"name": name, "kind": "VULNERABILITY", "notificationTime": "2026-03-12T18:50:00Z"}
    image = "europe-west1-docker.pkg.dev/example-shop/apps/web@sha256:" + "ab" * 32
    cloud.google.google.documents[f"/v1/{name}"] = {
        "name": name,
        "kind": "VULNERABILITY",
        "noteName": "projects/goog-vulnz/notes/CVE-2026-0001",
        "resourceUri": f"https://{image}",
        "createTime": "2026-03-12T18:50:00Z",
        "vulnerability": {"effectiveSeverity": "CRITICAL", "shortDescription": "CVE-2026-0001"},
    }
    cloud.configure('[notify]\nmachines = "info"\n')
    with start(cloud) as function:
        assert function.push(push(told)) == DONE
    assert cloud.google.google.asked.count(f"GET /v1/{name}") == 1
    assert function.counts["Events"] == 2
    (message,) = cloud.google.google.messages
    assert message.attributes["detector.vulnerable-image"] == "true"
    assert message.data["images"][0]["digest"] == f"sha256:{'ab' * 32}"
