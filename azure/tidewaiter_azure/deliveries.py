"""From what triggers brought to deliveries, byte for byte where the trigger gives the bytes.

Core knows the wrappers (``tidewaiter.envelopes``).  Names hold the day (UTC) as ``2026/03/02``;
what comes again in the same way has the same name.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tidewaiter.live.interface import Delivery

if TYPE_CHECKING:
    import azure.functions as func


def of_request(body: bytes) -> Delivery:
    """Return what an HTTP request brought: an alert of Azure Monitor, by a webhook."""
    return _delivery("http", datetime.now(UTC), sha256(body).hexdigest()[:32], body)


def of_event(event: "func.EventGridEvent | func.CloudEvent") -> Delivery:
    """Return what Event Grid brought, in the schema in which it came."""
    told = _cloud_event(event) if hasattr(event, "specversion") else _event(event)
    time = told.get("time") or told.get("eventTime")
    named = {name: value for name, value in told.items() if value is not None}
    raw = json.dumps(named, default=datetime.isoformat).encode()
    known_as = sha256(f"{event.id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return _delivery("event-grid", time, known_as, raw)


def _event(event: Any) -> dict[str, Any]:
    """Write it as https://learn.microsoft.com/azure/event-grid/event-schema says."""
    return {
        "id": event.id,
        "topic": event.topic,
        "subject": event.subject,
        "eventType": event.event_type,
        "eventTime": event.event_time,
        "data": event.get_json(),
        "dataVersion": event.data_version,
    }


def _cloud_event(event: Any) -> dict[str, Any]:
    """Write it as https://learn.microsoft.com/azure/event-grid/cloud-event-schema says."""
    return {
        "specversion": event.specversion,
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "data": event.get_json(),
    }


def of_hub(events: "Iterable[func.EventHubEvent]") -> Iterator[Delivery]:
    """Yield what an Event Hub brought, one delivery for each of its events.

    Two of one batch never share an id, whatever the host tells of them.
    """
    for number, event in enumerate(events):
        place = f"{event.sequence_number or 0}-{number}"
        body = event.get_body()
        digest = sha256(body).hexdigest()[:16]
        yield _delivery("event-hub", event.enqueued_time, f"{place}-{digest}", body)


def _delivery(trigger: str, time: datetime | None, known_as: str, data: bytes) -> Delivery:
    day = (time or datetime.now(UTC)).astimezone(UTC)
    return Delivery(known_as, f"{trigger}/{day:%Y/%m/%d}/{known_as}", lambda: (data,))
