"""What detectors need of Azure's logs has an alert, a diagnostic setting or an event type, in the
plan; and of operations nothing else has an alert.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from benchmarks.quality.harness import month
from tests.infra.azure_doors import alerted, doors_of, sent, sent_on, templates
from tests.infra.terraform import Json, needed, planned
from tidewaiter.intake import interpret
from tidewaiter.model import Event
from tidewaiter.sources.azure_activity import VERBS
from tidewaiter.sources.interface import record_of

pytestmark = needed

ROOT = Path(__file__).parents[2]
OURS = [ROOT / "examples", ROOT / "tests" / "samples", ROOT / "tests" / "cases"]
THEIRS = [ROOT.parent / "shared" / "data"]
OF_THE_TENANT = "microsoft.aadiam/"  # no subscription's log tells of Entra's own settings
BY_HAND = {
    "defender_assessment": "Defender exports as a trusted service, which azurerm cannot ask for",
    "defender_alert": "as its assessments",
}
"""The logs that no Terraform of ours switches on, each with the reason; the page says how."""
KINDS = {
    "subscription": "/subscriptions/11111111-1111-4111-8111-111111111111",
    "Microsoft.ContainerRegistry/registries": "",
    "Microsoft.ContainerService/managedClusters": "",
}
REFUSED = 0.99


def test_every_operation_that_is_read_has_an_alert(azure_subscription: Json) -> None:
    """No reader waits for an operation of which no alert tells."""
    wanted = {verb for verb in VERBS if not verb.startswith(OF_THE_TENANT)}
    assert sorted(wanted - {name.lower() for name in alerted(azure_subscription)}) == []


def test_every_operation_that_has_an_alert_is_read(azure_subscription: Json) -> None:
    """No alert is sent that nobody reads."""
    assert sorted({name.lower() for name in alerted(azure_subscription)} - VERBS.keys()) == []


def test_every_subscription_has_the_same_alerts(
    azure_group: Json, azure_subscription: Json
) -> None:
    """Each forwarder of the group alerts its own subscription's operations, on, and to the hub."""
    rules = list(templates(azure_group, "alerts"))
    about = Counter(rule["name"] for rule in rules)
    assert set(about.values()) == {3}
    assert len(about) == len(list(templates(azure_subscription, "alerts")))
    assert all(rule["properties"]["enabled"] for rule in rules)
    groups = list(planned(azure_group, "azurerm_monitor_action_group"))
    hooks = [one["values"]["webhook_receiver"] for one in groups if "hub" in one["address"]]
    schemas = [hook["use_common_alert_schema"] for one in hooks for hook in one]
    assert schemas == [True, True, True]


def setting_written(resource: str, categories: set[str]) -> bytes:
    """What the Activity Log tells of a diagnostic setting with these categories."""
    logs = [{"category": name, "enabled": True} for name in sorted(categories)]
    body = json.dumps({"properties": {"logs": logs}})
    verb = "microsoft.insights/diagnosticSettings/write"
    told = {
        "time": "2026-03-02T10:00:00Z",
        "resourceId": f"{resource}/providers/{verb.rpartition('/')[0]}/tidewaiter",
        "operationName": verb,
        "category": "Administrative",
        "resultType": "Success",
        "correlationId": "44444444-4444-4444-8444-444444444444",
        "properties": {"responseBody": body},
    }
    return json.dumps(told).encode()


def test_what_is_sent_is_all_that_detectors_want(azure_subscription: Json) -> None:
    """Our own settings, written to the log, are told as on, and each without one of its categories
    as narrowed or off.
    """
    found = sent_on(azure_subscription)
    assert found.keys() == KINDS.keys()
    for kind, categories in found.items():
        resource = f"{KINDS['subscription']}/resourceGroups/shop/providers/{kind}/shop"
        whole = setting_written(KINDS[kind] or resource, categories)
        assert _told(whole) == "on"
        for one in categories:
            less = setting_written(KINDS[kind] or resource, categories - {one})
            assert _told(less) in {"narrowed", "off"}, one


def _told(raw: bytes) -> str:
    event = interpret(record_of(raw))
    assert isinstance(event, Event)
    (change,) = event.changes
    return change.to


def test_policies_send_the_same(azure_group: Json, azure_subscription: Json) -> None:
    """What a policy switches on for later resources is what a forwarder does for those of today."""
    wanted = sent_on(azure_subscription)
    for plan in (azure_group, azure_subscription):
        found = {}
        for policy in planned(plan, "azurerm_policy_definition"):
            rule = json.loads(policy["values"]["policy_rule"])
            kind, place = rule["if"]["allOf"]
            deployed = rule["then"]["details"]["deployment"]["properties"]["template"]["resources"]
            found[kind["equals"]] = {log["category"] for log in deployed[0]["properties"]["logs"]}
            assert (place["field"], place["equals"]) == ("location", "westeurope")
            assert deployed[0]["properties"]["eventHubName"] == "logs"
            asked = rule["then"]["details"]["existenceCondition"]["allOf"][1:]
            fields = {each["count"]["where"]["allOf"][0]["equals"] for each in asked}
            assert fields == found[kind["equals"]]
        assert found == {kind: logs for kind, logs in wanted.items() if kind != "subscription"}


def registry_event(kind: str) -> bytes:
    """An event of Event Grid of the type ``kind``, with what all of them have."""
    target = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "repository": "web"}
    data = {"id": "1", "timestamp": "2026-03-02T10:00:00Z", "action": "any", "target": target}
    told = {"id": "1", "eventType": kind, "topic": f"{KINDS['subscription']}/x/registries/shop"}
    return msgspec.json.encode({**told, "eventTime": "2026-03-02T10:00:00Z", "data": data})


def test_event_types_are_those_that_are_read(azure_subscription: Json) -> None:
    """Of the types that a registry has, those are delivered of which a detector is told."""
    names = ("ImagePushed", "ImageDeleted", "ChartPushed", "ChartDeleted")
    kinds = {f"Microsoft.ContainerRegistry.{name}" for name in names}
    read = {kind for kind in kinds if isinstance(interpret(record_of(registry_event(kind))), Event)}
    (one,) = planned(azure_subscription, "azurerm_eventgrid_system_topic_event_subscription")
    assert set(one["values"]["included_event_types"]) == read


def test_the_examples_hear_whom_they_say(azure_group: Json) -> None:
    """Every subscription's log, every registry and every cluster that was named is heard, and each
    registry by Event Grid besides.
    """
    settings = [
        one["values"]["target_resource_id"]
        for one in planned(azure_group, "azurerm_monitor_diagnostic_setting")
        if one["values"]["eventhub_name"]
    ]
    kinds = Counter(target.split("/")[-2] for target in settings)
    assert kinds == {"subscriptions": 3, "registries": 3, "managedClusters": 1}
    topics = planned(azure_group, "azurerm_eventgrid_system_topic")
    registries = {target for target in settings if "/registries/" in target}
    assert {one["values"]["source_resource_id"] for one in topics} == registries


def judged(plan: Json, paths: list[Path]) -> tuple[list[str], str, float]:
    """Return what is needed and has no door, the figures in words, and which share of operations
    that nobody needs has an alert.
    """
    doors = doors_of(plan)
    found = [one for one in sent(paths) if one.name not in BY_HAND]
    wanted = [one for one in found if one.needed and not one.name.startswith(OF_THE_TENANT)]
    missed = [
        one.place
        for one in wanted
        if not (one.by_alert(doors) or one.by_setting(doors) or one.by_event(doors))
    ]
    unalerted = [one.place for one in wanted if one.log == "activity" and not one.by_alert(doors)]
    rest = [one for one in found if not one.needed]
    operations = [one for one in rest if one.log == "activity"]
    needless = sum(one.by_alert(doors) for one in operations)
    said = (
        f"{len(wanted) - len(missed)} of {len(wanted)} needed records have a door; of the"
        f" operations among {len(rest)} others, alerts refuse"
        f" {len(operations) - needless} of {len(operations)}, settings"
        f" {sum(not one.by_setting(doors) for one in operations)}; of other records settings"
        f" refuse {sum(one.log == 'resource' and not one.by_setting(doors) for one in rest)}"
    )
    return missed + unalerted, said, needless / max(len(operations), 1)


@pytest.mark.parametrize(("name", "paths", "least"), [("ours", OURS, 300), ("theirs", THEIRS, 1)])
def test_logs_pass(
    name: str,
    paths: list[Path],
    least: int,
    azure_subscription: Json,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All that a detector needs has a door, operations have an alert, and the rest has none."""
    missed, said, needless = judged(azure_subscription, paths)
    with capsys.disabled():  # `make terraform` shows it
        sys.stdout.write(f"\nAzure, {name}: {said}\n")
    assert missed == []
    assert needless <= 1 - REFUSED
    assert sum(one.needed for one in sent(paths)) >= least


def test_what_a_company_logs_passes(
    azure_subscription: Json, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that a detector needs of some days of a made-up company has a door."""
    month(7, 4).log.write(tmp_path)
    missed, said, _ = judged(azure_subscription, [tmp_path])
    with capsys.disabled():
        sys.stdout.write(f"\nAzure, a made-up company: {said}\n")
    assert (missed, any(one.needed for one in sent([tmp_path]))) == ([], True)
