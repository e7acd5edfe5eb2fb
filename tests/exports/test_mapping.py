"""No field of an event is lost in an export, and no activity is unknown to one."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from docs import mapping
from tests.exports.exported import bare, exported
from tidewaiter.exports import EXPORTS
from tidewaiter.model import Activity
from tidewaiter.outputs.jsonl import ascii_json

# A row is flat: what something was made of is told by its reference alone.
LOST = {
    "splunk": {
        "origin.artifact",
        "origin.children[]",
        "origin.layers[].digest",
        "origin.layers[].size",
        "origin.media_type",
        "origin.name",
    },
    "ocsf": set[str](),
    "ecs": set[str](),
}


@pytest.mark.parametrize("to", EXPORTS)
def test_nothing_is_lost(to: str) -> None:
    """Whichever field of an event changes, something changes in what is exported."""
    lost = set()
    for activity, parts in mapping.SHAPES.items():
        found = mapping.effects(EXPORTS[to], mapping.complete(activity, parts))
        lost |= {field for field, paths in found.items() if not paths}
    assert lost == LOST[to]


def absent(value: Any, path: str = "") -> Iterator[str]:
    """Yield the fields of ``value``, at any depth, that are absent."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from absent(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple) and value:
        for member in value:
            yield from absent(member, path)
    elif value is None or value == ():
        yield path


def test_complete_events_are_complete() -> None:
    """The events that are tried have every field; an image is not of a container and a machine."""
    event = mapping.complete(Activity.IMAGE_PUSHED)
    assert set(absent(event)) == {".images.machine_image", ".origin.machine_image"}


@pytest.mark.parametrize("to", EXPORTS)
@pytest.mark.parametrize("activity", Activity)
def test_every_activity_is_known(to: str, activity: Activity) -> None:
    """An export knows what to call each activity."""
    assert exported(to, bare(activity)) != {}


@pytest.mark.parametrize("to", EXPORTS)
def test_a_line_is_printable_ascii(to: str) -> None:
    """What an attacker wrote cannot reach a terminal, whatever the format."""
    event = bare(Activity.IMAGE_PUSHED, operation="\x1b[2J\u202e\n\x7f\U0001f40b")
    assert re.fullmatch(r"[ -~]+", ascii_json(EXPORTS[to].convert(event)))


def test_exports_are_named_once() -> None:
    """Each export is found under its own name, and has a page to read."""
    assert {name: export.name for name, export in EXPORTS.items()} == {
        name: name for name in EXPORTS
    }
    assert all(export.link.startswith("https://") for export in EXPORTS.values())
