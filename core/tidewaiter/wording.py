"""One line of a timeline: what an event says, in a responder's words.

The text of the log goes in as it is; outputs escape it.
"""

from tidewaiter.enrich.client import program
from tidewaiter.model import Activity, Client, Event, Grant, Image, Outcome, Zone, is_told

_VERBS: dict[Activity, str] = {
    Activity.IMAGE_PUSHED: "pushed",
    Activity.IMAGE_PULLED: "pulled",
    Activity.IMAGE_COPIED: "copied",
    Activity.IMAGE_CREATED: "created",
    Activity.IMAGE_SHARED: "shared",
    Activity.IMAGE_UNSHARED: "stopped sharing",
    Activity.IMAGE_DELETED: "deleted",
    Activity.IMAGE_UNTAGGED: "removed the tag of",
    Activity.IMAGE_BUILT: "built",
    Activity.IMAGE_SCANNED: "scanned",
    Activity.IMAGE_CHANGED: "changed",
    Activity.LAYER_UPLOADED: "uploaded layers to",
    Activity.REGISTRY_LOGIN: "logged in to the registry",
    Activity.REGISTRY_LISTED: "listed",
    Activity.REGISTRY_CHANGED: "changed",
    Activity.WORKLOAD_DEFINED: "defined",
    Activity.WORKLOAD_DEPLOYED: "started",
    Activity.WORKLOAD_STARTED: "restarted",
    Activity.WORKLOAD_STOPPED: "stopped",
    Activity.WORKLOAD_DELETED: "deleted",
    Activity.WORKLOAD_CHANGED: "changed",
    Activity.BUCKET_CREATED: "created",
    Activity.BUCKET_CHANGED: "changed",
    Activity.BUCKET_DELETED: "deleted",
    Activity.BUCKET_LISTED: "listed",
    Activity.OBJECT_READ: "read",
    Activity.OBJECT_WRITTEN: "wrote",
    Activity.OBJECT_DELETED: "deleted",
    Activity.STORAGE_SHARED: "shared",
    Activity.MONITORING_CHANGED: "changed",
    Activity.TRAFFIC_FLOWED: "sent",
    Activity.IDENTITY_SIGNED_IN: "signed in",
    Activity.IDENTITY_ASSUMED: "took on",
    Activity.IDENTITY_CHANGED: "changed",
    Activity.FINDING_REPORTED: "reported",
    Activity.RESOURCE_CREATED: "created",
    Activity.RESOURCE_READ: "read",
    Activity.RESOURCE_CHANGED: "changed",
    Activity.RESOURCE_DELETED: "deleted",
    Activity.RESOURCE_USED: "used",
}
_LISTED = {Activity.REGISTRY_LISTED: "images", Activity.REGISTRY_CHANGED: "the registry"}
_KEY_END = 4  # characters of a key id that tell it from others, and give nothing away
_AZURE_NAMES = 8  # /subscriptions/S/resourcegroups/G/providers/P/type/NAME/type/NAME ...
_NAMED = 3  # images named in one line
_PLACES = {"public": "everybody", "account": "account", "organization": "organization"}


def summarise(event: Event, client: Client | None) -> str:
    """Say who did what to which image, with what result, and from where (``client``)."""
    told = _told(event, client)
    return f"{told} ({_failure(event)})" if event.outcome is not Outcome.SUCCESS else told


def _told(event: Event, client: Client | None) -> str:
    if event.principal is None and event.workload is not None:
        return f"{event.workload.label} {_VERBS[event.activity]} {_images(event)}".strip()
    parts = [who(event), _VERBS[event.activity], _what(event), _grants(event.grants), _from(client)]
    return " ".join(part for part in parts if part)


def who(event: Event) -> str:
    """Name the principal, with the end of its key; or say that the log does not."""
    if event.principal is None:
        return "somebody (actor unknown)"
    application = event.principal.type == "ServicePrincipal" and event.principal.name is None
    name = event.principal.label
    name = f"application {name}" if application else name
    key = event.credential.id if event.credential else None
    return f"{name} (key …{key[-_KEY_END:]})" if key and len(key) > _KEY_END * 2 else name


def shown(image: Image) -> str:
    """Name an image shortly: repository, tag, and the beginning of the digest."""
    if image.machine_image:
        return _shown_machine_image(image.machine_image, image.name)
    if image.home is None:
        return image.name or short_digest(image.digest or "an image")
    tag = f":{image.tag}" if image.tag else ""
    digest = f" {short_digest(image.digest or '')}" if is_told(image.digest) else ""
    return f"{image.repository or image.registry or ''}{tag}{digest}"


def _shown_machine_image(key: str, name: str | None) -> str:
    """An Azure resource id is told by the names in it: ``gallery/definition/version``."""
    if key.startswith("/subscriptions/"):
        return "/".join(key.split("/")[_AZURE_NAMES::2]) or key
    return f"{key} ({name})" if name else key


def short_digest(digest: str) -> str:
    """Return the algorithm and the first 12 digits: enough to tell apart, short enough to read."""
    if not is_told(digest):
        return "content that the log does not tell"
    algorithm, colon, value = digest.partition(":")
    return f"{algorithm}:{value[:12]}" if colon else digest[:12]


def _images(event: Event) -> str:
    images = ", ".join(dict.fromkeys(shown(image) for image in event.images[:_NAMED]))
    if len(event.images) > _NAMED:
        images += f" and {len(event.images) - _NAMED} more"
    if event.images and event.images[0].layers:
        images += f" ({len(event.images[0].layers)} layers)"
    return images


def _what(event: Event) -> str:
    images = _images(event)
    if event.workload is not None:
        return f"{event.workload.label}{' with ' if images else ''}{images}"
    if event.activity in {Activity.REGISTRY_LISTED, Activity.REGISTRY_CHANGED}:
        where = f" in {event.region}" if event.region else ""
        return f"{images or _LISTED[event.activity]} ({event.operation}){where}"
    return images + (f" out of {shown(event.origin)}" if event.origin else "")


def _grants(grants: tuple[Grant, ...]) -> str:
    names = [f"{_PLACES.get(grant.kind, grant.kind)} {grant.to or ''}".strip() for grant in grants]
    return f"with {', '.join(names)}" if names else ""


def _from(client: Client | None) -> str:
    if client is None:
        return ""
    hidden = client.zone is Zone.CLOUD_SERVICE
    address = f"from {client.address}" if client.address and not hidden else ""
    name = program(client.user_agent).tool
    agent = f"with {name}" if name else ""
    return f"{address} {agent}".strip()


def _failure(event: Event) -> str:
    return (
        "not finished"
        if event.outcome is Outcome.PENDING
        else f"refused: {event.error or 'failed'}"
    )
