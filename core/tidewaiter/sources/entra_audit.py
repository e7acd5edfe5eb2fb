"""Entra ID's audit log: who changed users, groups, roles, applications and their credentials.

They come as records of a diagnostic setting (``category`` AuditLogs), as ``directoryAudit`` objects
of Microsoft Graph, or as rows of the table AuditLogs:
https://learn.microsoft.com/graph/api/resources/directoryaudit
https://learn.microsoft.com/azure/azure-monitor/reference/tables/auditlogs
https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
"""

from tidewaiter.addresses import without_port
from tidewaiter.model import Activity, Client, Event, Outcome, Principal, Session, short_hash
from tidewaiter.sources.azure_members import Members, tenant_of
from tidewaiter.sources.azure_terms import azure_moment, outcome_of
from tidewaiter.sources.entra_grants import Changes, added_key, changes_of, grants_of
from tidewaiter.sources.interface import Record, Source

_GRAPH = {"activityDisplayName", "activityDateTime", "initiatedBy", "targetResources"}
_TIMES = ("activityDateTime", "TimeGenerated", "time")


def claims(record: Record) -> bool:
    """Others have a category of that name, too, but no tenant as their resource."""
    fields = record.fields
    if fields.keys() >= _GRAPH or bytes(fields.get("Type", b"")) == b'"AuditLogs"':
        return True
    resource = bytes(fields.get("resourceId", b'"/tenants/')).lower()
    is_audit = bytes(fields.get("category", b"")).lower() == b'"auditlogs"'
    return is_audit and resource.startswith(b'"/tenants/')


def read(record: Record) -> Event:
    """Read one change, done or attempted."""
    own = Members(record.fields)
    row = own.inner("properties").over(own)
    time = azure_moment(row.text(*_TIMES) or "", row.path(*_TIMES))
    operation = row.text("activityDisplayName", "operationName") or "directory audit"
    tenant = tenant_of(own)
    principal = _principal(row.inner("initiatedBy"), tenant)
    targets = row.each("targetResources")
    changes = changes_of(targets)
    outcome = outcome_of(row.text("result", "resultType"))
    target = _target(targets)
    own_id = row.text("id") or short_hash(
        row.text("correlationId"), operation, time.isoformat(), target
    )
    return Event(
        id=own_id,
        act=f"azure:audit:{own_id}".lower(),
        time=time,
        provider="azure",
        source=SOURCE.name,
        activity=Activity.IDENTITY_CHANGED,
        operation=operation,
        outcome=outcome,
        error=_error(row) if outcome is Outcome.FAILURE else None,
        service="microsoft.aadiam",
        account=tenant,
        principal=principal,
        client=_client(row),
        grants=grants_of(operation, targets, changes),
        target=target,
        session=_session(targets, changes),
    )


def _error(row: Members) -> str | None:
    return row.text("resultReason", "resultDescription", "result", "resultType")


def _principal(initiator: Members, tenant: str | None) -> Principal | None:
    """A user by name, an application by its id; Microsoft's own have a name alone."""
    user = initiator.inner("user")
    name = user.text("userPrincipalName", "id")
    if name:
        return Principal(name.lower(), user.text("displayName"), type="User", account=tenant)
    app = initiator.inner("app")
    display = app.text("displayName")
    found = app.text("appId", "servicePrincipalId") or display
    if found is None:
        return None
    named = None if found == display else display
    return Principal(found.lower(), named, type="ServicePrincipal", account=tenant)


def _client(row: Members) -> Client | None:
    address = row.inner("initiatedBy").inner("user").text("ipAddress")
    found = Client(
        address=without_port(address or row.text("callerIpAddress")),
        user_agent=row.text("userAgent") or _detail(row, "user-agent"),
    )
    return None if found == Client() else found


def _detail(row: Members, key: str) -> str | None:
    for detail in row.each("additionalDetails"):
        if (detail.text("key") or "").lower() == key:
            return detail.text("value")
    return None


def _target(targets: list[Members]) -> str | None:
    """The first is what the operation's name speaks of."""
    first = targets[0] if targets else Members({})
    return first.text("userPrincipalName", "id", "displayName")


def _session(targets: list[Members], changes: Changes) -> Session | None:
    """A key that an application was given is what it will sign in with."""
    key = added_key(changes)
    return Session(credential=key, target=targets[0].text("displayName")) if key else None


SOURCE = Source(
    name="entra_audit",
    provider="azure",
    title="Entra ID audit log",
    link="https://learn.microsoft.com/entra/identity/monitoring-health/concept-audit-logs",
    claims=claims,
    read=read,
)
