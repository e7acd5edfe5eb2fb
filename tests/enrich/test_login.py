"""What the login tells of a push whose client the provider hides."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tidewaiter.enrich import Enricher
from tidewaiter.enrich.login import is_hidden, others
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import (
    Activity,
    Client,
    Credential,
    Event,
    Image,
    Principal,
    Zone,
)
from tidewaiter.pipeline import Pipeline
from tidewaiter.recollection import Recollection
from tidewaiter.settings import Settings, parse_settings
from tidewaiter.sources import acr_logs
from tidewaiter.sources.interface import record_of

ACR = Path(__file__).parents[1] / "samples" / "acr_logs"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROLE = Principal("arn:aws:iam::111122223333:role/dev", "role dev", "AssumedRole")
CLI = "aws-cli/2.15.30 md/command#ecr.get-login-password"
PUSH = Event(
    id="push",
    act="push",
    time=NOON,
    provider="aws",
    source="cloudtrail",
    activity=Activity.IMAGE_PUSHED,
    operation="PutImage",
    principal=ROLE,
    credential=Credential("ASIAIOSFODNN7EXAMPLE", session="morning"),
    client=Client("AWS Internal", "AWS Internal"),
    images=(Image("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "prod/web", "latest"),),
)


def login(
    name: str, hours: float, address: str, *, session: str = "other", key: str = "AKIAOTHER"
) -> Event:
    """A GetAuthorizationToken so many hours before noon."""
    return replace(
        PUSH,
        id=name,
        act=name,
        time=NOON - timedelta(hours=hours),
        activity=Activity.REGISTRY_LOGIN,
        operation="GetAuthorizationToken",
        credential=Credential(key, session=session),
        client=Client(address, CLI),
        images=(),
    )


def client_of(push: Event, *logins: Event, settings: Settings = Settings()) -> Client | None:
    """The client that detectors see behind ``push``."""
    pipeline = Pipeline(ProcessMemory(), settings)
    for one in (*logins, push):
        pipeline.take(one)
    return Recollection(pipeline.archive, push, settings, lambda *_: ()).client()


def test_the_login_carries_address_and_agent_to_the_push() -> None:
    """Both stand in the login alone, and come with all that enrichment makes of them."""
    found = client_of(PUSH, login("1", 1, "203.0.113.9"))
    assert found == Client(
        "203.0.113.9",
        CLI,
        zone=Zone.EXTERNAL,
        family="container engine",
        tool="aws-cli",
        version="2.15.30",
    )


def test_the_login_is_enriched_by_the_settings() -> None:
    """An address of our own is trusted behind a hidden push, too."""
    settings = parse_settings('[networks]\ntrusted = ["203.0.113.0/24"]')
    found = client_of(PUSH, login("1", 1, "203.0.113.9"), settings=settings)
    assert found is not None
    assert found.zone is Zone.TRUSTED


@pytest.mark.parametrize(
    ("logins", "expected"),
    [
        # The same session, else the same key, else the latest.
        (
            [
                login("1", 5, "203.0.113.1", session="morning"),
                login("2", 3, "203.0.113.2", key="ASIAIOSFODNN7EXAMPLE"),
                login("3", 1, "203.0.113.3"),
            ],
            "203.0.113.1",
        ),
        (
            [
                login("2", 3, "203.0.113.2", key="ASIAIOSFODNN7EXAMPLE"),
                login("3", 1, "203.0.113.3"),
            ],
            "203.0.113.2",
        ),
        ([login("1", 3, "203.0.113.1"), login("2", 1, "203.0.113.2")], "203.0.113.2"),
        # A login that is hidden itself tells nothing.
        ([login("1", 3, "203.0.113.1"), login("2", 1, "AWS Internal")], "203.0.113.1"),
        ([login("1", 1, "AWS Internal")], "AWS Internal"),
        # The token lives twelve hours, and a login after the push is not its own.
        ([login("1", 12, "203.0.113.1")], "203.0.113.1"),
        ([login("1", 12.1, "203.0.113.1")], "AWS Internal"),
        ([login("1", -1, "203.0.113.1")], "AWS Internal"),
        # Somebody else's login is somebody else's.
        (
            [replace(login("1", 1, "203.0.113.1"), principal=replace(ROLE, id="another"))],
            "AWS Internal",
        ),
        ([], "AWS Internal"),
    ],
)
def test_the_nearest_login_counts(logins: list[Event], expected: str) -> None:
    """Of several logins the one that most likely made the token."""
    found = client_of(PUSH, *logins)
    assert found is not None
    assert found.address == expected


KEY = "ASIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize(
    ("logins", "expected"),
    [
        # Of one session, the latest first; the latest of all is the one that is carried.
        (
            [
                login("1", 5, "203.0.113.1", session="morning"),
                login("2", 4, "203.0.113.2", session="morning"),
                login("3", 3, "203.0.113.3", session="morning"),
                login("4", 2, "203.0.113.4", key=KEY),
                login("5", 1, "203.0.113.5"),
            ],
            ["203.0.113.2", "203.0.113.1"],
        ),
        # Else of one key.
        (
            [login("1", 5, "203.0.113.1", key=KEY), login("2", 4, "203.0.113.2", key=KEY)],
            ["203.0.113.1"],
        ),
        # Another session of the principal is another machine.
        ([login("1", 5, "203.0.113.1"), login("2", 4, "203.0.113.2")], []),
        # A hidden login is from nowhere.
        (
            [
                login("1", 5, "AWS Internal", session="morning"),
                login("2", 4, "203.0.113.2", session="morning"),
            ],
            [],
        ),
        ([], []),
    ],
)
def test_one_credential_may_have_been_elsewhere(logins: list[Event], expected: list[str]) -> None:
    """No log tells which of the logins with one credential made the token of a push."""
    assert [client.address for client in others(PUSH, logins)] == expected


def test_a_push_that_tells_its_client_keeps_it() -> None:
    """Only what is hidden is filled in."""
    shown = replace(PUSH, client=Client("198.51.100.7", "docker/26.1.3"))
    assert client_of(shown, login("1", 1, "203.0.113.9", session="morning")) == shown.client


def test_a_push_by_nobody_has_no_login() -> None:
    """Without a principal there is nobody whose login it could be."""
    assert client_of(replace(PUSH, principal=None), login("1", 1, "203.0.113.9")) == PUSH.client


@pytest.mark.parametrize("name", ["event-hub-login", "event-hub-push", "log-analytics-push"])
def test_azure_hides_no_client(name: str) -> None:
    """Logins and pushes of Azure's registry each tell their own address, so none is carried."""
    event = acr_logs.read(record_of((ACR / f"{name}.json").read_text()))
    assert isinstance(event, Event)
    assert not is_hidden(Enricher().enrich(event).client)
