"""Google's REST services as far as we ask them, behind a socket: Pub/Sub, Cloud Storage, Artifact
Analysis, and whatever else answers with JSON that a test laid there.
"""

import json
from base64 import b64decode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

Json = dict[str, Any]

# Called with method and path before and after a request is carried out; a status refuses it.
Meddling = Callable[[str, str, bool], int | None]


class Message(Struct, frozen=True):
    """What was published to a topic."""

    topic: str
    data: Json
    attributes: dict[str, str]


class Google:
    """What the services know, and what they were asked, as ``GET /path``."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}  # by gs://BUCKET/NAME
        self.messages: list[Message] = []
        self.documents: dict[str, Json] = {}  # by path, with the page's token behind it
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.meddle: Meddling = lambda _method, _path, _done: None
        self._lock = Lock()

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Carry out a request."""
        parts = urlsplit(target)
        given = dict(parse_qsl(parts.query))
        status = self.meddle(method, parts.path, False)
        if status is None:
            with self._lock:
                told = self._carry_out(method, parts.path, given, body)
            status = self.meddle(method, parts.path, True)
            if status is None:
                return told
        return status, json.dumps({"error": {"code": status, "message": "no"}}).encode()

    def _carry_out(
        self, method: str, path: str, given: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        if path.endswith(":publish"):
            return self._published(path, json.loads(body))
        if path.startswith("/upload/storage/v1/b/"):
            bucket = unquote(path.split("/")[5])
            self.objects[f"gs://{bucket}/{given['name']}"] = body
            return 200, b"{}"
        if path.startswith("/storage/v1/b/"):
            _, _, _, _, bucket, _, name = path.split("/")
            found = self.objects.get(f"gs://{unquote(bucket)}/{unquote(name)}")
            return (404, b"No such object") if found is None else (200, found)
        page = given.get("pageToken", given.get("continue", ""))
        told = self.documents.get(f"{path} {page}".strip())
        if told is None or method != "GET":
            return 404, json.dumps({"error": {"code": 404, "message": "not found"}}).encode()
        return 200, json.dumps(told).encode()

    def _published(self, path: str, told: Json) -> tuple[int, bytes]:
        topic = path.removeprefix("/v1/").removesuffix(":publish")
        for one in told["messages"]:
            data = json.loads(b64decode(one["data"]))
            self.messages.append(Message(topic, data, one["attributes"]))
        return 200, json.dumps({"messageIds": [str(len(self.messages))]}).encode()


class _Handler(BaseHTTPRequestHandler):
    server: "Server"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        self._do("GET")

    def do_POST(self) -> None:
        """Answer."""
        self._do("POST")

    def _do(self, method: str) -> None:
        google = self.server.google
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        google.asked.append(f"{method} {self.path}")
        google.headers.append(dict(self.headers.items()))
        status, told = google.answer(method, self.path, body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Answers on a port of this machine until :meth:`stop`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.google = Google()
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port."""
        host, port = self.server_address[:2]
        return f"{host!s}:{port}"

    @property
    def environment(self) -> dict[str, str]:
        """What leads there."""
        services = ("STORAGE", "CONTAINERANALYSIS", "ARTIFACTREGISTRY", "COMPUTE", "RUN")
        return {
            "PUBSUB_EMULATOR_HOST": self.address,
            **{
                f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{name}": f"http://{self.address}/"
                for name in services
            },
        }

    def stop(self) -> None:
        """Hang up."""
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """Say nothing: a killed process leaves its connection."""
