"""The services by which incidents are told, as far as we ask them: Communication Services for
mails, and a topic of Event Grid.
"""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from msgspec import Struct, field

from tests.azure.certificates import certificate, key
from tests.azure.tokens import token

ACCOUNT = "devstoreaccount1"

# Bytes of a request, as the services' documentation has them.
LARGEST = {"/emails:send": 10_000_000, "/api/events": 1 << 20}

Answer = tuple[int, dict[str, str], Any]


class Services(Struct):
    """What was asked of them: ``mails`` and ``events`` in order, and the ``delays`` of messages for
    queues, which are handed on to Azurite at ``queues``.

    ``answers`` are given to the next requests instead of their own.
    """

    url: str = ""
    queues: str = ""
    delays: list[int] = field(default_factory=list)
    mails: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: list[Answer | None] = field(default_factory=list)
    resources: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    repositories: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    fatal: Callable[[], None] | None = None  # done once a mail was taken, before it is answered

    def queued(self, path: str, body: bytes, headers: Any) -> requests.Response:
        """Hand a message for later on to Azurite, where it is seen at once, and note the delay."""
        address = urlsplit(path)
        asked = dict(parse_qsl(address.query))
        self.delays.append(int(asked.pop("visibilitytimeout", 0)))
        url = f"{self.queues}{address.path.removeprefix('/' + ACCOUNT)}"
        kept = {name: headers[name] for name in ("Authorization", "x-ms-version", "Content-Type")}
        return requests.post(
            url, body, params=asked, headers=kept, verify=str(certificate()), timeout=10
        )

    def ask(self, method: str, path: str, told: Any, operation: str | None) -> Answer:
        """Do what is asked."""
        self.asked.append(f"{method} {path}")
        given = self.answers.pop(0) if self.answers else None
        if given is not None:
            return given
        ways: dict[str, Callable[[], Answer]] = {
            "/emails:send": lambda: self._mail(told, operation),
            "/emails/operations/": lambda: (200, {}, {"status": "Succeeded"}),
            "/api/events": lambda: self._event(told),
            "/subscriptions/": lambda: (200, {}, self._page(path)),
            "/acr/v1/_catalog": lambda: (200, {}, {"repositories": sorted(self.repositories)}),
            "/acr/v1/": lambda: self._manifests(path),
        }
        return next(way for start, way in ways.items() if path.startswith(start))()

    def _mail(self, told: dict[str, Any], operation: str | None) -> Answer:
        self.mails.append({**told, "operation": operation})
        if self.fatal:
            self.fatal()
            self.fatal = None
        return 202, {}, {"id": operation, "status": "Running"}

    def _event(self, told: list[dict[str, Any]]) -> Answer:
        self.events += told
        return 200, {}, None

    def _manifests(self, path: str) -> Answer:
        name = unquote(path.removeprefix("/acr/v1/").removesuffix("/_manifests"))
        return 200, {}, {"imageName": name, "manifests": self.repositories[name]}

    def _page(self, path: str) -> dict[str, Any]:
        """Resources come two at a time."""
        path, _, page = path.partition("/page/")
        found = self.resources.get(path, [])
        start = int(page or 0)
        told: dict[str, Any] = {"value": found[start : start + 2]}
        if len(found) > start + 2:
            told["nextLink"] = f"{self.url}{path}/page/{start + 2}"
        return told

    @property
    def subjects(self) -> list[str]:
        """Of the mails."""
        return [one["content"]["subject"] for one in self.mails]


class _Handler(BaseHTTPRequestHandler):
    """Hands requests on to ``services``."""

    protocol_version = "HTTP/1.1"
    services: Services

    def do_GET(self) -> None:
        """Answer a request, whatever its method."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        if path.startswith("/oauth2/"):  # a registry exchanges tokens for its own
            given = token("registry")
            self._write(200, {}, {"refresh_token": given, "access_token": given})
        elif not self.headers.get("Authorization", "").startswith("Bearer "):
            where = f'realm="{self.services.url}/oauth2/token",service="registry"'
            asked = {"WWW-Authenticate": f'Bearer {where},scope="registry:catalog:*"'}
            self._write(401, asked, {"errors": [{"code": "UNAUTHORIZED"}]})
        elif path.startswith(f"/{ACCOUNT}/"):
            answer = self.services.queued(self.path, body, self.headers)
            self._send(answer.status_code, {"Content-Type": "application/xml"}, answer.content)
        elif len(body) > LARGEST.get(path, len(body)):
            self._write(413, {}, {"error": {"code": "RequestEntityTooLarge", "message": path}})
        else:
            told = json.loads(body) if body else None
            operation = self.headers.get("Operation-Id")
            self._write(*self.services.ask(self.command, path, told, operation))

    do_POST = do_GET  # noqa: N815 - the names are theirs

    def _write(self, status: int, headers: dict[str, str], told: Any) -> None:
        body = b"" if told is None else json.dumps(told).encode()
        self._send(status, {"Content-Type": "application/json", **headers}, body)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, text in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, text)
        with suppress(OSError):  # whoever asked may be dead
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is theirs
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Services]:
    """Serve on a free port, encrypted, until the end."""
    services = Services()
    handler = type("Handler", (_Handler,), {"services": services})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(), key())
    server.socket = context.wrap_socket(server.socket, server_side=True)
    services.url = f"https://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
