"""What is still good in damaged JSON text, or in values that were written in a row.

Firehose writes one object after another with nothing between them; an upload that broke off ends
inside a record; one record of a list can hold a byte that is no JSON.  Whatever is whole is handed
on, the rest is kept.
https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
"""

import re
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import msgspec
from msgspec import Raw, Struct

T = TypeVar("T")
Parse = Callable[[bytes], T]

# The lists in which records are delivered, by the member that holds them.
LISTS = (
    "Records",
    "records",
    "Events",
    "events",
    "items",
    "value",
    "results",
    "Messages",
    "receivedMessages",
)
# Every new try may read on to the end, so hostile text could make the work quadratic: this many
# times its length is read in vain, then the rest is given up.
EFFORT = 50

ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
TRUNCATED = "Input data was truncated"  # as msgspec says it
CUT = "cut off before its end"

_SKIM = msgspec.json.Decoder(Raw)
_PLACE = re.compile(r"(trailing characters )?\(byte (\d+)\)")
_SPACE = b" \t\r\n"  # what JSON takes for space
_BETWEEN = re.compile(rb"[ \t\r\n,]*")
_LIST = re.compile(rb'(?:\{\s*"(' + "|".join(LISTS).encode() + rb')"\s*:\s*)?\[')
_FIRST_NAME = re.compile(rb'\s*\{\s*("(?:[^"\\]|\\.)*+")')
_LINE = rb"\n(?=[{\[])"
# Where an object begins behind another's end even if no line does: inside a string no name in
# quotes can follow.
_SEAM = rb'\}\s*(?=\{\s*"[^"\\\n]*"\s*:)|' + _LINE


class Value(Struct, Generic[T], frozen=True):
    """One whole JSON value, parsed, and its place in the document."""

    path: str
    value: T


class Damage(Struct, frozen=True):
    """Text that is no JSON value, whole, with the reason."""

    raw: bytes
    reason: str
    path: str = "$"


def reason_of(error: Exception) -> str:
    """Say in a few words why text could not be decoded."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    text = str(error)
    if text == TRUNCATED:
        return CUT
    return text.replace("JSON is malformed", "not JSON")


def salvage(text: bytes, parse: Parse[T]) -> Iterator[Value[T] | Damage]:
    """Yield every whole value in ``text`` in order, parsed, and every piece of damage between them.

    Values of a broken list that is known to hold records (``LISTS``) are yielded one by one, with
    their path.
    """
    wreck = _Wreck(text, parse)
    while wreck.more():
        if wreck.closes():
            continue
        end = wreck.end()
        if isinstance(end, int):
            yield wreck.take(end)
        elif found := _LIST.match(text, wreck.at):
            yield from wreck.elements(found)
        else:
            yield wreck.lose(end, _SEAM)


class _Wreck(Generic[T]):
    """A place in damaged text."""

    def __init__(self, text: bytes, parse: Parse[T]) -> None:
        self.text = text
        self.view = memoryview(text)
        self.parse = parse
        self.at = 0
        self.effort = EFFORT * len(text)  # bytes that may still be read in vain
        self.left = False  # a list whose end was not met

    def more(self) -> bool:
        """Step over what separates values; false at the end."""
        found = _BETWEEN.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at < len(self.text)

    def end(self) -> int | str:
        """Where the value that begins here ends, or why there is none."""
        try:
            _SKIM.decode(self.view[self.at :])
        except ERRORS as error:
            # The decoder names the byte (counted from 1) after a whole value: the only way to learn
            # where it ended without a second, slower scanner.
            found = _PLACE.search(str(error))
            if found and found[1]:
                return self.at + int(found[2]) - 1
            self.effort -= int(found[2]) if found else len(self.text) - self.at
            return reason_of(error)
        return len(self.text)

    def take(self, end: int, path: str = "$") -> Value[T] | Damage:
        """Parse the value that ends at ``end`` and step behind it."""
        piece = self.text[self.at : end].rstrip(_SPACE)
        self.at = end
        try:
            return Value(path, self.parse(piece))
        except ERRORS as error:
            return Damage(piece, reason_of(error), path)

    def lose(self, reason: str, sync: bytes, path: str = "$") -> Damage:
        """Give up the text from here to where ``sync`` says that a value may begin."""
        found = re.compile(sync).search(self.text, self.at + 1) if self.effort > 0 else None
        start, self.at = self.at, found.end() if found else len(self.text)
        between = _SPACE + b"," if found else _SPACE
        return Damage(self.text[start : self.at].rstrip(between), reason, path)

    def closes(self) -> bool:
        """Step over the end of a list that was left when a line began anew."""
        if not self.left or not self._over(b"]"):
            return False
        self.more()
        self._over(b"}")
        self.left = False
        return True

    def elements(self, opening: re.Match[bytes]) -> Iterator[Value[T] | Damage]:
        """Yield the elements of the list that opens here.

        It ends at its end, or where a new line begins anew.
        """
        prefix = f"$.{opening[1].decode()}" if opening[1] else "$"
        start, self.at = self.at, opening.end()
        sync = self._beginning()
        index, closed = 0, False
        while self.more() and not (closed := self._over(b"]")):
            end, path = self.end(), f"{prefix}[{index}]"
            if isinstance(end, str):
                lost = self.lose(end, sync, path)
                # A list of which nothing was saved is lost as a whole.
                alone = index == 0 and self.at == len(self.text)
                yield Damage(self.text[start:].rstrip(_SPACE), end, path) if alone else lost
                if self.text[self.at - 1 : self.at] == b"\n":
                    self.left = True
                    return
                if not self.more():
                    return
            else:
                yield self.take(end, path)
            index += 1
        if closed and not opening[1]:
            return
        if self.more():
            self._over(b"}")
        else:
            yield Damage(b"", CUT, f"{prefix}[{index}]")

    def _beginning(self) -> bytes:
        """Make the pattern that finds the next element behind a broken one.

        It begins as the first one did; only that, and not any brace, is taken for a beginning, or
        parts of a broken record would pass for records.
        """
        named = _FIRST_NAME.match(self.text, self.at)
        if named is None:
            return _LINE
        return rb"\}\s*,\s*(?=\{\s*" + re.escape(named[1]) + rb"\s*:)|" + _LINE

    def _over(self, mark: bytes) -> bool:
        """Step over ``mark`` if it is next."""
        found = self.text.startswith(mark, self.at)
        self.at += found
        return found
