"""Objects in buckets, and what goes to quarantine."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.aws.buckets import at_moto, contents, new_bucket, s3
from tests.wrapping import RECORD
from tidewaiter.errors import Unavailable
from tidewaiter.live.quarantine import Quarantine
from tidewaiter.reading.quarantine import Entry
from tidewaiter.reading.reader import Bad, Good, Reader, Where
from tidewaiter_aws.objects import Objects, Place

RECORD_TEXT = json.dumps(RECORD).encode()


@pytest.fixture(autouse=True)
def _moto(monkeypatch: pytest.MonkeyPatch) -> None:
    at_moto(monkeypatch)


def test_large_objects_come_in_blocks() -> None:
    """No more than a part of an object is in the function's memory."""
    bucket, data = new_bucket(), b"0123456789" * 250_000
    Objects().put(Place(bucket, "a b/é.json"), data)
    blocks = list(Objects().blocks(Place(bucket, "a b/é.json")))
    assert b"".join(blocks) == data
    assert len(blocks) == 3


def test_a_deleted_log_is_read_by_its_version() -> None:
    """Whoever deletes a log behind him leaves its version, which the notification names."""
    bucket = new_bucket(versions=True)
    version = s3().put_object(Bucket=bucket, Key="log.json", Body=b"evidence")["VersionId"]
    s3().delete_object(Bucket=bucket, Key="log.json")
    assert list(Objects().blocks(Place(bucket, "log.json", version))) == [b"evidence"]


@pytest.mark.parametrize(("bucket", "why"), [(None, "NoSuchKey"), ("example", "NoSuchBucket")])
def test_what_is_not_there_is_asked_for_again(bucket: str | None, why: str) -> None:
    """A missing object is never passed over, and the sentence says which it is."""
    place = Place(bucket or new_bucket(), "gone.json")
    with pytest.raises(Unavailable, match=f"^s3://{place.bucket}/gone.json: {why}: "):
        list(Objects().blocks(place))


class Breaking(BaseHTTPRequestHandler):
    """Promises more than it sends."""

    def do_GET(self) -> None:
        """Send a half."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", "8")
        self.end_headers()
        self.wfile.write(b"half")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_object_that_breaks_off_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that ends early makes no shorter log."""
    with HTTPServer(("127.0.0.1", 0), Breaking) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(Unavailable, match=r"^s3://trail/log\.json: 4 read, but total bytes"):
            list(Objects().blocks(Place("trail", "log.json")))


BADS = {
    "text": b'{"eventName": 7}',
    "bytes": b"\xff\x00\x1f",
    "nothing": b"",
}


@pytest.mark.parametrize("raw", BADS.values(), ids=BADS)
def test_a_record_lies_whole_in_quarantine(raw: bytes) -> None:
    """What was read comes out again byte by byte, with its place and the reason."""
    bucket = new_bucket()
    bad = Bad(Where("tidewaiter-events/2026/02/03/message-0", 3, "$.eventName"), "no", raw)
    Quarantine(Objects().into(bucket)).keep(bad)
    ((key, data),) = contents(bucket).items()
    assert key.startswith("2026/02/03/")
    entry = json.loads(data)
    assert (entry["record"], entry["path"], entry["reason"]) == (3, "$.eventName", "no")
    assert Entry.of(bad).bad == bad


def test_quarantine_can_be_replayed() -> None:
    """An object is a log of its own: what is mended since is read from it."""
    bucket = new_bucket()
    Quarantine(Objects().into(bucket)).keep(Bad(Where("log.json", 1), "not yet", RECORD_TEXT))
    ((key, data),) = contents(bucket).items()
    (found,) = Reader(None).records(key, [data])
    assert isinstance(found, Good)
    assert bytes(found.record.raw) == RECORD_TEXT


def test_what_cannot_be_kept_is_handed_back() -> None:
    """A record is never given up because its bucket is not there."""
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        Quarantine(Objects().into("example")).keep(Bad(Where("log.json", 1), "a", b"1"))
