"""Azure Container Registry's resource logs: pushes, pulls, deletions and logins with their actor.

Columns:
https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerregistryrepositoryevents

They come as rows of Log Analytics (``TimeGenerated``, ``LoginServer``) or as records of a
diagnostic setting (``time``, ``properties.loginServer``): the same names in another case.
The artifact type is not used: whoever pushes writes it and no runtime looks at it, so it could hide
an image.
"""

import msgspec
from msgspec import Raw

from tidewaiter.addresses import without_port
from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Client, Event, Image, Layer, Outcome, Principal, short_hash
from tidewaiter.sources.azure_members import Members
from tidewaiter.sources.azure_terms import (
    azure_moment,
    outcome_of,
    registry_host,
    registry_principal,
    segment,
)
from tidewaiter.sources.interface import Ignored, Record, Source, decode

_ACTIVITIES = {
    "push": Activity.IMAGE_PUSHED,
    "pull": Activity.IMAGE_PULLED,
    "import": Activity.IMAGE_COPIED,
    "mount": Activity.LAYER_UPLOADED,
    "untag": Activity.IMAGE_UNTAGGED,
    "deletetag": Activity.IMAGE_UNTAGGED,
    "purgetag": Activity.IMAGE_UNTAGGED,
    "delete": Activity.IMAGE_DELETED,
    "deletemanifest": Activity.IMAGE_DELETED,
    "deleterepository": Activity.IMAGE_DELETED,
    "purge": Activity.IMAGE_DELETED,
    "purgemanifest": Activity.IMAGE_DELETED,
}
_BLOBS = ("application/octet-stream", ".layer.", ".rootfs.")
_UPLOADS = {Activity.IMAGE_PUSHED, Activity.LAYER_UPLOADED}

_TIMES = ("timeGenerated", "time")

_WHO: msgspec.json.Decoder[str | dict[str, Raw] | None] = msgspec.json.Decoder(
    str | dict[str, Raw] | None
)


def claims(record: Record) -> bool:
    """The category, or a row's table, names one of the registry's two logs."""
    names = ("category", "Category", "Type")
    return any(
        bytes(record.fields.get(name, b""))[:40].lower().startswith(b'"containerregistry')
        for name in names
    )


def read(record: Record) -> Event | Ignored:
    """Read one record; pulls of single layers and unheard-of operations are ignored."""
    own = Members(record.fields)
    # The inner member knows more than the outer one of the same name.
    row = own.inner("properties").over(own.inner("columns")).over(own)
    operation = row.text("operationName")
    if operation is None:
        raise Malformed("an operation without a name", row.path("operationName"))
    activity = _activity(row, operation)
    if activity is None:
        return Ignored(f"acr {operation.lower()}")
    return _event(row, operation, activity)


def _activity(row: Members, operation: str) -> Activity | None:
    category = row.text("category", "type") or ""
    if "login" in category.lower():
        return Activity.REGISTRY_LOGIN
    found = _ACTIVITIES.get(operation.lower().replace(" ", ""))
    if _is_blob(row.text("mediaType")):
        return Activity.LAYER_UPLOADED if found in _UPLOADS else None
    if found is Activity.IMAGE_DELETED and row.text("tag") and not row.text("digest"):
        return Activity.IMAGE_UNTAGGED
    return found


def _is_blob(media_type: str | None) -> bool:
    return any(part in (media_type or "").lower() for part in _BLOBS)


def _event(row: Members, operation: str, activity: Activity) -> Event:
    time = azure_moment(row.text(*_TIMES) or "", row.path(*_TIMES))
    image = _image(row, activity)
    principal = _who(row)
    correlation = row.text("correlationId")
    digest = row.text("digest")
    status = row.word("resultType")
    outcome = outcome_of(status)
    told = (operation.lower(), image.registry, image.repository, image.tag, digest)
    own = short_hash(
        correlation, *told, status, time.isoformat(), principal.id if principal else ""
    )
    # The digest keeps two contents pushed to one tag apart, should a correlation id cover both.
    call = f"{correlation}:{operation}".lower()
    what = f"{image.repository or ''}:{image.tag or ''}@{digest or ''}"
    subscription = row.text("_SubscriptionId") or segment(_resource(row), "subscriptions")
    return Event(
        id=own,
        act=f"azure:acr:{call}:{what}" if correlation else f"azure:acr:{own}",
        time=time,
        provider="azure",
        source="acr_logs",
        activity=activity,
        operation=operation,
        outcome=outcome,
        error=(row.text("resultDescription") or status) if outcome is Outcome.FAILURE else None,
        service="microsoft.containerregistry",
        account=subscription.lower() if subscription else None,
        region=row.text("region", "location"),
        principal=principal,
        client=_client(row),
        images=() if image == Image() else (image,),
    )


def _who(row: Members) -> Principal | None:
    """Tell who acted; an identity that is no name says nothing that is known."""
    found = decode(_WHO, *row.raw("identity"))
    return registry_principal(found, row.text("userTenantId")) if isinstance(found, str) else None


def _resource(row: Members) -> str:
    return (row.text("resourceId", "_ResourceId") or "").lower()


def _image(row: Members, activity: Activity) -> Image:
    host = row.text("loginServer")
    resource = _resource(row)
    if host is None and resource:
        host = registry_host(resource)
    registry = host.lower() if host else None
    digest = row.text("digest")
    repository = row.text("repository")
    if activity is Activity.LAYER_UPLOADED:
        layers = (Layer(digest, row.number("size")),) if digest else ()
        return Image(registry=registry, repository=repository, layers=layers)
    return Image(
        registry=registry,
        repository=repository,
        tag=row.text("tag"),
        digest=digest,
        media_type=row.text("mediaType"),
    )


def _client(row: Members) -> Client | None:
    found = Client(
        address=without_port(row.text("callerIpAddress")), user_agent=row.text("userAgent")
    )
    return None if found == Client() else found


SOURCE = Source(
    name="acr_logs",
    provider="azure",
    title="Azure Container Registry resource logs",
    link="https://learn.microsoft.com/azure/container-registry/monitor-container-registry-reference",
    claims=claims,
    read=read,
)
