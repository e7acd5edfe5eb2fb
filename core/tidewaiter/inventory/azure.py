"""What ``az acr``, ``az image list`` and ``az sig image-version list`` list, and what runs: ``az vm
list``, ``az vmss list``, ``az container list`` and ``az containerapp list``.

https://learn.microsoft.com/en-us/cli/azure/acr/manifest and its neighbours.
"""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.json import Decoder
from msgspec.structs import replace

from tidewaiter.decoding import decode
from tidewaiter.errors import Malformed
from tidewaiter.inventory.interface import Place, Reader, Thing, Time, utc
from tidewaiter.model import Image, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.azure_terms import segment


class _Tag(Struct, rename="camel"):
    name: str
    digest: str
    last_update_time: Time = None


class _Manifest(Struct, rename="camel"):
    digest: str
    tags: tuple[str, ...] | None = None
    created_time: Time = None
    last_update_time: Time = None


class _Published(Struct, rename="camel"):
    published_date: Time = None


class _Reference(Struct):
    id: str | None = None


class _Storage(Struct):
    reference: _Reference | None = field(name="imageReference", default=None)


class _Machines(Struct):
    storage: _Storage | None = field(name="storageProfile", default=None)


class _Container(Struct):
    image: str | None = None


class _Containers(Struct):
    containers: tuple[_Container, ...] | None = None
    init: tuple[_Container, ...] | None = field(name="initContainers", default=None)


class _App(Struct):
    template: _Containers | None = None


class _Resource(Struct, rename="camel"):
    id: str
    type: str
    name: str | None = None
    publishing_profile: _Published | None = None
    storage_profile: _Storage | None = None
    virtual_machine_profile: _Machines | None = None
    containers: tuple[_Container, ...] | None = None
    init_containers: tuple[_Container, ...] | None = None
    properties: _App | None = None


_WORKLOADS = {
    "microsoft.compute/virtualmachines": "virtual machine",
    "microsoft.compute/virtualmachinescalesets": "scale set",
    "microsoft.containerinstance/containergroups": "container group",
    "microsoft.app/containerapps": "container app",
}

_NAMES = Decoder(tuple[str, ...])
_TAGS = Decoder(tuple[_Tag, ...])
_MANIFESTS = Decoder(tuple[_Manifest, ...])
_RESOURCES = Decoder(tuple[_Resource, ...])


def _thing(image: Image, since: Time = None) -> Thing:
    return Thing(provider="azure", images=(image,), since=utc(since))


def names(raw: bytes, place: Place) -> Iterator[Thing]:
    """Read a list of bare names: the repositories of a registry, or the tags of a repository."""
    registry, _, repository = (place.of or "").partition("/")
    if not registry:
        raise Malformed("names alone do not tell of what: say --of REGISTRY[/REPOSITORY]")
    for name in decode(_NAMES, raw):
        tag = name if repository else None
        yield _thing(Image(registry.lower(), repository or name, tag))


def _tags(raw: bytes, place: Place) -> Iterator[Thing]:
    registry, repository = place.repository
    for one in decode(_TAGS, raw):
        yield _thing(Image(registry, repository, one.name, one.digest), one.last_update_time)


def _manifests(raw: bytes, place: Place) -> Iterator[Thing]:
    registry, repository = place.repository
    for one in decode(_MANIFESTS, raw):
        image = Image(registry, repository, digest=one.digest)
        for tag in one.tags or (None,):
            yield _thing(replace(image, tag=tag), one.last_update_time or one.created_time)


def _resources(raw: bytes, _place: Place) -> Iterator[Thing]:
    for one in decode(_RESOURCES, raw):
        kind = _WORKLOADS.get(one.type.lower())
        if kind is None:
            image = Image(machine_image=one.id.lower(), name=one.name)
            published = one.publishing_profile
            yield _thing(image, published.published_date if published else None)
        elif images := tuple(dict.fromkeys(_booted(one))) or tuple(dict.fromkeys(_run(one))):
            yield Thing(provider="azure", images=images, workload=_workload(one, kind))


def _workload(one: _Resource, kind: str) -> Workload:
    resource = one.id.lower()  # as the Activity Log's reader names it
    return Workload(kind, resource.rpartition("/")[2], segment(resource, "resourcegroups"))


def _booted(one: _Resource) -> Iterator[Image]:
    """The machine image of a machine or scale set; those of the marketplace have no id."""
    inside = one.virtual_machine_profile
    storage = one.storage_profile or (inside.storage if inside else None)
    reference = storage.reference if storage else None
    if reference and reference.id:
        yield Image(machine_image=reference.id.lower())


def _run(one: _Resource) -> Iterator[Image]:
    template = one.properties.template if one.properties else None
    groups = [one.init_containers, one.containers]
    groups += [template.init, template.containers] if template else []
    for containers in groups:
        yield from (parse_reference(each.image) for each in containers or () if each.image)


ELEMENTS: dict[tuple[str, ...], Reader] = {
    ("digest", "name"): _tags,
    ("digest", "createdTime"): _manifests,
    ("id", "location", "type"): _resources,
}
"""The readers, by members of each element of their list."""
