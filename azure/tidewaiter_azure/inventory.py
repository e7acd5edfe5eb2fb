"""What is there in a subscription: registries with their images, machine images, and what runs, as
the parts of a :class:`~tidewaiter.live.stock.Stock`.

For each subscription that is one list of each kind, a call for every page; for each gallery one,
and one for each of its images; for each registry one for every 100 repositories, and for each of
these one for every 100 manifests.  What AKS runs is told by its audit log: its API wants an
identity of the cluster's own.

Needed are the roles *Reader* on the subscriptions, and *AcrPull* or *Container Registry Repository
Reader* on the registries.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import msgspec

from tidewaiter.errors import Unavailable
from tidewaiter.inventory import Place
from tidewaiter.live.stock import Part
from tidewaiter_azure.registries import Registries
from tidewaiter_azure.rest import Rest

ENDPOINT = "https://management.azure.com"

_COMPUTE = "Microsoft.Compute"
_GALLERIES = "2023-07-03"
# Each kind with the version of its API: https://learn.microsoft.com/rest/api/azure
_KINDS = {
    f"{_COMPUTE}/images": "2024-07-01",
    f"{_COMPUTE}/virtualMachines": "2024-07-01",
    f"{_COMPUTE}/virtualMachineScaleSets": "2024-07-01",
    "Microsoft.ContainerInstance/containerGroups": "2023-05-01",
    "Microsoft.App/containerApps": "2024-03-01",
}

_Resource = dict[str, Any]


class Inventory:
    """Lists the ``subscriptions``; ``management`` asks Azure's resource manager."""

    def __init__(
        self, management: Rest, registries: Registries, subscriptions: Iterable[str]
    ) -> None:
        self._management = management
        self._registries = registries
        self._subscriptions = tuple(subscriptions)

    def parts(self) -> Iterator[Part]:
        """Yield what can be learned, repositories and galleries one by one.

        Raises :class:`~tidewaiter.errors.Unavailable` if galleries or registries cannot be listed.
        A registry that does not list its repositories is a part that cannot be looked at: it may be
        closed to us, and the others are not.
        """
        for one in self._subscriptions:
            root = f"/subscriptions/{one}/providers"
            for kind, version in _KINDS.items():
                look = partial(self._kind, f"{root}/{kind}", version)
                yield Part(name=f"{one} {kind}", place=Place(), look=look)
            for gallery in self._list(f"{root}/{_COMPUTE}/galleries", _GALLERIES):
                look = partial(self._gallery, gallery["id"])
                yield Part(name=f"{one} gallery {gallery['id']}", place=Place(), look=look)
            for found in self._list(f"{root}/Microsoft.ContainerRegistry/registries", "2023-07-01"):
                yield from self._registry(one, found["properties"]["loginServer"])

    def _registry(self, subscription: str, host: str) -> Iterator[Part]:
        try:
            repositories = self._registries.repositories(host)
        except Unavailable as error:
            name = f"{subscription} registry {host}"
            yield Part(name=name, place=Place(), look=partial(_refuse, error))
            return
        for repository in repositories:
            yield Part(
                name=f"{subscription} registry {host}/{repository}",
                place=Place(of=f"{host}/{repository}"),
                look=partial(self._repository, host, repository),
            )

    def _repository(self, host: str, repository: str) -> list[bytes]:
        return _listing(self._registries.manifests(host, repository))

    def _kind(self, path: str, version: str) -> list[bytes]:
        return _listing(_flat(one) for one in self._list(path, version))

    def _gallery(self, gallery: str) -> list[bytes]:
        images = self._list(f"{gallery}/images", _GALLERIES)
        versions = [
            version
            for image in images
            for version in self._list(f"{image['id']}/versions", _GALLERIES)
        ]
        return _listing(_flat(one) for one in versions)

    def _list(self, path: str, version: str) -> Iterator[_Resource]:
        page: str | None = f"{path}?api-version={version}"
        while page:
            answer = self._management.ask("GET", page)
            yield from answer["value"]
            page = answer.get("nextLink")


def _refuse(error: Unavailable) -> list[bytes]:
    """Say what was said when a registry was asked for its repositories."""
    raise error


def _flat(one: _Resource) -> _Resource:
    """Return what the reader wants of a resource, as ``az`` prints it.

    The rest changes by itself, or is not for us: the environment of containers, and the passwords
    of machines.
    """
    kept = {name: one.get(name) for name in ("id", "name", "type", "location")}
    inside = one.get("properties") or {}
    groups = _groups(inside, ("properties", "image"))
    if "template" in inside:
        kept["properties"] = {"template": _groups(inside["template"] or {}, ("image",))}
    storage = ("storageProfile", "imageReference", "id")
    kept |= _only(inside, storage) | _only(inside, ("virtualMachineProfile", *storage))
    return kept | groups | _only(inside, ("publishingProfile", "publishedDate"))


def _groups(holder: _Resource, path: tuple[str, ...]) -> _Resource:
    """Return the images of the containers, and init containers, of ``holder``."""
    kept: _Resource = {}
    for name in ("initContainers", "containers"):
        images = [_at(one, path) for one in holder.get(name) or ()]
        if images:
            kept[name] = [{"image": one} for one in images]
    return kept


def _only(holder: _Resource, path: tuple[str, ...]) -> _Resource:
    """Return what stands at ``path``, in its place and alone; nothing if it is not there."""
    value = _at(holder, path)
    for name in reversed(path) if value is not None else ():
        value = {name: value}
    return value or {}


def _at(holder: _Resource, path: tuple[str, ...]) -> Any:
    found: Any = holder
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _listing(elements: Iterable[_Resource]) -> list[bytes]:
    """Return the elements as one listing, which is the same while nothing changed."""
    found = sorted(elements, key=lambda one: str(one.get("id") or one.get("digest")))
    return [msgspec.json.encode(found)]
