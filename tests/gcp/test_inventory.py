"""What is there, as Google lists it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.gcp.cloud import Cloud
from tests.gcp.conftest import Start
from tests.gcp.function import Answer
from tests.gcp.google_server import Google, Server
from tests.gcp.pushes import push
from tidewaiter.asking import Pace
from tidewaiter.errors import Unavailable
from tidewaiter.inventory import Thing, read
from tidewaiter.model import Image, Workload
from tidewaiter_gcp.asking import Asking
from tidewaiter_gcp.inventory import parts
from tidewaiter_gcp.listing import Listing
from tidewaiter_gcp.services import Services

Json = dict[str, Any]

PROJECT = "example-shop"
AR = f"/v1/projects/{PROJECT}/locations"
APPS = f"projects/{PROJECT}/locations/europe-west1/repositories/apps"
LEGACY = f"projects/{PROJECT}/locations/us/repositories/gcr.io"
HOST = "europe-west1-docker.pkg.dev"
OLD, NEW = "sha256:" + "aa" * 32, "sha256:" + "bb" * 32
DAYS_AGO = (datetime.now(UTC) - timedelta(days=30)).isoformat()


@pytest.fixture
def server() -> Iterator[Server]:
    """Google, on a port of this machine, with one project."""
    made = Server()
    furnish(made.google)
    yield made
    made.stop()


def image(repository: str, name: str, digest: str, *tags: str) -> Json:
    """An image as Artifact Registry lists it."""
    path = f"{repository}/dockerImages/{name}@{digest}"
    told: Json = {"name": path, "uploadTime": DAYS_AGO, "imageSizeBytes": "7"}
    return {**told, "tags": list(tags)} if tags else told


def furnish(google: Google) -> None:
    """Two locations, three repositories of which one is for Python, in pages."""
    google.documents |= {
        AR: {"locations": [{"name": f"projects/{PROJECT}/locations/europe-west1"}]},
        f"{AR}/europe-west1/repositories": {
            "repositories": [{"name": APPS, "format": "DOCKER"}],
            "nextPageToken": "two",
        },
        f"{AR}/europe-west1/repositories two": {
            "repositories": [
                {"name": LEGACY, "format": "DOCKER"},
                {"name": f"{APPS}-python", "format": "PYTHON"},
            ],
        },
        f"/v1/{APPS}/dockerImages": {
            "dockerImages": [image(APPS, "web", OLD, "latest", "1.4")],
            "nextPageToken": "two",
        },
        f"/v1/{APPS}/dockerImages two": {
            "dockerImages": [image(APPS, "team%2Fapi", NEW), {"name": f"{APPS}/strange"}],
        },
        f"/v1/{LEGACY}/dockerImages": {"dockerImages": [image(LEGACY, "web", OLD, "latest")]},
        f"/compute/v1/projects/{PROJECT}/global/images": {
            "items": [
                {
                    "selfLink": f"https://compute.example.com/projects/{PROJECT}/global/images/g",
                    "id": "123",
                    "creationTimestamp": DAYS_AGO,
                    "labels": {"secret": "no"},
                }
            ]
        },
        f"/compute/v1/projects/{PROJECT}/aggregated/disks": {
            "items": {
                "zones/europe-west1-b": {
                    "disks": [
                        {
                            "selfLink": "https://compute.example.com/disks/web",
                            "sizeGb": "10",
                            "sourceImage": f"projects/{PROJECT}/global/images/g",
                            "users": [f"/projects/{PROJECT}/zones/europe-west1-b/instances/web"],
                        },
                        {"selfLink": "https://compute.example.com/disks/spare", "sizeGb": "10"},
                    ]
                },
                "zones/europe-west1-c": {"warning": {"code": "NO_RESULTS_ON_PAGE"}},
            }
        },
        f"/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services": {
            "items": [service("web", f"{HOST}/{PROJECT}/apps/web:latest")],
            "metadata": {"continue": "two"},
        },
        f"/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services two": {
            "items": [service("bare")],
            "metadata": {},
        },
    }


def service(name: str, *images: str) -> Json:
    """A service as Cloud Run lists it."""
    where = {"cloud.googleapis.com/location": "europe-west1"} if images else {}
    secret = [{"name": "PASSWORD", "value": "EXAMPLE"}]
    containers = [{"image": one, "env": secret} for one in images]
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "123456789012", "labels": where},
        "spec": {"template": {"spec": {"containers": containers}}},
    }


def listed(server: Server, waited: list[float] | None = None) -> Listing:
    """A way to list that spends no time."""
    slept = [] if waited is None else waited
    pace = Pace(clock=lambda: sum(slept), sleep=slept.append)
    asking = Asking(lambda: 0.0)
    return Listing(PROJECT, Services(asking, server.environment), pace)


def things(server: Server) -> dict[str, list[Thing]]:
    """The things of each part, by its name without the project."""
    return {
        part.name.removeprefix(f"{PROJECT} "): [
            thing for raw in part.look() for thing in read(raw, part.place)
        ]
        for part in parts([listed(server)])
    }


def test_repositories_are_told_with_their_images(server: Server) -> None:
    """Each is a part, by all pages, and images are named as logs name them."""
    found = things(server)
    assert list(found) == ["disks", "images", "run", APPS, LEGACY]
    assert [one.images[0] for one in found[APPS]] == [
        Image(HOST, f"{PROJECT}/apps/web", "1.4", OLD),
        Image(HOST, f"{PROJECT}/apps/web", "latest", OLD),
        Image(HOST, f"{PROJECT}/apps/team/api", None, NEW),
    ]
    assert [one.images[0] for one in found[LEGACY]] == [
        Image("gcr.io", f"{PROJECT}/web", "latest", OLD)
    ]
    assert {one.since for one in found[APPS]} == {datetime.fromisoformat(DAYS_AGO)}


def test_machine_images_and_what_runs_are_told(server: Server) -> None:
    """Instances by their disks, and services by their containers."""
    found = things(server)
    gold = f"projects/{PROJECT}/global/images/g"
    assert [one.images[0].reference for one in found["images"]] == [gold]
    (running,) = found["disks"]
    assert running.workload == Workload("gce instance", "web", "europe-west1-b")
    assert [one.workload for one in found["run"]] == [
        Workload("cloud run service", "web", "europe-west1"),
        Workload("cloud run service", "bare"),
    ]
    assert found["run"][0].images == (Image(HOST, f"{PROJECT}/apps/web", "latest"),)


def test_only_what_is_wanted_is_kept(server: Server) -> None:
    """Secrets stand in the environment of containers."""
    raw = b"".join(one for part in parts([listed(server)]) for one in part.look())
    assert not any(word in raw for word in (b"EXAMPLE", b"secret", b"imageSizeBytes"))


def test_of_many_images_the_newest_and_all_with_a_tag_are_told(server: Server) -> None:
    """A repository that nobody tidies up does not fill the memory."""
    many = [image(APPS, "web", f"sha256:{number:064x}") for number in range(300)]
    for number, one in enumerate(many):
        one["updateTime"] = (datetime.now(UTC) - timedelta(days=number)).isoformat()
    tagged = [image(APPS, "web", OLD, "first")]
    server.google.documents[f"/v1/{APPS}/dockerImages"] = {"dockerImages": [*many, *tagged]}
    found = things(server)[APPS]
    assert len(found) == 101
    assert found[0].images[0].tag == "first"
    assert {one.images[0].digest for one in found[1:]} == {
        f"sha256:{number:064x}" for number in range(100)
    }


def test_nobody_is_asked_more_than_ten_times_a_second(server: Server) -> None:
    """Other functions share the project's quota."""
    waited: list[float] = []
    for part in parts([listed(server, waited)]):
        list(part.look())
    assert len(server.google.asked) == 10
    assert sum(waited) == pytest.approx(0.9)


@pytest.mark.parametrize("told", ["[]", "nonsense"])
def test_what_is_no_listing_is_said(told: str, server: Server) -> None:
    """Something else than Google answers there."""
    server.google.answer = lambda *_: (200, told.encode())  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match=rf"^{AR}: "):
        list(parts([listed(server)]))


def test_a_project_that_cannot_be_asked_keeps_nobody_from_the_others(server: Server) -> None:
    """Its API may be off; that is said where its repositories would be."""
    ours = listed(server)
    other = Listing("example-mill", Services(Asking(lambda: 0.0), server.environment))
    found = {part.name: part for part in parts([other, ours])}
    assert {f"{PROJECT} {APPS}", f"{PROJECT} {LEGACY}"} < found.keys()
    with pytest.raises(Unavailable, match=r"^artifactregistry/v1/projects/example-mill/.*: 404 "):
        list(found["example-mill repositories"].look())


def poisoned(tag: str, digest: str) -> Json:
    """The audit entry of a push over ``tag``."""
    name = f"{APPS}/dockerImages/web"
    return {
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "status": {},
            "authenticationInfo": {"principalEmail": "mallory@example.com"},
            "requestMetadata": {
                "callerIp": "203.0.113.9",
                "callerSuppliedUserAgent": "docker/27.3.1,gzip(gfe)",
            },
            "serviceName": "artifactregistry.googleapis.com",
            "methodName": "Docker-PutManifest",
            "resourceName": name,
            "request": {
                "@type": "type.googleapis.com/google.logging.type.HttpRequest",
                "requestMethod": "PUT",
                "requestUrl": f"/v2/{PROJECT}/apps/web/manifests/{tag}",
            },
            "metadata": {"digest": digest},
        },
        "insertId": "example1",
        "resource": {
            "type": "audited_resource",
            "labels": {
                "project_id": PROJECT,
                "service": "artifactregistry.googleapis.com",
                "method": "Docker-PutManifest",
            },
        },
        "timestamp": datetime.now(UTC).isoformat(),
        "severity": "INFO",
        "logName": f"projects/{PROJECT}/logs/cloudaudit.googleapis.com%2Fdata_access",
    }


def test_after_an_inventory_the_first_poisoning_is_seen_as_a_move(
    cloud: Cloud, start: Start
) -> None:
    """A tag that nobody pushed since we look moves to new content, and whoever knows says so."""
    furnish(cloud.google.google)
    cloud.configure('[notify]\nmachines = "low"\n')
    with start(cloud, "inventory") as function:
        assert function.post(b"") == Answer(204, "")
        asked = len(cloud.google.google.asked)
        assert function.post(b"") == Answer(204, "")  # stock was taken lately
    assert function.counts["Inventoried"] == 8
    assert len(cloud.google.google.asked) <= asked + 1
    notice = {
        "action": "INSERT",
        "digest": f"{HOST}/{PROJECT}/apps/web@{NEW}",
        "tag": f"{HOST}/{PROJECT}/apps/web:latest",
    }
    with start(cloud) as function:
        for told in (poisoned("latest", NEW), notice):
            assert function.push(push(told)) == Answer(204, "")
    (message,) = cloud.google.google.messages[-1:]
    assert message.attributes["detector.tag-moved"] == "true"
    assert OLD[:15] in json.dumps(message.data)


def test_what_cannot_be_listed_is_left_out_and_said(cloud: Cloud, start: Start) -> None:
    """The rest is learned all the same, and the next night tries it again."""
    furnish(cloud.google.google)
    images = f"/compute/v1/projects/{PROJECT}/global/images"
    cloud.google.google.meddle = lambda _method, path, _done: 403 if path == images else None
    with start(cloud, "inventory") as function:
        assert function.post(b"") == Answer(204, "")
    assert function.counts["Inventoried"] == 7
    (remark,) = [one for one in function.said if "global/images" in one.get("message", "")]
    assert remark["severity"] == "WARNING"
    cloud.google.google.meddle = lambda _method, path, _done: 403 if path == AR else None
    cloud.firestore.firestore.documents.clear()
    with start(cloud, "inventory") as function:
        assert function.post(b"").status == 503
