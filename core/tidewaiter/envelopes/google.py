"""How Google Cloud wraps records: Pub/Sub messages and CloudEvents."""

import msgspec
from msgspec.structs import replace

from tidewaiter.envelopes.interface import (
    Fields,
    Inner,
    Opened,
    Wrapper,
    is_object,
    is_text,
    member,
    optional_text,
    text,
)
from tidewaiter.envelopes.payloads import payload
from tidewaiter.sources.interface import Context, Record, decode

_PUBSUB = "https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage"

# Whose data is the record, and nothing else; other events (Microsoft's) are read whole by their
# source.
_CARRIERS = (
    "google.cloud.audit.log.",
    "google.cloud.cloudbuild.build.",
    "google.cloud.pubsub.topic.",
    "google.cloud.storage.object.",
)
_ATTRIBUTES = msgspec.json.Decoder(dict[str, str] | None)
_TOLD = ("type", "id", "time", "source", "subject")


def _is_carrier(fields: Fields) -> bool:
    named = bytes(fields.get("type", b""))
    return named.startswith(tuple(f'"{prefix}'.encode() for prefix in _CARRIERS))


def _cloud_event(record: Record, path: str) -> Opened:
    fields = record.fields
    told = ((name, optional_text(fields, name, path)) for name in _TOLD)
    attributes = tuple((name, value) for name, value in told if value is not None)
    context = _with(record.context, attributes)
    if "data_base64" in fields:
        yield Inner(payload(fields, "data_base64", path), f"{path}.data_base64", context)
    else:
        yield Inner(member(fields, "data", path), f"{path}.data", context)


def _push(record: Record, path: str) -> Opened:
    topic = optional_text(record.fields, "subscription", path)
    context = _with(record.context, record.context.attributes, topic)
    yield Inner(record.fields["message"], f"{path}.message", context)


def _is_pushed(fields: Fields) -> bool:
    return is_object(fields, "message") and ("subscription" in fields or "ackId" in fields)


def _is_message(fields: Fields) -> bool:
    named = "messageId" in fields or "message_id" in fields
    return named and ("data" not in fields or is_text(fields, "data")) and "body" not in fields


def _message(record: Record, path: str) -> Opened:
    fields = record.fields
    raw = fields.get("attributes", b"null")
    attributes = dict(decode(_ATTRIBUTES, raw, f"{path}.attributes") or {})
    # Both spellings are sent; the names used here are those of the REST reference.
    for name, other in (("publishTime", "publish_time"), ("messageId", "message_id")):
        value = optional_text(fields, name, path) or optional_text(fields, other, path)
        if value:
            attributes[name] = value
    context = _with(record.context, tuple(attributes.items()))
    if "data" not in fields or not text(fields, "data", path):
        # A notification may consist of its attributes alone (Cloud Storage: payload format NONE).
        yield Inner(b"{}", path, context)
    else:
        yield Inner(payload(fields, "data", path), f"{path}.data", context)


def _with(
    context: Context, attributes: tuple[tuple[str, str], ...], topic: str | None = None
) -> Context:
    return replace(context, topic=topic or context.topic, attributes=attributes)


WRAPPERS = (
    Wrapper(
        "specversion",
        "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md",
        _is_carrier,
        _cloud_event,
    ),
    Wrapper(
        "message",
        "https://cloud.google.com/pubsub/docs/push#receive_push",
        _is_pushed,
        _push,
    ),
    Wrapper("data", _PUBSUB, _is_message, _message),
    Wrapper("attributes", _PUBSUB, _is_message, _message),
)
