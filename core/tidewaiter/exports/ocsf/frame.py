"""What every OCSF event has: class, activity, time, status, its origin and what has no home."""

from tidewaiter.exports.members import Members, milliseconds, plain, told
from tidewaiter.exports.ocsf.classes import OTHER, Class, class_of
from tidewaiter.exports.ocsf.who import ACCOUNTS, TENANT, account
from tidewaiter.model import Event, Outcome, Severity
from tidewaiter.sources import NAMES, load

VERSION = "1.6.0"

_CLOUDS = {"aws": "AWS", "azure": "Azure", "gcp": "GCP"}
_VENDORS = {"aws": "AWS", "azure": "Microsoft", "gcp": "Google"}
_ENTRA = "microsoft.aadiam"
_STATUS = {
    Outcome.SUCCESS: (1, "Success"),
    Outcome.FAILURE: (2, "Failure"),
    Outcome.PENDING: (99, "Pending"),
}
_SEVERITIES = {
    None: (0, "Unknown"),
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}


def frame(
    event: Event, severity: Severity | None = Severity.INFO, left: Members | None = None
) -> Members:
    """Return the members that all four classes share; ``left`` has no home in the event's class."""
    kind, activity = class_of(event)
    cloud = event.provider in _CLOUDS
    status_id, status = _STATUS[event.outcome]
    return told(
        **classified(kind, activity, str(event.activity)),
        **graded(severity),
        time=milliseconds(event.time),
        status_id=status_id,
        status=status,
        status_detail=event.error,
        metadata=_metadata(event, profiles=["cloud"] if cloud else []),
        cloud=_cloud(event) if cloud else None,
        unmapped=_unmapped(event, cloud=cloud) | (left or {}),
    )


def classified(kind: Class, activity: int, word: str) -> Members:
    """Return class and activity; ``word`` names an activity that the class does not know."""
    caption = kind.activities.get(activity, "Other")
    return {
        "activity_id": activity,
        "activity_name": word if activity == OTHER else caption,
        "category_uid": kind.category_uid,
        "category_name": kind.category_name,
        "class_uid": kind.uid,
        "class_name": kind.name,
        "type_uid": kind.uid * 100 + activity,
        "type_name": f"{kind.name}: {caption}",
    }


def graded(severity: Severity | None) -> Members:
    """Return the severity; ``None`` is one that is not told."""
    severity_id, caption = _SEVERITIES[severity]
    return {"severity_id": severity_id, "severity": caption}


def _metadata(event: Event, profiles: list[str]) -> Members:
    return told(
        version=VERSION,
        product=told(
            name=load(event.source).title if event.source in NAMES else event.source,
            uid=event.source,
            vendor_name=_VENDORS.get(event.provider),
        ),
        profiles=profiles,
        uid=event.id,
        correlation_uid=event.act,
        event_code=event.operation,
        log_name=event.source,
        original_time=plain(event.time),
    )


def _cloud(event: Event) -> Members:
    entra = event.service == _ENTRA  # a directory belongs to a tenant, not to a subscription
    return told(
        provider=_CLOUDS[event.provider],
        account=account(event.account, TENANT if entra else ACCOUNTS[event.provider]),
        region=event.region,
    )


def _unmapped(event: Event, *, cloud: bool) -> Members:
    client = event.client
    return told(
        activity=event.activity,
        dataset=event.dataset,
        category=event.category,
        awaits=event.awaits,
        account=None if cloud else event.account,
        region=None if cloud else event.region,
        principal_kind=event.principal and event.principal.kind,
        client=told(
            family=client and client.family,
            tool=client and client.tool,
            version=client and client.version,
        ),
        grants=plain(event.grants),
        changes=plain(event.changes),
    )
