"""Blobs and queues: what is asked, and what one sentence says when it is not given."""

import pytest

from tests.azure.cloud import Cloud
from tidewaiter.errors import Unavailable
from tidewaiter_azure.asking import Asking
from tidewaiter_azure.objects import Objects, Place
from tidewaiter_azure.queues import Queues

pytestmark = pytest.mark.usefixtures("managed")


@pytest.fixture
def objects(cloud: Cloud) -> Objects:
    """The blobs of a deployment."""
    return Objects(cloud.settings["TIDEWAITER_STORAGE__blobServiceUri"], Asking(lambda: 0.0))


def test_a_blob_comes_back_whole(cloud: Cloud, objects: Objects) -> None:
    """Written twice it is there once, whatever its size and name."""
    place = Place(cloud.named("retry"), "2026/03/02/a b#?.json")
    for data in (b"first", b"x" * 40_000_000, b""):
        objects.put(place, data)
        assert b"".join(objects.blocks(place)) == objects.find(place) == data
    assert objects.names(place.container) == [place.name]


def test_a_blob_is_deleted_once(cloud: Cloud, objects: Objects) -> None:
    """Who comes second finds nothing, and that is well."""
    place = Place(cloud.named("retry"), "one")
    objects.put(place, b"1")
    for _ in range(2):
        objects.delete(place)
        assert objects.find(place) is None


def test_what_is_missing_is_said(cloud: Cloud, objects: Objects) -> None:
    """Settings that are gone are no empty settings, and a container that is gone is no blob."""
    place = Place(cloud.named("settings"), "gone")
    with pytest.raises(Unavailable, match=rf"^{place}: BlobNotFound: "):
        list(objects.blocks(place))
    with pytest.raises(Unavailable, match=r"^blob://no-such-container/x: ContainerNotFound: "):
        objects.find(Place("no-such-container", "x"))


def test_a_download_that_breaks_off_is_said(cloud: Cloud, objects: Objects) -> None:
    """Part of the blob was read, and the rest cannot be had."""
    place = Place(cloud.named("retry"), "large")
    objects.put(place, b"x" * 40_000_000)
    found = objects.blocks(place)
    assert next(found)
    objects.put(place, b"other")  # its ETag is another now
    with pytest.raises(Unavailable, match=rf"^{place}: "):
        list(found)


def test_a_queue_that_is_missing_is_said(cloud: Cloud) -> None:
    """With its name, and at once."""
    queues = Queues(cloud.settings["TIDEWAITER_STORAGE__queueServiceUri"])
    queues.send(cloud.named("retry"), '{"a": 1}', 60)
    assert cloud.taken() == [{"a": 1}]
    with pytest.raises(Unavailable, match=r"^queue no-such-queue: QueueNotFound: "):
        queues.send("no-such-queue", "{}")
