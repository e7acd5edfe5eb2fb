"""Security Hub: one finding for each incident."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from msgspec.structs import replace

from tests.aws.buckets import at_moto
from tests.aws.tables import REGION, endpoint
from tests.stories import IMPLANT, QUIET
from tidewaiter.errors import Unavailable
from tidewaiter.findings import Confidence, Incident
from tidewaiter.live.interface import Letterbox
from tidewaiter.model import Severity
from tidewaiter.news import Kind, News
from tidewaiter.outputs.asff import Hub
from tidewaiter_aws.asking import Asking
from tidewaiter_aws.security_hub import SecurityHub

HUB = Hub("123456789012", REGION)
START = datetime(2026, 2, 3, 15, tzinfo=UTC)


class Clock:
    """Each time that it is asked it is a minute later."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """What it shows."""
        self.now += timedelta(minutes=1)
        return self.now


class Client:
    """A hub that answers what it was told to."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.batches: list[int] = []

    def batch_import_findings(self, **wanted: list[Any]) -> dict[str, Any]:
        """Import."""
        self.batches.append(len(wanted["Findings"]))
        return self.answer


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A hub without findings, at moto."""
    at_moto(monkeypatch)
    client = boto3.Session("testing", "testing", region_name=REGION).client(
        "securityhub", endpoint_url=endpoint()
    )
    client.enable_security_hub()
    yield client
    client.disable_security_hub()


def news(incident: Incident, kind: Kind = Kind.OPENED) -> News:
    """Something changed."""
    return News(incident=incident, kind=kind, state="a")


def test_a_finding_is_updated_and_not_duplicated(hub: Any) -> None:
    """The second is the newer, or the hub would pass over it."""
    sink = SecurityHub(HUB, clock=Clock())
    sink.send(news(replace(IMPLANT, severity=Severity.HIGH)))
    sink.send(news(IMPLANT, Kind.CHANGED))
    sink.send(news(QUIET))
    found = {one["Id"]: one for one in hub.get_findings()["Findings"]}
    assert len(found) == len(hub.get_findings()["Findings"]) == 2
    one = found[f"tidewaiter/{IMPLANT.id}"]
    assert one["UpdatedAt"] == "2026-02-03T15:02:00.000Z"
    assert one["FindingProviderFields"]["Severity"]["Label"] == "CRITICAL"
    assert not isinstance(sink, Letterbox)


def test_what_was_merged_is_archived_with_it() -> None:
    """Six megabytes at most are one call."""
    client = Client({"FailedCount": 0, "FailedFindings": []})
    merged = tuple(f"inc-{number}" for number in range(150))
    SecurityHub(HUB, client).send(news(replace(IMPLANT, merged=merged)))
    assert client.batches == [25] * 6 + [1]


def test_a_refusal_is_told_with_its_reason() -> None:
    """Of the first finding that was refused, and safe to show."""
    failed = {"Id": "tidewaiter/1", "ErrorCode": "InvalidAccess", "ErrorMessage": "not\x1b enabled"}
    client = Client({"FailedCount": 1, "FailedFindings": [failed]})
    with pytest.raises(Unavailable) as caught:
        SecurityHub(HUB, client).send(news(IMPLANT))
    assert str(caught.value) == (
        "Security Hub of 123456789012 in eu-west-1: tidewaiter/1: InvalidAccess: not\\x1b enabled"
    )


def test_what_would_be_refused_is_not_sent() -> None:
    """It is a bug of ours, and says which field."""
    client = Client({})
    hub = Hub("example-shop", REGION)
    with pytest.raises(ValueError, match=r"no valid finding: \$\.ProductArn|\$\.AwsAccountId: "):
        SecurityHub(hub, client).send(news(replace(IMPLANT, confidence=Confidence.LOW)))
    assert client.batches == []


def test_a_hub_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens at the address."""
    at_moto(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    hub = SecurityHub(HUB, asking=Asking(patience=lambda: 0))
    with pytest.raises(Unavailable, match=r"^Security Hub of 123456789012 in eu-west-1: "):
        hub.send(news(IMPLANT))
