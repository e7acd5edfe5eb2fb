"""What the providers' command lines list, read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tidewaiter.errors import Malformed
from tidewaiter.inventory import Place, Thing, hosts_in, read, with_hosts
from tidewaiter.inventory.interface import utc
from tidewaiter.model import Image, Layer, Workload

ACCOUNT, HOST = "111122223333", "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
ONE, TWO = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
IRELAND = Place(region="eu-west-1")
ACR = Place(of="Shop.azurecr.io/prod/web")
MANIFEST = json.dumps(
    {
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": TWO},
        "layers": [{"digest": ONE, "size": 7}],
    }
)
DETAIL = {"registryId": ACCOUNT, "repositoryName": "prod/web", "imageDigest": ONE}
REPOSITORY = {
    "repositoryArn": f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/prod/web",
    "registryId": ACCOUNT,
    "repositoryName": "prod/web",
    "repositoryUri": f"{HOST}/prod/web",
}
DEFINITION = f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/web:7"
GALLERY = (
    "/subscriptions/11112222-3333-4444-5555-666677778888/resourceGroups/Images/providers/"
    "Microsoft.Compute/galleries/gold/images/linux/versions/1.0.0"
)
AR = "europe-west1-docker.pkg.dev/example-shop/apps/web"


def listed(told: object, place: Place | None = None) -> list[Thing]:
    """The things of a listing."""
    return list(read(json.dumps(told).encode(), place or Place()))


def ecr(tag: str | None, digest: str | None = ONE, **said: object) -> Image:
    """An image of the repository."""
    return Image(HOST, "prod/web", tag, digest, **said)  # type: ignore[arg-type]


def test_ecr_repositories() -> None:
    """They tell their registry, for themselves and for others."""
    assert listed({"repositories": [REPOSITORY]}) == [
        Thing(provider="aws", images=(Image(HOST, "prod/web"),))
    ]


@pytest.mark.parametrize("pushed", ["2026-01-01T01:00:00+01:00", 1767225600.0])
def test_ecr_image_details(pushed: object) -> None:
    """Each tag is a thing; an image without any is one, too."""
    told = {
        "imageDetails": [
            {**DETAIL, "imageTags": ["latest", "7"], "imagePushedAt": pushed},
            {**DETAIL, "imageDigest": TWO},
        ]
    }
    assert [(one.images[0], one.since) for one in listed(told, IRELAND)] == [
        (ecr("latest"), NEW_YEAR),
        (ecr("7"), NEW_YEAR),
        (ecr(None, TWO), None),
    ]


def test_the_registry_of_ecr_images_is_told_by_their_repository() -> None:
    """Where describe-repositories names it once; two regions tell none."""
    details = {"imageDetails": [DETAIL]}
    known = hosts_in(json.dumps({"repositories": [REPOSITORY]}).encode())
    (found,) = listed(details, with_hosts(Place(), known))
    assert found.images == (ecr(None),)
    assert hosts_in(json.dumps(details).encode()) == []
    other = [*known, ((ACCOUNT, "prod/web"), HOST.replace("eu-west-1", "us-east-1"))]
    with pytest.raises(Malformed, match="region of prod/web"):
        listed(details, with_hosts(Place(), other))


def test_ecr_image_ids() -> None:
    """They do not say of which repository."""
    told = {"imageIds": [{"imageDigest": ONE, "imageTag": "latest"}]}
    assert listed(told, Place(of=f"{HOST}/prod/web"))[0].images == (ecr("latest"),)
    with pytest.raises(Malformed, match="say --of REGISTRY/REPOSITORY"):
        listed(told)


def test_ecr_manifests_tell_layers() -> None:
    """The manifest is text within the listing; what is wrong with it is told by its path."""
    got = {
        "registryId": ACCOUNT,
        "repositoryName": "prod/web",
        "imageId": {"imageDigest": ONE, "imageTag": "latest"},
        "imageManifest": MANIFEST,
    }
    (found,) = listed({"images": [got], "failures": []}, IRELAND)
    assert found.images == (ecr("latest", layers=(Layer(ONE, 7),)),)
    with pytest.raises(Malformed) as caught:
        listed({"images": [{**got, "imageManifest": '{"layers":7}'}]}, IRELAND)
    assert caught.value.path == "$.images[0].imageManifest.layers"


def test_amis() -> None:
    """Machine images have an owner and a name."""
    told = {
        "Images": [
            {
                "ImageId": "ami-0123456789abcdef0",
                "Name": "gold",
                "OwnerId": ACCOUNT,
                "CreationDate": "2026-01-01T00:00:00.000Z",
            }
        ]
    }
    image = Image(machine_image="ami-0123456789abcdef0", name="gold")
    assert listed(told) == [Thing(provider="aws", images=(image,), since=NEW_YEAR, account=ACCOUNT)]


def test_ecs_tasks_and_definitions() -> None:
    """A task runs for its service, with the digests that it found; a definition names images."""
    containers = [{"image": f"{HOST}/prod/web:latest", "imageDigest": ONE}, {"name": "bare"}]
    task = {
        "taskDefinitionArn": DEFINITION,
        "clusterArn": f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/prod",
        "group": "service:web",
        "startedAt": "2026-01-01T00:00:00Z",
        "containers": containers,
    }
    (running,) = listed({"tasks": [task], "failures": []})
    assert running.images == (ecr("latest"),)
    assert running.workload == Workload("ecs service", "web", "prod", DEFINITION)
    assert running.account == ACCOUNT
    (bare,) = listed({"tasks": [{}]})
    assert (bare.images, bare.account) == ((), None)
    named = {"taskDefinitionArn": DEFINITION, "containerDefinitions": containers[:1]}
    (defined,) = listed({"taskDefinition": named})
    assert defined.workload == Workload("ecs task definition", "web:7", definition=DEFINITION)


def test_acr_names() -> None:
    """Bare names are the repositories of a registry, or the tags of a repository."""
    (repository,) = listed(["prod/web"], Place(of="shop.azurecr.io"))
    assert repository.images == (Image("shop.azurecr.io", "prod/web"),)
    (tag,) = listed(["latest"], ACR)
    assert tag.images == (Image("shop.azurecr.io", "prod/web", "latest"),)
    with pytest.raises(Malformed, match="names alone do not tell of what"):
        listed(["latest"])


def test_acr_tags_and_manifests() -> None:
    """Both tell digests and when they came there."""
    times = {
        "createdTime": "2025-12-01T00:00:00.1234567Z",
        "lastUpdateTime": "2026-01-01T00:00:00Z",
    }
    tags = [{"name": "latest", "digest": ONE, "signed": False, **times}]
    manifests = [
        {"digest": ONE, "tags": ["latest"], **times},
        {"digest": TWO, "createdTime": "2026-01-01T00:00:00"},
    ]
    image = Image("shop.azurecr.io", "prod/web", "latest", ONE)
    expected = Thing(provider="azure", images=(image,), since=NEW_YEAR)
    assert listed(tags, ACR) == [expected]
    first, untagged = listed(manifests, ACR)
    assert first == expected
    assert (untagged.images[0].tag, untagged.since) == (None, NEW_YEAR)


def test_azure_machine_images() -> None:
    """Images and gallery versions are named by their id, in lower case."""
    resource = {"id": GALLERY, "name": "1.0.0", "location": "westeurope", "type": "x"}
    dated = {**resource, "publishingProfile": {"publishedDate": "2026-01-01T00:00:00+00:00"}}
    plain, published = listed([resource, dated])
    assert plain.images == (Image(machine_image=GALLERY.lower(), name="1.0.0"),)
    assert (plain.since, published.since) == (None, NEW_YEAR)


def test_azure_workloads() -> None:
    """Machines, scale sets, container groups and apps are told with the images that they run."""
    scope = "/subscriptions/s/resourceGroups/Shop-RG/providers/"
    image = {"imageReference": {"id": GALLERY}}
    kinds: dict[str, dict[str, object]] = {
        "Microsoft.Compute/virtualMachines": {"storageProfile": image},
        "Microsoft.Compute/virtualMachineScaleSets": {
            "virtualMachineProfile": {"storageProfile": image}
        },
        "Microsoft.ContainerInstance/containerGroups": {
            "containers": [{"image": "nginx"}, {"image": "nginx"}],
            "initContainers": None,
        },
        "Microsoft.App/containerApps": {
            "properties": {
                "template": {
                    "containers": [{"image": "nginx"}],
                    "initContainers": [{"image": "busybox"}, {"name": "none"}],
                }
            }
        },
    }
    told = [
        {"id": f"{scope}{kind}/Web", "name": "Web", "location": "x", "type": kind, **more}
        for kind, more in kinds.items()
    ]
    found = listed(told)
    assert [one.workload.label for one in found if one.workload] == [
        "virtual machine shop-rg/web",
        "scale set shop-rg/web",
        "container group shop-rg/web",
        "container app shop-rg/web",
    ]
    assert [len(one.images) for one in found] == [1, 1, 1, 2]
    assert found[0].images == (Image(machine_image=GALLERY.lower()),)
    assert found[2].images[0].reference == "docker.io/library/nginx:latest"


def test_azure_machines_of_the_marketplace_say_nothing() -> None:
    """Their image is Microsoft's, or a publisher's, and none of ours."""
    kind = {"id": "/x/y", "location": "x", "type": "Microsoft.Compute/virtualMachines"}
    sets = {"id": "/x/y", "location": "x", "type": "Microsoft.Compute/virtualMachineScaleSets"}
    nothing = {"imageReference": {"publisher": "Canonical"}}
    inner: list[dict[str, object]] = [{}, {"storageProfile": None}]
    told = [kind, {**kind, "storageProfile": nothing}, {**kind, "storageProfile": {}}]
    told += [{**sets, "virtualMachineProfile": one} for one in inner]
    told += [{**kind, "properties": {}}]
    assert listed(told) == []


@pytest.mark.parametrize("tags", [["latest", "7"], "latest, 7"])
def test_artifact_registry_versions(tags: object) -> None:
    """Tags come as a list or joined with commas."""
    told = [
        {"package": AR, "version": ONE, "tags": tags, "updateTime": "2026-01-01T00:00:00Z"},
        {"package": AR, "version": TWO, "createTime": "2026-01-01T00:00:00Z"},
    ]
    found = [one.images[0] for one in listed(told)]
    assert [(one.home, one.tag, one.digest) for one in found] == [
        (AR, "latest", ONE),
        (AR, "7", ONE),
        (AR, None, TWO),
    ]


def test_google_machine_images() -> None:
    """They have a number, too; a link to anything else is none."""
    link = "https://www.googleapis.com/compute/v1/projects/shop/global/"
    made = {"creationTimestamp": "2026-01-01T00:00:00.000-00:00"}
    told = [
        {"selfLink": f"{link}images/gold", "id": "123", **made},
        {"selfLink": f"{link}images/bare", **made},
        {"selfLink": f"{link}networks/default", **made},
    ]
    assert [one.images[0] for one in listed(told)] == [
        Image(machine_image="projects/shop/global/images/gold", name="gold", children=("123",)),
        Image(machine_image="projects/shop/global/images/bare", name="bare"),
    ]


def test_pods() -> None:
    """A pod is told as what it belongs to, with the digests that its node found."""
    owner = {"kind": "ReplicaSet", "name": "web-7d4b9c8f6d", "controller": True}
    pod: dict[str, Any] = {
        "metadata": {"name": "web-7d4b9c8f6d-x2x4z", "namespace": "prod"},
        "spec": {
            "containers": [{"name": "web", "image": f"{HOST}/prod/web:latest"}],
            "initContainers": [{"name": "wait", "image": "busybox"}, {"name": "bare"}],
        },
        "status": {
            "startTime": "2026-01-01T00:00:00Z",
            "containerStatuses": [{"name": "web", "imageID": f"{HOST}/prod/web@{ONE}"}],
        },
    }
    owned = {**pod, "metadata": {**pod["metadata"], "ownerReferences": [owner]}}
    alone, served = listed({"kind": "List", "items": [pod, owned]})
    assert alone.workload == Workload("pod", "web-7d4b9c8f6d-x2x4z", "prod")
    assert served.workload == Workload("deployment", "web", "prod")
    assert served.images == (
        ecr("latest"),
        Image("docker.io", "library/busybox", "latest"),
    )
    assert served.since == NEW_YEAR
    (placed,) = listed({"items": [pod]}, Place(account="shop", cluster="live"))
    assert (placed.account, placed.workload and placed.workload.scope) == ("shop", "live/prod")


@pytest.mark.parametrize("told", [{}, {"Records": []}, [{"id": 1}]])
def test_what_is_no_listing_is_refused(told: object) -> None:
    """A log, for example."""
    with pytest.raises(Malformed, match="no listing that is known"):
        listed(told)


@pytest.mark.parametrize("raw", [b"", b"7", b"[7]", b"nonsense", b"[" * 5000])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    """Whatever it is, it is said to be malformed."""
    with pytest.raises(Malformed):
        list(read(raw, Place()))


def test_an_empty_list_is_nothing() -> None:
    """A registry without repositories is no error."""
    assert listed([]) == []


def test_a_time_without_a_zone_is_utc() -> None:
    """As some listings write it."""
    assert utc(datetime(2026, 1, 1)) == NEW_YEAR  # noqa: DTZ001 - that is what is tested
