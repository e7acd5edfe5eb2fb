"""What ``gcloud artifacts docker images list --include-tags``, ``gcloud compute images list``,
``gcloud compute disks list`` and ``gcloud run services list`` list, with ``--format json``.

https://cloud.google.com/sdk/gcloud/reference/artifacts/docker/images/list,
https://cloud.google.com/compute/docs/reference/rest/v1/disks and
https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.json import Decoder
from msgspec.structs import replace

from tidewaiter.decoding import decode
from tidewaiter.inventory.interface import Place, Reader, Thing, Time, utc
from tidewaiter.model import Image, Workload
from tidewaiter.references import parse_reference
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


class _Disk(Struct, rename="camel"):
    source_image: str | None = None
    creation_timestamp: Time = None
    users: tuple[str, ...] = ()  # links to the instances that have it


class _Container(Struct):
    image: str | None = None


class _Containers(Struct, frozen=True):
    containers: tuple[_Container, ...] = ()


class _Template(Struct, frozen=True):
    spec: _Containers = _Containers()


class _Spec(Struct, frozen=True):
    template: _Template = _Template()


class _Metadata(Struct, rename="camel"):
    name: str
    creation_timestamp: Time = None
    labels: dict[str, str] = {}


class _Service(Struct):
    metadata: _Metadata
    spec: _Spec = field(default=_Spec())


_INSTANCE = re.compile(r"/projects/(?P<project>[^/]+)/zones/(?P<zone>[^/]+)/instances/(?P<name>.+)")
_LOCATION = "cloud.googleapis.com/location"

_VERSIONS = Decoder(tuple[_Version, ...])
_MACHINE_IMAGES = Decoder(tuple[_MachineImage, ...])
_DISKS = Decoder(tuple[_Disk, ...])
_SERVICES = Decoder(tuple[_Service, ...])


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


def _disks(raw: bytes, _place: Place) -> Iterator[Thing]:
    """Instances, by the machine images that their disks were made of."""
    for one in decode(_DISKS, raw):
        image = machine_image(one.source_image or "", None)
        for link in one.users if image else ():
            found = _INSTANCE.search(link)
            if image and found:
                yield Thing(
                    provider="gcp",
                    images=(image,),
                    since=utc(one.creation_timestamp),
                    workload=Workload("gce instance", found["name"], found["zone"]),
                    account=found["project"],
                )


def _services(raw: bytes, place: Place) -> Iterator[Thing]:
    for one in decode(_SERVICES, raw):
        where = one.metadata.labels.get(_LOCATION)
        named = (container.image for container in one.spec.template.spec.containers)
        yield Thing(
            provider="gcp",
            images=tuple(parse_reference(name) for name in named if name),
            since=utc(one.metadata.creation_timestamp),
            workload=Workload("cloud run service", one.metadata.name, where),
            account=place.account,
            region=where,
        )


ELEMENTS: dict[tuple[str, ...], Reader] = {
    ("apiVersion", "metadata", "spec"): _services,
    ("package", "version"): _versions,
    ("selfLink", "sizeGb"): _disks,
    ("creationTimestamp", "selfLink"): _machine_images,
}
"""The readers, by members of each element of their list."""
