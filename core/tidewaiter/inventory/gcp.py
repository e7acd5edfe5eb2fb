"""What ``gcloud artifacts docker images list --include-tags`` and ``gcloud compute images list``
list, with ``--format json``.

https://cloud.google.com/sdk/gcloud/reference/artifacts/docker/images/list
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from tidewaiter.decoding import decode
from tidewaiter.inventory.interface import Place, Reader, Thing, Time, utc
from tidewaiter.model import Image
from tidewaiter.sources.google_names import machine_image


class _Version(Struct, rename="camel"):
    package: str
    version: str
    tags: tuple[str, ...] | str | None = None  # older releases join them with commas
    create_time: Time = None
    update_time: Time = None


class _MachineImage(Struct, rename="camel"):
    self_link: str
    id: str | None = None
    creation_timestamp: Time = None


_VERSIONS = Decoder(tuple[_Version, ...])
_MACHINE_IMAGES = Decoder(tuple[_MachineImage, ...])


def _versions(raw: bytes, _place: Place) -> Iterator[Thing]:
    for one in decode(_VERSIONS, raw):
        registry, _, repository = one.package.partition("/")
        joined = one.tags.split(",") if isinstance(one.tags, str) else one.tags or ()
        tags = [tag.strip() for tag in joined if tag.strip()]
        since = utc(one.update_time or one.create_time)
        for tag in tags or (None,):
            image = Image(registry, repository, tag, one.version)
            yield Thing(provider="gcp", images=(image,), since=since)


def _machine_images(raw: bytes, _place: Place) -> Iterator[Thing]:
    for one in decode(_MACHINE_IMAGES, raw):
        image = machine_image(one.self_link, None)
        if image is not None:
            numbered = replace(image, children=(one.id,) if one.id else ())
            since = utc(one.creation_timestamp)
            yield Thing(provider="gcp", images=(numbered,), since=since)


ELEMENTS: dict[tuple[str, ...], Reader] = {
    ("package", "version"): _versions,
    ("creationTimestamp", "selfLink"): _machine_images,
}
"""The readers, by members of each element of their list."""
