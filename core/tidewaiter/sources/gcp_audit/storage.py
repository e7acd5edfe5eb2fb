"""Cloud Storage: the buckets in which Container Registry kept its content, until 2025.

Methods: https://cloud.google.com/storage/docs/audit-logging
Every blob of an image, its manifest included, is an object ``containers/images/sha256:<hex>``.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import unquote

import msgspec

from tidewaiter.model import Activity, Image
from tidewaiter.sources.google_entries import Detail, Entry
from tidewaiter.sources.google_names import bucket_registry
from tidewaiter.sources.google_policies import opening

_OBJECTS = {
    "storage.objects.create": Activity.IMAGE_PUSHED,
    "storage.objects.get": Activity.IMAGE_PULLED,
    "storage.objects.delete": Activity.IMAGE_DELETED,
}
_RESOURCE = re.compile(r"projects/[^/]+/buckets/(?P<bucket>[^/]+)(?:/objects/(?P<name>.+))?$")
_BLOB = re.compile(r"containers/images/(sha256:[0-9a-f]+)$")


def method(name: str) -> str | None:
    """Storage's methods carry no version."""
    return name


def stored_image(bucket: str, name: str) -> Image | None:
    """Tell the image a registry bucket's object belongs to, ``None`` for any other object.

    >>> stored_image("artifacts.shop.appspot.com", "containers/images/sha256:ab").reference
    'gcr.io/shop@sha256:ab'
    """
    home, blob = bucket_registry(bucket), _BLOB.match(unquote(name))
    return msgspec.structs.replace(home, digest=blob[1]) if home and blob else None


def _object(activity: Activity, entry: Entry) -> Detail | None:
    found = _RESOURCE.match(entry.payload.resource or "")
    image = stored_image(found["bucket"], found["name"] or "") if found else None
    return Detail(activity, images=(image,)) if image else None


def _bucket(activity: Activity, entry: Entry) -> Detail | None:
    found = _RESOURCE.match(entry.payload.resource or "")
    home = bucket_registry(found["bucket"]) if found else None
    return Detail(activity, images=(home,)) if home else None


def _opened(entry: Entry) -> Detail | None:
    """Who may read the bucket may pull all that is in it."""
    detail = _bucket(Activity.REGISTRY_CHANGED, entry)
    if detail is None:
        return None
    told = opening(entry)
    return msgspec.structs.replace(detail, grants=() if told.closes else told.grants)


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    **{name: partial(_object, activity) for name, activity in _OBJECTS.items()},
    "storage.objects.list": partial(_bucket, Activity.REGISTRY_LISTED),
    "storage.setIamPermissions": _opened,
}
