"""What is made of everything that Lambda can be invoked with."""

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.aws.invocations import BUCKET, created, mailed, messages, notified, on_bus, trail
from tests.aws.runtime import ARN
from tests.wrapping import RECORD, WRAPPERS, log_group
from tidewaiter.errors import Unavailable
from tidewaiter.intake import Intake
from tidewaiter.live.interface import Delivery
from tidewaiter.model import Event
from tidewaiter.reading.reader import Bad
from tidewaiter_aws.deliveries import deliveries, is_queued, while_there_is_time
from tidewaiter_aws.objects import Place

FILE = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/02/03/a+b é.json.gz"
STORED = gzip.compress(json.dumps({"Records": [RECORD]}).encode())


class Shelf:
    """Objects by their places; everything that is asked for is noted."""

    def __init__(self) -> None:
        self.asked: list[Place] = []

    def __call__(self, place: Place) -> Iterator[bytes]:
        """Give the one object that there is."""
        self.asked.append(place)
        yield from (STORED[:50], STORED[50:])


def read(event: Any) -> tuple[list[Delivery], list[Place], list[Event]]:
    """What ``event`` brought, which objects were opened, and the events in all of it."""
    shelf, bad = Shelf(), list[Bad]()
    found = list(deliveries(event, "request-1", shelf))
    intake = Intake(bad.append)
    events = [event for one in found for event in intake.delivered(one.name, one.blocks())]
    assert bad == []
    return found, shelf.asked, events


NOTICES = {
    "notification": notified(FILE),
    "notification by a topic": mailed(notified(FILE)),
    "CloudTrail's own": mailed(trail(FILE)),
    "EventBridge": created(FILE),
}


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
def test_objects_that_a_queued_message_names_are_opened(notice: Any) -> None:
    """Whoever tells of a new file, and however it is wrapped, the file is read."""
    found, asked, events = read(messages(notice))
    assert [(one.id, one.name) for one in found] == [("message-0", f"s3://{BUCKET}/{FILE}")]
    assert asked == [Place(BUCKET, FILE)]
    assert [event.operation for event in events] == ["BatchGetImage"]


@pytest.mark.parametrize(
    "event",
    [notified(FILE), created(FILE), WRAPPERS["sns"].wrap(trail(FILE))],
    ids=["S3", "EventBridge", "SNS"],
)
def test_objects_are_opened_without_a_queue(event: Any) -> None:
    """A bucket, a bus or a topic may invoke the function itself."""
    found, asked, events = read(event)
    assert [one.id for one in found] == ["request-1"]
    assert asked == [Place(BUCKET, FILE)]
    assert len(events) == 1


def test_one_message_may_name_many_objects() -> None:
    """Each is a delivery of its own, and the message comes again if any of them fails."""
    found, asked, _ = read(messages(trail("a.json", "b.json"), on_bus(RECORD)))
    assert [one.id for one in found] == ["message-0", "message-0", "message-1"]
    assert asked == [Place(BUCKET, "a.json"), Place(BUCKET, "b.json")]


@pytest.mark.parametrize("notice", [notified(FILE, "v7"), created(FILE, "v7")])
def test_the_version_that_was_told_of_is_read(notice: Any) -> None:
    """Somebody may have put another object, or the mark of its deletion, over it since."""
    assert read(messages(notice))[1] == [Place(BUCKET, FILE, "v7")]


EMPTY = {
    "s3:TestEvent": {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET},
    "removal": notified(FILE, happened="ObjectRemoved:Delete"),
    "subscription": {"Type": "SubscriptionConfirmation", "TopicArn": "t", "Message": "visit ..."},
}


@pytest.mark.parametrize("notice", EMPTY.values(), ids=EMPTY)
def test_what_names_no_object_is_passed_on(notice: Any) -> None:
    """Core knows messages that only serve the transport, and ignores them."""
    found, asked, events = read(messages(notice))
    assert (len(found), asked, events) == (1, [], [])


def test_a_record_cannot_send_us_to_an_object() -> None:
    """What somebody else wrote inside a record names no object to be opened."""
    forged = {**RECORD, "requestParameters": notified(FILE), "s3Bucket": BUCKET, "Records": "x"}
    assert read(messages(on_bus(forged), log_group(trail(FILE))))[1] == []


TRIGGERS = {
    "queue": messages(on_bus(RECORD)),
    "queue of a topic": messages(mailed(on_bus(RECORD))),
    "bus": on_bus(RECORD),
    "topic": WRAPPERS["sns"].wrap(on_bus(RECORD)),
    "log group": {
        "awslogs": {
            "data": base64.b64encode(gzip.compress(json.dumps(log_group(RECORD)).encode())).decode()
        }
    },
    "stream": WRAPPERS["kinesis"].wrap(RECORD),
}


@pytest.mark.parametrize("event", TRIGGERS.values(), ids=TRIGGERS)
def test_every_trigger_brings_its_records(event: Any) -> None:
    """The record arrives, whichever service invokes the function."""
    found, asked, events = read(event)
    assert [one.id for one in found] == ["message-0" if is_queued(event) else "request-1"]
    assert (asked, [event.operation for event in events]) == ([], ["BatchGetImage"])


def given_up(event: Any) -> dict[str, Any]:
    """What Lambda sends to the failures when it gives up an event."""
    return {
        "version": "1.0",
        "timestamp": "2026-02-03T14:10:00.000Z",
        "requestContext": {
            "requestId": "11111111-2222-4333-8444-555555555555",
            "functionArn": f"{ARN}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorType": "Unavailable", "errorMessage": "no"},
    }


@pytest.mark.parametrize("event", [TRIGGERS["log group"], TRIGGERS["topic"]])
def test_what_lambda_gave_up_is_read_when_it_is_sent_again(event: Any) -> None:
    """Moved from the failures to the queue, the record is in what Lambda put around it."""
    found, asked, events = read(messages(given_up(event)))
    assert [one.id for one in found] == ["message-0"]
    assert (asked, [event.operation for event in events]) == ([], ["BatchGetImage"])


def test_an_object_whose_notice_lambda_gave_up_is_opened() -> None:
    """The notice lies in the same wrapper."""
    _, asked, events = read(messages(given_up(notified(FILE))))
    assert (asked, len(events)) == ([Place(BUCKET, FILE)], 1)


def test_names_hold_the_day_on_which_a_message_was_sent() -> None:
    """The same message has the same name whenever it comes again."""
    (found,) = deliveries(messages(on_bus(RECORD)), "request-1", Shelf())
    assert found.name == "tidewaiter-events/2026/02/03/message-0"


@pytest.mark.parametrize("body", ["", "no JSON", '"text"', "[1]", "\ud800", '{"Records": 7}'])
def test_hostile_messages_are_deliveries_like_any(body: str) -> None:
    """Whatever a message holds, it is handed on as it came."""
    event = messages()
    event["Records"] = [{**messages(0)["Records"][0], "body": body}]
    (found,) = deliveries(event, "request-1", Shelf())
    assert b"".join(found.blocks()) == body.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("event", [{}, [], "text", None, 7, {"Records": []}, {"Records": [1]}])
def test_any_json_may_be_the_invocation(event: Any) -> None:
    """Somebody may invoke the function by hand."""
    (found,) = deliveries(event, "request-1", Shelf())
    assert json.loads(b"".join(found.blocks())) == event
    assert not is_queued(event)


def test_the_last_third_of_the_time_is_for_telling() -> None:
    """What was not begun until then is handed back, and what was begun is finished."""
    left = iter((60_000, 59_000, 20_001, 20_000))
    found = deliveries(messages("1", "2", "3"), "request-1", Shelf())
    first, second, third = while_there_is_time(found, lambda: next(left))
    assert b"".join(first.blocks()) == b"1"
    assert b"".join(second.blocks()) == b"2"
    with pytest.raises(Unavailable, match="message-2: no time is left for it"):
        third.blocks()
