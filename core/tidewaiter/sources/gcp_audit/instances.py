"""Compute Engine: instances, managed groups of them and the templates they are made from.

Methods: https://cloud.google.com/compute/docs/logging/audit-logging
System events: https://cloud.google.com/compute/docs/logging/audit-logging#system_events
Life cycle: https://cloud.google.com/compute/docs/instances/instance-lifecycle
"""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Image, Outcome, Workload
from tidewaiter.sources.gcp_audit.compute import method
from tidewaiter.sources.gcp_audit.verbs import activity_of, sets_policy
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail, outcome_of
from tidewaiter.sources.google_names import compute_name, machine_image
from tidewaiter.sources.google_policies import opened

_INSTANCE, _GROUP = "gce instance", "gce instance group"
_STARTS = ("instances.insert", "instances.bulkInsert", "regionInstances.bulkInsert")
_GROUPS = tuple(
    f"{kind}.{verb}"
    for kind in ("instanceGroupManagers", "regionInstanceGroupManagers")
    for verb in ("insert", "patch", "update", "setInstanceTemplate")
)
_TEMPLATES = ("instanceTemplates.insert", "regionInstanceTemplates.insert")
_LIFE = {  # what befalls an instance, by itself or by Google, and its status when that is over
    "start": (Activity.WORKLOAD_STARTED, "RUNNING"),
    "startWithEncryptionKey": (Activity.WORKLOAD_STARTED, "RUNNING"),
    "resume": (Activity.WORKLOAD_STARTED, "RUNNING"),
    "automaticRestart": (Activity.WORKLOAD_STARTED, "RUNNING"),
    "stop": (Activity.WORKLOAD_STOPPED, "TERMINATED"),
    "suspend": (Activity.WORKLOAD_STOPPED, "SUSPENDED"),
    "preempted": (Activity.WORKLOAD_STOPPED, "TERMINATED"),
    "guestTerminate": (Activity.WORKLOAD_STOPPED, "TERMINATED"),
    "terminateOnHostMaintenance": (Activity.WORKLOAD_STOPPED, "TERMINATED"),
    "hostError": (Activity.WORKLOAD_STOPPED, None),
    "delete": (Activity.WORKLOAD_DELETED, None),
    "reset": (Activity.WORKLOAD_CHANGED, "RUNNING"),
}
_KIND = re.compile(
    r"(?P<kind>instances|(?:regionI|i)nstanceGroupManagers)\.(?:.+\.)?(?P<verb>\w+)$"
)
_WHERE = re.compile(
    r"/?projects/[^/]+/(?:(?:zones|regions)/)?(?P<scope>[^/]+)/\w+/?(?P<name>[^/]*)$"
)


class _Initial(Struct):
    image: str | None = field(name="sourceImage", default=None)


class _Disk(Struct):
    initial: _Initial | None = field(name="initializeParams", default=None)


class _Instance(Struct):
    disks: list[_Disk] | None = None
    machine_image: str | None = field(name="sourceMachineImage", default=None)
    template: str | None = field(name="sourceInstanceTemplate", default=None)
    machine_type: str | None = field(name="machineType", default=None)


class _Version(Struct):
    template: str | None = field(name="instanceTemplate", default=None)


class _Request(_Instance):
    name: str | None = None
    name_pattern: str | None = field(name="namePattern", default=None)
    properties: _Instance | None = None
    bulk: _Instance | None = field(name="instanceProperties", default=None)
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


def _requested(entry: Entry) -> _Request:
    # The last record of a long operation repeats nothing of the request.
    return part(_REQUEST, entry.payload.request, "request") or _Request()


def _workload(kind: str, entry: Entry, template: str | None, status: str | None) -> Workload:
    request = _requested(entry)
    where = _WHERE.match(entry.payload.resource or "")
    return Workload(
        kind=kind,
        name=(where["name"] if where else None) or request.name or request.name_pattern,
        scope=(where["scope"] if where else None) or entry.place,
        definition=_template(template, entry),
        machine_type=_machine_type(request),
        status=status if outcome_of(entry)[0] is Outcome.SUCCESS else None,
    )


def _machine_type(request: _Request) -> str | None:
    """Read ``e2-medium`` from its own name or from a link to it."""
    parts = (request, request.properties, request.bulk)
    links = (one.machine_type for one in parts if one)
    return next((link.rpartition("/")[2] or None for link in links if link), None)


def _started(entry: Entry) -> Detail:
    request = _requested(entry)
    template = request.template or (request.bulk.template if request.bulk else None)
    return Detail(
        Activity.WORKLOAD_DEPLOYED,
        images=_used(request, entry),
        workload=_workload(_INSTANCE, entry, template, "RUNNING"),
    )


def _grouped(entry: Entry) -> Detail | None:
    """A managed group starts instances of its template, and replaces them when it gets another."""
    request = _requested(entry)
    versions = (version.template for version in reversed(request.versions or []))
    template = next((link for link in (request.group_template, *versions) if link), None)
    last = bool(entry.operation and entry.operation.last)
    if template is None and not last:
        return None  # it is resized, or healed
    workload = _workload(_GROUP, entry, template, None)
    return Detail(Activity.WORKLOAD_DEPLOYED, workload=workload)


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
            machine_type=_machine_type(request),
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


def other(entry: Entry) -> Detail | None:
    """Read what befell an instance or a managed group, and was no start from an image."""
    found = _KIND.match(method(entry.payload.method) or "")
    if found is None or activity_of(found["verb"]) is Activity.RESOURCE_READ:
        return None
    one = found["kind"] == "instances"
    activity, status = _LIFE.get(found["verb"], (Activity.WORKLOAD_CHANGED, None))
    if not one and activity is not Activity.WORKLOAD_DELETED:
        activity, status = Activity.WORKLOAD_CHANGED, None  # resized, healed, asked to replace
    workload = _workload(_INSTANCE if one else _GROUP, entry, None, status)
    return Detail(
        activity,
        grants=opened(entry) if sets_policy(found["verb"]) else (),
        workload=workload,
        target=None if workload.name else entry.payload.resource or None,
    )


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    **dict.fromkeys(_STARTS, _started),
    **dict.fromkeys(_GROUPS, _grouped),
    **dict.fromkeys(_TEMPLATES, _defined),
}
