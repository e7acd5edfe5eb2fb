"""Cloud Storage: buckets and objects, and those in which Container Registry kept its content.

Methods: https://cloud.google.com/storage/docs/audit-logging
Until 2025 every blob of an image, its manifest included, was an object
``containers/images/sha256:<hex>`` in a bucket of the registry's.  VPC Service Controls write
``google.storage.objects.get``.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import unquote

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Image, Session, Stored
from tidewaiter.sources.gcp_audit.verbs import activity_of, sets_policy
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.google_names import bucket_registry
from tidewaiter.sources.google_policies import let_in, opened, opening

_IMAGES = {
    "storage.objects.create": Activity.IMAGE_PUSHED,
    "storage.objects.get": Activity.IMAGE_PULLED,
    "storage.objects.delete": Activity.IMAGE_DELETED,
}
_BUCKETS = {  # by what the verb does with any resource
    Activity.RESOURCE_CREATED: Activity.BUCKET_CREATED,
    Activity.RESOURCE_READ: Activity.BUCKET_LISTED,
    Activity.RESOURCE_DELETED: Activity.BUCKET_DELETED,
}
_OBJECTS = {
    Activity.RESOURCE_READ: Activity.OBJECT_READ,
    Activity.RESOURCE_DELETED: Activity.OBJECT_DELETED,
}
_RESOURCE = re.compile(r"projects/[^/]+/buckets/(?P<bucket>[^/]+)(?:/objects/(?P<name>.+))?")
_BLOB = re.compile(r"containers/images/(sha256:[0-9a-f]+)$")
_KIND = re.compile(
    r"storage\.(?:[gs]etIamPermissions$"
    r"|(buckets|objects|hmacKeys|\w*[aA]ccessControls|(?:managedF|f)olders|anywhereCaches)\.)"
)


class _Metadata(Struct):
    destination: str | None = None


class _Key(Struct):
    access: str | None = field(name="accessId", default=None)
    email: str | None = field(name="serviceAccountEmail", default=None)


class _Response(_Key):
    metadata: _Key | None = None


_METADATA = msgspec.json.Decoder(_Metadata)
_RESPONSE = msgspec.json.Decoder(_Response)


def method(name: str) -> str | None:
    """Storage's methods carry no version, and seldom Google's name."""
    return name.removeprefix("google.")


def stored_image(bucket: str, name: str) -> Image | None:
    """Tell the image a registry bucket's object belongs to, ``None`` for any other object.

    >>> stored_image("artifacts.shop.appspot.com", "containers/images/sha256:ab").reference
    'gcr.io/shop@sha256:ab'
    """
    home, blob = bucket_registry(bucket), _BLOB.match(unquote(name))
    return msgspec.structs.replace(home, digest=blob[1]) if home and blob else None


def _stored(entry: Entry) -> Stored | None:
    found = _RESOURCE.match(entry.payload.resource or "")
    bucket = found["bucket"] if found else entry.label("bucket_name")
    return Stored(bucket=bucket, path=found["name"] if found else None) if bucket else None


def _image(activity: Activity, entry: Entry) -> Detail | None:
    stored = _stored(entry)
    image = stored_image(stored.bucket or "", stored.path or "") if stored else None
    return Detail(activity, images=(image,), stored=stored) if image else None


def _registry(activity: Activity, entry: Entry) -> Detail | None:
    stored = _stored(entry)
    home = bucket_registry(stored.bucket or "") if stored else None
    return Detail(activity, images=(home,), stored=stored) if home else None


def _opened(entry: Entry) -> Detail | None:
    """Who may read the bucket may pull all that is in it."""
    detail = _registry(Activity.REGISTRY_CHANGED, entry)
    return msgspec.structs.replace(detail, grants=opened(entry)) if detail else None


def other(entry: Entry) -> Detail | None:
    """Read what was done with a bucket or an object that holds no image."""
    name = method(entry.payload.method) or ""
    found = _KIND.match(name)
    if found is None:
        return None
    done = activity_of(name)
    if found[1] == "hmacKeys":
        return _key(done, entry)
    stored = _stored(entry)
    target = None if stored else entry.payload.resource or None
    if sets_policy(name):
        grants = opened(entry)
        return Detail(Activity.STORAGE_SHARED, stored=stored, target=target, grants=grants)
    if found[1] == "objects" and not name.endswith(".list"):
        return _object(done, stored, entry)
    activity = _BUCKETS.get(done, Activity.BUCKET_CHANGED)
    if found[1] != "buckets" and activity is not Activity.BUCKET_LISTED:
        by_list = (found[1] or "").endswith("ccessControls")
        # Else a folder or a cache of it.
        activity = Activity.STORAGE_SHARED if by_list else Activity.BUCKET_CHANGED
    return _with_access(Detail(activity, stored=stored, target=target), entry)


def _object(done: Activity, stored: Stored | None, entry: Entry) -> Detail:
    activity = _OBJECTS.get(done, Activity.OBJECT_WRITTEN)
    told = part(_METADATA, entry.payload.metadata, "metadata")
    copied_to = told.destination if told else None  # another bucket, perhaps of somebody else
    detail = Detail(activity, stored=stored, target=copied_to or None)
    if done is Activity.RESOURCE_CREATED:
        return msgspec.structs.replace(detail, grants=let_in(entry))
    return _with_access(detail, entry)


def _with_access(detail: Detail, entry: Entry) -> Detail:
    """Access lists change by an update, too, and a new bucket comes with one."""
    changed = detail.activity in (Activity.BUCKET_CHANGED, Activity.OBJECT_WRITTEN)
    activity = Activity.STORAGE_SHARED if changed and opening(entry).grants else detail.activity
    return msgspec.structs.replace(detail, activity=activity, grants=let_in(entry))


def _key(done: Activity, entry: Entry) -> Detail:
    """A key for the interface that speaks Amazon's protocol acts as a service account."""
    response = part(_RESPONSE, entry.payload.response, "response") or _Response()
    told = response.metadata or response
    email = told.email or entry.label("email_id")
    return Detail(
        done if done is Activity.RESOURCE_READ else Activity.IDENTITY_CHANGED,
        target=entry.payload.resource or None,
        session=Session(role=email, credential=told.access) if email or told.access else None,
    )


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    **{name: partial(_image, activity) for name, activity in _IMAGES.items()},
    "storage.objects.list": partial(_registry, Activity.REGISTRY_LISTED),
    "storage.setIamPermissions": _opened,
}
