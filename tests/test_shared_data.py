"""Other people's logs, beside the checkout in ``shared/data``; they are not ours to ship.

Without them these tests are skipped, except in CI, where they have to be there.
"""

import os
from collections import Counter
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

# Payloads that are no JSON at all: plain text and bytes in samples of queues and topics.
PLAIN = {
    "kinesis-event.json": 2,
    "sns-event.json": 1,
    "sqs-event.json": 1,
    "MessagePublishedData-binary.json": 1,
    "MessagePublishedData-duplicatedFields.json": 1,
    "MessagePublishedData-text.json": 1,
    "snsEvent.json": 1,
    "sqsDlqTriggerEvent.json": 1,
    "sqsEvent.json": 1,
}


def judged(path: Path) -> tuple[Result, list[Bad]]:
    """Replay ``path``, and keep what was malformed."""
    bad: list[Bad] = []
    return replay([str(path)], Settings(), ProcessMemory(), on_malformed=bad.append), bad


def test_the_stratus_hour_is_one_story() -> None:
    """Of 2,900 records, an image registered, shared abroad and unshared is the one incident."""
    result, bad = judged(DATA / "invictus-ir_aws_dataset")
    (incident,) = result.incidents
    told = {moment.time.strftime("%H:%M:%S"): moment.activity for moment in incident.timeline}
    assert (result.summary.records, bad) == (2900, [])
    assert {finding.detector for finding in incident.findings} == {
        "machine-image-created",
        "image-shared",
    }
    assert {time: told[time] for time in ("12:10:53", "12:11:01", "12:11:57")} == {
        "12:10:53": "image.created",
        "12:11:01": "image.shared",
        "12:11:57": "image.unshared",
    }


def test_everything_is_read_ignored_or_malformed_for_a_true_reason() -> None:
    """All providers' samples: only what is no JSON inside its wrapper is malformed."""
    result, bad = judged(DATA)
    assert Counter(Path(one.where.file).name for one in bad) == PLAIN
    assert {one.reason.partition(":")[0] for one in bad} == {"not JSON"}
    summary = result.summary
    assert summary.records == summary.events + sum(summary.ignored.values()) + len(bad)
    assert result.bugs == []
