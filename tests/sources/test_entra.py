"""What golden pairs cannot say about Entra ID's logs: three shapes, one meaning."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.model import Event, Outcome
from tidewaiter.sources import Source, azure_activity, entra_audit, entra_sign_in
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples"
AUDIT, SIGN_IN = entra_audit.SOURCE, entra_sign_in.SOURCE


def sample(source: Source, case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / source.name / f"{case}.json").read_text())
    return found


def event(source: Source, record: dict[str, Any]) -> Event:
    """What the reader makes of a record."""
    found = source.read(record_of(json.dumps(record)))
    assert isinstance(found, Event)
    return found


@pytest.mark.parametrize("shape", ["graph", "table"])
def test_a_sign_in_is_the_same_in_all_shapes(shape: str) -> None:
    """Diagnostic setting, Microsoft Graph and Log Analytics."""
    told = event(SIGN_IN, sample(SIGN_IN, f"{shape}-user"))
    assert told == event(SIGN_IN, sample(SIGN_IN, "event-hub-user"))


def test_an_application_s_row_lacks_how_it_signed_in_and_by_whom() -> None:
    """The table has fewer columns; what it has is the same."""
    diagnostic = event(SIGN_IN, sample(SIGN_IN, "event-hub-application"))
    row = event(SIGN_IN, sample(SIGN_IN, "table-application"))
    assert diagnostic.session is not None
    poorer = structs.replace(diagnostic.session, method=None, provider=None)
    assert structs.replace(diagnostic, session=poorer) == row


def test_a_change_is_the_same_in_all_shapes() -> None:
    """Microsoft Graph does not tell the tenant, and is told by the user's own address alone."""
    told = event(AUDIT, sample(AUDIT, "event-hub-role-given"))
    assert event(AUDIT, sample(AUDIT, "table-role-given")) == told
    graph = event(AUDIT, sample(AUDIT, "graph-role-given"))
    assert told.principal is not None
    nowhere = structs.replace(told.principal, account=None)
    assert graph == structs.replace(told, account=None, principal=nowhere)


def test_a_sign_in_and_what_was_done_with_its_token_meet() -> None:
    """The Activity Log has the same id in the token's claims."""
    told = event(SIGN_IN, sample(SIGN_IN, "event-hub-user"))
    done = json.loads((SAMPLES / "azure_activity" / "rest-vm-started.json").read_text())
    done["claims"]["uti"] = told.session and told.session.credential
    assert azure_activity.SOURCE.rest is not None
    later = azure_activity.SOURCE.rest(record_of(json.dumps(done)))
    assert isinstance(later, Event)
    assert later.credential is not None
    assert later.credential.id == "MyIRAFVEd2aImaq7zN3u_w"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (0, Outcome.SUCCESS),
        ("0", Outcome.SUCCESS),
        (None, Outcome.SUCCESS),
        (50140, Outcome.PENDING),
        ("50074", Outcome.PENDING),
        (50126, Outcome.FAILURE),
        (7000222, Outcome.FAILURE),
        ("9" * 5000, Outcome.FAILURE),
        ("Failure", Outcome.FAILURE),
    ],
)
def test_only_zero_is_a_success(code: object, outcome: Outcome) -> None:
    """An interrupt asks the user for more; every other code is a failure."""
    record = sample(SIGN_IN, "event-hub-user")
    record["properties"]["status"] = {"errorCode": code}
    record["resultType"] = None
    assert event(SIGN_IN, record).outcome is outcome


@pytest.mark.parametrize("outcome", [50126, 50140])
def test_no_token_is_given_out_before_the_end(outcome: int) -> None:
    """Every request has an id, from which a token's would be made."""
    record = sample(SIGN_IN, "event-hub-user")
    record["properties"]["status"] = {"errorCode": outcome}
    session = event(SIGN_IN, record).session
    assert session is not None
    assert session.credential is None


@pytest.mark.parametrize(
    ("changes", "mfa"),
    [
        ({}, True),
        ({"authenticationRequirement": "singleFactorAuthentication"}, False),
        ({"authenticationRequirement": None}, None),
        (
            {"authenticationRequirement": None, "status": {"additionalDetails": "MFA completed"}},
            True,
        ),
        ({"status": {"errorCode": 500121}}, None),
        (
            {
                "authenticationRequirement": "singleFactorAuthentication",
                "appliedConditionalAccessPolicies": [
                    {"enforcedGrantControls": ["Mfa"], "result": "success"}
                ],
            },
            True,
        ),
        (
            {
                "authenticationRequirement": None,
                "appliedConditionalAccessPolicies": [
                    {
                        "enforcedGrantControls": ["Mfa", "RequireCompliantDevice"],
                        "result": "success",
                    },
                    {"enforcedGrantControls": ["Mfa"], "result": "notApplied"},
                ],
            },
            None,
        ),
    ],
)
def test_a_second_factor_is_told_in_many_places(changes: dict[str, Any], mfa: bool | None) -> None:
    """A policy that a known device would satisfy proves none."""
    record = sample(SIGN_IN, "event-hub-user")
    record["properties"] |= {
        "authenticationDetails": [],
        "appliedConditionalAccessPolicies": [],
        "status": {"errorCode": 0},
        **changes,
    }
    credential = event(SIGN_IN, record).credential
    assert credential is not None
    assert credential.mfa is mfa


@pytest.mark.parametrize(
    ("record", "source"),
    [
        ({"category": "SignInLogs"}, SIGN_IN),
        ({"category": "ADFSSignInLogs"}, SIGN_IN),
        ({"Type": "AADManagedIdentitySignInLogs"}, SIGN_IN),
        ({"category": "AuditLogs", "resourceId": "/tenants/x"}, AUDIT),
        ({"category": "AuditLogs", "resourceId": "/SUBSCRIPTIONS/x"}, None),
        ({"Type": "AuditLogs"}, AUDIT),
        ({"category": "ProvisioningLogs"}, None),
    ],
)
def test_the_logs_are_known_by_their_categories(
    record: dict[str, Any], source: Source | None
) -> None:
    """Other services have audit logs of the same name, but no tenant as their resource."""
    found = [one for one in (SIGN_IN, AUDIT) if one.claims(record_of(json.dumps(record)))]
    assert found == [source] * (source is not None)


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize(
    ("source", "case"),
    [
        (SIGN_IN, "event-hub-user"),
        (SIGN_IN, "table-user"),
        (SIGN_IN, "event-hub-application"),
        (AUDIT, "event-hub-role-given"),
        (AUDIT, "event-hub-secret-added"),
        (AUDIT, "table-role-given"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_wrong_types_at_any_depth_are_at_worst_malformed(
    source: Source, case: str, wrong: object
) -> None:
    """Log text is an attacker's: no value may raise anything else."""
    answers = {answer(source, json.dumps(bad)) for bad in mutations(sample(source, case), wrong)}
    assert {one for one in answers if one[0] != "$"} <= {"Event", "unclaimed"}
