"""Objects whose members Azure names in any case: ``ipAddress`` to the Event Hub, ``IPAddress`` to
Log Analytics, and for a while both in one export.

What is below a name may come as itself or as a JSON string of itself.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec import Raw

from tidewaiter.sources.azure_terms import embedded, segment
from tidewaiter.sources.interface import decode

T = TypeVar("T")

_TEXT = msgspec.json.Decoder(str)
_WORD: msgspec.json.Decoder[str | int | float] = msgspec.json.Decoder(str | int | float)
_FLAG: msgspec.json.Decoder[bool | str] = msgspec.json.Decoder(bool | str)
_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_OBJECTS = msgspec.json.Decoder(list[dict[str, Raw] | None])
_TEXTS = msgspec.json.Decoder(list[str | None])
_NULL = Raw(b"null")
_WHOLE = re.compile(r"[0-9]{1,18}")
_FLAGS = {"true": True, "false": False}


class Members:
    """The members of an object, found by name in any case; a null counts as absent.

    Every reader takes several names for one thing and uses the first that tells something.  Where
    a value has a wrong type it raises :class:`~tidewaiter.errors.Malformed` with its path.
    """

    def __init__(self, fields: Mapping[str, Raw], path: str = "$") -> None:
        self._path = path
        self._members: dict[str, tuple[Raw, str, str]] = {}  # with the path and the name
        for name, raw in fields.items():
            if raw != _NULL:
                self._members.setdefault(name.lower(), (raw, path, name))

    def __bool__(self) -> bool:
        return bool(self._members)

    def over(self, other: "Members") -> "Members":
        """Return these members, and those of ``other`` that are not here."""
        if not self or not other:
            return self or other
        both = Members({}, self._path)
        both._members = {**other._members, **self._members}  # noqa: SLF001 - of the same class
        return both

    def raw(self, name: str) -> tuple[Raw, str]:
        """Return a member with its path, ``null`` where it is absent."""
        found, path, written = self._members.get(name.lower(), (_NULL, self._path, name))
        return found, f"{path}.{written}"

    def path(self, *names: str) -> str:
        """Return where the first of ``names`` stands that is there, else where the last should."""
        found = next((name for name in names if name.lower() in self._members), names[-1])
        return self.raw(found)[1]

    def there(self, *names: str) -> Iterator[tuple[Raw, str]]:
        """Yield those of ``names`` that are there, each with its path."""
        for name in names:
            member = self._members.get(name.lower())
            if member:
                yield member[0], f"{member[1]}.{member[2]}"

    def text(self, *names: str) -> str | None:
        """Return a text that is not empty."""
        for raw, path in self.there(*names):
            text = decode(_TEXT, raw, path).strip()
            if text:
                return text
        return None

    def word(self, *names: str) -> str | None:
        """Return a text or a number, as text."""
        words = (str(decode(_WORD, raw, path)).strip() for raw, path in self.there(*names))
        return next((word for word in words if word), None)

    def number(self, *names: str) -> int | None:
        """Return a whole number that is not negative, also one that is written as text."""
        word = self.word(*names)
        return int(word) if word and _WHOLE.fullmatch(word) else None

    def flag(self, *names: str) -> bool | None:
        """Return a truth value, also one that is written as text."""
        values = (decode(_FLAG, raw, path) for raw, path in self.there(*names))
        flags = (_FLAGS.get(str(value).strip().lower()) for value in values)
        return next((flag for flag in flags if flag is not None), None)

    def part(self, decoder: msgspec.json.Decoder[T], *names: str) -> T | None:
        """Return what ``decoder`` reads, ``None`` where there is nothing or broken JSON text."""
        parts = (embedded(decoder, raw, path) for raw, path in self.there(*names))
        return next((part for part in parts if part is not None), None)

    def inner(self, *names: str) -> "Members":
        """Return the members of an object; it has none where it is absent."""
        for raw, path in self.there(*names):
            found = embedded(_OBJECT, raw, path)
            if found:
                return Members(found, path)
        return Members({}, self.raw(names[0])[1])

    def each(self, *names: str) -> "list[Members]":
        """Return the objects of a list."""
        for raw, path in self.there(*names):
            found = embedded(_OBJECTS, raw, path)
            if found:
                return [Members(one or {}, f"{path}[{at}]") for at, one in enumerate(found)]
        return []

    def texts(self, *names: str) -> list[str]:
        """Return the texts of a list that are not empty."""
        listed = self.part(_TEXTS, *names) or []
        return [text.strip() for text in listed if text and text.strip()]


def tenant_of(own: Members) -> str | None:
    """Tell the Entra tenant that a record of its logs is about.

    The ``TenantId`` of a row is the workspace's, so it is taken from the resource's name.
    """
    resource = (own.text("resourceId") or "").lower()
    found = own.text("AADTenantId") or segment(resource, "tenants")
    return found.lower() if found else None
