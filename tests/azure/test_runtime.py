"""The functions as Azure runs them: the zip, Microsoft's worker, and Azurite as storage."""

import gzip
import json
from typing import Any

import pytest

from tests.aws.history import EXAMPLES, bodies, events, remember, replayed
from tests.azure.cloud import Cloud
from tests.azure.conftest import Start
from tests.azure.runtime import Functions, succeeded
from tidewaiter import topics
from tidewaiter.memory.interface import EVER
from tidewaiter.outputs import jsonl

SCENARIOS = ["acr-to-aks", "ecr-ccat", "ami-from-snapshot", "artifact-registry-to-gke"]
LIVE = 6  # messages of each that arrive live; what was before is remembered


def raw(told: Any) -> bytes:
    """A message as it travels."""
    return json.dumps(told).encode()


def deliver(functions: Functions, told: Any) -> None:
    """Bring a message by the trigger that is made for it."""
    if isinstance(told, list):  # a webhook's array of events; Event Grid's trigger has one at once
        answers = [functions.event(raw(one)) for one in told]
    else:
        answers = [functions.hub([raw(told)])]
    assert all(map(succeeded, answers)), answers


def test_the_worker_indexes_every_function(cloud: Cloud, start: Start) -> None:
    """Each has its trigger, and the one that Azure does not repeat by itself has its policy."""
    with start(cloud) as functions:
        found = {name: one["bindings"] for name, one in functions.index.items()}
        policy = functions.index["event_hub"]["retry_options"]
    triggers = {
        name: {one["type"] for one in bindings.values() if one.get("direction", "in") == "in"}
        for name, bindings in found.items()
    }
    assert triggers == {
        "activity_log": {"httpTrigger"},
        "event_grid": {"eventGridTrigger"},
        "event_hub": {"eventHubTrigger"},
        "retry": {"queueTrigger"},
        "tick": {"timerTrigger"},
        "inventory": {"timerTrigger"},
    }
    assert policy == {
        "max_retry_count": -1,
        "minimum_interval": "10s",
        "maximum_interval": "600s",
    }


@pytest.mark.parametrize("folder", SCENARIOS)
def test_every_scenario_is_told_once_and_everywhere(
    folder: str, cloud: Cloud, start: Start
) -> None:
    """Messages in; one mail and one event about one incident out, as replay says it."""
    told = bodies(folder)
    (incident,) = replayed(told)
    remember(cloud.memory, told[:-LIVE])
    with start(cloud) as functions:
        for one in told[-LIVE:]:
            deliver(functions, one)
        deliver(functions, told[-1])  # nobody promises that a message comes once
    mails = cloud.told.mails
    assert mails[-1]["content"]["subject"].startswith("[Tidewaiter] CRITICAL")
    assert incident.id in mails[-1]["content"]["plainText"]
    assert {one["data"]["id"] for one in cloud.told.events} == {incident.id}
    assert cloud.told.events[-1]["data"] == json.loads(jsonl.line(incident))
    topic = topics.sent(incident.id, "mail")
    marks = cloud.memory.recall([topic], *EVER)[topic]
    assert len(marks) == len(mails)
    assert cloud.kept("quarantine") == []
    assert cloud.taken() == []


def test_a_quiet_month_stays_quiet(cloud: Cloud, start: Start) -> None:
    """The last of it is read, of which the rest is known, and nobody is told anything."""
    found = [
        json.loads(line)
        for path in sorted((EXAMPLES / "quiet-month" / "azure").glob("*.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    told = sorted(found, key=lambda one: events([one])[-1].time)
    remember(cloud.memory, told[:-20])
    # Event Grid names nobody, and today nothing of then waits any more for the log that does.
    live = sorted(told[-20:], key=lambda one: isinstance(one, list))
    with start(cloud) as functions:
        for one in live:
            deliver(functions, one)
        assert functions.counts["Events"] == len(events(told[-20:]))
    assert (cloud.told.mails, cloud.told.events, cloud.kept("quarantine")) == ([], [], [])


def test_the_inventory_is_taken_and_not_again_the_next_hour(cloud: Cloud, start: Start) -> None:
    """What is there is learned by a timer, and looked at again when a day has passed."""
    host = cloud.told.url.removeprefix("https://")
    registries = "/subscriptions/s1/providers/Microsoft.ContainerRegistry/registries"
    cloud.told.resources = {registries: [{"id": "r", "properties": {"loginServer": host}}]}
    times = {"createdTime": "2026-01-01T00:00:00Z", "lastUpdateTime": "2026-01-02T00:00:00Z"}
    cloud.told.repositories = {"web": [{"digest": "sha256:1", "tags": ["latest"], **times}]}
    with start(cloud) as functions:
        assert succeeded(functions.timer("inventory")), functions.log
        asked = len(cloud.told.asked)
        assert succeeded(functions.timer("inventory"))
        assert functions.counts["Inventoried"] == 1
    assert len(cloud.told.asked) == asked > 0
    topic = topics.tag_of(f"{host}/web", "latest")
    assert [one.value for one in cloud.memory.recall([topic], *EVER)[topic]] == ["sha256:1"]


def test_a_registry_may_tell_in_either_schema(cloud: Cloud, start: Start) -> None:
    """The same push as an event of Event Grid, and as a CloudEvent."""
    (event, *_) = next(one for one in bodies("acr-to-aks") if isinstance(one, list))
    told = {"id": event["id"], "specversion": "1.0", "source": event["topic"]}
    told |= {"type": event["eventType"], "time": event["eventTime"], "data": event["data"]}
    with start(cloud) as functions:
        assert succeeded(functions.event(raw(event)))
        assert succeeded(functions.event(raw(told | {"subject": event["subject"]})))
        assert functions.counts["Events"] == 2
    about = topics.about(event["data"]["target"]["digest"])
    acts = {one.act for one in cloud.memory.recall([about], *EVER)[about]}
    assert len(acts) == 1
