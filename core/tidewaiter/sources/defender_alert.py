"""Defender for Cloud's alerts: what it detected, on what, with what it knows about the culprit.

They come by continuous export or workflow automation (PascalCase), from the REST API and Resource
Graph (camelCase in ``properties``), or as rows of the table SecurityAlert, which holds the alerts
of Microsoft's other products, too:
https://learn.microsoft.com/azure/defender-for-cloud/alerts-schemas
https://learn.microsoft.com/rest/api/defenderforcloud/alerts
https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityalert
"""

from tidewaiter.model import Activity, Event, Report, short_hash
from tidewaiter.sources.azure_members import Members
from tidewaiter.sources.azure_terms import last_segment, segment, severity_of
from tidewaiter.sources.defender_entities import Entities
from tidewaiter.sources.interface import Record, Source, moment

_TIMES = ("StartTimeUtc", "StartTime", "TimeGeneratedUtc", "TimeGenerated")


def claims(record: Record) -> bool:
    """An alert's id and type, a row's table, or a resource's type."""
    fields = record.fields
    if fields.keys() >= {"SystemAlertId", "AlertType"}:
        return True
    kind = bytes(fields.get("type", fields.get("Type", b""))).lower()
    is_resource = kind.startswith(b'"microsoft.security/') and kind.endswith(b'/alerts"')
    return is_resource or kind == b'"securityalert"'


def read(record: Record) -> Event:
    """Read one alert; an alert that changes its status is told again."""
    own = Members(record.fields)
    body = own.inner("properties").over(own)
    time = moment(body.text(*_TIMES) or "", body.path(*_TIMES))
    report = _report(own, body)
    changed = body.text("ProcessingEndTimeUtc", "ProcessingEndTime")
    own_id = short_hash("alert", report.id, report.type, report.status, changed, time.isoformat())
    resource = _resource(body)
    entities = Entities(body.each("Entities"))
    subscription = segment(resource or "", "subscriptions")
    return Event(
        id=own_id,
        act=f"azure:alert:{report.id or own_id}".lower(),
        time=time,
        provider="azure",
        source=SOURCE.name,
        activity=Activity.FINDING_REPORTED,
        operation="Microsoft.Security/locations/alerts",
        service="microsoft.security",
        account=subscription,
        principal=entities.principal(),
        client=entities.client(),
        images=entities.images(),
        workload=entities.workload(),
        target=resource or body.text("CompromisedEntity"),
        report=report,
    )


def _report(own: Members, body: Members) -> Report:
    """Log Analytics gives an alert an id of its own, beside the one that Defender gave it."""
    named = body.text("VendorOriginalId", "SystemAlertId") or last_segment(own.text("id") or "")
    status = body.text("Status")
    return Report(
        id=named or None,
        type=body.text("AlertType"),
        title=body.text("AlertDisplayName", "DisplayName", "AlertName"),
        severity=severity_of(body.text("Severity", "AlertSeverity")),
        status=status.lower() if status else None,
        link=body.text("AlertUri", "AlertLink"),
    )


def _resource(body: Members) -> str | None:
    identified = (one.text("AzureResourceId") for one in body.each("ResourceIdentifiers"))
    told = (body.text("AzureResourceId"), *identified, body.text("ResourceId"))
    found = next((resource for resource in told if resource), None)
    return found.lower().rstrip("/") or None if found else None


SOURCE = Source(
    name="defender_alert",
    provider="azure",
    title="Defender for Cloud alerts",
    link="https://learn.microsoft.com/azure/defender-for-cloud/alerts-schemas",
    claims=claims,
    read=read,
)
