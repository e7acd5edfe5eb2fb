"""What golden pairs cannot say about ACR's resource logs: two shapes, one meaning."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.model import Event
from tidewaiter.sources.acr_logs import SOURCE
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples" / "acr_logs"


def sample(case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{case}.json").read_text())
    return found


def event(record: dict[str, Any]) -> Event:
    """What the reader makes of a record that must matter to it."""
    found = SOURCE.read(record_of(json.dumps(record)))
    assert isinstance(found, Event)
    return found


def test_a_row_and_a_diagnostic_record_give_one_event() -> None:
    """Log Analytics and the Event Hub tell of one push in one way, id included."""
    assert event(sample("log-analytics-push")) == event(sample("event-hub-push"))


def test_names_and_values_are_read_in_any_case() -> None:
    """Capitals change only the verbatim verb."""
    record = sample("log-analytics-push")
    shouted = {name.upper(): value for name, value in record.items() if name != "Category"}
    shouted |= {"Category": record["Category"].upper(), "IDENTITY": "ALICE@EXAMPLE.COM"}
    assert event(shouted) == event(record)


def test_two_contents_pushed_to_one_tag_are_two_acts() -> None:
    """Otherwise the second push would pass for an echo of the first."""
    record = sample("log-analytics-push")
    other = {**record, "Digest": "sha256:" + "cd" * 32}
    assert event(record).act != event(other).act


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("case", ["event-hub-push", "log-analytics-push", "event-hub-login"])
def test_wrong_types_at_any_depth_are_at_worst_malformed(case: str, wrong: object) -> None:
    """Log text is an attacker's: no value may raise anything else."""
    answers = {answer(SOURCE, json.dumps(bad)) for bad in mutations(sample(case), wrong)}
    assert {one for one in answers if one[0] != "$"} <= {"Event", "Ignored", "unclaimed"}
