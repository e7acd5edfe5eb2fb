"""Records as an attacker or a broken shipper would write them, made of the samples."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

SAMPLES = Path(__file__).parent.parent / "samples"

_DEEP: Any = "x"
for _ in range(200):
    _DEEP = {"x": [_DEEP]}

WRONG: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    10**400,
    1e308,
    -0.0,
    "",
    " ",
    "\x00\x1b[2J\u202e",
    "\ud800",
    "null",
    "{}",
    "[" * 500,
    "sha256:" + "f" * 64,
    "arn:aws:iam::111122223333:role/",
    "/subscriptions//resourceGroups/",
    "projects/_/",
    "%" * 50,
    "https://[::1",
    "2026-03-02T25:61:00Z",
    "0001-01-01T00:00:00Z",
    "a/" * 500,
    ":" * 500,
    "," * 500,
    "x" * 5000,
    [],
    [None],
    [[]] * 50,
    {},
    {"": ""},
    {"value": None},
    _DEEP,
)


def samples(source: str) -> list[bytes]:
    """Every sample record of a source."""
    found = sorted((SAMPLES / source).glob("*.json"))
    return [path.read_bytes() for path in found if not path.name.endswith(".expected.json")]


def damaged(source: str) -> SearchStrategy[bytes]:
    """Samples of ``source`` with one to four things wrong in each."""
    return st.sampled_from(samples(source)).flatmap(_broken)


@st.composite
def _broken(draw: DrawFn, raw: bytes) -> bytes:
    try:
        value = json.loads(raw)
    except ValueError:  # a sample of damage
        return draw(_cut(raw))
    for _ in range(draw(st.integers(1, 4))):
        value = _changed(draw, value)
    text = json.dumps(value).encode()
    return draw(_cut(text)) if draw(st.integers(0, 9)) == 0 else text


def _changed(draw: DrawFn, value: Any) -> Any:
    """A copy with one member, at a random place, replaced, dropped, doubled or wrapped."""
    inside = list(value.items()) if isinstance(value, dict) else None
    inside = list(enumerate(value)) if isinstance(value, list) else inside
    if not inside or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(WRONG) | st.just([value]) | st.just({"x": value}))
    key, member = draw(st.sampled_from(inside))
    if isinstance(member, str) and member[:1] in "{[" and draw(st.booleans()):
        return _with(value, key, _changed_text(draw, member))
    if isinstance(value, dict) and draw(st.integers(0, 7)) == 0:
        return {name: one for name, one in value.items() if name != key}
    if isinstance(value, list) and draw(st.integers(0, 7)) == 0:
        return [*value, *value * draw(st.integers(0, 20))]
    return _with(value, key, _changed(draw, member))


def _changed_text(draw: DrawFn, text: str) -> str:
    """JSON within a string, changed inside."""
    try:
        return json.dumps(_changed(draw, json.loads(text)))
    except ValueError:
        return text[1:]


def _with(value: Any, key: Any, member: Any) -> Any:
    if isinstance(value, dict):
        return {**value, key: member}
    return [*value[:key], member, *value[key + 1 :]]


def _cut(raw: bytes) -> SearchStrategy[bytes]:
    """The text with one byte wrong, or without its end."""
    places = st.integers(0, max(len(raw) - 1, 0))
    flipped = st.builds(
        lambda at, byte: raw[:at] + bytes((byte,)) + raw[at + 1 :], places, st.integers(0, 255)
    )
    return flipped | places.map(lambda end: raw[:end])
