"""Other people's logs, beside the checkout in ``shared/data``; they are not ours to ship.

Without them these tests are skipped, except in CI, where they have to be there.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tidewaiter.memory.process import ProcessMemory
from tidewaiter.reading.reader import Bad
from tidewaiter.replay import Result, replay
from tidewaiter.settings import Settings

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.exists() and "CI" not in os.environ, reason="shared/data is not here"
)

# Payloads that are no JSON, samples that were cut down until their time was gone, and such with
# "..." in the place of an object.
TRUE_REASONS = {
    "not JSON",
    "the event has no time",
    "the entry has no timestamp",
    "Expected `object | null`, got `str`",
    "Expected `array | null`, got `str`",
}


def judged(path: Path) -> tuple[Result, list[Bad]]:
    """Replay ``path``, and keep what was malformed."""
    bad: list[Bad] = []
    return replay([str(path)], Settings(), ProcessMemory(), on_malformed=bad.append), bad


def test_the_stratus_hour_is_one_story() -> None:
    """Of 2,900 records, an image registered, shared abroad, unshared and deregistered by one hand
    is the one incident.
    """
    result, bad = judged(DATA / "invictus-ir_aws_dataset")
    (incident,) = result.incidents
    told = {moment.time.strftime("%H:%M:%S"): moment.activity for moment in incident.timeline}
    assert (result.summary.records, bad) == (2900, [])
    assert {finding.detector for finding in incident.findings} == {
        "machine-image-created",
        "image-shared",
        "image-removed",
        "blinded",  # the same hand deleted two trails
    }
    assert {time: told[time] for time in ("12:10:53", "12:11:01", "12:11:57")} == {
        "12:10:53": "image.created",
        "12:11:01": "image.shared",
        "12:11:57": "image.unshared",
    }


def test_everything_is_read_ignored_or_malformed_for_a_true_reason() -> None:
    """All providers' samples: what is malformed is no JSON inside its wrapper, or has no time."""
    result, bad = judged(DATA)
    assert {one.reason.partition(":")[0] for one in bad} == TRUE_REASONS
    summary = result.summary
    assert summary.records == summary.events + sum(summary.ignored.values()) + len(bad)
    assert result.bugs == []


def test_the_page_of_counts_is_up_to_date() -> None:
    """``docs/other_logs.md`` says what becomes of every record when the whole log is read."""
    generator = Path(__file__).parents[1] / "docs" / "generate_other_logs.py"
    done = subprocess.run(
        [sys.executable, str(generator), "--check"],
        env={"PYTHONPATH": str(generator.parents[1] / "core")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
