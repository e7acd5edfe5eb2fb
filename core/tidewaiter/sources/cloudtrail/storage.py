"""Calls to Amazon S3: buckets, what is in them, and who may have it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html

Calls about buckets are management events, those about objects data events, which are off by
default.  One call may delete a thousand objects, of which no record has the names.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from tidewaiter.model import Activity, Stored
from tidewaiter.sources.amazon import parse_arn
from tidewaiter.sources.cloudtrail.any_call import activity_of, read_any
from tidewaiter.sources.cloudtrail.call import Entry, Told, added, concerned, requested
from tidewaiter.sources.cloudtrail.storage_access import grants_of

VERBS: dict[Activity, str] = {
    Activity.BUCKET_CREATED: "CreateBucket",
    Activity.BUCKET_DELETED: "DeleteBucket",
    Activity.BUCKET_LISTED: """
        HeadBucket ListBuckets ListDirectoryBuckets ListMultipartUploads ListObjectVersions
        ListObjects ListParts
    """,
    Activity.OBJECT_READ: """
        GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
        GetObjectTagging GetObjectTorrent HeadObject SelectObjectContent
    """,
    # Of what is in an object's description, too: its tags, its retention.
    Activity.OBJECT_WRITTEN: """
        CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObjectTagging PostObject
        PutObject PutObjectLegalHold PutObjectRetention PutObjectTagging RenameObject RestoreObject
        UpdateObjectEncryption UploadPart UploadPartCopy
    """,
    Activity.OBJECT_DELETED: "AbortMultipartUpload DeleteObject DeleteObjects",
    Activity.STORAGE_SHARED: """
        DeleteAccessPointPolicy DeleteAccountPublicAccessBlock DeleteBucketPolicy
        DeleteBucketPublicAccessBlock DeletePublicAccessBlock PutAccessPointPolicy
        PutAccountPublicAccessBlock PutBucketAcl PutBucketPolicy PutBucketPublicAccessBlock
        PutObjectAcl PutPublicAccessBlock
    """,
}
SENT = frozenset({"PostObject", "PutObject", "UploadPart"})

Bytes = Annotated[int, Meta(ge=0, le=2**53)] | Annotated[float, Meta(ge=0, le=2**53)]


class Request(Struct):
    """The bucket and the object; headers are written as they were sent."""

    bucket: str | None = field(name="bucketName", default=None)
    key: str | None = None
    storage_class: str | list[str] | None = field(name="x-amz-storage-class", default=None)
    source: str | list[str] | None = field(name="x-amz-copy-source", default=None)


class Additional(Struct, rename="camel"):
    """How much went each way."""

    bytes_transferred_in: Bytes | None = None
    bytes_transferred_out: Bytes | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ADDITIONAL = msgspec.json.Decoder(Additional)
_ACTIVITIES = {verb: activity for activity, verbs in VERBS.items() for verb in verbs.split()}
_OF_BUCKETS = {
    Activity.RESOURCE_READ: Activity.BUCKET_LISTED,
    Activity.RESOURCE_CREATED: Activity.BUCKET_CHANGED,
    Activity.RESOURCE_CHANGED: Activity.BUCKET_CHANGED,
    Activity.RESOURCE_DELETED: Activity.BUCKET_CHANGED,
}


def read_storage(entry: Entry) -> Told:
    """Read any call to S3; what is about no bucket (a storage lens, a job) is like any other."""
    request = requested(entry, _REQUEST)
    stored = _stored(entry, request)
    activity = _ACTIVITIES.get(entry.event_name)
    if activity is None and stored:
        activity = _OF_BUCKETS.get(activity_of(entry))
    if activity is None:
        return read_any(entry)
    return Told(
        activity=activity,
        grants=grants_of(entry),
        target=_one(request.source) or (None if stored else read_any(entry).target),
        stored=stored,
    )


def _stored(entry: Entry, request: Request) -> Stored | None:
    """Name the bucket and object, from ``resources`` where parameters were too large or hidden."""
    bucket, path = request.bucket, request.key
    if not bucket:
        # arn:aws:s3:::bucket/key; those of access points and the like have an account.
        arns = (parse_arn(text) for text in concerned(entry))
        ours = (arn.resource for arn in arns if arn and arn.service == "s3" and not arn.account)
        bucket, _, path = next(ours, "").partition("/")
    if not bucket:
        return None
    return Stored(
        bucket=bucket,
        path=path or None,
        size=None if entry.failed else _size(entry),
        storage_class=_one(request.storage_class),
    )


def _size(entry: Entry) -> int | None:
    """Tell how much was sent or got: of the object, or of the part that was asked for."""
    moved = added(entry, _ADDITIONAL)
    found = None
    if entry.event_name in SENT:
        found = moved.bytes_transferred_in
    elif entry.event_name == "GetObject":
        found = moved.bytes_transferred_out
    return None if found is None else int(found)


def _one(said: str | list[str] | None) -> str | None:
    return (next(iter(said), None) if isinstance(said, list) else said) or None
