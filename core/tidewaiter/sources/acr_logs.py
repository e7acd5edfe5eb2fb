"""Azure Container Registry's resource logs: pushes, pulls, deletions and logins with their actor.

Columns:
https://learn.microsoft.com/azure/azure-monitor/reference/tables/containerregistryrepositoryevents

They come as rows of Log Analytics (``TimeGenerated``, ``LoginServer``) or as records of a
diagnostic setting (``time``, ``properties.loginServer``): the same names in another case.
The artifact type is not used: whoever pushes writes it and no runtime looks at it, so it could hide
an image.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from tidewaiter.addresses import without_port
from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Client, Event, Image, Layer, Outcome, Principal, short_hash
from tidewaiter.sources.azure_terms import (
    embedded,
    outcome_of,
    registry_host,
    registry_principal,
    segment,
)
from tidewaiter.sources.interface import Ignored, Record, Source, decode, moment

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

_TEXT: msgspec.json.Decoder[str | None] = msgspec.json.Decoder(str | None)
_CODE: msgspec.json.Decoder[str | int | None] = msgspec.json.Decoder(str | int | None)
_SIZE: msgspec.json.Decoder[int | None] = msgspec.json.Decoder(int | None)
_WHO: msgspec.json.Decoder[str | dict[str, Raw] | None] = msgspec.json.Decoder(
    str | dict[str, Raw] | None
)
_FIELDS = msgspec.json.Decoder(dict[str, Raw])


class _Row:
    """The members of a record and of its ``properties`` under their lower-case names."""

    def __init__(self, record: Record) -> None:
        self._members: dict[str, tuple[Raw, str]] = {}
        for holder in ("properties", "columns"):
            path = f"$.{holder}"
            inner = embedded(_FIELDS, record.fields.get(holder, Raw()), path)
            self._add(inner or {}, path)
        self._add(record.fields, "$")

    def _add(self, fields: Mapping[str, Raw], path: str) -> None:
        for name, raw in fields.items():
            # The inner member knows more than the outer one of the same name; a null knows nothing.
            if bytes(raw) != b"null":
                self._members.setdefault(name.lower(), (raw, f"{path}.{name}"))

    def raw(self, *names: str) -> tuple[Raw, str]:
        """Return the first of ``names`` there is, with its path."""
        found = next((self._members[name] for name in names if name in self._members), None)
        return found or (Raw(b"null"), f"$.{names[0]}")

    def text(self, *names: str) -> str | None:
        """Return the first of ``names`` there is, ``None`` when empty."""
        return (decode(_TEXT, *self.raw(*names)) or "").strip() or None

    def code(self, name: str) -> str | None:
        """Return a word or a number as text."""
        found = decode(_CODE, *self.raw(name))
        return None if found in {None, ""} else str(found)

    def size(self) -> int | None:
        """Return the size in bytes."""
        return decode(_SIZE, *self.raw("size"))

    def who(self) -> Principal | None:
        """Return who acted; an identity that is no name says nothing that is known."""
        found = decode(_WHO, *self.raw("identity"))
        return (
            registry_principal(found, self.text("usertenantid")) if isinstance(found, str) else None
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
    row = _Row(record)
    operation = row.text("operationname")
    if operation is None:
        raise Malformed("an operation without a name", row.raw("operationname")[1])
    activity = _activity(row, operation)
    if activity is None:
        return Ignored(f"acr {operation.lower()}")
    return _event(row, operation, activity)


def _activity(row: _Row, operation: str) -> Activity | None:
    category = row.text("category", "type") or ""
    if "login" in category.lower():
        return Activity.REGISTRY_LOGIN
    found = _ACTIVITIES.get(operation.lower().replace(" ", ""))
    if _is_blob(row.text("mediatype")):
        return Activity.LAYER_UPLOADED if found in _UPLOADS else None
    if found is Activity.IMAGE_DELETED and row.text("tag") and not row.text("digest"):
        return Activity.IMAGE_UNTAGGED
    return found


def _is_blob(media_type: str | None) -> bool:
    return any(part in (media_type or "").lower() for part in _BLOBS)


def _event(row: _Row, operation: str, activity: Activity) -> Event:
    time = moment(row.text("time", "timegenerated") or "", row.raw("time", "timegenerated")[1])
    image = _image(row, activity)
    principal = row.who()
    correlation = row.text("correlationid")
    digest = row.text("digest")
    status = row.code("resulttype")
    outcome = outcome_of(status)
    told = (operation.lower(), image.registry, image.repository, image.tag, digest)
    own = short_hash(
        correlation, *told, status, time.isoformat(), principal.id if principal else ""
    )
    # The digest keeps two contents pushed to one tag apart, should a correlation id cover both.
    call = f"{correlation}:{operation}".lower()
    what = f"{image.repository or ''}:{image.tag or ''}@{digest or ''}"
    subscription = row.text("_subscriptionid") or segment(_resource(row), "subscriptions")
    return Event(
        id=own,
        act=f"azure:acr:{call}:{what}" if correlation else f"azure:acr:{own}",
        time=time,
        provider="azure",
        source="acr_logs",
        activity=activity,
        operation=operation,
        outcome=outcome,
        error=(row.text("resultdescription") or status) if outcome is Outcome.FAILURE else None,
        service="microsoft.containerregistry",
        account=subscription.lower() if subscription else None,
        region=row.text("region", "location"),
        principal=principal,
        client=_client(row),
        images=() if image == Image() else (image,),
    )


def _resource(row: _Row) -> str:
    return (row.text("resourceid", "_resourceid") or "").lower()


def _image(row: _Row, activity: Activity) -> Image:
    host = row.text("loginserver")
    resource = _resource(row)
    if host is None and resource:
        host = registry_host(resource)
    registry = host.lower() if host else None
    digest = row.text("digest")
    repository = row.text("repository")
    if activity is Activity.LAYER_UPLOADED:
        layers = (Layer(digest, row.size()),) if digest else ()
        return Image(registry=registry, repository=repository, layers=layers)
    return Image(
        registry=registry,
        repository=repository,
        tag=row.text("tag"),
        digest=digest,
        media_type=row.text("mediatype"),
    )


def _client(row: _Row) -> Client | None:
    found = Client(
        address=without_port(row.text("calleripaddress")), user_agent=row.text("useragent")
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
