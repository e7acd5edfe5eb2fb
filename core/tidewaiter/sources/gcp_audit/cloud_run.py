"""Cloud Run: services and worker pools that run an image, jobs that may.

Methods: https://cloud.google.com/run/docs/audit-logging
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from tidewaiter.model import Activity, Workload
from tidewaiter.sources.google_entries import Detail, Entry, part
from tidewaiter.sources.pod_templates import Shape, images_in

_VERBS = {
    "Services.CreateService": (Activity.WORKLOAD_DEPLOYED, "cloud run service"),
    "Services.ReplaceService": (Activity.WORKLOAD_DEPLOYED, "cloud run service"),
    "Services.UpdateService": (Activity.WORKLOAD_DEPLOYED, "cloud run service"),
    "WorkerPools.CreateWorkerPool": (Activity.WORKLOAD_DEPLOYED, "cloud run worker pool"),
    "WorkerPools.UpdateWorkerPool": (Activity.WORKLOAD_DEPLOYED, "cloud run worker pool"),
    "Jobs.CreateJob": (Activity.WORKLOAD_DEFINED, "cloud run job"),
    "Jobs.ReplaceJob": (Activity.WORKLOAD_DEFINED, "cloud run job"),
    "Jobs.UpdateJob": (Activity.WORKLOAD_DEFINED, "cloud run job"),
    "Jobs.RunJob": (Activity.WORKLOAD_DEPLOYED, "cloud run job"),
}
# Old entries of the v1 API have just "/Services.ReplaceService".
_METHOD = re.compile(r"(?:google\.cloud\.run\.v\w+\.|/)((?:Services|WorkerPools|Jobs)\.\w+)$")
_SHAPE = msgspec.json.Decoder(Shape)


def method(name: str) -> str | None:
    """Spell a method without its package and version: ``Services.CreateService``."""
    found = _METHOD.match(name)
    return found[1] if found else None


def _ran(activity: Activity, kind: str, entry: Entry) -> Detail:
    images = images_in(part(_SHAPE, entry.payload.request, "request"))
    # Running a job names the job alone; the execution it answers with has the containers.
    images = images or images_in(part(_SHAPE, entry.payload.response, "response"))
    name = (entry.payload.resource or "").rpartition("/")[2] or None
    return Detail(activity, images=images, workload=Workload(kind, name=name, scope=entry.place))


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    name: partial(_ran, activity, kind) for name, (activity, kind) in _VERBS.items()
}
