"""The Pub/Sub topic ``gcr``: pushes and deletions, told at once and without saying who.

Format: https://cloud.google.com/artifact-registry/docs/configure-notifications
A message has no time of its own; the envelope passes on ``publishTime`` and ``messageId``.
"""

import msgspec
from msgspec import Struct

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Event, Image, short_hash
from tidewaiter.references import parse_reference
from tidewaiter.sources.google_names import location_of, project_of
from tidewaiter.sources.interface import Record, Source, decode, moment

NAME = "gcr_topic"
_ACTIONS = (b'"INSERT"', b'"DELETE"')


class _Message(Struct):
    action: str
    digest: str | None = None
    tag: str | None = None


_MESSAGE = msgspec.json.Decoder(_Message)


def claims(record: Record) -> bool:
    """An action in capitals on a digest or a tag."""
    fields = record.fields
    action = bytes(fields["action"]) if "action" in fields else b""
    return action in _ACTIONS and ("digest" in fields or "tag" in fields)


def read(record: Record) -> Event:
    """Read one message.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    message = decode(_MESSAGE, record.raw)
    attributes = dict(record.context.attributes)
    published = attributes.get("publishTime")
    if not published:
        raise Malformed("the message has no publishTime", "$")
    image = _image(message)
    identity = attributes.get("messageId") or short_hash(
        published, message.action, message.digest, message.tag
    )
    return Event(
        id=identity,
        act=f"gcr:{identity}",
        time=moment(published, "$"),
        provider="gcp",
        source=NAME,
        activity=_activity(message),
        operation=message.action,
        account=project_of(image.repository),
        region=location_of(image.registry),
        images=(image,),
        awaits="Artifact Registry Data Access audit logs (DATA_WRITE)",
    )


def _activity(message: _Message) -> Activity:
    if message.action == "INSERT":
        return Activity.IMAGE_PUSHED
    return Activity.IMAGE_DELETED if message.digest else Activity.IMAGE_UNTAGGED


def _image(message: _Message) -> Image:
    """Join ``host/path@sha256:…`` and ``host/path:tag``; either may be missing."""
    by_tag = _reference(message.tag, "$.tag")
    by_digest = _reference(message.digest, "$.digest")
    if by_tag and by_digest:
        return msgspec.structs.replace(by_tag, digest=by_digest.digest)
    found = by_digest or by_tag
    if found is None:
        raise Malformed("the message names no image", "$")
    return found


def _reference(text: str | None, path: str) -> Image | None:
    if not text:
        return None
    if "/" not in text:
        raise Malformed(f"not an image: {text[:40]!r}", path)
    return parse_reference(text)


SOURCE = Source(
    name=NAME,
    provider="gcp",
    title="Artifact Registry notifications (topic gcr)",
    link="https://cloud.google.com/artifact-registry/docs/configure-notifications",
    claims=claims,
    read=read,
)
