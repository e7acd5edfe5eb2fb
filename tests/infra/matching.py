"""Ask LocalStack's matcher which event patterns let which events through.

It has many dependencies, and so an environment of its own, below the cache of the user; its lock is
``requirements/event-matcher.txt``.
"""

import fcntl
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.infra.offline import CACHE

Json = dict[str, Any]

LOCK = Path(__file__).parents[2] / "requirements" / "event-matcher.txt"

# Run by the other interpreter: patterns, then an event a line; for each the names that match.
MATCH = """
import json, sys
from localstack.utils.event_matcher import matches_event
patterns = json.loads(sys.stdin.readline())
for line in sys.stdin:
    event = json.loads(line)
    hits = [name for name, pattern in patterns.items() if matches_event(pattern, line)]
    print(json.dumps(hits))
"""


def interpreter() -> Path:
    """Return the Python that has the matcher; it is made once, while other tests wait.

    Raises ``subprocess.CalledProcessError`` where its packages cannot be had.
    """
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    home = CACHE / "tidewaiter" / f"event-matcher-{digest}"
    python, stamp = home / "bin" / "python", home / "ready"
    home.parent.mkdir(parents=True, exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists():
            _run(sys.executable, "-m", "venv", "--clear", str(home))
            pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
            _run(*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK))
            stamp.touch()
    return python


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def matches(patterns: Mapping[str, str], events: Iterable[Json]) -> list[set[str]]:
    """Return for each event the names of the patterns (JSON) that let it through."""
    lines = [json.dumps(patterns), *(json.dumps(event) for event in events)]
    done = subprocess.run(
        [interpreter(), "-c", MATCH],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return [set(json.loads(line)) for line in done.stdout.splitlines()]
