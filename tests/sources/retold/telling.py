"""From the text of a delivery to its events, and what two events tell differently."""

import json
from typing import Any

from msgspec import Struct, structs

from tidewaiter.envelopes import Found, unwrap
from tidewaiter.intake import interpret
from tidewaiter.model import Event


def told(delivery: Any) -> Event:
    """What the one record in a delivery, wrappers and all, is made into."""
    found = list(unwrap(json.dumps(delivery).encode()))
    assert [type(one) for one in found] == [Found], found
    assert isinstance(found[0], Found)
    event = interpret(found[0].record, whole=True)
    assert isinstance(event, Event), event
    return event


def contradictions(one: object, other: object, path: str = "") -> set[str]:
    """The fields that both tell, and tell differently."""
    if one in (None, ()) or other in (None, ()) or one == other:
        return set()
    pairs = _pairs(one, other)
    if pairs is None:
        return {path}
    return {
        found
        for name, (mine, theirs) in pairs.items()
        for found in contradictions(mine, theirs, f"{path}.{name}".strip("."))
    }


def omissions(full: object, other: object, path: str = "") -> set[str]:
    """The fields that the fullest telling has, and the other has not."""
    if full in (None, ()) or full == other:
        return set()
    if other in (None, ()):
        return {path}
    return {
        found
        for name, (mine, theirs) in (_pairs(full, other) or {}).items()
        for found in omissions(mine, theirs, f"{path}.{name}".strip("."))
    }


def _pairs(one: object, other: object) -> dict[str, tuple[object, object]] | None:
    if isinstance(one, Struct) and type(one) is type(other):
        names = [field.name for field in structs.fields(one)]
        return {name: (getattr(one, name), getattr(other, name)) for name in names}
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return {str(at): pair for at, pair in enumerate(zip(one, other, strict=True))}
    return None
