"""From a request to a delivery: a push of Pub/Sub, or a CloudEvent, binary or structured.

Core knows the wrappers of all triggers (``tidewaiter.envelopes``).  Here a binary CloudEvent gets
back the form that it has in one piece.  And the one record that is only half of a thing is
completed: the notification of a vulnerability occurrence, recognised in a message's data and never
inside a record, which somebody else wrote.

https://cloud.google.com/pubsub/docs/push#receive_push
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from tidewaiter.live.interface import Delivery
from tidewaiter.reading.salvaging import ERRORS

Read = Callable[[str], bytes | None]  # an occurrence by its name

_ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time")


def delivery(headers: Mapping[str, str], body: bytes, read: Read | None) -> Delivery:
    """Return what a request brought, whatever it is; ``headers`` are found in any case.

    Its name holds the day (UTC) as ``2026/03/02``, the same whenever a message comes again.
    ``read`` completes vulnerability occurrences, and may raise
    :class:`~tidewaiter.errors.Unavailable` when the delivery is opened.
    """
    whole = _in_one_piece(headers, body)
    push = _push(whole)
    occurrence = _occurrence(push) if read else None

    def blocks() -> Iterator[bytes]:
        yield whole
        if read and occurrence:
            yield b"\n" + (read(occurrence) or b"")

    return Delivery("request", _name(push, whole), blocks)


def _in_one_piece(headers: Mapping[str, str], body: bytes) -> bytes:
    """Return a binary CloudEvent as a structured one, and anything else as it is."""
    given = {name.lower(): value for name, value in headers.items()}
    told: dict[str, Any] = {
        name: given[f"ce-{name}"] for name in _ATTRIBUTES if f"ce-{name}" in given
    }
    if "specversion" not in told:
        return body
    if _decoded(body) is None:
        told["data_base64"] = b64encode(body).decode()
    else:
        told["data"] = msgspec.Raw(body)
    return msgspec.json.encode(told)


def _push(whole: bytes) -> dict[str, Any]:
    """Return what Pub/Sub wraps around a message; nothing if it is none."""
    push: dict[str, Any] = {}
    match _decoded(whole):
        case {"specversion": str(), "data": {"message": {}} as told}:
            push = told
        case {"message": {}} as told:
            push = told
    return push


def _occurrence(push: Mapping[str, Any]) -> str | None:
    """Return the name of the occurrence that a message tells of, if it is one that has details."""
    match push:
        case {"message": {"data": str(data)}}:
            match _decoded(_plain(data)):
                case {"name": str(name), "kind": "VULNERABILITY", "notificationTime": str()}:
                    return name
    return None


def _name(push: Mapping[str, Any], whole: bytes) -> str:
    message = push.get("message", {})
    known = message.get("messageId") or message.get("message_id")
    published = message.get("publishTime") or message.get("publish_time")
    try:
        day = datetime.fromisoformat(str(published)).astimezone(UTC)
    except (ValueError, OverflowError):
        day = datetime.now(UTC)
    where = str(push.get("subscription", "request")).rpartition("/")[2]
    return f"{where}/{day:%Y/%m/%d}/{known or sha256(whole).hexdigest()[:40]}"


def _plain(data: str) -> bytes:
    try:
        return b64decode(data)
    except (NoBase64, ValueError):
        return b""


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except ERRORS:
        return None
