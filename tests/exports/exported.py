"""What the exports make of events: of every golden sample, of complete ones, and of any at all."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from docs import mapping
from tidewaiter.enrich import Enricher
from tidewaiter.exports import EXPORTS
from tidewaiter.model import Activity, Event
from tidewaiter.outputs.jsonl import ascii_json
from tidewaiter.sources import SOURCES

SAMPLES = Path(__file__).parents[1] / "samples"
NAMES = [source.name for source in SOURCES]
ODD = (
    "",
    "a" * 300,
    "\u202e\x1b[2J\x00",
    "\U0001f40b",
    "sha256:",
    "unknown",
    "203.0.113.9",
    "a@b.c",
)
BOUNDS = {"port": 65_535, "translated_port": 65_535, "protocol": 255}
NOW = datetime(2026, 2, 3, 14, 2, 11, 340538, tzinfo=UTC)


def exported(to: str, event: Event) -> Any:
    """One event as a program reads it."""
    return json.loads(ascii_json(EXPORTS[to].convert(event)))


def bare(activity: Activity, **others: Any) -> Event:
    """An event of which its log tells next to nothing."""
    told: dict[str, Any] = {"provider": "registry", "source": "distribution", "operation": "push"}
    return Event(id="id-1", act="act-1", time=NOW, activity=activity, **(told | others))


def complete() -> list[Event]:
    """One event of each activity that has everything, and one of each usual shape."""
    shaped = [mapping.complete(activity, parts) for activity, parts in mapping.SHAPES.items()]
    return [mapping.complete(activity) for activity in Activity] + shaped


@cache
def of_samples(source: str) -> tuple[Event, ...]:
    """Every event of the samples of one source, as its log tells it and enriched."""
    found = []
    for path in sorted((SAMPLES / source).glob("*.expected.json")):
        expected = json.loads(path.read_text())
        told = [expected.get("event"), expected.get("rest", {}).get("event")]
        found += [msgspec.convert(one, Event) for one in told if one]
    enrich = Enricher().enrich
    return (*found, *map(enrich, found))


def events() -> st.SearchStrategy[Event]:
    """Any event at all."""
    return _structs(Event)


def _structs(struct: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(struct)
    return st.builds(
        struct, **{name: _values(hints[name], name) for name in struct.__struct_fields__}
    )


def _values(hint: Any, name: str) -> st.SearchStrategy[Any]:
    kinds = get_args(hint)
    if get_origin(hint) is tuple:
        if kinds[-1] is Ellipsis:
            return st.lists(_values(kinds[0], name), max_size=2).map(tuple)
        return st.tuples(*(_values(kind, name) for kind in kinds))
    if kinds:
        return st.one_of(*(_values(kind, name) for kind in kinds))
    if hint is type(None):
        return st.none()
    return _structs(hint) if issubclass(hint, msgspec.Struct) else _scalars(hint, name)


def _scalars(hint: type, name: str) -> st.SearchStrategy[Any]:
    if issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(0, BOUNDS.get(name, 2**62))
    if hint is datetime:
        return st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
    known = {"provider": ("aws", "azure", "gcp", "registry", "kubernetes"), "source": NAMES}
    if name in known:
        return st.sampled_from(known[name])
    return st.sampled_from(ODD) | st.text(max_size=20) | _addresses()


def _addresses() -> st.SearchStrategy[str]:
    return st.one_of(st.builds(IPv4Address, st.integers(0, 2**32 - 1)), _ipv6()).map(str)


def _ipv6() -> st.SearchStrategy[IPv6Address]:
    return st.builds(IPv6Address, st.integers(0, 2**128 - 1))
