"""Kubernetes audit events: what is done in a cluster, from EKS, AKS, GKE or anywhere else.

One format under three wrappers: EKS logs it as it is, AKS as a string in an Event Hub record, GKE
rewrites it as a Cloud Audit entry.  What starts to run is ``read``; all the ``rest`` is generic,
but for who may do what, who gets in, and what becomes of workloads.
"""

from tidewaiter.model import Event
from tidewaiter.sources.google_entries import of_kubernetes
from tidewaiter.sources.interface import Ignored, Record, Source
from tidewaiter.sources.kubernetes_audit.events import read_event, rest_event
from tidewaiter.sources.kubernetes_audit.gke import read_entry, rest_entry

NAME = "kubernetes_audit"
_AKS = (b'"kube-audit"', b'"kube-audit-admin"')


def claims(record: Record) -> bool:
    """An audit event in one of its forms; a core ``Event`` object has no verb."""
    fields = record.fields
    if "protoPayload" in fields:
        return of_kubernetes(record)
    if "kind" in fields:
        named = "objectRef" in fields or "auditID" in fields
        return bytes(fields["kind"]) == b'"Event"' and "verb" in fields and named
    if "auditID" in fields and "verb" in fields:
        return True  # the kind stands on the list in which the webhook backend sends events
    return "category" in fields and bytes(fields["category"]).lower() in _AKS


def read(record: Record) -> Event | Ignored:
    """Read what starts to run.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    reader = read_entry if "protoPayload" in record.fields else read_event
    return reader(record, NAME)


def rest(record: Record) -> Event | Ignored:
    """Read what else is done.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    reader = rest_entry if "protoPayload" in record.fields else rest_event
    return reader(record, NAME)


SOURCE = Source(
    name=NAME,
    provider="kubernetes",
    title="Kubernetes audit log (EKS, AKS, GKE, any cluster)",
    link="https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/",
    claims=claims,
    read=read,
    rest=rest,
)
