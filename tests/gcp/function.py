"""A Cloud Run function without Google: the framework's own server, on a port of this machine."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from msgspec import Struct

PATIENCE = 60  # seconds until a function that says nothing is given up
TRACE = "105445aa7843bc8bf206b12000100000"


class Answer(Struct, frozen=True):
    """What the function answered."""

    status: int
    text: str


class Died(Exception):  # noqa: N818 - it is what the function did
    """The process ended before it answered."""


class Function:
    """One function, warm until it is killed or leaves the block.

    ``code`` is the staged package, and ``brought`` the folder of what its requirements install.
    """

    def __init__(
        self, code: Path, brought: Path, target: str, environment: Mapping[str, str]
    ) -> None:
        self._code = code
        self._brought = brought
        self._target = target
        self._environment = environment
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log = code.parent / f"{target}-{uuid4().hex}.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the process, and wait until it listens."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                # Without this machine's packages: what the lock forgot is not there.
                [sys.executable, "-S", "-m", "functions_framework", *self._options()],
                cwd=self._code,
                env={
                    **self._environment,
                    "PATH": os.defpath,
                    "PYTHONPATH": str(self._brought),
                    "K_SERVICE": "tidewaiter-worker",
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(PATIENCE * 20):
            if self._process.poll() is not None:
                break
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.05)
        raise Died(self.log)

    def _options(self) -> list[str]:
        return [
            *("--source", "main.py", "--target", self._target),
            *("--host", "127.0.0.1", "--port", str(self._port)),
        ]

    def post(self, body: bytes, method: str = "POST", **headers: str) -> Answer:
        """Send a request; names of headers have underscores for hyphens.  Raises :class:`Died`."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        trace = {"X-Cloud-Trace-Context": f"{TRACE}/1;o=1"}
        try:
            line.request(method, "/", body, {"Content-Type": "application/json"} | trace | named)
            told = line.getresponse()
            return Answer(told.status, told.read().decode())
        except (http.client.HTTPException, OSError) as error:
            raise Died(f"{error!r}: {self.log}") from error
        finally:
            line.close()

    def push(self, message: Any) -> Answer:
        """Send JSON as Pub/Sub pushes it."""
        return self.post(json.dumps(message).encode())

    def crash(self) -> None:
        """Kill whoever answers requests; the server starts another."""
        assert self._process is not None
        server = self._process.pid
        for worker in Path(f"/proc/{server}/task/{server}/children").read_text().split():
            os.kill(int(worker), signal.SIGKILL)

    def kill(self) -> None:
        """End the server and its workers as the kernel does, wherever they stand."""
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def log(self) -> str:
        """All that the function wrote."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def said(self) -> list[dict[str, Any]]:
        """Our entries in the log, each of which is a line of JSON."""
        lines = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return [one for one in lines if "tidewaiter" in one.get(LABELS, {})]

    @property
    def mails(self) -> list[dict[str, Any]]:
        """What an alert policy would mail."""
        return [one["mail"] for one in self.said if one[LABELS]["tidewaiter"] == "mail"]

    @property
    def counts(self) -> dict[str, int]:
        """The sums of the metrics."""
        found: dict[str, int] = {}
        for one in self.said:
            for name, count in one.get("metrics", {}).items():
                found[name] = found.get(name, 0) + count
        return found


LABELS = "logging.googleapis.com/labels"
