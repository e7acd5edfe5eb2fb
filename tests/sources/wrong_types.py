"""Records in which one member has a wrong type: what a reader must survive."""

from typing import Any

from tidewaiter.errors import Malformed
from tidewaiter.sources import Context, Ignored, Source
from tidewaiter.sources.interface import record_of

WRONG: tuple[Any, ...] = (
    5,
    -1.5,
    True,
    None,
    "",
    "\x00\x1b[2J",
    [],
    ["x"],
    [None],
    {},
    {"a": {}},
    10**400,
)


def mutations(value: Any, wrong: object) -> list[Any]:
    """All copies of ``value`` in which one member, at any depth, is ``wrong``."""
    if isinstance(value, dict):
        return [
            {**value, key: changed}
            for key, member in value.items()
            for changed in (wrong, *mutations(member, wrong))
        ]
    if isinstance(value, list):
        return [
            [*value[:at], changed, *value[at + 1 :]]
            for at, member in enumerate(value)
            for changed in (wrong, *mutations(member, wrong))
        ]
    return []


def answer(source: Source, text: str, context: Context = Context()) -> str:
    """``unclaimed``, the answer's type or the malformed path; any other exception is a failure."""
    record = record_of(text, context)
    if not source.claims(record):
        return "unclaimed"
    try:
        told = source.read(record)
        if isinstance(told, Ignored) and source.rest:
            told = source.rest(record)
    except Malformed as error:
        return error.path
    return type(told).__name__
