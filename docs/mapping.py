"""Where an export puts each field of an event, found out by trying.

Each value of an event that has everything is changed, one at a time, and the event is exported
again: what differs came from there.  So the page, and the test that nothing is lost, are about what
the exports do, not about what somebody wrote of them.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from tidewaiter.exports import Export
from tidewaiter.model import Activity, Event

Place = tuple[str | int, ...]

# Which parts an event of each shape has, beside what every event has.  The last one is a sign-in.
CALLER = {"principal", "credential", "client"}
SHAPES: dict[Activity, set[str]] = {
    Activity.IMAGE_PUSHED: CALLER | {"images", "origin", "grants", "workload", "stored", "target"},
    Activity.OBJECT_WRITTEN: CALLER | {"stored", "grants"},
    Activity.TRAFFIC_FLOWED: {"flow", "target"},
    Activity.REGISTRY_CHANGED: CALLER | {"images", "changes", "target"},
    Activity.IDENTITY_ASSUMED: CALLER | {"session", "target"},
    Activity.IDENTITY_CHANGED: CALLER | {"session", "target", "grants"},
    Activity.FINDING_REPORTED: CALLER | {"images", "workload", "target", "report"},
    Activity.IMAGE_SCANNED: {"images", "report"},
}
ALWAYS = {
    "id", "act", "time", "provider", "source", "activity", "operation", "outcome", "error",
    "service", "account", "region", "awaits",
}  # fmt: skip
EVERYTHING = set(Event.__struct_fields__)

_DIGEST = "sha256:" + "a" * 64
_EXAMPLES: dict[str, Any] = {
    "provider": "aws",
    "outcome": "failure",
    "error": "AccessDenied: no",
    "client.address": "203.0.113.9",
    "client.zone": "external",
    "images.digest": _DIGEST,
    "images.machine_image": None,
    "origin.machine_image": None,
    "principal.id": "arn:aws:iam::111122223333:role/deployer",
    "principal.kind": "human",
    "flow.src.address": "203.0.113.9",
    "flow.src.translated_address": "203.0.113.10",
    "flow.src.zone": "external",
    "flow.dest.address": "198.51.100.7",
    "flow.dest.translated_address": "198.51.100.8",
    "flow.dest.zone": "internal",
    "flow.direction": "inbound",
    "flow.action": "accept",
    "flow.protocol": 6,
    "flow.tcp_flags": ["SYN"],
    "report.vulnerabilities": ["CVE-2026-0001"],
    "report.severity": "medium",
    "report.status": "active",
    "workload.kind": "ec2 instance",
}
_OTHERS: dict[str, Any] = {
    "provider": "azure",
    "source": "cloudtrail",
    "error": "Throttling: no",
    "outcome": "pending",
    "client.address": "203.0.113.77",
    "flow.src.address": "203.0.113.77",
    "flow.src.translated_address": "203.0.113.78",
    "flow.dest.address": "198.51.100.77",
    "flow.dest.translated_address": "198.51.100.78",
    "flow.direction": "outbound",
    "flow.action": "reject",
    "flow.tcp_flags[]": "ACK",
    "report.status": "resolved",
    "principal.kind": "service",
    "report.vulnerabilities[]": "CVE-2026-0002",
    "workload.kind": "virtual machine",
}
_TIME = "2026-02-03T14:02:11.340538Z"


def complete(activity: Activity, parts: set[str] = EVERYTHING, **others: object) -> Event:
    """Return an event of ``activity`` that has all of ``parts`` with all of their fields."""
    told = {name: value for name, value in _example(Event, "").items() if name in parts | ALWAYS}
    return msgspec.convert(told | {"activity": activity} | others, Event)


def _example(hint: Any, path: str) -> Any:
    """Return something of the type ``hint`` that tells ``path``, as plain JSON."""
    if path in _EXAMPLES:
        return _EXAMPLES[path]
    if get_origin(hint) is tuple:
        members = get_args(hint)
        if members[-1] is Ellipsis:
            return [_example(members[0], path)]
        return [_example(member, path) for member in members]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = get_type_hints(hint)
        names = hint.__struct_fields__
        below = ((name, f"{path}.{name}" if path else name) for name in names)
        return {name: _example(_optional(hints[name]), inside) for name, inside in below}
    return _scalar(hint, path)


def _optional(hint: Any) -> Any:
    """``X | None`` is X here: nothing is absent."""
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return kinds[0] if len(kinds) == 1 and get_origin(hint) is not tuple else hint


def _scalar(hint: Any, path: str) -> Any:
    if hint is bool:
        return True
    if hint is int:
        return 1000 + sum(map(ord, path)) % 1000
    if hint is datetime:
        return _TIME if path == "time" else "2026-02-03T14:03:11Z"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint)).value
    return path.replace(".", "-")


def effects(export: Export, event: Event) -> dict[str, set[str]]:
    """Return, for each field that ``event`` has, the paths that differ once the field does."""
    raw = msgspec.to_builtins(event)
    before = flat(export.convert(event))
    found: dict[str, set[str]] = defaultdict(set)
    for place in _places(raw):
        after = flat(export.convert(_changed(raw, place)))
        differing = {path for path in before | after if before.get(path) != after.get(path)}
        found[named(place)] |= differing
    return found


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _places(member, (*place, key))
    elif isinstance(value, list | tuple):
        for at, member in enumerate(value):
            yield from _places(member, (*place, at))
    elif place != ("activity",):
        yield place


def _changed(raw: Any, place: Place) -> Event:
    again = copy.deepcopy(raw)
    inside = again
    for key in place[:-1]:
        # A pair is a tuple, which cannot be changed.
        if isinstance(inside[key], tuple):
            inside[key] = list(inside[key])
        inside = inside[key]
    inside[place[-1]] = _other(inside[place[-1]], named(place))
    return msgspec.convert(again, Event)


def _other(value: Any, path: str) -> Any:
    if path in _OTHERS:
        return _OTHERS[path]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value[:4].isdecimal() and value.endswith("Z"):
        moment = datetime.fromisoformat(value) + timedelta(seconds=1)
        return moment.isoformat().replace("+00:00", "Z")
    return "trusted" if path.endswith(".zone") else _other_text(value, path)


def _other_text(value: str, path: str) -> str:
    return "high" if path.endswith(".severity") else f"{value}x"


def named(place: Place) -> str:
    """``images[].layers[].digest``: all elements of a list are one."""
    name = ""
    for key in place:
        name += "[]" if isinstance(key, int) else f".{key}"
    return name.removeprefix(".")


def flat(document: Any) -> dict[str, list[Any]]:
    """Return the values of an exported object by their paths."""
    found: dict[str, list[Any]] = defaultdict(list)

    def descend(value: Any, place: Place) -> None:
        if isinstance(value, dict):
            for key, member in value.items():
                descend(member, (*place, key))
        elif isinstance(value, list | tuple):
            for at, member in enumerate(value):
                descend(member, (*place, at))
        else:
            found[named(place)].append(value)

    descend(document, ())
    return found
