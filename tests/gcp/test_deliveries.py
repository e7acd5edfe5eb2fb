"""From a request to a delivery, whatever was sent."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gcp.pushes import SENT, binary, push, structured
from tests.wrapping import RECORD
from tidewaiter.errors import Unavailable
from tidewaiter.intake import Intake
from tidewaiter.model import Event
from tidewaiter.reading.reader import Bad
from tidewaiter_gcp.deliveries import delivery

NAME = "projects/example-shop/occurrences/0f5c1d7e-0000-4000-8000-000000000001"
NOTICE = {"name": NAME, "kind": "VULNERABILITY", "notificationTime": SENT}
OCCURRENCE = {
    "name": NAME,
    "kind": "VULNERABILITY",
    "noteName": "projects/goog-vulnz/notes/CVE-2026-0001",
    "resourceUri": "https://europe-west1-docker.pkg.dev/shop/apps/web@sha256:" + "ab" * 32,
    "createTime": SENT,
    "vulnerability": {"effectiveSeverity": "CRITICAL"},
}


class Api:
    """Artifact Analysis, as a delivery asks it."""

    def __init__(self, told: Any = OCCURRENCE) -> None:
        self.asked: list[str] = []
        self._told = told

    def __call__(self, name: str) -> bytes | None:
        """Answer."""
        self.asked.append(name)
        return None if self._told is None else json.dumps(self._told).encode()


def read(
    body: bytes,
    headers: dict[str, str] | None = None,
    api: Callable[[str], bytes | None] | None = None,
) -> tuple[list[Event], list[Bad]]:
    """What core makes of a request."""
    bad: list[Bad] = []
    one = delivery({n.replace("_", "-"): v for n, v in (headers or {}).items()}, body, api)
    return list(Intake(bad.append).delivered(one.name, one.blocks())), bad


def test_a_record_is_the_same_by_all_ways() -> None:
    """Pushed, in a binary or in a structured event, or with nothing around it."""
    message = push(RECORD)
    ways = [
        read(json.dumps(message).encode()),
        read(*binary(message)),
        read(*structured(message)),
        read(json.dumps(RECORD).encode()),
    ]
    assert [(len(events), bad) for events, bad in ways] == [(1, [])] * 4
    assert len({events[0].id for events, _ in ways}) == 1


def test_events_of_other_kinds_are_events() -> None:
    """Cloud Storage's own event comes with the object as its data, in a binary event's body."""
    object_ = {
        "kind": "storage#object",
        "bucket": "eu.artifacts.example-shop.appspot.com",
        "name": "containers/images/sha256:" + "ab" * 32,
        "timeCreated": "2026-02-03T14:02:11Z",
        "metageneration": "1",
        "generation": "1",
        "size": "7",
    }
    headers = {
        "Ce_Specversion": "1.0",
        "Ce_Type": "google.cloud.storage.object.v1.finalized",
        "Ce_Source": "//storage.googleapis.com/projects/_/buckets/eu.artifacts",
        "Ce_Id": "77",
        "Ce_Time": SENT,
        "Ce_Subject": "objects/containers",
    }
    events, bad = read(json.dumps(object_).encode(), headers)
    assert ([one.source for one in events], bad) == (["gcs_notification"], [])


def test_a_binary_event_without_json_is_kept_whole() -> None:
    """Its body stands in base64, as the format says."""
    headers = {"ce_specversion": "1.0", "ce_id": "7", "ce_type": "google.cloud.pubsub.topic.v1.x"}
    events, (bad,) = read(b"\xff\x00", headers)
    assert (events, bytes(bad.raw)) == ([], b"\xff\x00")


def test_names_tell_the_subscription_the_day_and_the_message() -> None:
    """They are the same whenever the message comes again."""
    message = push({"hello": "world"})
    number = message["message"]["messageId"]
    for body, headers in (structured(message), binary(message)):
        assert delivery({}, json.dumps(message).encode(), None).name == (
            f"tidewaiter/2026/02/03/{number}"
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        assert delivery(named, body, None).name.endswith(f"2026/02/03/{number}")


def test_what_has_no_name_is_named_for_what_is_in_it() -> None:
    """On the day on which it came."""
    first, again = (delivery({}, b"no JSON", None).name for _ in range(2))
    assert first == again
    assert first.startswith(f"request/{datetime.now(UTC):%Y/%m}")
    assert delivery({}, b"other", None).name != first


@given(body=st.binary() | st.text().map(str.encode), kind=st.sampled_from(["", "1.0"]))
def test_nothing_that_comes_is_lost_or_raises(body: bytes, kind: str) -> None:
    """Whatever a request holds is an event, of no interest, or kept."""
    headers = {"ce_specversion": kind, "ce_id": "\x00\u20ac"} if kind else {}
    bad: list[Bad] = []
    intake = Intake(bad.append)
    one = delivery({n.replace("_", "-"): v for n, v in headers.items()}, body, Api())
    assert list(intake.delivered(one.name, one.blocks())) == []
    assert intake.records + len(bad) > 0


@pytest.mark.parametrize(
    "message",
    [
        {"message": 7},
        {"message": {}, "subscription": 7},
        {"message": {"data": 7, "publishTime": [], "messageId": {}}},
        {"message": {"data": "no base64!", "publish_time": "yesterday", "message_id": "1"}},
        {"message": {"data": "e30", "messageId": "1"}},
        {"message": {"data": "e30", "publishTime": "0001-01-01T00:00:00+14:00"}},
        {"message": {"data": "ä", "messageId": "1"}},
        {"message": {"data": b64encode(b'{"name": 7}').decode()}},
        {"specversion": "1.0", "data": {"message": 7}},
    ],
)
def test_a_message_may_be_anything(message: Any) -> None:
    """Nobody but Pub/Sub may call us, and who does may still send what he likes."""
    one = delivery({}, json.dumps(message).encode(), Api())
    assert next(iter(one.blocks())) == json.dumps(message).encode()


def test_an_occurrence_is_read_when_the_delivery_is_opened() -> None:
    """The notification goes first, and what it names is of the same act."""
    api = Api()
    one = delivery({}, json.dumps(push(NOTICE)).encode(), api)
    assert api.asked == []
    events = list(Intake(lambda _: None).delivered(one.name, one.blocks()))
    assert api.asked == [NAME]
    assert [event.report.severity if event.report else None for event in events] == [
        None,
        "critical",
    ]
    assert len({event.act for event in events}) == 1


@pytest.mark.parametrize(("api", "asked"), [(None, 0), (Api(None), 1)])
def test_an_occurrence_that_is_not_read_is_a_notification(api: Api | None, asked: int) -> None:
    """Switched off, gone, or not for us: what is known is told all the same."""
    events, bad = read(json.dumps(push(NOTICE)).encode(), None, api)
    assert (len(events), bad, len(api.asked) if api else 0) == (1, [], asked)


@pytest.mark.parametrize("changed", [{"kind": "DISCOVERY"}, {"notificationTime": None}])
def test_only_what_has_details_is_read(changed: dict[str, Any]) -> None:
    """A discovery says that something was scanned, and no more."""
    api = Api()
    read(json.dumps(push(NOTICE | changed)).encode(), None, api)
    assert api.asked == []


def test_a_record_that_looks_like_a_notification_names_nothing() -> None:
    """What somebody else wrote into a record is not asked for."""
    api = Api()
    read(json.dumps(push({"protoPayload": {"request": NOTICE}})).encode(), None, api)
    read(json.dumps(push(json.dumps(push(NOTICE)))).encode(), None, api)
    assert api.asked == []


def test_an_api_that_does_not_answer_hands_the_message_back() -> None:
    """The worker is told when it opens the delivery."""

    def away(_: str) -> bytes:
        raise Unavailable("containeranalysis: 503")

    with pytest.raises(Unavailable):
        read(json.dumps(push(NOTICE)).encode(), None, away)
