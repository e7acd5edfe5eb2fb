"""What triggers bring, as deliveries."""

import json
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import pytest

from tidewaiter.live.interface import Delivery
from tidewaiter_azure.deliveries import of_event, of_hub, of_request

TIME = datetime(2026, 3, 2, 23, 59, 59, 123456, tzinfo=UTC)
EVENT = {
    "id": "1",
    "topic": "/subscriptions/s/registries/r",
    "subject": "web:1",
    "eventType": "Microsoft.ContainerRegistry.ImagePushed",
    "eventTime": "2026-03-02T23:59:59.123456+00:00",
    "data": {"action": "push", "odd": "\ud83d\x00"},
    "dataVersion": "1.0",
}
CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "/subscriptions/s/registries/r",
    "type": "Microsoft.ContainerRegistry.ImagePushed",
    "subject": "web:1",
    "time": "2026-03-02T23:59:59.123456+00:00",
    "data": {"action": "push"},
}


def data_of(delivery: Delivery) -> bytes:
    """All of it."""
    return b"".join(delivery.blocks())


def event(**other: Any) -> func.EventGridEvent:
    """The event as the worker makes it."""
    told: dict[str, Any] = {
        "id": "1",
        "data": EVENT["data"],
        "topic": EVENT["topic"],
        "subject": EVENT["subject"],
        "event_type": EVENT["eventType"],
        "event_time": TIME,
        "data_version": "1.0",
    }
    return func.EventGridEvent(**{**told, **other})


def cloud_event() -> func.CloudEvent:
    """The same in the other schema."""
    told: dict[str, Any] = {**CLOUD_EVENT, "time": TIME}
    return func.CloudEvent(**told)


@pytest.mark.parametrize(("made", "told"), [(event(), EVENT), (cloud_event(), CLOUD_EVENT)])
def test_an_event_is_written_as_it_came(made: Any, told: dict[str, Any]) -> None:
    """In its own schema, on the day on which it was."""
    delivery = of_event(made)
    assert json.loads(data_of(delivery)) == told
    assert delivery.name == f"event-grid/2026/03/02/{delivery.id}"
    assert of_event(made).id == delivery.id


def test_an_event_without_a_time_is_of_today() -> None:
    """Its source will say that it is malformed."""
    delivery = of_event(event(event_time=None, subject=None))
    assert f"{datetime.now(UTC):%Y}" in delivery.name
    assert not json.loads(data_of(delivery)).keys() & {"eventTime", "subject"}


def test_a_request_is_named_for_its_bytes() -> None:
    """Replayed, it is the same."""
    assert of_request(b"a").id == of_request(b"a").id != of_request(b"b").id
    assert data_of(of_request(b"\xff")) == b"\xff"


def test_events_of_a_hub_are_told_apart() -> None:
    """Even if they are the same, or the host tells nothing of them."""
    known = func.EventHubEvent(body=b"x", enqueued_time=TIME, sequence_number=7)
    unknown = func.EventHubEvent(body=b"x")
    found = list(of_hub([known, known, unknown, unknown]))
    assert len({one.id for one in found}) == 4
    assert found[0].name.startswith("event-hub/2026/03/02/7-0-")
    assert [data_of(one) for one in found] == [b"x"] * 4
