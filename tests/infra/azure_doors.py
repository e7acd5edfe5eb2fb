"""By which door a record of Azure would come: an alert, a diagnostic setting, or Event Grid.

Alerts compare without case: https://learn.microsoft.com/rest/api/monitor/activity-log-alerts
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tests.infra.events import is_needed
from tests.infra.terraform import planned
from tidewaiter.errors import Malformed
from tidewaiter.reading.files import find
from tidewaiter.reading.reader import Good, Reader
from tidewaiter.sources import Record, source_of
from tidewaiter.sources.azure_activity.shapes import entry_of, operation_of

Json = dict[str, Any]

# What older records have as their category; the log's own is Administrative today.
_OLD = {"action", "write", "delete"}
# Who starts something is in both of these.
_SMALLER = {"kube-audit": "kube-audit-admin"}
_REGISTRY = "microsoft.containerregistry."


class Doors(Struct, frozen=True):
    """What a plan lets in: operations, categories and event types, all in lower case."""

    operations: frozenset[str]
    categories: frozenset[str]
    events: frozenset[str]


class Sent(Struct, frozen=True):
    """A record: what it is known by at a door, whether a detector needs it, and where it is from.

    ``log`` is ``activity``, ``resource`` or ``event``.
    """

    log: str
    category: str
    name: str
    needed: bool
    place: str

    def by_alert(self, doors: Doors) -> bool:
        """Whether an alert tells of it."""
        administrative = self.log == "activity" and self.category == "administrative"
        return administrative and self.name in doors.operations

    def by_setting(self, doors: Doors) -> bool:
        """Whether a diagnostic setting sends it."""
        return self.log != "event" and self.category in doors.categories

    def by_event(self, doors: Doors) -> bool:
        """Whether Event Grid delivers it."""
        return self.log == "event" and self.name in doors.events


def templates(plan: Json, name: str) -> Iterator[Json]:
    """Yield the resources of a plan's templates whose deployment is called ``name``."""
    for one in planned(plan, "azurerm_resource_group_template_deployment"):
        if one["address"].endswith(f".{name}"):
            yield from json.loads(one["values"]["template_content"])["resources"]


def alerted(plan: Json) -> set[str]:
    """Every operation of which an alert of a plan tells, as it is written there."""
    conditions = [one["properties"]["condition"]["allOf"] for one in templates(plan, "alerts")]
    return {
        operation
        for condition in conditions
        for field in condition
        if field["field"] == "operationName"
        for operation in field["containsAny"]
    }


def sent_on(plan: Json) -> dict[str, set[str]]:
    """The categories that a plan sends to the Event Hub, by the kind of resource."""
    found: dict[str, set[str]] = {}
    for one in planned(plan, "azurerm_monitor_diagnostic_setting"):
        values = one["values"]
        if values["eventhub_name"]:
            parts = values["target_resource_id"].split("/")
            kind = "/".join(parts[6:8]) if len(parts) > len("//x") else "subscription"
            logs = {log["category"] for log in values["enabled_log"]}
            found.setdefault(kind, set()).update(logs)
    return found


def doors_of(plan: Json) -> Doors:
    """Collect what a plan lets in."""
    subscriptions = planned(plan, "azurerm_eventgrid_system_topic_event_subscription")
    events = {name for one in subscriptions for name in one["values"]["included_event_types"]}
    categories = {name for names in sent_on(plan).values() for name in names}
    return Doors(
        operations=frozenset(map(str.lower, alerted(plan))),
        categories=frozenset(map(str.lower, categories)),
        events=frozenset(map(str.lower, events)),
    )


def sent(paths: Iterable[Path]) -> Iterator[Sent]:
    """Yield what Azure tells in the records below ``paths``; what nobody can read is left out."""
    reader = Reader(None)
    for file in find([str(path) for path in paths]):
        for found in reader.read(file):
            if isinstance(found, Good):
                told = _of_azure(found.record, str(found.where))
                if told is not None:
                    yield told


def _of_azure(record: Record, place: str) -> Sent | None:
    source = source_of(record)
    needed = is_needed(record)
    if source is None or needed is None:
        return None
    if source.name == "azure_activity":
        return _of_activity(record, place, needed=needed)
    if source.name == "acr_event_grid":
        name = _text(record, "eventType", "type").removeprefix(_REGISTRY)
        return Sent("event", "", f"{_REGISTRY}{name}", needed, place)  # in 2018 without it
    if source.provider == "azure" or (source.name == "kubernetes_audit" and _category(record)):
        category = _SMALLER.get(_category(record), _category(record))
        return Sent("resource", category, source.name, needed, place)
    return None


def _of_activity(record: Record, place: str, *, needed: bool) -> Sent | None:
    name = operation_of(record).lower()
    try:
        category = entry_of(record).category
    except Malformed:  # resource logs that nobody reads have no resource we know
        return Sent("resource", _category(record), name, needed, place)
    if category in _OLD:
        category = "administrative"
    return Sent("activity", category, name, needed, place)


def _category(record: Record) -> str:
    return _text(record, "category", "Category", "Type", "type")


def _text(record: Record, *names: str) -> str:
    for name in names:
        if name in record.fields:
            told = msgspec.json.decode(record.fields[name])
            return told.lower() if isinstance(told, str) else ""
    return ""
