"""The staged package in Microsoft's worker, in a process of its own."""

import base64
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import IO, Any, Self

from deploy.package import build
from tests.azure import tokens
from tests.azure.certificates import certificate

_WORKER = Path(sys.prefix) / "azure-functions-runtime"
_HOST = Path(__file__).with_name("host.py")

_numbers = count(1)


@cache
def staged(folder: Path) -> Path:
    """Build the package for this interpreter, and unpack it."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    with zipfile.ZipFile(build("azure", "x86_64", python, folder)) as package:
        package.extractall(folder / "app")
    return folder / "app"


def path_of(app: Path) -> dict[str, str]:
    """The environment in which a staged app finds its packages, and nothing else of ours."""
    packages = app / ".python_packages/lib/site-packages"
    return {"PYTHONPATH": os.pathsep.join(map(str, (packages, _WORKER)))}


class Functions:
    """A function app that runs; ``log`` is what it writes, and ``index`` what the worker tells of
    its functions, by name.
    """

    def __init__(self, app: Path, settings: Mapping[str, str], log: Path) -> None:
        assert _WORKER.exists(), "Microsoft's worker is not installed: see the Makefile"
        environment = {
            **path_of(app),
            **settings,
            "PATH": os.environ["PATH"],
            "IDENTITY_ENDPOINT": tokens.endpoint(),
            "IDENTITY_HEADER": tokens.SECRET,
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            "REQUESTS_CA_BUNDLE": str(certificate()),
        }
        self._log = log
        with log.open("a") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-B", str(_HOST), str(app)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        started = self._read()
        assert started["status"] == "Success", started
        found = started["function_metadata_results"]
        self.index: dict[str, Any] = {one["name"]: one for one in found}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let it end."""
        self._process.communicate()

    def kill(self) -> None:
        """Kill it, wherever it is."""
        self._process.kill()
        self._process.communicate()

    @property
    def log(self) -> str:
        """All that it wrote."""
        return self._log.read_text()

    @property
    def counts(self) -> dict[str, float]:
        """The metrics that it wrote, summed up."""
        total: dict[str, float] = {}
        for line in self.log.splitlines():
            _, found, told = line.partition('tidewaiter: {"tidewaiter":')
            for name, number in json.loads(told[:-1]).items() if found else ():
                total[name] = total.get(name, 0) + number
        return total

    def http(self, body: bytes) -> int:
        """Post a request; return the status of the answer."""
        request = {"method": "POST", "url": "https://app.example.com/api/activity-log"}
        data = {"http": {**request, "body": {"bytes": _base64(body)}}}
        answer = self.invoke("activity_log", "req", data)
        assert succeeded(answer), answer
        return int(answer["returnValue"]["http"]["statusCode"])

    def event(self, raw: bytes) -> dict[str, Any]:
        """Bring an event of Event Grid."""
        return self.invoke("event_grid", "event", {"json": raw.decode()})

    def hub(self, bodies: Sequence[bytes]) -> dict[str, Any]:
        """Bring a batch of an Event Hub."""
        told = [
            {"SequenceNumber": next(_numbers), "EnqueuedTimeUtc": "2026-02-12T14:00:00Z"}
            for _ in bodies
        ]
        data = {"collectionBytes": {"bytes": [_base64(one) for one in bodies]}}
        metadata = {
            "SystemPropertiesArray": {"json": json.dumps(told)},
            "SequenceNumberArray": {"json": json.dumps([one["SequenceNumber"] for one in told])},
        }
        return self.invoke("event_hub", "events", data, metadata)

    def queue(self, text: str) -> dict[str, Any]:
        """Bring a message of the queue."""
        metadata = {"Id": {"string": "1"}, "DequeueCount": {"string": "1"}}
        return self.invoke("retry", "msg", {"string": text}, metadata)

    def timer(self, function: str) -> dict[str, Any]:
        """Let a schedule come round."""
        told = {"Schedule": {"AdjustForDST": True}, "IsPastDue": False}
        return self.invoke(function, "timer", {"json": json.dumps(told)})

    def invoke(
        self,
        function: str,
        name: str,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Invoke a function, and return the worker's answer."""
        told = {
            "function": function,
            "invocationId": str(next(_numbers)),
            "inputData": [{"name": name, "data": data}],
            "triggerMetadata": metadata or {},
        }
        self._pipe(self._process.stdin).write(json.dumps(told) + "\n")
        self._pipe(self._process.stdin).flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        line = self._pipe(self._process.stdout).readline()
        assert line, self.log
        told: dict[str, Any] = json.loads(line)
        return told

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def succeeded(answer: Mapping[str, Any]) -> bool:
    """Whether the function did not raise."""
    return bool(answer["result"].get("status") == "Success")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
