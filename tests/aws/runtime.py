"""AWS Lambda without AWS: the zip, unpacked, run by Amazon's own client of the runtime interface.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from msgspec import Struct

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:tidewaiter-worker"
PATIENCE = 600  # seconds until a function that says nothing is given up; CI may be busy

# What the runtime brings, and the zip does not: Amazon's client, and the SDK.
BROUGHT = (
    "awslambdaric", "simplejson", "snapshot-restore-py", "boto3", "botocore", "s3transfer",
    "python-dateutil", "six", "urllib3", "jmespath",
)  # fmt: skip


class Failed(Exception):  # noqa: N818 - it is what the function did
    """The function failed, and Lambda would invoke it again; the text is its error."""


class Died(Exception):  # noqa: N818
    """The process ended before it answered."""


class _Invocation(Struct):
    id: str
    event: bytes
    seconds: float


class _Api(BaseHTTPRequestHandler):
    """Gives one invocation after another, and takes the answers."""

    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Give the next invocation; wait until there is one."""
        given = self.server.waiting.get()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", given.id)
        self.send_header(
            "Lambda-Runtime-Deadline-Ms", str(int((time.time() + given.seconds) * 1e3))
        )
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
        self.send_header("Content-Type", "application/json")  # or the client dies
        self.send_header("Content-Length", str(len(given.event)))
        self.end_headers()
        self.wfile.write(given.event)

    def do_POST(self) -> None:
        """Take an answer or an error."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answers.put((self.path.rpartition("/")[2] == "error", body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: a killed process leaves its connection."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.waiting: queue.Queue[_Invocation] = queue.Queue()
        self.answers: queue.Queue[tuple[bool, bytes]] = queue.Queue()


class Function:
    """One function, warm from its first invocation until it is killed or leaves the block."""

    def __init__(
        self, code: Path, brought: Path, handler: str, environment: Mapping[str, str]
    ) -> None:
        self._code = code
        self._brought = brought
        self._handler = handler
        self._environment = environment
        self._server = _Server()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = code.parent / f"{handler}-{uuid4().hex}.log"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._server.shutdown()
        self._server.server_close()

    def invoke(self, event: Any, seconds: float = 900) -> Any:
        """Return what the function answers.  Raises :class:`Failed` or :class:`Died`."""
        self.begin(event, seconds)
        return self.answer()

    def begin(self, event: Any, seconds: float = 900) -> None:
        """Invoke the function, and do not wait."""
        if self._process is None or self._process.poll() is not None:
            self._process = self._started()
        given = _Invocation(str(uuid4()), json.dumps(event).encode(), seconds)
        self._server.waiting.put(given)

    def answer(self) -> Any:
        """Wait for the answer."""
        for _ in range(PATIENCE * 20):
            try:
                failed, body = self._server.answers.get(timeout=0.05)
            except queue.Empty:
                if self._process is None or self._process.poll() is not None:
                    raise Died(self.log) from None
                continue
            told = json.loads(body)
            if failed:
                raise Failed(f"{told['errorType']}: {told['errorMessage']}")
            return told
        raise Died(f"no answer within {PATIENCE} seconds: {self.log}")

    def kill(self) -> None:
        """End the process as the kernel does, wherever it stands; what was not taken is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._server.waiting = queue.Queue()

    @property
    def log(self) -> str:
        """All that the function wrote."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def said(self) -> list[dict[str, Any]]:
        """The lines of the log that are JSON."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]

    def _started(self) -> subprocess.Popen[bytes]:
        host, port = self._server.server_address[:2]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                # Without this machine's packages: what the zip forgot is not there.
                [sys.executable, "-S", "-m", "awslambdaric", self._handler],
                cwd=self._code,
                env={
                    **self._environment,
                    "PATH": os.defpath,
                    "PYTHONPATH": str(self._brought),
                    "AWS_LAMBDA_RUNTIME_API": f"{host!s}:{port}",
                    "AWS_LAMBDA_FUNCTION_NAME": "tidewaiter-worker",
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
                    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                    "LAMBDA_TASK_ROOT": str(self._code),
                },
                stdout=log,
                stderr=log,
            )


def bring(folder: Path) -> None:
    """Put into ``folder`` what the runtime brings."""
    for name in BROUGHT:
        brought = distribution(name)
        for top in {file.parts[0] for file in brought.files or ()} - {"..", "__pycache__"}:
            (folder / top).symlink_to(str(brought.locate_file(top)))
