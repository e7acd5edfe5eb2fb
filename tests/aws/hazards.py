"""A line to AWS at which somebody pulls the plug: a proxy before moto that counts effects."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

# What changes something, by what stands in the request.
_EFFECTS = {
    "DynamoDB_20120810.BatchWriteItem": "write",
    "DynamoDB_20120810.PutItem": "lease",
    "Action=Publish": "publish",
    "/findings/import": "import",
    "PUT": "keep",
}


class _Line(BaseHTTPRequestHandler):
    server: "Hazard"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Hand on to AWS; when the effect is done, the process may not live to hear of it."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, answer = self._ask(body)
        if not self.server.is_survived(self._effect(body)):
            self.close_connection = True
            return
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_PUT = do_POST  # noqa: N815 - the names that http.server looks for

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        headers = {name: value for name, value in self.headers.items() if name != "Expect"}
        request = urllib.request.Request(
            self.server.target + self.path, body or None, headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def _effect(self, body: bytes) -> str | None:
        told = f"{self.headers.get('X-Amz-Target', '')} {self.path} {body[:4000]!r}"
        if self.command == "PUT":
            told = f"PUT {self.path}"
        return next((name for mark, name in _EFFECTS.items() if mark in told), None)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Hazard(ThreadingHTTPServer):
    """``kill`` is called after the effect with the number ``fatal``, before anybody hears of it;
    ``effects`` are those that were done, in order.
    """

    daemon_threads = True

    def __init__(self, target: str, fatal: int | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.target = target
        self.fatal = fatal
        self.effects: list[str] = []
        self.kill: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    def is_survived(self, effect: str | None) -> bool:
        """Note an effect; end the process if that was its last."""
        if effect is None:
            return True
        with self._lock:
            self.effects.append(effect)
            fatal = len(self.effects) - 1 == self.fatal
        if fatal:
            self.kill()
        return not fatal

    def handle_error(self, *_: object) -> None:
        """Say nothing: a killed process leaves its connection."""
