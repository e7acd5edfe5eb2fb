"""What every wrapper is: the member that marks it, a look, and a way to open it."""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import Raw, Struct

from tidewaiter.errors import Malformed
from tidewaiter.sources.interface import Context, Ignored, Record, decode

Fields = Mapping[str, Raw]

OBJECT = msgspec.json.Decoder(dict[str, Raw])
_LIST = msgspec.json.Decoder(list[Raw])
_TEXT = msgspec.json.Decoder(str)
_OPTIONAL_TEXT = msgspec.json.Decoder(str | None)
# A bracket alone is not enough: lines of text begin with "[ERROR]".
_JSON_TEXT = re.compile(rb'"(?:\s|\\[nrt])*(?:\{|\[(?:\s|\\[nrt]|\[)*[{\]])')


class Inner(Struct, frozen=True):
    """What was in a wrapper: JSON text, its path in the document, and what is known about it by
    now.
    """

    raw: Raw | bytes
    path: str
    context: Context


Opened = Iterator[Inner | Ignored]


class Wrapper(Struct, frozen=True):
    """One kind of wrapper.

    ``mark`` is a member that it always has; ``fits`` looks at the others and never raises; ``open``
    raises :class:`~tidewaiter.errors.Malformed` with the path from the document's top.
    """

    mark: str
    link: str  # the format's page
    fits: Callable[[Fields], bool]
    open: Callable[[Record, str], Opened]


def is_list(fields: Fields, name: str) -> bool:
    """Whether the member is an array."""
    return bytes(fields.get(name, b"")).startswith(b"[")


def is_object(fields: Fields, name: str) -> bool:
    """Whether the member is an object."""
    return bytes(fields.get(name, b"")).startswith(b"{")


def is_text(fields: Fields, name: str) -> bool:
    """Whether the member is a string."""
    return bytes(fields.get(name, b"")).startswith(b'"')


def is_json_text(fields: Fields, name: str) -> bool:
    """Whether the member is a string that begins like a JSON object or array."""
    return bool(_JSON_TEXT.match(bytes(fields.get(name, b""))))


def member(fields: Fields, name: str, path: str) -> Raw:
    """Return a required member.  Raises :class:`~tidewaiter.errors.Malformed` if there is none."""
    if name not in fields:
        raise Malformed(f"Object missing required field `{name}`", path)
    return fields[name]


def text(fields: Fields, name: str, path: str) -> str:
    """Return a required string.  Raises :class:`~tidewaiter.errors.Malformed`."""
    return decode(_TEXT, member(fields, name, path), f"{path}.{name}")


def optional_text(fields: Fields, name: str, path: str) -> str | None:
    """Return a string or ``None``.  Raises :class:`~tidewaiter.errors.Malformed`."""
    return decode(_OPTIONAL_TEXT, fields[name], f"{path}.{name}") if name in fields else None


def elements(fields: Fields, name: str, path: str, context: Context) -> Iterator[Inner]:
    """Yield each element of a list.  Raises :class:`~tidewaiter.errors.Malformed` if it is none."""
    inside = f"{path}.{name}"
    found: list[Raw] = decode(_LIST, member(fields, name, path), inside)
    for index, raw in enumerate(found):
        yield Inner(raw, f"{inside}[{index}]", context)


def embedded(fields: Fields, name: str, path: str, context: Context) -> Inner:
    """Return JSON text that a string holds.  Raises :class:`~tidewaiter.errors.Malformed`."""
    return Inner(text(fields, name, path).encode(), f"{path}.{name}", context)


def anything(_fields: Fields) -> bool:
    """Fit whatever bears the mark."""
    return True
