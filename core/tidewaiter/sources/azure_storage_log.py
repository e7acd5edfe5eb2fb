"""Azure Storage's resource logs: what was done to blobs and files, and to what holds them.

They come as records of a diagnostic setting (``category`` StorageRead, StorageWrite, StorageDelete)
or as rows of StorageBlobLogs and StorageFileLogs:
https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference
https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs

The address that was asked for is not used: it may hold a shared access signature.
"""

import re

from tidewaiter.addresses import without_port
from tidewaiter.model import (
    Activity,
    Client,
    Credential,
    Event,
    Outcome,
    Principal,
    Session,
    Stored,
    short_hash,
)
from tidewaiter.sources.azure_members import Members
from tidewaiter.sources.azure_terms import azure_moment, segment
from tidewaiter.sources.interface import Ignored, Record, Source

_CATEGORIES = {b'"storageread"', b'"storagewrite"', b'"storagedelete"'}
_TABLES = {b'"storagebloblogs"', b'"storagefilelogs"'}
_TIMES = ("TimeGenerated", "time")

# Of hundreds of verbs (GetBlobProperties, CreatePathFile, ListFilesystemDir ...) the words tell,
# and the first pattern that fits is used.
# https://learn.microsoft.com/rest/api/storageservices/storage-analytics-logged-operations-and-status-messages
_HOLDER = r"(?:container|filesystem|share)"
_ACTIVITIES = tuple(
    (re.compile(pattern, re.IGNORECASE), activity)
    for pattern, activity in (
        (r"getuserdelegationkey$", Activity.IDENTITY_ASSUMED),
        (rf"set(?:{_HOLDER}acl|path(?:acl|accesscontrol))", Activity.STORAGE_SHARED),
        (rf"(?:create|restore|undelete){_HOLDER}$", Activity.BUCKET_CREATED),
        (rf"delete{_HOLDER}$", Activity.BUCKET_DELETED),
        (rf"(?:list|find|preflight)|get(?:{_HOLDER}|account|\w+service)", Activity.BUCKET_LISTED),
        (rf"set(?:{_HOLDER}|\w+service)", Activity.BUCKET_CHANGED),
        (r"(?:get|read|query)", Activity.OBJECT_READ),
        (r"(?:delete|expire)", Activity.OBJECT_DELETED),
        (
            r"(?:put|set|append|flush|copy|create|rename|write|snapshot|undelete|incremental)",
            Activity.OBJECT_WRITTEN,
        ),
    )
)
_SIZES = {
    Activity.OBJECT_READ: ("responseBodySize",),
    Activity.OBJECT_WRITTEN: ("contentLengthHeader", "requestBodySize"),
}


def claims(record: Record) -> bool:
    """One of three categories, or a row's table."""
    fields = record.fields
    if bytes(fields.get("category", b"")).lower() in _CATEGORIES:
        return True
    return bytes(fields.get("Type", b"")).lower() in _TABLES


def read(record: Record) -> Event | Ignored:
    """Read one request; queues and tables hold no objects."""
    own = Members(record.fields)
    row = own.inner("properties").over(own)
    service = (row.text("serviceType") or "blob").lower()
    if service in {"queue", "table"}:
        return Ignored(f"azure storage {service}")
    time = azure_moment(row.text(*_TIMES) or "", row.path(*_TIMES))
    operation = row.text("operationName") or "request"
    activity = _activity(operation)
    resource = (row.text("resourceId", "_ResourceId") or "").lower()
    stored = _stored(row, activity)
    correlation = row.text("correlationId")
    own_id = short_hash(correlation, operation, stored.bucket, stored.path, time.isoformat())
    outcome = _outcome(row)
    return Event(
        id=own_id,
        act=f"azure:storage:{own_id}",
        time=time,
        provider="azure",
        source=SOURCE.name,
        activity=activity,
        operation=operation,
        outcome=outcome,
        error=row.text("statusText", "metricResponseType") if outcome is Outcome.FAILURE else None,
        service="microsoft.storage",
        account=segment(resource, "subscriptions"),
        region=(row.text("location") or "").lower().replace(" ", "") or None,
        principal=_principal(row),
        credential=_credential(row),
        client=_client(row),
        stored=stored,
        session=_session(row),
    )


def _activity(operation: str) -> Activity:
    found = (activity for pattern, activity in _ACTIVITIES if pattern.match(operation))
    return next(found, Activity.RESOURCE_USED)  # leases, locks, the file protocol's own


def _outcome(row: Members) -> Outcome:
    """An answer of 202 is the last there will be, other than in the Activity Log."""
    failed = (row.word("statusCode") or "").startswith(("4", "5"))
    return Outcome.FAILURE if failed else Outcome.SUCCESS


def _stored(row: Members, activity: Activity) -> Stored:
    """Split ``/account/container/path``; a bucket is called as in the Activity Log."""
    key = (row.text("objectKey") or "").strip('"').strip("/")  # the documentation has quotes
    account, _, inside = key.partition("/")
    container, _, path = inside.partition("/")
    named = (account or row.text("accountName"), container)
    names = _SIZES.get(activity)
    return Stored(
        bucket="/".join(part for part in named if part) or None,
        path=path or None,
        size=row.number(*names) if names and path else None,
        digest=(row.text("etag") or "").strip('"') or None,
        storage_class=row.text("accessTier"),
    )


def _principal(row: Members) -> Principal | None:
    """Only tokens of Entra ID say who; keys and signatures act for the account."""
    requester = row.inner("identity").inner("requester")
    user = requester.text("upn") or row.text("RequesterUpn")
    application = requester.text("appId", "objectId") or row.text(
        "RequesterAppId", "RequesterObjectId"
    )
    tenant = requester.text("tenantId") or row.text("RequesterTenantId")
    account = tenant.lower() if tenant else None
    if user:
        return Principal(user.lower(), type="User", account=account)
    if application is None:
        return None
    return Principal(application.lower(), type="ServicePrincipal", account=account)


def _credential(row: Members) -> Credential | None:
    """The hash of the token, key or signature."""
    found = row.inner("identity").text("tokenHash") or row.text("AuthenticationHash")
    return Credential(id=found) if found else None


def _session(row: Members) -> Session | None:
    """How the caller was authorised: SAS, AccountKey, OAuth, Anonymous."""
    method = row.inner("identity").text("type") or row.text("AuthenticationType")
    return Session(method=method) if method else None


def _client(row: Members) -> Client | None:
    found = Client(
        address=without_port(row.text("callerIpAddress")), user_agent=row.text("userAgentHeader")
    )
    return None if found == Client() else found


SOURCE = Source(
    name="azure_storage_log",
    provider="azure",
    title="Azure Storage resource logs",
    link="https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference",
    claims=claims,
    read=read,
)
