"""Cloud Run and Cloud Functions: services, jobs and worker pools that run an image.

Methods: https://cloud.google.com/run/docs/audit-logging
Functions: https://cloud.google.com/functions/docs/audit-logging
A function is built from source, and runs as a service that Google's own agent replaces through
``InternalServices``.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Change, Stored, Workload
from tidewaiter.sources.gcp_audit.verbs import activity_of, sets_policy
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.google_policies import opened
from tidewaiter.sources.pod_templates import Shape, breaks_glass, images_in

_KINDS = {
    "Services": "cloud run service",
    "InternalServices": "cloud run service",
    "WorkerPools": "cloud run worker pool",
    "Jobs": "cloud run job",
    "Executions": "cloud run job",
    "Revisions": "cloud run service",
}
_VERBS = {
    "Services.CreateService": Activity.WORKLOAD_DEPLOYED,
    "Services.ReplaceService": Activity.WORKLOAD_DEPLOYED,
    "Services.UpdateService": Activity.WORKLOAD_DEPLOYED,
    "InternalServices.CreateInternalService": Activity.WORKLOAD_DEPLOYED,
    "InternalServices.ReplaceInternalService": Activity.WORKLOAD_DEPLOYED,
    "WorkerPools.CreateWorkerPool": Activity.WORKLOAD_DEPLOYED,
    "WorkerPools.ReplaceWorkerPool": Activity.WORKLOAD_DEPLOYED,
    "WorkerPools.UpdateWorkerPool": Activity.WORKLOAD_DEPLOYED,
    "Jobs.CreateJob": Activity.WORKLOAD_DEFINED,
    "Jobs.ReplaceJob": Activity.WORKLOAD_DEFINED,
    "Jobs.UpdateJob": Activity.WORKLOAD_DEFINED,
    "Jobs.RunJob": Activity.WORKLOAD_DEPLOYED,
}
_OTHERS = {
    "Executions.CancelExecution": Activity.WORKLOAD_STOPPED,
    "Revisions.DeleteRevision": Activity.WORKLOAD_CHANGED,
}
_FUNCTIONS = {
    "CreateFunction": Activity.WORKLOAD_DEPLOYED,
    "UpdateFunction": Activity.WORKLOAD_DEPLOYED,
    "DeleteFunction": Activity.WORKLOAD_DELETED,
    "CallFunction": Activity.RESOURCE_USED,
}
# Old entries of the v1 API, and those of the system, have just "/Services.ReplaceService".
_METHOD = re.compile(
    r"(?:google\.cloud\.run\.v\w+\.|google\.cloud\.serverless\.internal\.|/)"
    rf"((?P<kind>{'|'.join(_KINDS)})\.\w+)$"
)
_FUNCTION = re.compile(r"google\.cloud\.functions\.v\w+\.(?:Cloud)?Functions?Service\.(\w+)$")
_SHAPE = msgspec.json.Decoder(Shape)


class _Archive(Struct):
    bucket: str | None = None
    object: str | None = None


class _Source(Struct):
    archive: _Archive | None = field(name="storageSource", default=None)


class _Build(Struct):
    source: _Source | None = None


class _Function(Struct):
    build: _Build | None = field(name="buildConfig", default=None)
    status: str | None = None  # of the first generation
    state: str | None = None


_RESPONSE = msgspec.json.Decoder(_Function)


def method(name: str) -> str | None:
    """Spell a method without its package and version: ``Services.CreateService``."""
    found = _METHOD.match(name)
    return found[1] if found else None


def _ran(activity: Activity, entry: Entry) -> Detail:
    asked = part(_SHAPE, entry.payload.request, "request")
    images, workload = images_in(asked), _workload(entry)
    # Running a job names the job alone; the execution it answers with has the containers.
    images = images or images_in(part(_SHAPE, entry.payload.response, "response"))
    broken = breaks_glass(asked)
    changes = (Change("image admission", "broken", workload.label),) if broken else ()
    return Detail(activity, images=images, changes=changes, workload=workload)


def _workload(entry: Entry) -> Workload:
    found = _METHOD.match(entry.payload.method)
    kind = _KINDS[found["kind"]] if found else "cloud function"
    collection, _, name = (entry.payload.resource or "").rpartition("/")
    if collection.endswith(("/revisions", "/executions")):
        # The labels name what it belongs to, which is what people know.
        name = entry.label("service_name") or entry.label("job_name") or name
    return Workload(kind, name=name or None, scope=entry.place)


def other(entry: Entry) -> Detail | None:
    """Read what was done with a service, a job or a function without starting an image."""
    name = entry.payload.method
    function, spelled = _FUNCTION.match(name), method(name)
    if function:
        return _functioned(function[1], entry)
    done = activity_of(name)
    if spelled is None or done is Activity.RESOURCE_READ:
        return None
    gone = done is Activity.RESOURCE_DELETED
    changed = Activity.WORKLOAD_DELETED if gone else Activity.WORKLOAD_CHANGED
    return Detail(
        _OTHERS.get(spelled, changed),
        grants=opened(entry) if sets_policy(name) else (),
        workload=_workload(entry),
    )


def _functioned(verb: str, entry: Entry) -> Detail | None:
    """A function runs an image that nobody names: what it was built from is all that is told."""
    activity = _FUNCTIONS.get(verb)
    if activity is None:
        return None
    response = part(_RESPONSE, entry.payload.response, "response") or _Function()
    source = response.build.source if response.build else None
    archive = (source.archive if source else None) or _Archive()
    workload = msgspec.structs.replace(
        _workload(entry), status=response.state or response.status or None
    )
    return Detail(
        activity,
        workload=workload,
        stored=Stored(bucket=archive.bucket, path=archive.object or None)
        if archive.bucket
        else None,
    )


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    name: partial(_ran, activity) for name, activity in _VERBS.items()
}
