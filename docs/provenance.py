"""Where a source finds each field of an event, found out by trying.

Each value in each sample is changed, one at a time, and the sample is read again: what differs in
the event came from there.  So the page says what the readers do, not what somebody wrote of them.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from tidewaiter.errors import Malformed
from tidewaiter.model import Event
from tidewaiter.sources import Context, Ignored, Source
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parents[1] / "tests" / "samples"
EVERYTHING = 0.6  # a field that changes with so many of the values is a hash of the record
PATHS = 6  # paths told of a field; samples of rare verbs have many more

Path_ = tuple[str | int, ...]
Change = Callable[[Any], Any]

_NUMBER = re.compile(r"\[\d+\]")
_PLAIN = re.compile(r"[\w-]+")
_LAST_DIGIT = re.compile(r"(\d)(?=\D*$)")
_MINUTE = re.compile(r"(?<=:\d)(\d)(?=:)")
_OF_ANOTHER = {"activity", "operation"}


def fields_of(source: Source) -> dict[str, list[str]]:
    """Return, for each field that ``source`` fills, the paths that it comes from, usual ones first.

    A field that the reader sets by itself has none; one that is a hash of the record has ``["*"]``.
    """
    paths: dict[str, Counter[str]] = defaultdict(Counter)
    tried = 0
    for record, context in _samples(source):
        event = _read(source, record, context)
        if event is None:
            continue
        told = _flat(event)
        for field in told:
            paths.setdefault(field, Counter())
        for place in _leaves(record):
            tried += 1
            for field in _changed(source, record, context, told, place):
                paths[field][_name(place)] += 1
    return {field: _usual(found, tried) for field, found in paths.items()}


def _usual(found: Counter[str], tried: int) -> list[str]:
    if found.total() > EVERYTHING * tried:
        return ["*"]
    ordered = sorted(found, key=lambda path: (-found[path], path))
    return [*ordered[:PATHS], *(["…"] if len(ordered) > PATHS else [])]


def _samples(source: Source) -> Iterator[tuple[Any, Context]]:
    for path in sorted((SAMPLES / source.name).glob("*.expected.json")):
        expected = json.loads(path.read_text())
        context = msgspec.convert(expected.get("context", {}), Context)
        record = path.with_name(path.name.replace(".expected", ""))
        try:
            yield json.loads(record.read_bytes()), context
        except ValueError:
            continue  # a sample of damage


def _read(source: Source, record: object, context: Context) -> Event | None:
    try:
        found = record_of(json.dumps(record), context)
        if not source.claims(found):
            return None
        told = source.read(found)
        if isinstance(told, Ignored) and source.rest:
            told = source.rest(found)
    except Malformed:
        return None
    return told if isinstance(told, Event) else None


def _changed(
    source: Source, record: Any, context: Context, told: dict[str, list[str]], place: Path_
) -> set[str]:
    """The fields that differ once the value at ``place`` does."""
    found: set[str] = set()
    for change in _CHANGES:
        again = _read(source, _with(record, place, change), context)
        if again is None:
            found |= _equal(told, _at(record, place))
            continue
        now = _flat(again)
        differing = {field for field in told if told[field] != now.get(field)}
        # Another activity is another event: what else differs does not come from here.
        found |= differing & _OF_ANOTHER if "activity" in differing else differing
    return found


def _equal(told: dict[str, list[str]], value: object) -> set[str]:
    """Where a record without the value is none of ours: the fields that hold it, and for a verb the
    activity.
    """
    same = {field for field, values in told.items() if values == [str(value)]}
    return same | {"activity"} if "operation" in same else same


def _flat(event: Event) -> dict[str, list[str]]:
    """Values by the names of their fields, elements of a list together."""
    flat: dict[str, list[str]] = defaultdict(list)

    def descend(value: Any, name: str) -> None:
        if isinstance(value, dict):
            for key, member in value.items():
                descend(member, f"{name}.{key}" if name else key)
        elif isinstance(value, list | tuple):
            for member in value:
                descend(member, f"{name}[]")
        else:
            flat[name].append(str(value))

    descend(msgspec.to_builtins(event), "")
    return flat


def _leaves(value: Any, place: Path_ = ()) -> Iterator[Path_]:
    """Places of all values that are no containers; also within JSON that is text."""
    inside = _inside(value)
    if isinstance(inside, dict):
        for key, member in inside.items():
            yield from _leaves(member, (*place, key))
    elif isinstance(inside, list):
        for at, member in enumerate(inside):
            yield from _leaves(member, (*place, at))
    elif inside is not None:
        yield place


def _inside(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _at(value: Any, place: Path_) -> Any:
    for key in place:
        value = _inside(value)[key]
    return value


def _with(value: Any, place: Path_, change: Change) -> Any:
    if not place:
        return change(value)
    inside, (key, *rest) = _inside(value), place
    copy = dict(inside) if isinstance(inside, dict) else list(inside)
    copy[key] = _with(inside[key], tuple(rest), change)
    if copy[key] is _GONE:
        del copy[key]
    return json.dumps(copy) if isinstance(value, str) else copy


def _name(place: Path_) -> str:
    """``$.requestParameters.imageManifest`` and the like; elements of a list are one."""
    name = "$"
    for key in place:
        if isinstance(key, int):
            name += "[]"
        else:
            name += f".{key}" if _PLAIN.fullmatch(key) else f"['{key}']"
    return name


_GONE = object()


def _other_text(value: Any) -> Any:
    return f"{value}x" if isinstance(value, str) else _other_number(value)


def _other_number(value: Any) -> Any:
    """Another number; in a text, its last digit."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return _LAST_DIGIT.sub(_other_digit, str(value))


def _other_time(value: Any) -> Any:
    """Another minute."""
    return _MINUTE.sub(_other_digit, value) if isinstance(value, str) else value


def _other_digit(digit: re.Match[str]) -> str:
    return "1" if digit[1] != "1" else "2"


def _gone(_value: Any) -> Any:
    return _GONE


_CHANGES: tuple[Change, ...] = (_other_text, _other_number, _other_time, _gone)
