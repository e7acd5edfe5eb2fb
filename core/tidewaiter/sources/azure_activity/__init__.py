"""Azure's Activity Log in its four shapes, which tell the same act in equal events.

REST API, Event Hub and storage:
https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema

Alerts: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-payload-samples
(``data.alertContext``, which has no caller address and whose ``claims`` are a JSON string).

Log Analytics: https://learn.microsoft.com/azure/azure-monitor/reference/tables/azureactivity
"""

import re

from tidewaiter.model import Client, Event, Outcome, short_hash
from tidewaiter.sources.azure_activity import machine_images, monitoring, registries, workloads
from tidewaiter.sources.azure_activity.bodies import Verbs
from tidewaiter.sources.azure_activity.callers import credential_of, principal_of
from tidewaiter.sources.azure_activity.shapes import Entry, entry_of, operation_of
from tidewaiter.sources.azure_terms import azure_moment, outcome_of, segment
from tidewaiter.sources.interface import Ignored, Record, Source
from tidewaiter.sources.telling import Told

__all__ = ["SOURCE", "VERBS"]

VERBS: Verbs = {
    **machine_images.VERBS,
    **monitoring.VERBS,
    **registries.VERBS,
    **workloads.VERBS,
}

# Resource logs share the Event Hub's shape, but not the categories.  Older records have the kind of
# operation as their category.
_CATEGORIES = frozenset(
    b"administrative alert autoscale policy recommendation resourcehealth security servicehealth"
    b" action delete write".split()
)
# Resource logs that have sources of their own.
_OTHERS = re.compile(
    rb'"(?:containerregistry|kube-audit|storage(?:read|write|delete)"|.*(?:signin|audit)logs")',
    re.IGNORECASE,
)
_RESOURCE_LOG = Ignored("azure resource log")


def claims(record: Record) -> bool:
    """A verb and a time, by the names of one of the shapes; also resource logs of no interest."""
    fields = record.fields
    if "operationName" not in fields:
        return "OperationNameValue" in fields
    if "eventTimestamp" in fields:
        return True
    return "time" in fields and not _OTHERS.match(bytes(fields.get("category", b"")))


def _is_resource_log(record: Record) -> bool:
    category = bytes(record.fields.get("category", b"null"))
    # The REST API has an object there.
    return category.startswith(b'"') and category.strip(b'"').lower() not in _CATEGORIES


def read(record: Record) -> Event | Ignored:
    """Read one record; what has nothing to do with images is ignored, counted by its provider."""
    if _is_resource_log(record):
        return _RESOURCE_LOG
    operation = operation_of(record)
    tell = VERBS.get(operation.lower())
    if tell is None:
        provider, slash, _ = operation.lower().partition("/")
        return Ignored(f"azure activity {provider}") if slash else _RESOURCE_LOG
    entry = entry_of(record)
    return _event(operation, entry, tell(entry.asked))


def rest(record: Record) -> Event | Ignored:
    """Read what :func:`read` leaves alone, but for the health of the platform."""
    from tidewaiter.sources.azure_activity.others import UNJUDGED, told_of  # few ask for it

    if _is_resource_log(record):
        return _RESOURCE_LOG
    operation = operation_of(record)
    provider, slash, _ = operation.lower().partition("/")
    if provider in UNJUDGED or not slash:
        return Ignored(UNJUDGED[provider]) if slash else _RESOURCE_LOG
    entry = entry_of(record)
    return _event(operation, entry, told_of(operation, entry))


def _event(operation: str, entry: Entry, told: Told) -> Event:
    verb, resource = operation.lower(), entry.asked.resource
    time = azure_moment(entry.time, entry.time_path)
    outcome = outcome_of(entry.status)
    status = (entry.status or "").lower()
    # Event Hub leaves the event's own id out.
    own = entry.event_id or short_hash(entry.correlation, verb, resource, status, time.isoformat())
    # A deployment shares its correlation id over many resources; first and last record share all.
    act = ":".join(("azure", (entry.correlation or own).lower(), verb, resource))
    if told.report and told.report.id:
        act = f"azure:alert:{told.report.id}".lower()  # as Defender's own export has it
    subscription = segment(resource, "subscriptions") or entry.subscription
    return Event(
        id=own,
        act=act,
        time=time,
        provider="azure",
        source="azure_activity",
        operation=operation,
        outcome=outcome,
        error=entry.error if outcome is Outcome.FAILURE else None,
        service=verb.partition("/")[0],
        account=subscription.lower() if subscription else None,
        region=_region(entry),
        principal=principal_of(entry.claims, entry.caller),
        credential=credential_of(entry.claims),
        client=Client(address=entry.address) if entry.address else None,
        **told.parts(),
    )


def _region(entry: Entry) -> str | None:
    """The resource's own region; the log's ``location`` is often just "global"."""
    found = entry.asked.first("location") or entry.location or ""
    name = found.lower().replace(" ", "")
    return None if name in {"", "global"} else name


SOURCE = Source(
    name="azure_activity",
    provider="azure",
    title="Azure Activity Log",
    link="https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema",
    claims=claims,
    read=read,
    rest=rest,
)
