"""What runs, as Google's command line lists it."""

import json
from datetime import UTC, datetime
from typing import Any

from tidewaiter.inventory import Place, Thing, read
from tidewaiter.model import Image, Workload

LINK = "https://www.googleapis.com/compute/v1/projects/shop"
HOST = "europe-west1-docker.pkg.dev"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = "sha256:" + "ab" * 32


def listed(told: Any, place: Place = Place()) -> list[Thing]:
    """The things of a listing."""
    return list(read(json.dumps(told).encode(), place))


def test_instances_are_told_by_their_disks() -> None:
    """A disk names the machine image that it was made of, and the instances that have it."""
    disk = {
        "selfLink": f"{LINK}/zones/europe-west1-b/disks/web",
        "sizeGb": "10",
        "creationTimestamp": "2026-01-01T00:00:00.000-00:00",
        "sourceImage": f"{LINK}/global/images/gold",
        "users": [f"{LINK}/zones/europe-west1-b/instances/web"],
    }
    (thing,) = listed([disk])
    assert thing == Thing(
        provider="gcp",
        images=(Image(machine_image="projects/shop/global/images/gold", name="gold"),),
        since=NEW_YEAR,
        workload=Workload("gce instance", "web", "europe-west1-b"),
        account="shop",
    )
    bare = {name: disk[name] for name in ("selfLink", "sizeGb")}
    strange = {**disk, "users": ["elsewhere"]}
    assert listed([bare, {**bare, "users": disk["users"]}, strange]) == []


def test_services_are_told_with_their_images() -> None:
    """By location, as the audit log names them."""
    service = {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {
            "name": "web",
            "namespace": "123456789012",
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "labels": {"cloud.googleapis.com/location": "europe-west1"},
        },
        "spec": {
            "template": {
                "spec": {
                    "containers": [
                        {"name": "web", "image": f"{HOST}/shop/apps/web@{DIGEST}"},
                        {"name": "side", "image": f"{HOST}/shop/apps/proxy:2"},
                        {"name": "built"},
                    ]
                }
            }
        },
    }
    bare = {"apiVersion": "serving.knative.dev/v1", "metadata": {"name": "bare"}, "spec": {}}
    web, empty = listed([service, bare], Place(account="shop"))
    assert web.images == (
        Image(HOST, "shop/apps/web", None, DIGEST),
        Image(HOST, "shop/apps/proxy", "2"),
    )
    assert web.workload == Workload("cloud run service", "web", "europe-west1")
    assert (web.since, web.account, web.region) == (NEW_YEAR, "shop", "europe-west1")
    assert (empty.images, empty.workload) == ((), Workload("cloud run service", "bare"))
