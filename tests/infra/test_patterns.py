"""The rules let through what the readers read, call by call."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.events import READING, WITH_READING
from tests.infra.terraform import Json, needed, planned
from tidewaiter.sources.cloudtrail import WANTED

pytestmark = needed

LONGEST = (
    2048  # characters, by https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
)

Call = tuple[str, str]


def rules(plan: Json) -> list[Json]:
    """The rules of a plan: their values."""
    return [rule["values"] for rule in planned(plan, "aws_cloudwatch_event_rule")]


def entries(pattern: Json) -> Iterator[dict[str, Any]]:
    """The alternatives for the call that a pattern describes, if it is about calls."""
    detail = pattern.get("detail", {})
    yield from (one for one in detail.get("$or", [detail]) if "eventName" in one)


def calls(pattern: str) -> set[Call]:
    """Every service with every verb that a pattern lets through."""
    return {
        (service, verb)
        for one in entries(json.loads(pattern))
        for service in one["eventSource"]
        for verb in one["eventName"]
    }


def test_every_call_that_is_read_is_let_through(hub: Json) -> None:
    """No reader waits for a call that the rules of either bus refuse."""
    wanted = {(service, verb) for service, verbs in WANTED.items() for verb in verbs}
    for bus in ("default", "tidewaiter"):
        patterns = [each["event_pattern"] for each in rules(hub) if each["event_bus_name"] == bus]
        through = {call for pattern in patterns for call in calls(pattern)}
        assert sorted(wanted - through) == []


def test_every_call_that_is_let_through_is_read(hub: Json) -> None:
    """No verb is paid for that nobody reads, of any of the services that it stands with."""
    wanted = {(service, verb) for service, verbs in WANTED.items() for verb in verbs}
    for rule in rules(hub):
        for one in entries(json.loads(rule["event_pattern"])):
            unread = [
                verb
                for verb in one["eventName"]
                if not any((service, verb) in wanted for service in one["eventSource"])
            ]
            assert unread == []


def test_reading_calls_stand_where_they_are_seen(hub: Json) -> None:
    """Calls that begin with Describe, Get or List are in the one rule whose state shows them, and
    nothing else is.
    """
    for rule in rules(hub):
        verbs = {verb for _, verb in calls(rule["event_pattern"])}
        reading = {verb for verb in verbs if verb.startswith(READING)}
        assert reading == (verbs if rule["state"] == WITH_READING else set()), rule["name"]


def test_forwarders_forward_what_the_hub_reads(single_account: Json, organization: Json) -> None:
    """Every region and account has the hub's patterns, in the hub's states."""
    for plan in (single_account, organization):
        by_module: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        for rule in planned(plan, "aws_cloudwatch_event_rule"):
            values = rule["values"]
            module = rule["address"].partition(".aws_")[0]
            place = values["region"] or values["event_bus_name"]
            told = (values["event_pattern"], values["state"])
            by_module.setdefault((module, place), {})[values["name"]] = told
        hub = by_module["module.tidewaiter", "default"]
        assert [place for place, told in by_module.items() if told != hub] == []


@pytest.mark.parametrize("example", ["single_account", "organization"])
def test_the_examples_reach_where_they_say(example: str, request: pytest.FixtureRequest) -> None:
    """Forwarders stand in every account and region but the hub's own."""
    plan = request.getfixturevalue(example)
    found = {
        (rule["address"].split(".")[1].partition("[")[0], rule["values"]["region"])
        for rule in planned(plan, "aws_cloudwatch_event_rule")
        if "forwarder" in rule["address"] or rule["values"]["region"]
    }
    expected = {
        "single_account": {("forwarder", "us-east-1")},
        "organization": {
            ("security", "us-east-1"),
            ("production", "eu-west-1"),
            ("production", "us-east-1"),
            ("development", "eu-west-1"),
            ("development", "us-east-1"),
        },
    }
    assert found == expected[example]


def test_patterns_are_as_short_as_aws_wants_them(hub: Json) -> None:
    """No pattern is longer than the quota, and no alternative stands alone."""
    patterns = [rule["event_pattern"] for rule in rules(hub)]
    assert max(map(len, patterns)) <= LONGEST
    alternatives = [
        where["$or"]
        for pattern in map(json.loads, patterns)
        for where in (pattern, pattern.get("detail", {}))
        if "$or" in where
    ]
    assert min(map(len, alternatives)) >= 2


def test_nobody_passes_for_aws(hub: Json) -> None:
    """Every pattern names a source that only AWS may use."""
    sources = [json.loads(rule["event_pattern"])["source"] for rule in rules(hub)]
    foreign = [
        one
        for each in sources
        for one in each
        if not (one["prefix"] if isinstance(one, dict) else one).startswith("aws.")
    ]
    assert foreign == []
