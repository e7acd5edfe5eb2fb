"""What golden pairs cannot say about the Activity Log: four shapes, one meaning, in any case."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.intake import interpret
from tidewaiter.model import Event, Outcome, Severity
from tidewaiter.sources.azure_activity import SOURCE, VERBS
from tidewaiter.sources.azure_activity.others import VERBS as OTHERS
from tidewaiter.sources.azure_terms import outcome_of, severity_of, token_id
from tidewaiter.sources.interface import Ignored, record_of

SAMPLES = Path(__file__).parent.parent / "samples" / "azure_activity"
SHAPE_NAMES = ("rest", "event-hub", "alert", "table")
SHAPES = (
    "rest-image-created",
    "event-hub-image-created",
    "alert-image-created",
    "table-image-created",
)


def sample(case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{case}.json").read_text())
    return found


def event(record: dict[str, Any]) -> Event:
    """What becomes of a record when the whole log is asked for."""
    found = interpret(record_of(json.dumps(record)), whole=True)
    assert isinstance(found, Event)
    return found


@pytest.mark.parametrize("act", ["image-created", "role-assigned"])
def test_four_shapes_of_one_record_give_one_event(act: str) -> None:
    """They differ only in the event's own id, the case of the verb and the address alerts lack."""
    alike = [
        structs.replace(found, id="", operation=found.operation.lower(), client=None)
        for found in (event(sample(f"{shape}-{act}")) for shape in SHAPE_NAMES)
    ]
    assert alike == [alike[0]] * 4


def test_an_alert_is_one_act_in_all_shapes() -> None:
    """Its own id joins it to what Defender for Cloud exports itself."""
    told = [event(sample(f"{shape}-security-alert")) for shape in ("rest", "event-hub", "table")]
    assert {found.act for found in told} == {
        "azure:alert:2518000000000000000_a1a1a1a1-0001-4000-8000-000000000001"
    }
    assert [found.report for found in told] == [told[0].report] * 3


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
    record = '{"category": "Administrative", "operationName": null, "time": null}'
    assert answer(SOURCE, record) == "$.operationName"


@pytest.mark.parametrize(
    "record",
    [
        {"category": "ContainerRegistryLoginEvents", "operationName": "Login"},
        {"category": "kube-audit", "operationName": "Microsoft.ContainerService/x/Read"},
        {"category": "StorageRead", "operationName": "GetBlob"},
        {"category": "SignInLogs", "operationName": "Sign-in activity"},
        {"category": "AADServicePrincipalSignInLogs", "operationName": "Sign-in activity"},
        {"category": "auditlogs", "operationName": "Add user"},
    ],
)
def test_resource_logs_are_left_to_others(record: dict[str, Any]) -> None:
    """They share the Event Hub's shape, but not the categories."""
    assert SOURCE.claims(record_of(json.dumps({**record, "time": "2026-03-02T14:05:11Z"}))) is False


@pytest.mark.parametrize(
    "record",
    [
        {"category": "AuditEvent", "operationName": "VaultGet"},
        {"category": "guard", "operationName": "Microsoft.ContainerService/managedClusters/x/Read"},
        {"category": None, "operationName": "GetBlob"},
        {"operationName": "deleteblob"},
    ],
)
def test_resource_logs_that_nobody_reads_are_named(record: dict[str, Any]) -> None:
    """A vault's log is none of ours, and nothing that we failed to recognise."""
    found = record_of(json.dumps({**record, "time": "2026-03-02T14:05:11Z"}))
    told = SOURCE.rest and (SOURCE.read(found), SOURCE.rest(found))
    assert (SOURCE.claims(found), told) == (True, (Ignored("azure resource log"),) * 2)


@pytest.mark.parametrize("category", ["Administrative", "POLICY", "Action", None])
def test_the_log_is_known_by_its_categories(category: str | None) -> None:
    """Older records have the kind of operation as their category, or none."""
    record = {"category": category, "operationName": "Microsoft.Web/sites/read", "time": ""}
    assert SOURCE.claims(record_of(json.dumps(record))) is True


def test_what_is_not_ours_is_ignored_before_the_rest_is_read() -> None:
    """A storage log with odd fields is nothing to quarantine."""
    record = {"time": 5, "operationName": "GetBlob", "properties": 7, "identity": []}
    assert SOURCE.read(record_of(json.dumps(record))) == Ignored("azure resource log")


@pytest.mark.parametrize("verb", sorted(OTHERS))
def test_every_other_operation_is_told(verb: str) -> None:
    """With no more than a verb and a resource, each gives the same event in any case."""
    record = {**sample("event-hub-bare"), "operationName": verb}
    shouted = {**record, "operationName": verb.upper()}
    assert structs.replace(event(shouted), operation=verb) == event(record)


def test_no_operation_is_both_image_work_and_other() -> None:
    """What stands in both tables would be told by one of them only."""
    assert VERBS.keys() & OTHERS.keys() == set()


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("High", Severity.HIGH),
        (" critical", Severity.CRITICAL),
        ("Informational", Severity.INFO),
        ("hidden", None),
        (None, None),
    ],
)
def test_severities_are_read_in_any_case(word: str | None, severity: Severity | None) -> None:
    """What says nothing is not told."""
    assert severity_of(word) is severity


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("IdP3SUJGtkGlt7dDQVRPAA", "IdP3SUJGtkGlt7dDQVRPAA"),
        ("MDAxMTIyMzMtNDQ1NS02Njc3LTg4OTktYWFiYmNjZGRlZWZm", "MyIRAFVEd2aImaq7zN3u_w"),
        ("Zm9vYmFyLXRva2Vu", "Zm9vYmFyLXRva2Vu"),
        ("é", "é"),
        ("", None),
        (None, None),
    ],
)
def test_a_token_is_named_as_it_names_itself(written: str | None, token: str | None) -> None:
    """Only then do a sign-in and what was done with its token meet."""
    assert token_id(written) == token


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize(
    "case",
    [
        *SHAPES,
        "rest-gallery-shared",
        "alert-with-everything-in-strings",
        "table-image-created-with-dynamic-columns",
        "rest-role-assigned",
        "event-hub-policy-denied",
        "event-hub-scaled-out",
        "rest-account-signature-given-out",
    ],
)
def test_wrong_types_at_any_depth_are_at_worst_malformed(case: str, wrong: object) -> None:
    """Log text is an attacker's: no value may raise anything else."""
    answers = {answer(SOURCE, json.dumps(bad)) for bad in mutations(sample(case), wrong)}
    assert {one for one in answers if one[0] != "$"} <= {"Event", "Ignored", "unclaimed"}
