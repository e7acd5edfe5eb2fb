"""Azure Container Registry's Event Grid events: fast, and usually without an actor.

Event Grid schema and CloudEvents 1.0: https://learn.microsoft.com/azure/event-grid/event-schema-container-registry
"""

from typing import Annotated

import msgspec
from msgspec import Struct, structs

from tidewaiter.errors import Malformed
from tidewaiter.model import Event
from tidewaiter.sources.azure_terms import REPOSITORY_LOG, registry_host, segment
from tidewaiter.sources.distribution import Notification, understand
from tidewaiter.sources.interface import Ignored, Record, Source, decode

_PREFIX = "microsoft.containerregistry."
# The first events of 2018 were named without the provider.
_ACTIONS = {
    "imagepushed": "push",
    "imagedeleted": "delete",
    "chartpushed": "chart_push",
    "chartdeleted": "chart_delete",
}
_BARE = tuple(f'"{name}"'.encode() for name in _ACTIONS)


class _Envelope(Struct, rename="camel", kw_only=True):
    id: Annotated[str, msgspec.Meta(min_length=1)]
    data: Notification
    event_type: str | None = None
    type: str | None = None
    topic: str | None = None
    source: str | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def claims(record: Record) -> bool:
    """An event type of the registry, in either schema."""
    fields = record.fields
    if "data" not in fields:
        return False
    named = bytes(fields.get("eventType", fields.get("type", b""))).lower()
    return named.startswith(f'"{_PREFIX}'.encode()) or named in _BARE


def read(record: Record) -> Event | Ignored:
    """Read one event; both schemas give the same."""
    envelope = decode(_ENVELOPE, record.raw)
    operation = envelope.event_type or envelope.type or ""
    action = _ACTIONS.get(operation.lower().removeprefix(_PREFIX))
    if action is None:
        return Ignored(f"acr_event_grid {operation.lower()}")
    resource = (envelope.topic or envelope.source or "").lower()
    if not resource:
        raise Malformed("an event of no registry", "$.topic" if envelope.event_type else "$.source")
    notice = structs.replace(envelope.data, action=action)
    event = understand(notice, registry_host(resource), "$.data")
    return _completed(event, envelope, resource) if isinstance(event, Event) else event


def _completed(event: Event, envelope: _Envelope, resource: str) -> Event:
    return structs.replace(
        event,
        id=envelope.id,
        provider="azure",
        source="acr_event_grid",
        operation=envelope.event_type or envelope.type or "",
        account=segment(resource, "subscriptions"),
        service="microsoft.containerregistry",
        # Even where an actor is named, only the log tells with which token and from where.
        awaits=REPOSITORY_LOG,
    )


SOURCE = Source(
    name="acr_event_grid",
    provider="azure",
    title="Azure Container Registry events of Event Grid",
    link="https://learn.microsoft.com/azure/event-grid/event-schema-container-registry",
    claims=claims,
    read=read,
)
