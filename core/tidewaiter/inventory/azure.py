"""What ``az acr``, ``az image list`` and ``az sig image-version list`` list.

https://learn.microsoft.com/en-us/cli/azure/acr/manifest and its neighbours.
"""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.json import Decoder
from msgspec.structs import replace

from tidewaiter.decoding import decode
from tidewaiter.errors import Malformed
from tidewaiter.inventory.interface import Place, Reader, Thing, Time, utc
from tidewaiter.model import Image


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


class _Resource(Struct):
    id: str
    name: str | None = None
    profile: _Published | None = field(name="publishingProfile", default=None)


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


def _machine_images(raw: bytes, _place: Place) -> Iterator[Thing]:
    for one in decode(_RESOURCES, raw):
        image = Image(machine_image=one.id.lower(), name=one.name)
        yield _thing(image, one.profile.published_date if one.profile else None)


ELEMENTS: dict[tuple[str, ...], Reader] = {
    ("digest", "name"): _tags,
    ("digest", "createdTime"): _manifests,
    ("id", "location", "type"): _machine_images,
}
"""The readers, by members of each element of their list."""
