"""The audit event as GKE rewrites it: a Cloud Audit entry of the service ``k8s.io``.

Format: https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging
"""

import re

import msgspec

from tidewaiter.model import Event
from tidewaiter.sources.google_entries import Entry, entry_of, event_of, head_of
from tidewaiter.sources.interface import Ignored, Record
from tidewaiter.sources.kubernetes_audit.principals import cluster_principal
from tidewaiter.sources.kubernetes_audit.workloads import Call, deployed

# io.k8s.<group>.<version>.<resource>[.<subresource>].<verb>; custom resources have their own group.
_METHOD = re.compile(
    r".+\.v\d+(?:(?:alpha|beta)\d+)?\.(?P<resource>\w+)(?:\.(?P<subresource>\w+))?\.(?P<verb>\w+)$"
)
# <group>/<version>/namespaces/<namespace>/<resource>/<name>[/<subresource>]
_RESOURCE = re.compile(r".*?/namespaces/(?P<namespace>[^/]+)(?:/[^/]+(?:/(?P<name>[^/]+))?)?")


def read_entry(record: Record, source: str) -> Event | Ignored:
    """Read one entry.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    found = _METHOD.match(head_of(record).method or "")
    if found is None:
        return Ignored("kubernetes audit without resource")
    entry = entry_of(record)
    detail = deployed(_call(entry, found["verb"], found["resource"], found["subresource"]))
    if isinstance(detail, Ignored):
        return detail
    event = event_of(record, entry, source, detail)
    if event.principal and "@" not in event.principal.id:  # the cluster's own, no e-mail address
        return msgspec.structs.replace(event, principal=cluster_principal(event.principal.id))
    return event


def _call(entry: Entry, verb: str, resource: str, subresource: str | None) -> Call:
    where = _RESOURCE.match(entry.payload.resource or "")
    return Call(
        verb=verb,
        resource=resource,
        subresource=subresource,
        namespace=where["namespace"] if where else None,
        name=where["name"] if where else None,
        cluster=entry.label("cluster_name"),
        request=entry.payload.request,
        response=entry.payload.response,
        request_path="$.protoPayload.request",
        response_path="$.protoPayload.response",
    )
