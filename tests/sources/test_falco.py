"""What golden pairs cannot say of Falco: one alert in several forms, and how bad it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.model import Event, Severity
from tidewaiter.sources.falco import SOURCE
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples" / "falco"


def event(record: dict[str, Any]) -> Event:
    """What the reader makes of an alert."""
    found = SOURCE.read(record_of(json.dumps(record)))
    assert isinstance(found, Event)
    return found


def alert(**changed: object) -> dict[str, Any]:
    """One alert, changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / "shell-in-pod.json").read_text())
    return found | changed


@pytest.mark.parametrize(
    ("priority", "severity"),
    [
        ("Emergency", Severity.CRITICAL),
        ("ALERT", Severity.CRITICAL),
        ("critical", Severity.CRITICAL),
        ("Error", Severity.HIGH),
        ("Warning", Severity.MEDIUM),
        ("Notice", Severity.LOW),
        ("Informational", Severity.INFO),
        ("Info", Severity.INFO),
        ("Debug", Severity.INFO),
        ("Urgent", None),
    ],
)
def test_a_priority_is_a_severity(priority: str, severity: Severity | None) -> None:
    """Eight priorities, in any case, are five severities; others are none."""
    report = event(alert(priority=priority)).report
    assert report is not None
    assert report.severity == severity


def test_an_alert_is_one_act_however_it_arrives() -> None:
    """Falcosidekick adds an id, sorts the tags and cuts zeros off the time."""
    plain = alert(time="2025-05-20T18:22:07.900000000Z", tags=["shell", "mitre_execution"])
    fields = plain["output_fields"]
    renamed = {name: value for name, value in plain.items() if name != "output_fields"}
    forms = [
        plain,
        plain
        | {
            "uuid": "5e0d7a41-93c2-4f6b-b1a8-6c2f0e9d3b57",
            "time": "2025-05-20T18:22:07.9Z",
            "tags": ["mitre_execution", "shell"],
            "output": "in other words",
        },
        renamed | {"outputFields": fields, "priority": "WARNING"},
        renamed | {"outputfields": fields},
    ]
    told = [event(form) for form in forms]
    assert len({(one.act, one.time, one.images, one.workload) for one in told}) == 1
    assert [one.id == one.act.removeprefix("falco:") for one in told] == [True, False, True, True]


@pytest.mark.parametrize(
    "record",
    [
        {"rule": "x", "priority": "Notice", "time": "t"},
        {"rule": "x", "priority": "Notice", "output": "o"},
        {"priority": "Notice", "time": "t", "output": "o"},
        {"rule": "x", "time": "t", "output": "o"},
        {},
    ],
    ids=lambda record: "-".join(record) or "empty",
)
def test_what_is_no_alert_is_not_claimed(record: dict[str, Any]) -> None:
    """A rule, its priority, a time and something to say: less belongs to somebody else."""
    assert SOURCE.claims(record_of(json.dumps(record))) is False


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
def test_a_wrong_type_anywhere_is_at_worst_malformed(wrong: object) -> None:
    """Whatever stands in a field, reading ends in an answer."""
    records = [json.loads(path.read_text()) for path in SAMPLES.glob("*.json")]
    changed = [each for record in records for each in mutations(record, wrong)]
    answers = {answer(SOURCE, json.dumps(record)) for record in changed}
    damaged = {found for found in answers if found.startswith("$")}
    assert answers - damaged == {"Event", "Ignored", "unclaimed"}
