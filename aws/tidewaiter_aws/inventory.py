"""What is there in an account and region: repositories with their images, machine images, and what
runs, as the parts of a :class:`~tidewaiter.live.stock.Stock`.

For 1,000 repositories that is one call of DescribeRepositories; for each of them one of
DescribeImages for every 1,000 images; and where something changed, one of BatchGetImage for every
25 of the 100 images that count most.  So it is some 1,000 calls in a quiet night, and up to 5,000
in the first, at ten a second.

Needed are ecr:DescribeRepositories, ecr:DescribeImages, ecr:BatchGetImage, ec2:DescribeImages,
ec2:DescribeInstances, ecs:ListClusters, ecs:ListTasks, ecs:DescribeTasks,
ecs:DescribeTaskDefinition, lambda:ListFunctions and lambda:GetFunction.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from tidewaiter.inventory import Place
from tidewaiter.live.stock import Part
from tidewaiter_aws.listing import Listing

_IMAGES = 100  # of a repository: their manifests are read
_MANIFESTS = 25  # of one call: each can have 4 MB
_TASKS = 100  # of one call: the most that ECS takes
_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)

# Only what the readers of tidewaiter.inventory want is kept: the services also tell what changes by
# itself (the last pull), and what nobody should (the environment of functions and containers).
_REPOSITORY = ("registryId", "repositoryName", "repositoryUri")
_DETAIL = ("registryId", "repositoryName", "imageDigest", "imageTags", "imagePushedAt")
_AMI = ("ImageId", "Name", "OwnerId", "CreationDate")
_INSTANCE = ("InstanceId", "ImageId", "LaunchTime", "State")
_TASK = ("taskDefinitionArn", "clusterArn", "group", "startedAt")
_CONTAINER = ("image", "imageDigest")
_FUNCTION = ("FunctionName", "FunctionArn", "LastModified")
_CODE = ("ImageUri", "ResolvedImageUri")

_Answer = dict[str, Any]


def parts(listings: Iterable[Listing]) -> Iterator[Part]:
    """Yield what can be learned of each region, repositories one by one.

    Raises :class:`~tidewaiter.errors.Unavailable` if the repositories cannot be listed.
    """
    for listing in listings:
        place = Place(region=listing.region)
        kinds = {"amis": _amis, "ec2": _instances, "ecs": _tasks, "lambda": _functions}
        for name, look in kinds.items():
            yield Part(name=f"{listing.region} {name}", place=place, look=partial(look, listing))
        for page in listing.pages("ecr", "describe_repositories", 1000):
            for found in page["repositories"]:
                yield _repository(listing, place, _only(found, _REPOSITORY))


def _repository(listing: Listing, place: Place, repository: _Answer) -> Part:
    name = repository["repositoryName"]

    def look() -> Iterator[bytes]:
        yield _json(repositories=[repository])
        yield _json(imageDetails=_details(listing, name))

    def look_closer(seen: Sequence[bytes]) -> Iterator[bytes]:
        details = msgspec.json.decode(seen[-1])["imageDetails"]
        wanted = [{"imageDigest": one["imageDigest"]} for one in details[:_IMAGES]]
        for start in range(0, len(wanted), _MANIFESTS):
            answer = listing.ask(
                "ecr",
                "batch_get_image",
                repositoryName=name,
                imageIds=wanted[start : start + _MANIFESTS],
                acceptedMediaTypes=list(_TYPES),
            )
            yield _json(images=answer["images"])

    return Part(
        name=f"{listing.region} ecr {name}", place=place, look=look, look_closer=look_closer
    )


def _details(listing: Listing, name: str) -> list[_Answer]:
    """Every image that has a tag, and the newest others: those that have one stand first, then the
    newest.
    """
    found = [
        _only(one, _DETAIL)
        for page in listing.pages("ecr", "describe_images", 1000, repositoryName=name)
        for one in page["imageDetails"]
    ]
    for one in found:
        one["imageTags"] = sorted(one.get("imageTags", ()))
    newest = sorted(found, key=lambda one: (one["imagePushedAt"], one["imageDigest"]), reverse=True)
    tagged = [one for one in newest if one["imageTags"]]
    others = [one for one in newest if not one["imageTags"]]
    return tagged + others[: max(0, _IMAGES - len(tagged))]


def _amis(listing: Listing) -> Iterator[bytes]:
    """Machine images of our own, and those that others share with us."""
    for whose in ({"Owners": ["self"]}, {"ExecutableUsers": ["self"]}):
        for page in listing.pages("ec2", "describe_images", 1000, **whose):
            yield _json(Images=_each(page["Images"], _AMI))


def _instances(listing: Listing) -> Iterator[bytes]:
    for page in listing.pages("ec2", "describe_instances", 1000):
        yield _json(
            Reservations=[
                {"OwnerId": one.get("OwnerId"), "Instances": _each(one["Instances"], _INSTANCE)}
                for one in page["Reservations"]
            ]
        )


def _tasks(listing: Listing) -> Iterator[bytes]:
    """Tasks that run, cluster by cluster, then the definitions that they were started from."""
    definitions: dict[str, None] = {}
    for page in listing.pages("ecs", "list_clusters"):
        for cluster in page["clusterArns"]:
            for names in listing.pages("ecs", "list_tasks", _TASKS, cluster=cluster):
                if names["taskArns"]:
                    answer = listing.ask(
                        "ecs", "describe_tasks", cluster=cluster, tasks=names["taskArns"]
                    )
                    definitions.update(dict.fromkeys(map(_definition, answer["tasks"])))
                    yield _json(tasks=list(map(_task, answer["tasks"])))
    for name in definitions:
        answer = listing.ask("ecs", "describe_task_definition", taskDefinition=name)
        told = answer["taskDefinition"]
        containers = _each(told["containerDefinitions"], _CONTAINER)
        yield _json(taskDefinition={"taskDefinitionArn": name, "containerDefinitions": containers})


def _definition(task: _Answer) -> str:
    return str(task["taskDefinitionArn"])


def _task(task: _Answer) -> _Answer:
    return {**_only(task, _TASK), "containers": _each(task.get("containers", ()), _CONTAINER)}


def _functions(listing: Listing) -> Iterator[bytes]:
    """Functions that are images; which image, only GetFunction tells."""
    for page in listing.pages("lambda", "list_functions"):
        for one in page["Functions"]:
            if one.get("PackageType") == "Image":
                told = listing.ask("lambda", "get_function", FunctionName=one["FunctionName"])
                yield _json(
                    Configuration=_only(told["Configuration"], _FUNCTION),
                    Code=_only(told["Code"], _CODE),
                )


def _each(values: Iterable[_Answer], names: Sequence[str]) -> list[_Answer]:
    return [_only(one, names) for one in values]


def _only(value: _Answer, names: Sequence[str]) -> _Answer:
    return {name: value[name] for name in names if name in value}


def _json(**listing: object) -> bytes:
    """As the command line prints it: times as in RFC 3339."""
    return msgspec.json.encode(listing)
