"""Cloud Storage's notifications: objects put and deleted, told without saying who.

Pub/Sub form: https://cloud.google.com/storage/docs/pubsub-notifications
CloudEvents form: https://cloud.google.com/eventarc/docs/reference/supported-events#cloud-storage
The record is the object's resource, or nothing at all; what happened to which object stands in the
message's attributes.  In a bucket of Container Registry the object was an image, until 2025.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Event, Image, Stored, short_hash
from tidewaiter.sources.gcp_audit.storage import stored_image
from tidewaiter.sources.google_names import location_of, project_of
from tidewaiter.sources.interface import Ignored, Record, Source, decode, moment

NAME = "gcs_notification"

_KINDS = {
    "OBJECT_FINALIZE": Activity.OBJECT_WRITTEN,
    "OBJECT_METADATA_UPDATE": Activity.OBJECT_WRITTEN,
    "OBJECT_DELETE": Activity.OBJECT_DELETED,
    "OBJECT_ARCHIVE": Activity.OBJECT_DELETED,  # the live version, where old ones are kept
    "google.cloud.storage.object.v1.finalized": Activity.OBJECT_WRITTEN,
    "google.cloud.storage.object.v1.metadataUpdated": Activity.OBJECT_WRITTEN,
    "google.cloud.storage.object.v1.deleted": Activity.OBJECT_DELETED,
    "google.cloud.storage.object.v1.archived": Activity.OBJECT_DELETED,
}
_IMAGES = {
    "OBJECT_FINALIZE": Activity.IMAGE_PUSHED,
    "OBJECT_DELETE": Activity.IMAGE_DELETED,
    "google.cloud.storage.object.v1.finalized": Activity.IMAGE_PUSHED,
    "google.cloud.storage.object.v1.deleted": Activity.IMAGE_DELETED,
}
_FINALIZED = ("OBJECT_FINALIZE", "google.cloud.storage.object.v1.finalized")
_ARCHIVED = ("OBJECT_ARCHIVE", "google.cloud.storage.object.v1.archived")
_UPDATED = ("OBJECT_METADATA_UPDATE", "google.cloud.storage.object.v1.metadataUpdated")
_TIMES = ("eventTime", "time")


class _Object(Struct):
    bucket: str
    name: str
    generation: str | int | None = None
    created: str | None = field(name="timeCreated", default=None)
    size: Annotated[int, Meta(ge=0, le=2**63 - 1)] | str | None = None
    md5: str | None = field(name="md5Hash", default=None)
    storage_class: str | None = field(name="storageClass", default=None)


_OBJECT = msgspec.json.Decoder(_Object)


def claims(record: Record) -> bool:
    """An object's resource, by its kind; or nothing, with attributes that name an object."""
    if "kind" in record.fields:
        return bytes(record.fields["kind"]) == b'"storage#object"'
    return not record.fields and _names_object(dict(record.context.attributes))


def _names_object(attributes: dict[str, str]) -> bool:
    return attributes.keys() >= {"bucketId", "objectId", "eventType"}


def read(record: Record) -> Event | Ignored:
    """Read one notification.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    attributes = dict(record.context.attributes)
    found = decode(_OBJECT, record.raw) if record.fields else _named(attributes)
    image = stored_image(found.bucket, found.name)
    kind = attributes.get("eventType") or attributes.get("type")
    if kind is None and image:
        raise Malformed("the notification has no eventType", "$")
    activity = _activity(kind or "", image, attributes)
    if activity is None:
        return Ignored("gcs notification")
    text, path = _time(found, attributes, kind or "")
    time = moment(text, path)
    act = f"gcs:{short_hash(*_told_of(found, kind or '', activity, time))}"
    return Event(
        id=attributes.get("messageId") or attributes.get("id") or act,
        act=act,
        time=time,
        provider="gcp",
        source=NAME,
        activity=activity,
        operation=kind or "",
        service="storage.googleapis.com",
        account=project_of(image.repository) if image else record.context.account,
        region=location_of(image.registry) if image else None,
        images=(image,) if image else (),
        stored=Stored(
            bucket=found.bucket,
            path=found.name,
            size=_size(found.size),
            digest=found.md5 or None,
            storage_class=found.storage_class or None,
        ),
        awaits="Cloud Storage Data Access audit logs (DATA_WRITE)",
    )


def _named(attributes: dict[str, str]) -> _Object:
    """Payload format NONE: the attributes are all there is."""
    return _Object(
        bucket=attributes["bucketId"],
        name=attributes["objectId"],
        generation=attributes.get("objectGeneration"),
    )


def _activity(kind: str, image: Image | None, attributes: dict[str, str]) -> Activity | None:
    """An object that was overwritten is told twice, and the image in it is not gone."""
    if image and not attributes.get("overwrittenByGeneration"):
        return _IMAGES.get(kind) or _KINDS.get(kind)
    return _KINDS.get(kind)


def _told_of(found: _Object, kind: str, activity: Activity, time: datetime) -> tuple[str, ...]:
    """One generation of one object is put once and deleted once, however often that is told."""
    told = (found.bucket, found.name, str(found.generation), str(activity))
    if kind in _UPDATED:
        return (*told, time.isoformat())
    return (*told, "archived") if kind in _ARCHIVED else told


def _size(size: int | str | None) -> int | None:
    if isinstance(size, str) and size:
        if not (size.isascii() and size.isdigit() and len(size) < len(str(2**63))):
            raise Malformed(f"not a size: {size[:40]!r}", "$.size")
        return int(size)
    return size if isinstance(size, int) else None


def _time(found: _Object, attributes: dict[str, str], kind: str) -> tuple[str, str]:
    """When it happened, and where that stands: an object knows only when it was created."""
    for name in _TIMES:
        if attributes.get(name):
            return attributes[name], "$"
    if kind in _FINALIZED and found.created:
        return found.created, "$.timeCreated"
    if attributes.get("publishTime"):
        return attributes["publishTime"], "$"
    raise Malformed("the notification has no time", "$")


SOURCE = Source(
    name=NAME,
    provider="gcp",
    title="Cloud Storage notifications",
    link="https://cloud.google.com/storage/docs/pubsub-notifications",
    claims=claims,
    read=read,
)
