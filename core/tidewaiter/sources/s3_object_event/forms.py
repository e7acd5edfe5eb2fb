"""The two forms of S3's events, read into one.

Notifications (to a queue, a topic or a function):
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
EventBridge: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
What corresponds to what:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-mapping-troubleshooting.html
"""

from datetime import datetime
from urllib.parse import unquote_plus

import msgspec
from msgspec import Struct, field

from tidewaiter.manifests import Size
from tidewaiter.model import Activity, Stored
from tidewaiter.sources.eventbridge import Notice, titled
from tidewaiter.sources.interface import Record, decode, moment

TITLES = {  # EventBridge's detail-type
    "Object Created": Activity.OBJECT_WRITTEN,
    "Object Deleted": Activity.OBJECT_DELETED,
    "Object ACL Updated": Activity.STORAGE_SHARED,
    # What is in an object's description counts as a write, as it does in CloudTrail.
    "Object Tags Added": Activity.OBJECT_WRITTEN,
    "Object Tags Deleted": Activity.OBJECT_WRITTEN,
    "Object Restore Initiated": Activity.OBJECT_WRITTEN,
    "Object Restore Completed": Activity.OBJECT_WRITTEN,
    "Object Restore Expired": Activity.OBJECT_WRITTEN,
    "Object Storage Class Changed": Activity.OBJECT_WRITTEN,
    "Object Access Tier Changed": Activity.OBJECT_WRITTEN,
}
NAMES = {  # a notification's eventName before the colon
    "ObjectCreated": Activity.OBJECT_WRITTEN,
    "ObjectRemoved": Activity.OBJECT_DELETED,
    "LifecycleExpiration": Activity.OBJECT_DELETED,
    "ReducedRedundancyLostObject": Activity.OBJECT_DELETED,
    "ObjectAcl": Activity.STORAGE_SHARED,
    "ObjectTagging": Activity.OBJECT_WRITTEN,
    "ObjectRestore": Activity.OBJECT_WRITTEN,
    "LifecycleTransition": Activity.OBJECT_WRITTEN,
    "IntelligentTiering": Activity.OBJECT_WRITTEN,
}
OTHER = Activity.RESOURCE_USED  # replication, and what S3 may come to tell

is_on_bus = titled("aws.s3", *TITLES)


class Told(Struct, frozen=True, kw_only=True):
    """What a form says; the last four only one of the two."""

    activity: Activity
    operation: str
    time: datetime
    region: str | None
    stored: Stored
    sequencer: str | None
    request_id: str | None
    requester: str | None
    address: str | None
    id: str | None = None
    account: str | None = None
    target: str | None = None
    failure: str | None = None


class Bucket(Struct, frozen=True):
    """A bucket."""

    name: str


class Object(Struct, frozen=True, rename="camel"):
    """An object of a notification; what was deleted has no size."""

    key: str
    size: Size | None = None
    e_tag: str | None = None
    sequencer: str | None = None


class About(Struct, frozen=True):
    """What a notification is about."""

    bucket: Bucket
    object: Object


class Identity(Struct, frozen=True, rename="camel"):
    """Who asked."""

    principal_id: str | None = None


class Request(Struct, frozen=True):
    """From where."""

    address: str | None = field(name="sourceIPAddress", default=None)


class Response(Struct, frozen=True):
    """What S3 answered."""

    request_id: str | None = field(name="x-amz-request-id", default=None)


class Transition(Struct, frozen=True, rename="camel"):
    """Where a lifecycle rule moved the object."""

    destination_storage_class: str | None = None


class Lifecycle(Struct, frozen=True, rename="camel"):
    """What a lifecycle rule did."""

    transition_event_data: Transition | None = None


class Restore(Struct, frozen=True, rename="camel"):
    """Whence the object was restored."""

    lifecycle_restore_storage_class: str | None = None


class Glacier(Struct, frozen=True, rename="camel"):
    """What the archive did."""

    restore_event_data: Restore | None = None


class Tiering(Struct, frozen=True, rename="camel"):
    """Where Intelligent-Tiering moved the object: a tier within that storage class."""

    destination_access_tier: str | None = None


class Replication(Struct, frozen=True, rename="camel"):
    """How the replication of an object went; no reason is given where it succeeded."""

    destination_bucket: str | None = None
    failure_reason: str | None = None


class Notification(Struct, frozen=True, rename="camel"):
    """One of the ``Records`` of a notification."""

    event_name: str
    event_time: str
    s3: About
    aws_region: str | None = None
    user_identity: Identity | None = None
    request_parameters: Request | None = None
    response_elements: Response | None = None
    lifecycle_event_data: Lifecycle | None = None
    glacier_event_data: Glacier | None = None
    intelligent_tiering_event_data: Tiering | None = None
    replication_event_data: Replication | None = None


class ObjectOnBus(Struct, frozen=True):
    """An object of EventBridge."""

    key: str
    size: Size | None = None
    etag: str | None = None
    sequencer: str | None = None


class Detail(Struct, frozen=True, rename="kebab"):
    """What S3 says on EventBridge; ``reason`` is the API that was called, where one was."""

    bucket: Bucket
    object: ObjectOnBus
    request_id: str | None = None
    requester: str | None = None
    reason: str | None = None
    source_ip_address: str | None = None
    source_storage_class: str | None = None
    destination_storage_class: str | None = None
    destination_access_tier: str | None = None


_NOTIFICATION = msgspec.json.Decoder(Notification)
_NOTICE = msgspec.json.Decoder(Notice[Detail])


def notified(record: Record) -> Told:
    """Read a notification, in which a key is encoded as in a form: a plus sign is a space."""
    note = decode(_NOTIFICATION, record.raw)
    found = note.s3.object
    replication = note.replication_event_data or Replication()
    return Told(
        activity=NAMES.get(note.event_name.partition(":")[0], OTHER),
        operation=note.event_name,
        time=moment(note.event_time, "$.eventTime"),
        region=note.aws_region,
        stored=Stored(
            bucket=note.s3.bucket.name or None,
            path=unquote_plus(found.key) or None,
            size=found.size,
            digest=found.e_tag or None,
            storage_class=_storage_class(note),
        ),
        sequencer=found.sequencer,
        request_id=(note.response_elements or Response()).request_id,
        requester=(note.user_identity or Identity()).principal_id,
        address=(note.request_parameters or Request()).address,
        target=replication.destination_bucket,
        failure=replication.failure_reason,
    )


def _storage_class(note: Notification) -> str | None:
    moved = (note.lifecycle_event_data or Lifecycle()).transition_event_data or Transition()
    restored = (note.glacier_event_data or Glacier()).restore_event_data or Restore()
    tiering = note.intelligent_tiering_event_data or Tiering()
    return (
        moved.destination_storage_class
        or restored.lifecycle_restore_storage_class
        or tiering.destination_access_tier
        or None
    )


def on_bus(record: Record) -> Told:
    """Read an event of EventBridge, in which a key stands as it is."""
    notice = decode(_NOTICE, record.raw)
    detail, title = notice.detail, notice.title or ""
    found = detail.object
    moved = detail.destination_storage_class or detail.source_storage_class
    return Told(
        activity=TITLES.get(title, OTHER),
        operation=detail.reason or title,
        time=moment(notice.time, "$.time"),
        region=notice.region,
        stored=Stored(
            bucket=detail.bucket.name or None,
            path=found.key or None,
            size=found.size,
            digest=found.etag or None,
            storage_class=moved or detail.destination_access_tier or None,
        ),
        sequencer=found.sequencer,
        request_id=detail.request_id,
        requester=detail.requester,
        address=detail.source_ip_address,
        id=notice.id,
        account=notice.account,
    )
