"""What ``aws ecr``, ``aws ec2 describe-images`` and ``aws ecs`` list.

https://docs.aws.amazon.com/cli/latest/reference/ecr/describe-images.html and its neighbours.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from tidewaiter.decoding import decode
from tidewaiter.errors import Malformed
from tidewaiter.inventory.interface import Place, Reader, Thing, Time, utc
from tidewaiter.manifests import read_manifest
from tidewaiter.model import Image, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.amazon import ecr_host, last_part, parse_arn
from tidewaiter.sources.ecs_task_state_change import task_of


class _Repository(Struct, rename="camel"):
    repository_uri: str
    registry_id: str
    repository_name: str


class _Repositories(Struct):
    repositories: tuple[_Repository, ...]


class _Detail(Struct, rename="camel"):
    registry_id: str
    repository_name: str
    image_digest: str
    image_tags: tuple[str, ...] = ()
    image_pushed_at: Time = None


class _Details(Struct, rename="camel"):
    image_details: tuple[_Detail, ...]


class _Id(Struct, rename="camel"):
    image_digest: str | None = None
    image_tag: str | None = None


class _Ids(Struct, rename="camel"):
    image_ids: tuple[_Id, ...]


class _Got(Struct, rename="camel"):
    registry_id: str
    repository_name: str
    image_id: _Id
    image_manifest: str


class _Batch(Struct):
    images: tuple[_Got, ...]


class _Ami(Struct, rename="pascal"):
    image_id: str
    name: str | None = None
    owner_id: str | None = None
    creation_date: Time = None


class _Amis(Struct, rename="pascal"):
    images: tuple[_Ami, ...]


class _Container(Struct, rename="camel"):
    image: str | None = None
    image_digest: str | None = None


class _Task(Struct, rename="camel"):
    task_definition_arn: str | None = None
    cluster_arn: str | None = None
    group: str | None = None
    started_at: Time = None
    containers: tuple[_Container, ...] = ()


class _Tasks(Struct):
    tasks: tuple[_Task, ...]


class _Definition(Struct, rename="camel"):
    task_definition_arn: str
    container_definitions: tuple[_Container, ...] = ()


class _Defined(Struct, rename="camel"):
    task_definition: _Definition


_REPOSITORIES, _DETAILS, _IDS = Decoder(_Repositories), Decoder(_Details), Decoder(_Ids)
_BATCH, _AMIS = Decoder(_Batch), Decoder(_Amis)
_TASKS, _DEFINED = Decoder(_Tasks), Decoder(_Defined)


def hosts(raw: bytes) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the registry of each repository by account and name, from describe-repositories."""
    for one in decode(_REPOSITORIES, raw).repositories:
        host = one.repository_uri.partition("/")[0].lower()
        yield (one.registry_id, one.repository_name), host


def _host(account: str, repository: str, place: Place) -> str:
    found = place.hosts.get((account, repository)) or ecr_host(account, place.region)
    if found is None:
        raise Malformed(
            f"does not tell the region of {repository}: give describe-repositories, too,"
            " or say --region REGION"
        )
    return found


def _thing(image: Image, since: Time = None) -> Thing:
    return Thing(provider="aws", images=(image,), since=utc(since))


def _repositories(raw: bytes, _place: Place) -> Iterator[Thing]:
    for one in decode(_REPOSITORIES, raw).repositories:
        host = one.repository_uri.partition("/")[0].lower()
        yield _thing(Image(registry=host, repository=one.repository_name))


def _details(raw: bytes, place: Place) -> Iterator[Thing]:
    for one in decode(_DETAILS, raw).image_details:
        host = _host(one.registry_id, one.repository_name, place)
        image = Image(registry=host, repository=one.repository_name, digest=one.image_digest)
        for tag in one.image_tags or (None,):
            yield _thing(replace(image, tag=tag), one.image_pushed_at)


def _ids(raw: bytes, place: Place) -> Iterator[Thing]:
    registry, repository = place.repository
    for one in decode(_IDS, raw).image_ids:
        yield _thing(Image(registry, repository, one.image_tag, one.image_digest))


def _batch(raw: bytes, place: Place) -> Iterator[Thing]:
    for number, one in enumerate(decode(_BATCH, raw).images):
        manifest = read_manifest(one.image_manifest, f"$.images[{number}].imageManifest")
        yield _thing(
            Image(
                registry=_host(one.registry_id, one.repository_name, place),
                repository=one.repository_name,
                tag=one.image_id.image_tag,
                digest=one.image_id.image_digest or manifest.digest,
                layers=manifest.layers,
                children=manifest.children,
                artifact=manifest.artifact,
            )
        )


def _amis(raw: bytes, _place: Place) -> Iterator[Thing]:
    for one in decode(_AMIS, raw).images:
        image = Image(machine_image=one.image_id, name=one.name)
        yield replace(_thing(image, one.creation_date), account=one.owner_id)


def _images(containers: tuple[_Container, ...]) -> tuple[Image, ...]:
    found = []
    for one in containers:
        if one.image:
            image = parse_reference(one.image)
            found.append(replace(image, digest=one.image_digest or image.digest))
    return tuple(dict.fromkeys(found))


def _tasks(raw: bytes, _place: Place) -> Iterator[Thing]:
    for one in decode(_TASKS, raw).tasks:
        yield Thing(
            provider="aws",
            images=_images(one.containers),
            since=utc(one.started_at),
            workload=task_of(one.group, one.task_definition_arn, one.cluster_arn),
            account=_account(one.task_definition_arn),
        )


def _account(name: str | None) -> str | None:
    arn = parse_arn(name)
    return arn.account if arn else None


def _definition(raw: bytes, _place: Place) -> Iterator[Thing]:
    one = decode(_DEFINED, raw).task_definition
    name = one.task_definition_arn
    yield Thing(
        provider="aws",
        images=_images(one.container_definitions),
        workload=Workload("ecs task definition", last_part(name), definition=name),
    )


MEMBERS: dict[str, Reader] = {
    "repositories": _repositories,
    "imageDetails": _details,
    "imageIds": _ids,
    "images": _batch,
    "Images": _amis,
    "tasks": _tasks,
    "taskDefinition": _definition,
}
"""The readers, by the member that only their listing has."""
