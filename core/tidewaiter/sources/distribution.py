"""Notifications of a CNCF Distribution registry, one event at a time; ACR's webhooks send the same.

Format: https://distribution.github.io/distribution/about/notifications/ and
https://learn.microsoft.com/azure/container-registry/container-registry-webhook-reference
"""

from typing import Annotated

import msgspec
from msgspec import Struct

from tidewaiter.addresses import without_port
from tidewaiter.manifests import Manifest, read_manifest
from tidewaiter.model import Activity, Client, Event, Image, Layer, Principal
from tidewaiter.sources.azure_terms import REPOSITORY_LOG, registry_principal
from tidewaiter.sources.interface import Ignored, Record, Source, decode, moment

_ACTIVITIES = {
    "push": Activity.IMAGE_PUSHED,
    "pull": Activity.IMAGE_PULLED,
    "mount": Activity.LAYER_UPLOADED,
    "delete": Activity.IMAGE_DELETED,
    "chart_push": Activity.IMAGE_PUSHED,
    "chart_delete": Activity.IMAGE_DELETED,
}
_SCHEMA_1 = "docker.distribution.manifest.v1"
_BLOB = "application/octet-stream"
_AZURE = (".azurecr.io", ".azurecr.cn", ".azurecr.us")


class Descriptor(Struct, rename="camel"):
    """What a manifest refers to, in order; told only where ``includereferences`` is set."""

    digest: str
    media_type: str | None = None
    size: int | None = None


class Target(Struct, rename="camel"):
    """What was pushed, pulled, mounted or deleted."""

    media_type: str | None = None
    size: int | None = None
    digest: str | None = None
    repository: str | None = None
    from_repository: str | None = None
    url: str | None = None
    tag: str | None = None
    references: list[Descriptor] | None = None


class Request(Struct):
    """The call that did it."""

    addr: str | None = None
    host: str | None = None
    useragent: str | None = None


class Actor(Struct):
    """Who did it; an empty object where the registry does not ask."""

    name: str | None = None


class Notification(Struct, kw_only=True):
    """One event.  ``target`` is missing in the ping that a new webhook sends."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    timestamp: str
    action: str
    target: Target = msgspec.field(default_factory=Target)
    request: Request | None = None
    actor: Actor | None = None


_NOTIFICATION = msgspec.json.Decoder(Notification)


def claims(record: Record) -> bool:
    """An action at a time, on a target or by a request."""
    fields = record.fields
    named = "id" in fields and "action" in fields and "timestamp" in fields
    return named and ("target" in fields or "request" in fields)


def read(record: Record) -> Event | Ignored:
    """Read one event; pulls of single layers and the like are ignored."""
    return understand(decode(_NOTIFICATION, record.raw))


def understand(notice: Notification, host: str | None = None, path: str = "$") -> Event | Ignored:
    """Tell what ``notice``, found at ``path``, says; ``host`` is for one that names no registry."""
    activity = _activity(notice)
    if activity is None:
        blob = " blob" if notice.target.media_type == _BLOB else ""
        return Ignored(f"distribution{blob} {notice.action.lower()}")
    request = notice.request or Request()
    registry = (request.host or _host_of(notice.target.url) or host or "").lower() or None
    azure = bool(registry and registry.endswith(_AZURE))
    name = ((notice.actor and notice.actor.name) or "").strip()
    client = Client(address=without_port(request.addr), user_agent=request.useragent or None)
    source = notice.target.from_repository
    return Event(
        id=notice.id,
        act=f"registry:{notice.id}",
        time=moment(notice.timestamp, f"{path}.timestamp"),
        provider="azure" if azure else "registry",
        source="distribution",
        activity=activity,
        operation=notice.action,
        principal=_principal(name, azure=azure),
        client=None if client == Client() else client,
        images=(_image(notice, registry, activity),),
        origin=Image(registry=registry, repository=source) if source else None,
        # A private registry keeps no audit log; ACR does, and its webhooks seldom name the actor.
        awaits=REPOSITORY_LOG if azure and not name else None,
    )


def _activity(notice: Notification) -> Activity | None:
    found = _ACTIVITIES.get(notice.action.lower())
    target = notice.target
    if found is Activity.IMAGE_DELETED and target.tag and not target.digest:
        return Activity.IMAGE_UNTAGGED
    if target.media_type == _BLOB and found is Activity.IMAGE_PUSHED:
        return Activity.LAYER_UPLOADED
    if target.media_type == _BLOB and found is Activity.IMAGE_PULLED:
        return None
    return found


def _host_of(url: str | None) -> str | None:
    return (url or "").partition("://")[2].partition("/")[0] or None


def _principal(name: str, *, azure: bool) -> Principal | None:
    if azure:
        return registry_principal(name, None)
    return Principal(id=name.lower() if "@" in name else name) if name else None


def _image(notice: Notification, registry: str | None, activity: Activity) -> Image:
    target = notice.target
    repository = target.repository or None
    digest = target.digest or None
    if activity is Activity.LAYER_UPLOADED:
        layers = (Layer(digest, target.size),) if digest else ()
        return Image(registry=registry, repository=repository, layers=layers)
    manifest = _manifest(target)
    return Image(
        registry=registry,
        repository=repository,
        tag=target.tag or None,
        digest=digest,
        media_type=target.media_type or None,
        layers=manifest.layers,
        children=manifest.children,
        artifact="chart" if notice.action.lower().startswith("chart_") else manifest.artifact,
    )


def _manifest(target: Target) -> Manifest:
    """Put the references back together: of manifests in an index, else of a config and layers.

    Schema 1 names no media types and lists the newest layer first; it is left out.
    """
    found = target.references
    media_type = target.media_type or ""
    if not found or _SCHEMA_1 in media_type:
        return Manifest()
    if "index" in media_type or "manifest.list" in media_type:
        body: dict[str, object] = {"manifests": found}
    else:
        body = {"config": found[0], "layers": found[1:]}
    return read_manifest(msgspec.json.encode(body).decode())


SOURCE = Source(
    name="distribution",
    provider="registry",
    title="Distribution registry notifications and ACR webhooks",
    link="https://distribution.github.io/distribution/about/notifications/",
    claims=claims,
    read=read,
)
