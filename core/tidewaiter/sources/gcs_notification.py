"""Cloud Storage's notifications of registry buckets: legacy GCR pushes, told without saying who.

Pub/Sub form: https://cloud.google.com/storage/docs/pubsub-notifications
CloudEvents form: https://cloud.google.com/eventarc/docs/reference/supported-events#cloud-storage
The record is the object's resource; what happened to it stands in the message's attributes.
"""

import msgspec
from msgspec import Struct, field

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Event, short_hash
from tidewaiter.sources.gcp_audit.storage import stored_image
from tidewaiter.sources.google_names import location_of, project_of
from tidewaiter.sources.interface import Ignored, Record, Source, decode, moment

NAME = "gcs_notification"

_KINDS = {
    "OBJECT_FINALIZE": Activity.IMAGE_PUSHED,
    "OBJECT_DELETE": Activity.IMAGE_DELETED,
    "google.cloud.storage.object.v1.finalized": Activity.IMAGE_PUSHED,
    "google.cloud.storage.object.v1.deleted": Activity.IMAGE_DELETED,
}
_TIMES = ("eventTime", "time", "publishTime")


class _Object(Struct):
    bucket: str
    name: str
    generation: str | int | None = None
    created: str | None = field(name="timeCreated", default=None)


_OBJECT = msgspec.json.Decoder(_Object)


def claims(record: Record) -> bool:
    """An object's resource, by its kind."""
    return "kind" in record.fields and bytes(record.fields["kind"]) == b'"storage#object"'


def read(record: Record) -> Event | Ignored:
    """Read one notification.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    stored = decode(_OBJECT, record.raw)
    image = stored_image(stored.bucket, stored.name)
    if image is None:
        return Ignored("gcs notification")
    attributes = dict(record.context.attributes)
    kind = attributes.get("eventType") or attributes.get("type")
    if kind is None:
        raise Malformed("the notification has no eventType", "$")
    activity = _KINDS.get(kind)
    if activity is None:
        return Ignored("gcs notification")
    # One generation of one object is put once and deleted once, however often that is told.
    act = f"gcs:{short_hash(stored.bucket, stored.name, str(stored.generation), activity)}"
    time, path = _time(stored, attributes, activity)
    return Event(
        id=attributes.get("messageId") or attributes.get("id") or act,
        act=act,
        time=moment(time, path),
        provider="gcp",
        source=NAME,
        activity=activity,
        operation=kind,
        service="storage.googleapis.com",
        account=project_of(image.repository),
        region=location_of(image.registry),
        images=(image,),
        awaits="Cloud Storage Data Access audit logs (DATA_WRITE)",
    )


def _time(stored: _Object, attributes: dict[str, str], activity: Activity) -> tuple[str, str]:
    """When it happened, and where that stands: an object knows only when it was created."""
    if activity is Activity.IMAGE_PUSHED and stored.created:
        return stored.created, "$.timeCreated"
    for name in _TIMES:
        if attributes.get(name):
            return attributes[name], "$"
    raise Malformed("the notification has no time", "$")


SOURCE = Source(
    name=NAME,
    provider="gcp",
    title="Cloud Storage notifications",
    link="https://cloud.google.com/storage/docs/pubsub-notifications",
    claims=claims,
    read=read,
)
