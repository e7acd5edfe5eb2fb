"""What golden pairs cannot say about Defender for Cloud: many shapes, one meaning."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.model import Event
from tidewaiter.sources import Source, azure_activity, defender_alert, defender_assessment
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples"
ALERT, ASSESSMENT = defender_alert.SOURCE, defender_assessment.SOURCE


def sample(source: Source, case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / source.name / f"{case}.json").read_text())
    return found


def event(source: Source, record: dict[str, Any]) -> Event:
    """What the reader makes of a record."""
    found = source.read(record_of(json.dumps(record)))
    assert isinstance(found, Event)
    return found


@pytest.mark.parametrize(
    "case",
    [
        "event-hub-registry-finding",
        "event-hub-registry-finding-in-capitals",
        "table-registry-finding",
    ],
)
def test_a_finding_is_the_same_in_all_shapes(case: str) -> None:
    """Continuous export in either case, Log Analytics and Resource Graph."""
    told = event(ASSESSMENT, sample(ASSESSMENT, case))
    assert told == event(ASSESSMENT, sample(ASSESSMENT, "resource-graph-registry-finding"))


@pytest.mark.parametrize("case", ["resource-graph-pod", "table-pod"])
def test_an_alert_is_the_same_in_all_shapes(case: str) -> None:
    """Log Analytics gives it a second id, which is not used."""
    told = event(ALERT, sample(ALERT, case))
    assert told == event(ALERT, sample(ALERT, "event-hub-pod"))


def test_an_alert_and_the_activity_log_tell_one_act() -> None:
    """The same alert comes from both, at different length."""
    record = (SAMPLES / "azure_activity" / "rest-security-alert.json").read_bytes()
    assert azure_activity.SOURCE.rest is not None
    brief = azure_activity.SOURCE.rest(record_of(record))
    assert isinstance(brief, Event)
    assert brief.act == event(ALERT, sample(ALERT, "event-hub-pod")).act


def test_an_alert_that_changes_its_status_is_told_again() -> None:
    """It is one act in two records."""
    first, second = (
        event(ALERT, sample(ALERT, f"event-hub-{name}")) for name in ("pod", "resolved")
    )
    assert first.act == second.act
    assert first.id != second.id


def test_two_findings_about_one_image_are_two_acts() -> None:
    """A scan finds many."""
    record = sample(ASSESSMENT, "resource-graph-registry-finding")
    other = {**record, "name": "5ab5ab00-0002-4000-8000-000000000002"}
    assert event(ASSESSMENT, record).act != event(ASSESSMENT, other).act


def test_a_circle_of_references_ends() -> None:
    """A namespace in itself is in no cluster."""
    record = sample(ALERT, "event-hub-pod")
    record["Entities"] = [
        {"$id": "1", "Type": "K8s-pod", "Name": "web", "Namespace": {"$ref": "2"}},
        {"$id": "2", "Type": "K8s-namespace", "Name": "prod", "Cluster": {"$ref": "2"}},
    ]
    workload = event(ALERT, record).workload
    assert workload is not None
    assert workload.scope == "prod/prod"


def test_a_long_name_of_an_image_is_split_once() -> None:
    """Work grows with the text, not with its square."""
    record = sample(ASSESSMENT, "event-hub-bare")
    record["properties"]["resourceDetails"]["id"] = "/repositories/" * 100_000 + "/images/"
    (image,) = event(ASSESSMENT, record).images
    assert image.digest is None


@pytest.mark.parametrize(
    ("record", "source"),
    [
        ({"type": "Microsoft.Security/assessments"}, ASSESSMENT),
        ({"Type": "Microsoft.Security/assessments/subAssessments"}, ASSESSMENT),
        ({"type": "microsoft.security/securescores"}, ASSESSMENT),
        ({"Type": "SecurityNestedRecommendation"}, ASSESSMENT),
        ({"type": "Microsoft.Security/Locations/alerts"}, ALERT),
        ({"Type": "SecurityAlert"}, ALERT),
        ({"SystemAlertId": "x", "AlertType": "y"}, ALERT),
        ({"type": "Microsoft.Compute/virtualMachines"}, None),
    ],
)
def test_records_are_known_by_their_types(record: dict[str, Any], source: Source | None) -> None:
    """What is neither an assessment nor an alert is nobody's."""
    found = [one for one in (ALERT, ASSESSMENT) if one.claims(record_of(json.dumps(record)))]
    assert found == [source] * (source is not None)


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize(
    ("source", "case"),
    [
        (ALERT, "event-hub-pod"),
        (ALERT, "resource-graph-pod"),
        (ALERT, "table-pod"),
        (ASSESSMENT, "event-hub-registry-finding-in-capitals"),
        (ASSESSMENT, "table-registry-finding"),
        (ASSESSMENT, "event-hub-running-image"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_wrong_types_at_any_depth_are_at_worst_malformed(
    source: Source, case: str, wrong: object
) -> None:
    """Log text is an attacker's: no value may raise anything else."""
    answers = {answer(source, json.dumps(bad)) for bad in mutations(sample(source, case), wrong)}
    assert {one for one in answers if one[0] != "$"} <= {"Event", "Ignored", "unclaimed"}
