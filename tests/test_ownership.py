"""Whose an account is: ours, or somebody else's."""

import pytest

from tests.laws.company import DAY_ZERO, event
from tidewaiter.model import Activity, Event, Grant, Principal
from tidewaiter.ownership import is_ours
from tidewaiter.settings import Organization

OURS = Organization(
    aws_accounts=("222233334444",),
    aws_organizations=("o-exampleorgid",),
    azure_tenants=("Tenant-2",),
    azure_subscriptions=("sub-2",),
    gcp_projects=("shop-dr", "123456789012"),
    gcp_organizations=("example.org",),
)


def shared(provider: str) -> Event:
    """Alice shares something of the account ``shop``."""
    who = Principal(id="alice@example.com", account="tenant-1")
    made = event(1, DAY_ZERO, Activity.IMAGE_SHARED, principal=who, account="shop")
    return Event(
        **{name: getattr(made, name) for name in made.__struct_fields__} | {"provider": provider}
    )


@pytest.mark.parametrize(
    ("provider", "grant", "ours"),
    [
        ("aws", Grant("public"), False),
        ("aws", Grant("public", "allUsers"), False),
        ("aws", Grant("account", "shop"), True),
        ("aws", Grant("account", "222233334444"), True),
        ("aws", Grant("account", "444455556666"), False),
        ("aws", Grant("account", "tenant-1"), False),
        ("aws", Grant("principal", "arn:aws:iam::222233334444:role/puller"), True),
        ("aws", Grant("principal", "arn:aws:iam::444455556666:role/puller"), False),
        ("aws", Grant("principal", "lambda.amazonaws.com"), True),
        (
            "aws",
            Grant("organization", "arn:aws:organizations::1:o/o-exampleorgid"),
            True,
        ),
        ("aws", Grant("organization", "arn:aws:organizations::1:o/o-otherorgid"), False),
        ("aws", Grant("unit", "arn:aws:organizations::1:ou/o-exampleorgid/ou-a-b"), True),
        ("azure", Grant("tenant", "tenant-1"), True),
        ("azure", Grant("tenant", "TENANT-2"), True),
        ("azure", Grant("tenant", "tenant-3"), False),
        ("azure", Grant("subscription", "SUB-2"), True),
        ("azure", Grant("subscription", "sub-3"), False),
        ("gcp", Grant("project", "shop-dr"), True),
        ("gcp", Grant("principal", "serviceAccount:ci@shop.iam.gserviceaccount.com"), True),
        ("gcp", Grant("principal", "serviceAccount:ci@shop-dr.iam.gserviceaccount.com"), True),
        ("gcp", Grant("principal", "serviceAccount:ci@other.iam.gserviceaccount.com"), False),
        (
            "gcp",
            Grant("principal", "serviceAccount:123456789012-compute@developer.gserviceaccount.com"),
            True,
        ),
        (
            "gcp",
            Grant("principal", "serviceAccount:210987654321-compute@developer.gserviceaccount.com"),
            False,
        ),
        (
            "gcp",
            Grant(
                "principal",
                "serviceAccount:service-123456789012@compute-system.iam.gserviceaccount.com",
            ),
            True,
        ),
        ("gcp", Grant("principal", "user:bob@example.com"), True),
        ("gcp", Grant("principal", "user:bob@example.org"), True),
        ("gcp", Grant("domain", "example.com"), True),
        ("gcp", Grant("principal", "user:mallory@gmail.com"), False),
    ],
)
def test_a_grant_is_ours_or_not(provider: str, grant: Grant, ours: bool) -> None:
    """What the settings name is ours, and what goes without saying; everybody else is not."""
    assert is_ours(grant, shared(provider), OURS) is ours


def test_whoever_shares_with_a_mailbox_of_anybodys_domain_is_no_owner_of_it() -> None:
    """A sharer at a public mail provider does not make all its mailboxes ours."""
    who = Principal(id="mallory@gmail.com")
    sharing = event(1, DAY_ZERO, Activity.IMAGE_SHARED, principal=who)
    assert is_ours(Grant("principal", "user:eve@gmail.com"), sharing, OURS) is False
