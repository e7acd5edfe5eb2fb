"""What golden pairs cannot say about the Activity Log: three shapes, one meaning, in any case."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.model import Event, Outcome
from tidewaiter.sources.azure_activity import SOURCE, VERBS
from tidewaiter.sources.azure_terms import outcome_of
from tidewaiter.sources.interface import Ignored, record_of

SAMPLES = Path(__file__).parent.parent / "samples" / "azure_activity"
SHAPES = ("rest-image-created", "event-hub-image-created", "alert-image-created")


def sample(case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{case}.json").read_text())
    return found


def event(record: dict[str, Any]) -> Event:
    """What the reader makes of a record that must matter to it."""
    found = SOURCE.read(record_of(json.dumps(record)))
    assert isinstance(found, Event)
    return found


def test_three_shapes_of_one_record_give_one_event() -> None:
    """They differ only in the event's own id, the case of the verb and the address alerts lack."""
    alike = [
        structs.replace(found, id="", operation=found.operation.lower(), client=None)
        for found in map(event, map(sample, SHAPES))
    ]
    assert alike == [alike[0]] * 3


def test_first_and_last_record_of_one_operation_are_one_act() -> None:
    """Start, Accept and Success share the act, and only the last is done."""
    cases = ("event-hub-image-started", "event-hub-image-accepted", "event-hub-image-created")
    told = [event(sample(case)) for case in cases]
    assert [found.done for found in told] == [False, False, True]
    assert {found.act for found in told} == {event(sample("rest-image-created")).act}
    assert len({found.id for found in told}) == 3


def test_one_deployment_over_two_resources_is_two_acts() -> None:
    """A correlation id covers everything that one template deployed."""
    record = sample("rest-image-created")
    other = {**record, "resourceId": record["resourceId"] + "-2"}
    assert event(record).act != event(other).act


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("spelled", [str.upper, str.lower, str.title])
def test_every_operation_is_known_in_any_case(verb: str, spelled: Any) -> None:
    """The case of the operation and of the resource changes nothing but the verbatim verb."""
    record = sample("event-hub-image-created")
    plain = event({**record, "operationName": verb})
    shouted = {
        **record,
        "operationName": spelled(verb),
        "resourceId": spelled(record["resourceId"]),
    }
    assert structs.replace(event(shouted), operation=verb) == plain


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Succeeded", Outcome.SUCCESS),
        ("SUCCESS", Outcome.SUCCESS),
        ("Created", Outcome.SUCCESS),
        ("201", Outcome.SUCCESS),
        (" Start ", Outcome.PENDING),
        ("Started", Outcome.PENDING),
        ("accept", Outcome.PENDING),
        ("Accepted", Outcome.PENDING),
        ("In Progress", Outcome.PENDING),
        ("202", Outcome.PENDING),
        ("Failed", Outcome.FAILURE),
        ("FAILURE", Outcome.FAILURE),
        ("Canceled", Outcome.FAILURE),
        ("Unauthorized", Outcome.FAILURE),
        ("404", Outcome.FAILURE),
        ("2020", Outcome.SUCCESS),
        ("quite new", Outcome.SUCCESS),
        (None, Outcome.SUCCESS),
    ],
)
def test_status_words_are_read_in_any_case_and_with_synonyms(
    word: str | None, outcome: Outcome
) -> None:
    """Only what is known to have failed or to go on is kept from counting as done."""
    assert outcome_of(word) is outcome


@pytest.mark.parametrize("case", ["rest-gallery-shared", "rest-machine-from-gallery"])
@pytest.mark.parametrize("body", ["", "{", "[" * 5000, "null", "7", '{"properties": 7}', "\\ud800"])
def test_a_broken_body_is_unknown(case: str, body: str) -> None:
    """Nobody can hide an operation by sending a body that cannot be read."""
    record = sample(case)
    record["properties"] = {"requestbody": body, "responseBody": body}
    assert event(record).grants == ()


def test_a_record_without_an_operation_is_malformed() -> None:
    """Not even the reader asked against its claim may fail otherwise."""
    assert SOURCE.claims(record_of("{}")) is False
    assert answer(SOURCE, '{"operationName": null, "time": null}') == "$.operationName"


def test_the_logs_of_other_sources_are_left_to_them() -> None:
    """Resource logs of registries and clusters have the Event Hub shape, too."""
    others = ("ContainerRegistryLoginEvents", "kube-audit", "KUBE-AUDIT-ADMIN")
    record = sample("event-hub-image-created")
    claimed = [
        SOURCE.claims(record_of(json.dumps({**record, "category": name}))) for name in others
    ]
    assert claimed == [False, False, False]


def test_what_is_not_ours_is_ignored_before_the_rest_is_read() -> None:
    """A storage log with odd fields is nothing to quarantine."""
    record = {"time": 5, "operationName": "GetBlob", "properties": 7, "identity": []}
    assert SOURCE.read(record_of(json.dumps(record))) == Ignored("azure resource log")


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize(
    "case", [*SHAPES, "rest-gallery-shared", "alert-with-everything-in-strings"]
)
def test_wrong_types_at_any_depth_are_at_worst_malformed(case: str, wrong: object) -> None:
    """Log text is an attacker's: no value may raise anything else."""
    answers = {answer(SOURCE, json.dumps(bad)) for bad in mutations(sample(case), wrong)}
    assert {one for one in answers if one[0] != "$"} <= {"Event", "Ignored", "unclaimed"}
