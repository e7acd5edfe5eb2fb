"""Human, pipeline or service."""

from datetime import UTC, datetime

import pytest

from tidewaiter.enrich import enrich
from tidewaiter.model import Activity, Credential, Event, Principal


def kind(principal: Principal | None, session: str | None = None) -> str | None:
    """The kind that enrichment gives to the principal of an event."""
    event = Event(
        id="1",
        act="1",
        time=datetime(2026, 3, 2, tzinfo=UTC),
        provider="aws",
        source="cloudtrail",
        activity=Activity.IMAGE_PUSHED,
        operation="PutImage",
        principal=principal,
        credential=Credential(issued_to=session) if session else None,
    )
    enriched = enrich(event).principal
    return enriched.kind if enriched else None


ROLE = "arn:aws:iam::111122223333:role/"


@pytest.mark.parametrize(
    ("principal", "session", "expected"),
    [
        (None, None, None),
        (Principal("arn:aws:iam::111122223333:user/alice", "alice", "IAMUser"), None, "human"),
        (Principal("arn:aws:iam::111122223333:user/ci", "ci", "IAMUser"), None, "pipeline"),
        (Principal(f"{ROLE}ci-deploy", "role ci-deploy", "AssumedRole"), "GitHub", "pipeline"),
        (Principal(f"{ROLE}dev", "role dev", "AssumedRole"), "alice@example.com", "human"),
        (Principal(f"{ROLE}web", "role web", "AssumedRole"), "i-0123456789abcdef0", "service"),
        (Principal(f"{ROLE}dev", "role dev", "AssumedRole"), "whatever", None),
        (Principal(f"{ROLE}dev", "role dev", "AssumedRole"), None, None),
        (
            Principal(f"{ROLE}aws-reserved/sso.amazonaws.com/AWSReservedSSO_Release_1", "r"),
            None,
            "human",
        ),
        (Principal("autoscaling.amazonaws.com", None, "AWSService"), None, "service"),
        (Principal("system:serviceaccount:kube-system:replicaset-controller"), None, "service"),
        (Principal("alice@example.com", None, "User"), None, "human"),
        (Principal("alice@build.example.com", None, "User"), None, "human"),
        (
            Principal("ci@shop.iam.gserviceaccount.com", None, "ServiceAccount"),
            None,
            "pipeline",
        ),
        (
            Principal("web@shop.iam.gserviceaccount.com", None, "ServiceAccount"),
            None,
            "service",
        ),
    ],
)
def test_the_form_of_a_principal_tells_its_kind(
    principal: Principal | None, session: str | None, expected: str | None
) -> None:
    """Types, names and sessions tell; where they do not, nothing is claimed."""
    assert kind(principal, session) == expected
