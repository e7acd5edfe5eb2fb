"""One act, told by several records: the first and the last of a long operation, copies of two
trails.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import fields, replace

from tidewaiter.model import Change, Event, Image, Outcome

S = TypeVar("S", bound=Struct)

TWIN = timedelta(minutes=10)  # records of one act are no further apart; an actor is awaited so long


def merge(records: Iterable[Event]) -> Event:
    """Return what ``records`` say together; their order does not matter.

    The earliest record that knows how the act ended leads; what it lacks is taken from the others,
    the earlier first (the first record of a long operation has the request and the address, the
    last has the outcome).
    """
    ordered = sorted(
        records, key=lambda event: (event.outcome is Outcome.PENDING, event.time, event.id)
    )
    whole = ordered[0]
    for other in ordered[1:]:
        if other.grants and not whole.grants:
            whole = replace(whole, activity=other.activity)  # only the request tells which way
        whole = _filled(whole, other)
    return whole


def _filled(known: S, other: S) -> S:
    """Return ``known`` with what it lacks taken from ``other``, member by member."""
    found: dict[str, object] = {}
    for field in fields(known):
        mine, theirs = getattr(known, field.name), getattr(other, field.name)
        if mine is None or mine == ():
            mine = theirs
        elif field.name == "images":
            mine = _filled_images(mine, theirs)
        elif field.name == "changes":
            mine = _filled_changes(mine, theirs)
        elif isinstance(mine, Struct) and isinstance(theirs, type(mine)):
            mine = _filled(mine, theirs)
        found[field.name] = mine
    return type(known)(**found)


def _filled_images(mine: tuple[Image, ...], theirs: tuple[Image, ...]) -> tuple[Image, ...]:
    """Complete each image from its counterpart; a record without the request names a registry at
    most.
    """
    if len(mine) != len(theirs):
        return mine if all(image.key or image.tag for image in mine) else theirs or mine
    return tuple(_filled(one, other) for one, other in zip(mine, theirs, strict=True))


def _filled_changes(mine: tuple[Change, ...], theirs: tuple[Change, ...]) -> tuple[Change, ...]:
    """Add what only the other record tells; what was asked for tells more than what is stated
    anyway.
    """
    told: dict[tuple[str, str | None], Change] = {}
    for change in (*mine, *theirs):
        known = told.get((change.what, change.of))
        if known is None or (known.stated and not change.stated):
            told[change.what, change.of] = change
    return tuple(told.values())
