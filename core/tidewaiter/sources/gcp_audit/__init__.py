"""Cloud Audit Logs of Google Cloud: registries, machine images, what runs them, and all the rest.

The format is that of :mod:`tidewaiter.sources.google_entries`; each service's methods are in a
module of their own.  ``read`` knows the calls that are work with images, ``rest`` every other one.
Kubernetes entries of GKE belong to ``kubernetes_audit``.
"""

from collections.abc import Callable, Mapping

from tidewaiter.model import Event
from tidewaiter.sources.gcp_audit import (
    admission,
    artifact_registry,
    cloud_build,
    cloud_run,
    compute,
    instances,
    monitoring,
    storage,
)
from tidewaiter.sources.google_entries import Entry, Head, entry_of, head_of, of_kubernetes
from tidewaiter.sources.google_events import Detail, event_of
from tidewaiter.sources.interface import Ignored, Record, Source

NAME = "gcp_audit"

Reader = Callable[[Entry], Detail | None]

# A service's spelling of a method, and what reads the methods it knows (None: not one of ours).
_SERVICES: tuple[tuple[Callable[[str], str | None], Mapping[str, Reader]], ...] = (
    (artifact_registry.method, artifact_registry.READERS),
    (compute.method, {**compute.READERS, **instances.READERS}),
    (cloud_run.method, cloud_run.READERS),
    (cloud_build.method, cloud_build.READERS),
    (storage.method, storage.READERS),
    (admission.method, admission.READERS),
    (monitoring.method, monitoring.READERS),
)


def claims(record: Record) -> bool:
    """An entry with an audit payload that is not a rewritten Kubernetes event."""
    return "protoPayload" in record.fields and not of_kubernetes(record)


def read(record: Record) -> Event | Ignored:
    """Read one entry.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    head = head_of(record)
    reader = _reader(head.method)
    if reader is None:
        return _ignored(head)
    entry = entry_of(record)
    detail = reader(entry)
    return _ignored(head) if detail is None else event_of(record, entry, NAME, detail)


def rest(record: Record) -> Event | Ignored:
    """Read any other call; a payload without a method is no audit log's.  Raises as ``read``."""
    head = head_of(record)
    if not head.method:
        return _ignored(head)
    from tidewaiter.sources.gcp_audit.others import told_of  # few ask for it

    entry = entry_of(record)
    return event_of(record, entry, NAME, told_of(entry))


def _ignored(head: Head) -> Ignored:
    return Ignored(f"gcp audit {head.service or 'without service'}")


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
    rest=rest,
)
