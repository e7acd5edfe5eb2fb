"""Container registries: imports, builds by ACR Tasks, and changes of the registry itself.

https://learn.microsoft.com/azure/role-based-access-control/permissions/containers
"""

from collections.abc import Callable

from msgspec.structs import replace

from tidewaiter.model import Activity, Image
from tidewaiter.references import parse_reference
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs
from tidewaiter.sources.azure_activity.guards import part_of, password_of, settings_of
from tidewaiter.sources.azure_terms import registry_host
from tidewaiter.sources.telling import Told

_REGISTRY = "microsoft.containerregistry/registries"
_PARTS = (
    "tokens",
    "scopemaps",
    "webhooks",
    "replications",
    "cacherules",
    "credentialsets",
    "tasks",
    "connectedregistries",
    "importpipelines",
    "exportpipelines",
    "pipelineruns",
)


def _imported(asked: Asked) -> Told:
    """https://learn.microsoft.com/rest/api/containerregistry/registries/import-image ."""
    host = registry_host(asked.resource)
    origin = _import_origin(asked)
    images = [_import_target(host, target, origin) for target in asked.texts("targetTags")]
    images += [
        Image(registry=host, repository=repository, digest=origin.digest if origin else None)
        for repository in asked.texts("untaggedTargetRepositories")
    ]
    return Told(Activity.IMAGE_COPIED, tuple(images) or (Image(registry=host),), origin=origin)


def _import_origin(asked: Asked) -> Image | None:
    name = asked.first("source.sourceImage")
    if not name:
        return None
    resource = asked.first("source.resourceId")
    host = asked.first("source.registryUri") or (registry_host(resource) if resource else "")
    return parse_reference("/".join((host.rpartition("://")[2].rstrip("/"), name)).lstrip("/"))


def _import_target(host: str, target: str, origin: Image | None) -> Image:
    image = parse_reference(f"{host}/{target}")
    tagged = ":" in target
    return Image(
        registry=image.registry,
        repository=image.repository,
        tag=origin.tag if origin and origin.tag and not tagged else image.tag,
        digest=origin.digest if origin else None,  # an import keeps the manifest as it is
    )


def _built(asked: Asked) -> Told:
    host = registry_host(asked.resource)
    names = asked.texts("imageNames") or asked.texts("properties.runRequest.imageNames")
    images = tuple(parse_reference(f"{host}/{name}") for name in names)
    return Told(Activity.IMAGE_BUILT, images or (Image(registry=host),))


def _changed(asked: Asked) -> Told:
    host = asked.first("properties.loginServer") or registry_host(asked.resource)
    return Told(Activity.REGISTRY_CHANGED, (Image(registry=host.lower()),))


def _set(asked: Asked) -> Told:
    return replace(_changed(asked), changes=settings_of(asked))


def _password_made(asked: Asked) -> Told:
    return replace(_changed(asked), changes=password_of(asked))


def _part(part: str, verb: str) -> Callable[[Asked], Told]:
    def read(asked: Asked) -> Told:
        changes = part_of(asked, part, verb)
        origin = _cached(asked) if part == "cacherules" else None
        return replace(_changed(asked), changes=changes, origin=origin)

    return read


def _cached(asked: Asked) -> Image | None:
    """https://learn.microsoft.com/rest/api/containerregistry/cache-rules/create ."""
    name = asked.first("properties.sourceRepository")
    return parse_reference(name) if name else None


def _credentials_listed(asked: Asked) -> Told:
    # The answer is the admin user's password: what GetAuthorizationToken is to ECR.
    return Told(Activity.REGISTRY_LOGIN, (Image(registry=registry_host(asked.resource)),))


VERBS: Verbs = {
    f"{_REGISTRY}/importimage/action": _imported,
    f"{_REGISTRY}/schedulerun/action": _built,
    f"{_REGISTRY}/queuebuild/action": _built,
    f"{_REGISTRY}/buildimage/action": _built,
    f"{_REGISTRY}/taskruns/write": _built,
    f"{_REGISTRY}/listcredentials/action": _credentials_listed,
    f"{_REGISTRY}/write": _set,
    f"{_REGISTRY}/delete": _changed,
    f"{_REGISTRY}/regeneratecredential/action": _password_made,
    f"{_REGISTRY}/generatecredentials/action": _password_made,
    **{
        f"{_REGISTRY}/{part}/{verb}": _part(part, verb)
        for part in _PARTS
        for verb in ("write", "delete")
    },
}
