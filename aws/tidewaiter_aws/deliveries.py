"""From what Lambda was invoked with to deliveries: one for each message, or for each object that a
message names.

Core knows the wrappers of all triggers (``tidewaiter.envelopes``).  Only what must be fetched is
recognised here, at the top of a message and never inside a record, which somebody else wrote:
S3's notifications (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html),
its events on EventBridge (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html),
and CloudTrail's own notice of a new file
(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html).
So is what Lambda puts around an event that it gave up, when somebody sends the failures again
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from tidewaiter.errors import Unavailable
from tidewaiter.live.interface import Delivery
from tidewaiter.reading.salvaging import ERRORS
from tidewaiter_aws.objects import Place

Open = Callable[[Place], Iterable[bytes]]

_DEEPEST = 4  # Records in a Message in Sns in Records


def is_queued(event: Any) -> bool:
    """Whether Lambda took the messages from a queue, and wants to hear which must come again."""
    match event:
        case {"Records": [{"eventSource": "aws:sqs"}, *_]}:
            return True
    return False


def deliveries(event: Any, request: str, open_object: Open) -> Iterator[Delivery]:
    """Yield what ``event``, any JSON value, brought.

    Messages of a queue are known by their ids, anything else by ``request``.  Names hold the day
    (UTC) as ``2026/03/02``, the same whenever a message comes again.
    """
    if not is_queued(event):
        name = f"lambda/{datetime.now(UTC):%Y/%m/%d}/{request}"
        yield from _of_message(request, name, json.dumps(event), open_object)
        return
    for message in event["Records"]:
        name = f"{_queue(message)}/{_sent(message):%Y/%m/%d}/{message['messageId']}"
        yield from _of_message(message["messageId"], name, message["body"], open_object)


def while_there_is_time(
    found: Iterable[Delivery], remaining: Callable[[], int]
) -> Iterator[Delivery]:
    """Yield the deliveries of ``found`` so that none is begun in the last third of the time.

    ``remaining`` tells how many milliseconds there are.  That third is for telling: whoever runs
    out of time while telling has to do all of it again.
    """
    reserve = remaining() / 3

    def begun(delivery: Delivery) -> Iterable[bytes]:
        if remaining() <= reserve:
            raise Unavailable(f"{delivery.name}: no time is left for it")
        return delivery.blocks()

    return (Delivery(one.id, one.name, partial(begun, one)) for one in found)


def _queue(message: dict[str, Any]) -> str:
    return str(message["eventSourceARN"]).rpartition(":")[2]


def _sent(message: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(message["attributes"]["SentTimestamp"]) // 1000, UTC)


def _of_message(known_as: str, name: str, text: str, open_object: Open) -> Iterator[Delivery]:
    told = _decoded(text)
    match told:
        case {"requestContext": {"condition": str()}, "requestPayload": given_up}:
            told, text = given_up, json.dumps(given_up)
    places = list(_places(told, _DEEPEST))
    for place in places:
        yield Delivery(known_as, str(place), partial(open_object, place))
    if not places:
        # Halves of characters, which JSON may hold, are no text: the record will be malformed.
        raw = text.encode("utf-8", "surrogatepass")
        yield Delivery(known_as, name, lambda: (raw,))


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (*ERRORS, UnicodeEncodeError):
        return None


def _places(told: Any, deep: int) -> Iterator[Place]:
    """Yield the objects that a message names; what was removed is no object any more."""
    match told:
        case {"Records": [*inner]} if deep:
            for one in inner:
                yield from _places(one, deep - 1)
        case {"Sns": inner} if deep:
            yield from _places(inner, deep - 1)
        case {"TopicArn": str(), "Message": str(text)} if deep:
            yield from _places(_decoded(text), deep - 1)
        case {"s3Bucket": str(bucket), "s3ObjectKey": [*keys]}:
            yield from (Place(bucket, key) for key in keys if isinstance(key, str))
        case {
            "eventSource": "aws:s3",
            "eventName": str(happened),
            "s3": {"bucket": {"name": str(bucket)}, "object": {"key": str(key), **more}},
        } if happened.startswith("ObjectCreated:"):
            yield Place(bucket, unquote_plus(key), _text(more.get("versionId")))
        case {
            "source": "aws.s3",
            "detail-type": "Object Created",
            "detail": {"bucket": {"name": str(bucket)}, "object": {"key": str(key), **more}},
        }:
            yield Place(bucket, key, _text(more.get("version-id")))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
