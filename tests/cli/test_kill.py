"""SIGKILL at any moment of a replay with a memory, and a second run that completes it."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.trails import call

CORE = str(Path(__file__).parents[2] / "core")
DAYS, REPOSITORIES = 26, 40  # more events than fit in two transactions
GIVEN_UP = 20.0  # seconds
Process = subprocess.Popen[bytes]
Moment = Callable[[Process, Path], None]


def push(day: int, number: int, tag: str, *layers: str) -> dict[str, Any]:
    """A push of ``tag`` to one of the repositories."""
    media = "application/vnd.docker.distribution.manifest.v2+json"
    digests = [f"sha256:{layer:0>64}" for layer in layers]
    manifest = {
        "schemaVersion": 2,
        "mediaType": media,
        "config": {"digest": f"sha256:{layers[-1]:f>64}", "size": 1500},
        "layers": [{"digest": digest, "size": 30_000_000} for digest in digests],
    }
    where = {"registryId": "111122223333", "repositoryName": f"prod/app-{number}"}
    content = {"imageDigest": f"sha256:{layers[-1]:e>64}", "imageTag": tag}
    return call(
        f"{8 + number % 8:02}:{number:02}:00",
        "ecr",
        "PutImage",
        {**where, "imageTag": tag, "imageManifest": json.dumps(manifest)},
        {"image": {**where, "imageId": content}},
    ) | {
        "eventTime": f"2026-02-{day:02}T{8 + number % 8:02}:{number:02}:00Z",
        "eventID": f"00000000-0000-4000-8000-{day:06}{number:06}",
    }


def by(name: str, record: dict[str, Any]) -> dict[str, Any]:
    """The record as if user ``name`` had made the call."""
    who = {
        "type": "IAMUser",
        "principalId": f"AIDA{name.upper()}",
        "arn": f"arn:aws:iam::111122223333:user/{name}",
        "accountId": "111122223333",
        "accessKeyId": f"AKIAEXAMPLE{name.upper()}",
        "userName": name,
    }
    return {**record, "userIdentity": who}


def records() -> Iterator[dict[str, Any]]:
    """Four weeks of pushes by a pipeline, then implants in some of the repositories."""
    for day in range(1, DAYS + 1):
        for number in range(REPOSITORIES):
            layers = (f"{number:x}a", f"{number:x}b", f"{number:x}c{day:x}")
            yield by("builder", push(day, number, "latest", *layers))
    for number in range(0, REPOSITORIES, 4):
        above = f"{number:x}c{DAYS:x}", f"{number:x}d"
        implant = push(DAYS + 1, number, "latest", f"{number:x}a", f"{number:x}b", *above)
        yield by(f"eve{number}", implant)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records in a file, in no order."""
    shuffled = list(records())
    random.Random(7).shuffle(shuffled)
    path = tmp_path_factory.mktemp("logs") / "trail.json"
    path.write_text("".join(json.dumps(record) + "\n" for record in shuffled))
    return path


def replay(logs: Path, memory: Path) -> Process:
    """A replay in a process of its own that has just begun."""
    argv = [sys.executable, "-m", "tidewaiter.cli", "replay", str(logs)]
    return subprocess.Popen(
        [*argv, "--memory", str(memory), "--format", "json", "--min-severity", "info"],
        env={"PYTHONPATH": CORE},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def told(logs: Path, memory: Path) -> bytes:
    """What a replay that nobody kills prints."""
    out, _ = replay(logs, memory).communicate(timeout=GIVEN_UP)
    return out


def size(memory: Path) -> int:
    """The bytes of a memory, with its journal."""
    files = (memory, Path(f"{memory}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def grown(share: float, whole: int) -> Moment:
    """The moment at which the memory has ``share`` of the size of a ``whole`` one."""

    def wait(process: Process, memory: Path) -> None:
        while process.poll() is None and size(memory) <= share * whole:
            time.sleep(0.002)

    return wait


def after(seconds: float) -> Moment:
    """The moment ``seconds`` after the first byte of the memory was written."""

    def wait(process: Process, memory: Path) -> None:
        grown(0, 1)(process, memory)
        time.sleep(seconds)

    return wait


def killed(logs: Path, memory: Path, moment: Moment) -> bool:
    """Begin a replay and kill it at ``moment``; false if it had ended before."""
    process = replay(logs, memory)
    moment(process, memory)
    process.kill()
    process.communicate(timeout=GIVEN_UP)
    return process.returncode == -signal.SIGKILL


def test_a_killed_replay_is_completed_by_the_next(logs: Path, tmp_path: Path) -> None:
    """Killed anywhere, and more than once, a replay leaves a memory from which the next run tells
    the same incidents as an uninterrupted one.
    """
    began = time.monotonic()
    whole = told(logs, tmp_path / "whole.sqlite")
    lasted = time.monotonic() - began
    assert len(whole.splitlines()) == REPOSITORIES // 4
    largest = size(tmp_path / "whole.sqlite")
    moments = [grown(tenth / 10, largest) for tenth in (0, 3, 6)]
    moments += [after(random.Random(place).uniform(0, lasted / 2)) for place in range(2)]
    hits = 0
    for number, moment in enumerate(moments):
        memory = tmp_path / f"{number}.sqlite"
        hits += killed(logs, memory, moment)
        if number % 2:  # and once more on what is left
            killed(logs, memory, after(lasted / 3))
        assert told(logs, memory) == whole
    assert hits >= 3  # those that watch the memory grow, at least
