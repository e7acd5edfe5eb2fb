"""Wrappers: alone, nested in any order, and damaged."""

import base64
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wrapping import RECORD, WRAPPERS, log_group, message, packed, squeezed, text
from tidewaiter import envelopes
from tidewaiter.envelopes import DEEPEST, Damaged, Found, Unwrapped, payloads, unwrap
from tidewaiter.sources.interface import Context, Ignored

PAIRS = [
    (outer, inner)
    for outer in WRAPPERS
    for inner in WRAPPERS
    if not (WRAPPERS[outer].only_objects and inner in {"array", "arrays"})
]
LEAVES: dict[str, Any] = {
    "cloudtrail": RECORD,
    # A CloudTrail record stays one, whatever an attacker gets into it.
    "cloudtrail-with-marks": {**RECORD, "awslogs": {"data": "x"}, "Records": []},
    "eventbridge-native": {"detail-type": "ECR Image Action", "source": "aws.ecr", "detail": {}},
    "s3-notification": {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "logs"}},
    },
    "event-grid": {
        "eventType": "Microsoft.ContainerRegistry.ImagePushed",
        "topic": "/subscriptions/s",
        "data": {"target": {"tag": "latest"}},
    },
    "event-grid-cloud-event": {
        "specversion": "1.0",
        "type": "Microsoft.ContainerRegistry.ImagePushed",
        "data": {"target": {"tag": "latest"}},
    },
    "audit-entry": {"protoPayload": {}, "insertId": "1", "labels": {}},
    "log-line": {"@timestamp": "t", "message": "[ERROR] text"},
    "splunk-result": {"preview": False, "result": {"host": "h"}},
    "alert-of-others": {"schemaId": "mine", "data": {}},
    "unknown": {"a": 1},
    "empty": {},
}


def only(found: list[Unwrapped]) -> Found:
    """The one record that was found."""
    (one,) = found
    assert isinstance(one, Found)
    return one


def unwrapped(value: Any) -> list[Unwrapped]:
    """Unwrap what Python values stand for."""
    return list(unwrap(text(value).encode()))


def trouble(value: Any) -> list[tuple[str, str]]:
    """Path and reason of all that could not be unwrapped."""
    return [
        (one.error.path, one.error.reason) for one in unwrapped(value) if isinstance(one, Damaged)
    ]


@pytest.mark.parametrize("name", WRAPPERS)
def test_each_wrapper_is_opened(name: str) -> None:
    """A record comes out of each wrapper as it went in, with its path."""
    one = only(unwrapped(WRAPPERS[name].wrap(RECORD)))
    assert json.loads(bytes(one.record.raw)) == RECORD
    assert set(one.record.fields) == set(RECORD)
    assert one.path == "$" + WRAPPERS[name].path


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_wrappers_nest_in_any_order(outer: str, inner: str) -> None:
    """A record comes out of any wrapper in any other."""
    one = only(unwrapped(WRAPPERS[outer].wrap(WRAPPERS[inner].wrap(RECORD))))
    assert json.loads(bytes(one.record.raw)) == RECORD
    assert one.path == "$" + WRAPPERS[outer].path + WRAPPERS[inner].path


def test_a_long_journey() -> None:
    """A record comes out of five wrappers, as on the way from a cluster to a function."""
    value: Any = RECORD
    journey = ("eventbridge", "sns-http", "sqs", "array", "subscription")
    for name in journey:
        value = WRAPPERS[name].wrap(value)
    one = only(unwrapped(value))
    assert json.loads(bytes(one.record.raw)) == RECORD
    assert one.path == "$" + "".join(WRAPPERS[name].path for name in reversed(journey))


@pytest.mark.parametrize("name", LEAVES)
def test_what_is_no_wrapper_stays_whole(name: str) -> None:
    """A record or an unknown object is handed on as it is."""
    one = only(unwrapped(LEAVES[name]))
    assert json.loads(bytes(one.record.raw)) == LEAVES[name]
    assert one.path == "$"


def test_all_elements_come_out_in_order() -> None:
    """A list gives its elements one by one, each with its index."""
    found = unwrapped({"Records": [{"n": 0}, {"n": 1}, {"n": 2}]})
    assert [(one.path, bytes(one.record.raw)) for one in found if isinstance(one, Found)] == [
        ("$.Records[0]", b'{"n":0}'),
        ("$.Records[1]", b'{"n":1}'),
        ("$.Records[2]", b'{"n":2}'),
    ]


def test_a_payload_may_hold_several_values() -> None:
    """Objects that stand one after another in a payload all come out."""
    several = base64.b64encode(b'{"n":0}{"n":1}\n{"n":2}').decode()
    found = unwrapped({"recordId": "1", "data": several})
    assert [bytes(one.record.raw) for one in found if isinstance(one, Found)] == [
        b'{"n":0}',
        b'{"n":1}',
        b'{"n":2}',
    ]


@pytest.mark.parametrize(
    ("value", "context"),
    [
        (
            WRAPPERS["eventbridge"].wrap(RECORD),
            Context(account="444455556666", region="us-east-1"),
        ),
        (
            log_group(RECORD),
            Context(account="123456789012", log_group="/aws/eks/prod/cluster"),
        ),
        (
            WRAPPERS["sns-http"].wrap(RECORD),
            Context(topic="arn:aws:sns:eu-west-1:111122223333:trail"),
        ),
        (
            WRAPPERS["push"].wrap(RECORD),
            Context(
                topic="projects/p/subscriptions/s",
                attributes=(
                    ("eventType", "OBJECT_FINALIZE"),
                    ("publishTime", "2026-02-03T14:02:11Z"),
                    ("messageId", "99"),
                ),
            ),
        ),
        (
            {"message_id": "5", "publish_time": "t", "data": packed(RECORD), "attributes": None},
            Context(attributes=(("publishTime", "t"), ("messageId", "5"))),
        ),
        (
            WRAPPERS["cloud-event"].wrap(RECORD),
            Context(
                attributes=(
                    ("type", "google.cloud.audit.log.v1.written"),
                    ("id", "7"),
                    ("source", "//example.com"),
                )
            ),
        ),
    ],
    ids=["eventbridge", "log-group", "sns", "push", "other-spelling", "cloud-event"],
)
def test_wrappers_tell_about_the_record(value: Any, context: Context) -> None:
    """What a wrapper says about its record is kept in the context."""
    assert only(unwrapped(value)).record.context == context


def test_contexts_add_up() -> None:
    """An inner wrapper adds to what the outer one told."""
    value = WRAPPERS["eventbridge"].wrap(log_group(WRAPPERS["push"].wrap(RECORD)))
    context = only(unwrapped(value)).record.context
    assert context.account == "123456789012"
    assert context.region == "us-east-1"
    assert context.log_group == "/aws/eks/prod/cluster"
    assert context.topic == "projects/p/subscriptions/s"


@pytest.mark.parametrize("data", [{}, {"data": ""}], ids=["absent", "empty"])
def test_a_message_may_be_all_attributes(data: dict[str, str]) -> None:
    """A Pub/Sub message without data gives an empty record with its attributes."""
    one = only(unwrapped({"attributes": {"eventType": "OBJECT_DELETE"}, "messageId": "1", **data}))
    assert bytes(one.record.raw) == b"{}"
    assert one.record.context.attributes == (("eventType", "OBJECT_DELETE"), ("messageId", "1"))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (
            {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "check"}]},
            "cloudwatch logs control message",
        ),
        (
            {"logEvents": [{"id": "1", "timestamp": 1, "message": "[INFO] started"}]},
            "cloudwatch logs text",
        ),
        (
            {"Type": "SubscriptionConfirmation", "TopicArn": "arn", "Message": "You have chosen"},
            "sns SubscriptionConfirmation",
        ),
    ],
    ids=["control", "text", "sns"],
)
def test_what_serves_the_transport_is_ignored(value: Any, kind: str) -> None:
    """Messages that carry no record are counted by kind."""
    assert unwrapped(value) == [Ignored(kind)]


BOMB = base64.b64encode(gzip.compress(b" " * 2000)).decode()
HALF = base64.b64encode(gzip.compress(b'{"a":1}')[:-9]).decode()
TORN = base64.b64encode(gzip.compress(b"")[:10] + b"\xff" * 20).decode()


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        (5, "$", "Expected `object | array`, got `int`"),
        (None, "$", "Expected `object | array`, got `null`"),
        ({"Records": 5}, "$.Records", "Expected `array`, got `int`"),
        ({"Records": [5]}, "$.Records[0]", "Expected `object | array`, got `int`"),
        (
            {"Records": [{"eventSource": "aws:sqs", "body": "hello"}]},
            "$.Records[0].body",
            "not JSON: invalid character (byte 0)",
        ),
        (
            {"Records": [{"eventSource": "aws:sqs", "body": ""}]},
            "$.Records[0].body",
            "nothing in it",
        ),
        (
            {"Records": [{"eventSource": "aws:sqs", "body": 5}]},
            "$.Records[0].body",
            "Expected `str`, got `int`",
        ),
        (
            {"Records": [{"eventSource": "aws:sqs", "body": '{"a":1'}]},
            "$.Records[0].body",
            "cut off before its end",
        ),
        ({"awslogs": 5}, "$.awslogs", "Expected `object`, got `int`"),
        ({"awslogs": {}}, "$.awslogs", "Object missing required field `data`"),
        ({"awslogs": {"data": 5}}, "$.awslogs.data", "Expected `str`, got `int`"),
        ({"awslogs": {"data": "%"}}, "$.awslogs.data", "not base64: "),
        ({"awslogs": {"data": "é"}}, "$.awslogs.data", "not base64: "),
        ({"awslogs": {"data": BOMB}}, "$.awslogs.data", "more than 1000 bytes when decompressed"),
        ({"awslogs": {"data": HALF}}, "$.awslogs.data", "truncated gzip"),
        ({"awslogs": {"data": TORN}}, "$.awslogs.data", "damaged gzip: "),
        ({"message": {"data": 5}, "subscription": 5}, "$.subscription", "Expected `str | null`"),
        ({"messageId": 5, "data": ""}, "$.messageId", "Expected `str | null`, got `int`"),
        (
            {"messageId": "1", "attributes": {"a": 5}},
            "$.attributes[...]",
            "Expected `str`, got `int`",
        ),
        (
            {"schemaId": "azureMonitorCommonAlertSchema"},
            "$",
            "Object missing required field `data`",
        ),
        (
            {"schemaId": "azureMonitorCommonAlertSchema", "data": {}},
            "$.data",
            "Object missing required field `alertContext`",
        ),
        (
            {"specversion": "1.0", "type": "google.cloud.audit.log.v1.written"},
            "$",
            "Object missing required field `data`",
        ),
    ],
)
def test_damage_has_a_path(
    value: Any, path: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be unwrapped is told with its path and its reason."""
    monkeypatch.setattr(payloads, "LARGEST", 1000)
    ((where, why),) = trouble(value)
    assert where == path
    assert why.startswith(reason)


def test_one_broken_element_does_not_lose_the_others() -> None:
    """Elements around a broken one are unwrapped, and the broken one is kept whole."""
    found = unwrapped({"Records": [RECORD, "half", RECORD]})
    assert [type(one) for one in found] == [Found, Damaged, Found]
    assert isinstance(found[1], Damaged)
    assert bytes(found[1].raw) == b'"half"'


def test_wrapping_has_an_end() -> None:
    """What is wrapped too often is damage, and as often as allowed is not."""
    value: Any = RECORD
    for _ in range(DEEPEST):
        value = [value]
    assert only(unwrapped(value)).path == "$" + "[0]" * DEEPEST
    assert trouble([value]) == [("$" + "[0]" * (DEEPEST + 1), "wrapped more than 16 times")]


def test_every_wrapper_has_a_link() -> None:
    """Each wrapper says where its format is written down."""
    links = [wrapper.link for wrapper in envelopes.WRAPPERS]
    assert [link for link in links if not link.startswith(("https://", "tidewaiter/"))] == []


MARKS = sorted({wrapper.mark for wrapper in envelopes.WRAPPERS})
NAMES = st.sampled_from(
    [
        *MARKS,
        "eventSource",
        "eventName",
        "type",
        "Type",
        "TopicArn",
        "subscription",
        "messageId",
        "stream",
        "@timestamp",
        "sourcetype",
        "timestamp",
        "ReceiptHandle",
        "detail-type",
        "file",
        "record",
        "raw",
        "raw_base64",
        "messageType",
        "owner",
        "eventVersion",
        "data_base64",
    ]
)
TEXTS = st.sampled_from(
    [
        "",
        "{",
        '{"a":1}',
        "[{}]",
        "aws:sqs",
        "CONTROL_MESSAGE",
        "AWS API Call via CloudTrail",
        "azureMonitorCommonAlertSchema",
        "google.cloud.audit.log.v1.written",
        "é",
        "\x00",
        "e30=",
        packed({"a": 1}),
        squeezed(log_group(RECORD)),
        text(message(RECORD)),
        HALF,
        TORN,
    ]
)
HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(NAMES, inside, max_size=5)
        | inside.map(text)
        | inside.map(packed)
    ),
    max_leaves=12,
)


@given(HOSTILE)
def test_nothing_hostile_raises(value: Any) -> None:
    """Whatever types stand wherever, the outcome is a record, damage, or something ignored."""
    assert {type(one) for one in unwrapped(value)} <= {Found, Damaged, Ignored}


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever the bytes, the outcome is a record, damage, or something ignored."""
    assert {type(one) for one in unwrap(data)} <= {Found, Damaged, Ignored}


def test_the_envelopes_can_be_imported_first() -> None:
    """Who needs only the envelopes, as a function in the cloud does, can have them alone."""
    core = Path(__file__).parents[1] / "core"
    argv = [sys.executable, "-c", "import tidewaiter.envelopes"]
    done = subprocess.run(argv, env={"PYTHONPATH": str(core)}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
