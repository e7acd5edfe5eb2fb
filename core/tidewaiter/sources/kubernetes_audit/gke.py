"""The audit event as GKE rewrites it: a Cloud Audit entry of the service ``k8s.io``.

Format: https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging
The audit event's annotations are the entry's labels; its address, and so a dry run, is not told.
"""

import re
from collections.abc import Callable

import msgspec

from tidewaiter.model import Event
from tidewaiter.sources.google_entries import Entry, entry_of, head_of
from tidewaiter.sources.google_events import Detail, event_of
from tidewaiter.sources.interface import Ignored, Record, decode
from tidewaiter.sources.kubernetes_audit.admission import watched
from tidewaiter.sources.kubernetes_audit.call import ANYONE, Call, refusal_of
from tidewaiter.sources.kubernetes_audit.principals import cluster_principal

# io.k8s.<group>.<version>.<resource>[.<subresource>].<verb>; custom resources have their own group.
_METHOD = re.compile(
    r".+\.v\d+(?:(?:alpha|beta)\d+)?\.(?P<resource>\w+)(?:\.(?P<subresource>\w+))?\.(?P<verb>\w+)$"
)
_NO_RESOURCE = re.compile(r"io\.k8s\.(?P<verb>\w+)$")
# Whoever has a Google account is authenticated:
# https://cloud.google.com/kubernetes-engine/docs/best-practices/rbac
_ANYONE = ANYONE | {"system:authenticated"}
_LABELS: msgspec.json.Decoder[dict[str, str | None] | None] = msgspec.json.Decoder(
    dict[str, str | None] | None
)


def read_entry(record: Record, source: str) -> Event | Ignored:
    """Read what starts to run.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    found = _METHOD.match(head_of(record).method or "")
    if found is None:
        return Ignored("kubernetes audit without resource")
    return _read(record, source, lambda entry: watched(_call(record, entry, found)))


def rest_entry(record: Record, source: str) -> Event | Ignored:
    """Read what else is done.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    from tidewaiter.sources.kubernetes_audit.others import path_told, told  # few ask for it

    method = head_of(record).method or ""
    found = _METHOD.match(method)
    if found is not None:
        return _read(record, source, lambda entry: told(_call(record, entry, found)))
    verb = _NO_RESOURCE.match(method)
    if verb is None:
        return Ignored("kubernetes audit without resource")
    return _read(
        record, source, lambda entry: path_told(verb["verb"], entry.payload.resource or "")
    )


def _read(
    record: Record, source: str, reader: Callable[[Entry], Detail | Ignored]
) -> Event | Ignored:
    entry = entry_of(record)
    detail = reader(entry)
    if isinstance(detail, Ignored):
        return detail
    event = event_of(record, entry, source, detail)
    event = msgspec.structs.replace(event, error=refusal_of(event.error))
    if event.principal and "@" not in event.principal.id:  # the cluster's own, no e-mail address
        return msgspec.structs.replace(event, principal=cluster_principal(event.principal.id))
    return event


def _call(record: Record, entry: Entry, method: re.Match[str]) -> Call:
    namespace, name = _place(entry.payload.resource or "", method["resource"])
    return Call(
        verb=method["verb"],
        resource=method["resource"],
        subresource=method["subresource"],
        namespace=namespace,
        name=name,
        cluster=entry.label("cluster_name"),
        request=entry.payload.request,
        response=entry.payload.response,
        request_path="$.protoPayload.request",
        response_path="$.protoPayload.response",
        annotations=_labels(record),
        anyone=_ANYONE,
    )


def _labels(record: Record) -> dict[str, str | None]:
    raw = record.fields.get("labels")
    return (decode(_LABELS, raw, "$.labels") if raw else None) or {}


def _place(resource_name: str, resource: str) -> tuple[str | None, str | None]:
    """Split ``group/version[/namespaces/N]/resource[/name[/subresource]]`` into N and the name.

    >>> _place("core/v1/namespaces/shop/pods/web-1/exec", "pods")
    ('shop', 'web-1')
    >>> _place("core/v1/namespaces/shop", "namespaces"), _place("core/v1/nodes/n1", "nodes")
    (('shop', 'shop'), (None, 'n1'))
    """
    head, *rest = resource_name.split("/")[2:] or [""]
    if head != "namespaces":
        return None, (rest[0] if rest else None) or None
    namespace = (rest[0] if rest else None) or None
    if resource == "namespaces":
        return namespace, namespace
    return namespace, (rest[2] if len(rest) > 2 else None) or None  # noqa: PLR2004 - N/resource/name
