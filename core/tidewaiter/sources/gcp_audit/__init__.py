"""Cloud Audit Logs of Google Cloud: registries, machine images, instances, Cloud Run, buckets.

The format is that of :mod:`tidewaiter.sources.google_entries`; each service's methods are in a
module of their own.  Kubernetes entries of GKE belong to ``kubernetes_audit``.
"""

from collections.abc import Callable, Mapping

from tidewaiter.model import Event
from tidewaiter.sources.gcp_audit import artifact_registry, cloud_run, compute, storage
from tidewaiter.sources.google_entries import (
    Detail,
    Entry,
    entry_of,
    event_of,
    head_of,
    of_kubernetes,
)
from tidewaiter.sources.interface import Ignored, Record, Source

NAME = "gcp_audit"

Reader = Callable[[Entry], Detail | None]

# A service's spelling of a method, and what reads the methods it knows (None: not one of ours).
_SERVICES: tuple[tuple[Callable[[str], str | None], Mapping[str, Reader]], ...] = (
    (artifact_registry.method, artifact_registry.READERS),
    (compute.method, compute.READERS),
    (cloud_run.method, cloud_run.READERS),
    (storage.method, storage.READERS),
)


def claims(record: Record) -> bool:
    """An entry with an audit payload that is not a rewritten Kubernetes event."""
    return "protoPayload" in record.fields and not of_kubernetes(record)


def read(record: Record) -> Event | Ignored:
    """Read one entry.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    head = head_of(record)
    kind = f"gcp audit {head.service or 'without service'}"
    reader = _reader(head.method)
    if reader is None:
        return Ignored(kind)
    entry = entry_of(record)
    detail = reader(entry)
    return Ignored(kind) if detail is None else event_of(record, entry, NAME, detail)


def _reader(method: str | None) -> Reader | None:
    # By method alone: copies lose the service's name, and no two services share a method here.
    for spelled, readers in _SERVICES:
        found = readers.get(spelled(method or "") or "")
        if found:
            return found
    return None


SOURCE = Source(
    name=NAME,
    provider="gcp",
    title="Google Cloud Audit Logs",
    link="https://cloud.google.com/logging/docs/audit/understanding-audit-logs",
    claims=claims,
    read=read,
)
