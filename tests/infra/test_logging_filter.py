"""The evaluator of filters does what the query language says, and refuses what it does not know."""

import pytest

from tests.infra.logging_filter import Refused, let_through, patterns

ENTRY = {
    "severity": "ERROR",
    "labels": {"tidewaiter": "mail"},
    "resource": {"type": "cloud_run_revision", "labels": {"service_name": "tidewaiter-tick"}},
    "jsonPayload": {"metrics": {"Bugs": 2, "Told": 0}},
    "protoPayload": {
        "methodName": "v1.compute.images.insert",
        "response": None,
        "metadata": {"deltas": [{"action": "ADD"}, {"action": "REMOVE"}]},
    },
}


@pytest.mark.parametrize(
    "told",
    [
        'severity="ERROR"',
        "severity=error",
        'labels.tidewaiter="MAIL"',
        'protoPayload.methodName:"Images.ins"',
        'protoPayload.methodName=~"^v[0-9][.]compute"',
        'protoPayload.methodName=~"insert$"',
        "severity>=WARNING",
        "severity>=ERROR",
        "severity>WARNING",
        "jsonPayload.metrics.Bugs>0",
        "jsonPayload.metrics.Told:*",
        "protoPayload.metadata.deltas:*",
        'protoPayload.metadata.deltas.action="remove"',
        'resource.labels.service_name=("tidewaiter-worker" OR "tidewaiter-tick")',
        'NOT severity="INFO"',
        'severity="INFO" OR severity="ERROR"',
        '(severity="INFO" OR severity="ERROR") AND labels.tidewaiter="mail"',
        'severity="INFO" OR severity="ERROR" AND labels.tidewaiter="mail"',
        'protoPayload.methodName=~"images\\\\.insert"',
        'severity = "INFO"\nOR severity = "ERROR"',
    ],
)
def test_what_the_filter_says_passes(told: str) -> None:
    """Every comparison and every way to join them holds of an entry of which it is true."""
    assert let_through(told)(ENTRY)


@pytest.mark.parametrize(
    "told",
    [
        'severity="ERR"',
        'protoPayload.methodName=~"IMAGES"',
        'protoPayload.methodName=~"^compute"',
        'protoPayload.methodName:"imagesinsert"',
        "severity>ERROR",
        "severity>=CRITICAL",
        "jsonPayload.metrics.Told>0",
        "jsonPayload.metrics.Digests:*",
        "protoPayload.response:*",
        "protoPayload.methodName.name:*",
        'protoPayload.metadata.deltas.action="SET"',
        'resource.labels.service_name=("tidewaiter-worker" OR "tidewaiter-inventory")',
        'NOT severity="ERROR"',
        'severity="INFO" OR severity="DEBUG"',
        '(severity="INFO" OR severity="ERROR") AND labels.tidewaiter="remark"',
        'severity="INFO" AND severity="ERROR" OR labels.tidewaiter="mail"',
    ],
)
def test_what_the_filter_does_not_say_is_refused(told: str) -> None:
    """Every comparison and every way to join them fails of an entry of which it is not true."""
    assert not let_through(told)(ENTRY)


@pytest.mark.parametrize(
    "told",
    [
        'severity!="ERROR"',
        'severity="ERROR" severity="INFO"',
        '(severity="ERROR"',
        'severity="ERROR")',
        "severity=",
        '="ERROR"',
        'log_id("activity")',
        'severity=("ERROR" "INFO")',
        'severity="\\d"',
    ],
)
def test_what_is_not_understood_is_refused(told: str) -> None:
    """No filter is taken for something else than it says."""
    with pytest.raises(Refused):
        let_through(told)


def test_patterns_of_methods_are_found() -> None:
    """The patterns that methods are held against come one by one, without those of resources."""
    told = 'protoPayload.methodName=~"a" OR (protoPayload.methodName=~"b" AND resource.type=~"c")'
    assert list(patterns(told)) == ["a", "b"]
