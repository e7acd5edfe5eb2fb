"""Compute Engine: machine images.

Methods: https://cloud.google.com/compute/docs/logging/audit-logging
Clients write ``v1.compute.images.insert``, ``beta.…``, ``alpha.…`` or no version at all.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Image
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.google_names import compute_name, machine_image
from tidewaiter.sources.google_policies import opening

_KINDS = ("images", "machineImages")
_IMAGES = {
    "list": Activity.REGISTRY_LISTED,
    "delete": Activity.IMAGE_DELETED,
    "patch": Activity.IMAGE_CHANGED,
    "update": Activity.IMAGE_CHANGED,
    "deprecate": Activity.IMAGE_CHANGED,
    "setLabels": Activity.IMAGE_CHANGED,
}
_METHOD = re.compile(r"(?:(?:v\d+|alpha|beta)\.)?compute\.(\w+(?:\.\w+)+)$")


class _Raw(Struct):
    source: str | None = None


class _Request(Struct):
    source_image: str | None = field(name="sourceImage", default=None)
    source_disk: str | None = field(name="sourceDisk", default=None)
    source_snapshot: str | None = field(name="sourceSnapshot", default=None)
    source_instance: str | None = field(name="sourceInstance", default=None)
    raw_disk: _Raw | None = field(name="rawDisk", default=None)


_REQUEST = msgspec.json.Decoder(_Request)


def method(name: str) -> str | None:
    """Spell a method without its version: ``images.insert``."""
    found = _METHOD.match(name)
    return found[1] if found else None


def _requested(entry: Entry) -> _Request:
    # The last record of a long operation repeats nothing of the request.
    return part(_REQUEST, entry.payload.request, "request") or _Request()


def _subject(entry: Entry) -> tuple[Image, ...]:
    image = machine_image(entry.payload.resource or "", entry.project)
    return (image,) if image else ()


def _changed(activity: Activity, entry: Entry) -> Detail:
    return Detail(activity, images=_subject(entry))


def _created(entry: Entry) -> Detail:
    number = entry.label("image_id")
    images = _subject(entry)
    if number:
        # An instance of a managed group tells the image's number alone.
        images = tuple(msgspec.structs.replace(image, children=(number,)) for image in images)
    return Detail(Activity.IMAGE_CREATED, images=images, origin=_origin(entry))


def _origin(entry: Entry) -> Image | None:
    """What a new image is made from: an image, or the full name of a disk, snapshot or file."""
    request = _requested(entry)
    if request.source_image:
        return machine_image(request.source_image, entry.project)
    sources = (request.source_disk, request.source_snapshot, request.source_instance)
    raw = request.raw_disk.source if request.raw_disk else None
    source = next((each for each in (*sources, raw) if each), None)
    # The query of a file's address would be its signature.
    return Image(machine_image=compute_name(source).partition("?")[0]) if source else None


def _shared(entry: Entry) -> Detail:
    told = opening(entry)
    activity = Activity.IMAGE_UNSHARED if told.closes else Activity.IMAGE_SHARED
    if not told.grants and not told.closes:
        activity = Activity.IMAGE_CHANGED
    return Detail(activity, images=_subject(entry), grants=told.grants)


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    **{f"{kind}.insert": _created for kind in _KINDS},
    **{f"{kind}.setIamPolicy": _shared for kind in _KINDS},
    **{
        f"{kind}.{verb}": partial(_changed, activity)
        for kind in _KINDS
        for verb, activity in _IMAGES.items()
    },
}
