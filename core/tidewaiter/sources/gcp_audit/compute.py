"""Compute Engine: machine images, and the instances and templates that use them.

Methods: https://cloud.google.com/compute/docs/logging/audit-logging
Clients write ``v1.compute.images.insert``, ``beta.…``, ``alpha.…`` or no version at all.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Image, Workload
from tidewaiter.sources.google_entries import Detail, Entry, part
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
_STARTS = ("instances.insert", "instances.bulkInsert", "regionInstances.bulkInsert")
_GROUPS = tuple(
    f"{kind}.{verb}"
    for kind in ("instanceGroupManagers", "regionInstanceGroupManagers")
    for verb in ("insert", "patch", "update", "setInstanceTemplate")
)
_TEMPLATES = ("instanceTemplates.insert", "regionInstanceTemplates.insert")
_METHOD = re.compile(r"(?:(?:v\d+|alpha|beta)\.)?compute\.(\w+\.\w+)$")
_WHERE = re.compile(
    r"/?projects/[^/]+/(?:(?:zones|regions)/)?(?P<scope>[^/]+)/\w+/?(?P<name>[^/]*)$"
)


class _Raw(Struct):
    source: str | None = None


class _Initial(Struct):
    image: str | None = field(name="sourceImage", default=None)


class _Disk(Struct):
    initial: _Initial | None = field(name="initializeParams", default=None)


class _Instance(Struct):
    disks: list[_Disk] | None = None
    machine_image: str | None = field(name="sourceMachineImage", default=None)
    template: str | None = field(name="sourceInstanceTemplate", default=None)


class _Version(Struct):
    template: str | None = field(name="instanceTemplate", default=None)


class _Request(_Instance):
    name: str | None = None
    name_pattern: str | None = field(name="namePattern", default=None)
    properties: _Instance | None = None
    bulk: _Instance | None = field(name="instanceProperties", default=None)
    source_image: str | None = field(name="sourceImage", default=None)
    source_disk: str | None = field(name="sourceDisk", default=None)
    source_snapshot: str | None = field(name="sourceSnapshot", default=None)
    source_instance: str | None = field(name="sourceInstance", default=None)
    raw_disk: _Raw | None = field(name="rawDisk", default=None)
    group_template: str | None = field(name="instanceTemplate", default=None)
    versions: list[_Version] | None = None


class _Attached(Struct):
    image: str | None = field(name="sourceImage", default=None)
    image_id: str | None = field(name="sourceImageId", default=None)


class _Used(Struct):
    disks: list[_Attached] | None = field(name="attachedDisks", default=None)


class _Metadata(Struct):
    used: _Used | None = field(name="usedResources", default=None)


_REQUEST = msgspec.json.Decoder(_Request)
_METADATA = msgspec.json.Decoder(_Metadata)


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
    return Image(machine_image=compute_name(source)) if source else None


def _shared(entry: Entry) -> Detail:
    told = opening(entry)
    activity = Activity.IMAGE_UNSHARED if told.closes else Activity.IMAGE_SHARED
    if not told.grants and not told.closes:
        activity = Activity.IMAGE_CHANGED
    return Detail(activity, images=_subject(entry), grants=told.grants)


def _started(entry: Entry) -> Detail:
    request = _requested(entry)
    where = _WHERE.match(entry.payload.resource or "")
    template = request.template or (request.bulk.template if request.bulk else None)
    return Detail(
        Activity.WORKLOAD_DEPLOYED,
        images=_used(request, entry),
        workload=Workload(
            kind="gce instance",
            name=(where["name"] if where else None) or request.name or request.name_pattern,
            scope=(where["scope"] if where else None) or entry.place,
            definition=_template(template, entry),
        ),
    )


def _grouped(entry: Entry) -> Detail | None:
    """A managed group starts instances of its template, and replaces them when it gets another."""
    request = _requested(entry)
    versions = (version.template for version in reversed(request.versions or []))
    template = next((link for link in (request.group_template, *versions) if link), None)
    last = bool(entry.operation and entry.operation.last)
    if template is None and not last:
        return None  # it is resized, or healed
    where = _WHERE.match(entry.payload.resource or "")
    return Detail(
        Activity.WORKLOAD_DEPLOYED,
        workload=Workload(
            kind="gce instance group",
            name=(where["name"] if where else None) or request.name,
            scope=(where["scope"] if where else None) or entry.place,
            definition=_template(template, entry),
        ),
    )


def _template(link: str | None, entry: Entry) -> str | None:
    """Name a template in full; links may be relative to the project."""
    name = compute_name(link or "").lstrip("/")
    return f"projects/{entry.project}/{name}" if name.startswith("global/") else name or None


def _defined(entry: Entry) -> Detail:
    request = _requested(entry)
    resource = entry.payload.resource or ""
    return Detail(
        Activity.WORKLOAD_DEFINED,
        images=_used(request, entry),
        workload=Workload(
            kind="gce instance template",
            name=resource.rpartition("/")[2] or request.name,
            definition=_template(resource, entry),
        ),
    )


def _used(request: _Request, entry: Entry) -> tuple[Image, ...]:
    found = list(_named(request, entry.project))
    for disk in _attached(entry):
        image = machine_image(disk.image or "", entry.project)
        if image:
            found.append(image)
        elif disk.image_id and not found:
            # All that a managed instance group's instance tells: the image's number.
            found.append(Image(machine_image=disk.image_id))
    return tuple(dict.fromkeys(found))


def _named(request: _Request, project: str | None) -> Iterator[Image]:
    for instance in (request, request.properties, request.bulk):
        disks = (instance.disks if instance else None) or ()
        links = [disk.initial.image for disk in disks if disk.initial]
        for link in (*links, instance.machine_image if instance else None):
            image = machine_image(link or "", project)
            if image:
                yield image


def _attached(entry: Entry) -> list[_Attached]:
    metadata = part(_METADATA, entry.payload.metadata, "metadata")
    return (metadata.used.disks if metadata and metadata.used else None) or []


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    **{f"{kind}.insert": _created for kind in _KINDS},
    **{f"{kind}.setIamPolicy": _shared for kind in _KINDS},
    **{
        f"{kind}.{verb}": partial(_changed, activity)
        for kind in _KINDS
        for verb, activity in _IMAGES.items()
    },
    **dict.fromkeys(_STARTS, _started),
    **dict.fromkeys(_GROUPS, _grouped),
    **dict.fromkeys(_TEMPLATES, _defined),
}
