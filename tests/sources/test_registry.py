"""Readers are loaded for the records that need them: imports are most of a cold start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
START = "import tidewaiter.intake, tidewaiter.pipeline, tidewaiter.replay, tidewaiter.sources"
READ = """
import sys
from pathlib import Path
from tidewaiter.errors import Malformed
from tidewaiter.intake import interpret
from tidewaiter.sources import Context
from tidewaiter.sources.interface import record_of
for path in sys.argv[1:]:
    try:
        interpret(record_of(Path(path).read_bytes()))
    except Malformed:
        pass
"""
ALL = """
import importlib, pkgutil
import tidewaiter.sources as sources
for found in pkgutil.walk_packages(sources.__path__, "tidewaiter.sources."):
    importlib.import_module(found.name)
"""
LOADED = """
import json, sys
print(json.dumps([name for name in sys.modules if name.startswith("tidewaiter.sources.")]))
"""
REST = {  # what only they use who ask for the whole log
    "azure_activity": ["others", "notices", "identities", "lifecycles"],
    "cloudtrail": ["any_call", "identities", "rest", "sessions", "sign_in", "storage"],
    "gcp_audit": ["clusters", "identity", "others", "workspace"],
    "kubernetes_audit": ["access", "others"],
}


def loaded(code: str, *arguments: str) -> set[str]:
    """The modules below ``sources`` that a process of its own has after ``code``."""
    done = subprocess.run(
        [sys.executable, "-c", code + LOADED, *arguments],
        env={"PYTHONPATH": str(ROOT / "core")},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.removeprefix("tidewaiter.sources.") for name in json.loads(done.stdout)}


def samples(source: str) -> list[str]:
    """The records of one source."""
    found = (SAMPLES / source).glob("*.json")
    return sorted(str(path) for path in found if not path.name.endswith(".expected.json"))


def test_a_start_loads_no_reader() -> None:
    """Importing all that judges and replays imports none of the readers."""
    assert loaded(START) == {"interface"}


def test_a_record_loads_the_readers_that_it_could_be_for() -> None:
    """A notice of ECR loads the readers of ECR's notices, and what they have in common."""
    expected = {"ecr_image_action", "amazon", "eventbridge", "telling", "interface"}
    assert loaded(READ, str(SAMPLES / "ecr_image_action" / "push.json")) == expected


@pytest.mark.parametrize("source", REST)
def test_image_work_loads_no_reader_of_the_rest(source: str) -> None:
    """Whoever asks for image work alone never loads what reads the whole log."""
    found = loaded(READ, *samples(source))
    rest = {f"{source}.{name}" for name in REST[source]}
    assert rest <= loaded(ALL)
    assert found & rest == set()
    assert source in found
