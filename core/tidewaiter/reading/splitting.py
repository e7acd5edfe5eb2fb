"""From bytes to JSON values, whatever way they were written down.

One value for the whole file, one a line (NDJSON), one after another with or without anything
between them, indented or not: told by looking.  Memory holds one value at a time; a line that is a
value costs one decoding.  Lines of text that hold values in another way are read by whoever knows
them, and cost JSON nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from tidewaiter.errors import Malformed
from tidewaiter.reading.lines import Ending, lines, pieces
from tidewaiter.reading.salvaging import ERRORS, TRUNCATED, Damage, Parse, Value, salvage

T = TypeVar("T")
# What a line says that is no JSON, ``None`` if it says nothing; raises ``Malformed`` if broken.
ReadText = Callable[[bytes], T | None]

# One value must fit in memory a few times over.  CloudTrail's largest delivery files are tens of
# megabytes, a single record of any cloud is at most 1 MB.
LARGEST = 256 << 20

BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # its byte order marks
_BEGINNINGS = (b"{", b"[")
_SPACE = b" \t\r\n"  # what JSON takes for space
_LOOK = 4096  # bytes in which a NUL tells a binary from text
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?')
_PAIRS = {ord("}"): ord("{"), ord("]"): ord("[")}
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


def silent(_line: bytes) -> None:
    """Know nothing of any line."""


def values(
    blocks: Iterable[bytes],
    parse: Parse[T],
    read_text: ReadText[T] = silent,
    largest: int = LARGEST,
) -> Iterator[Value[T] | Damage]:
    """Yield every value of ``blocks``, parsed, and every piece of damage, in order.

    ``parse`` raises what msgspec raises.  ``blocks`` may end in
    :class:`~tidewaiter.errors.Malformed` (gzip).
    """
    stream = Ending(blocks)
    first = next(stream, b"")
    if _is_utf_16(first):
        yield from pieces(chain((first,), stream), "UTF-16 text; only UTF-8 is read", largest)
        return
    splitter = _Splitter(parse, read_text, largest)
    empty = True
    for line in lines(chain((first.removeprefix(BOM),), stream), largest):
        for found in splitter.feed(line):
            empty = False
            yield found
    for found in splitter.finish(stream.reason):
        empty = False
        yield found
    if empty:
        yield Damage(b"", "nothing in it")


def _is_utf_16(first: bytes) -> bool:
    """Whether every other byte is NUL, with or without a mark; a mark alone may be rubbish."""
    text = first[2:] if first.startswith(_UTF_16) else first
    return any(text[:64:2]) != any(text[1:64:2]) and len(text) > 1


class _Splitter(Generic[T]):
    """Puts lines together where a value spans several."""

    def __init__(self, parse: Parse[T], read_text: ReadText[T], largest: int) -> None:
        self.parse = parse
        self.read_text = read_text
        self.largest = largest
        self.group: list[bytes] = []  # lines of a value that is not whole yet
        self.opened = bytearray()  # its brackets that are still open
        self.crooked = False  # a bracket was closed that was not open
        self.stray: list[bytes] = []  # lines of rubbish
        self.size = 0  # of the group or of the stray lines
        self.astray = False  # whether the line before was no JSON

    def feed(self, line: bytes | Damage) -> Iterable[Value[T] | Damage]:
        """Take one line and return what it completes."""
        if isinstance(line, Damage):
            return chain(self.finish(None), (line,))
        if self.group:
            return self._continue(line)
        # Inside text only a line that begins like JSON is looked at, not a part of something
        # longer.
        if self.astray and not line.startswith(_BEGINNINGS):
            return self._text(line)
        try:
            value = self.parse(line.strip(_SPACE))
        except ERRORS as error:
            return self._begin(line, error)
        return chain(self._strays(), (Value("$", value),)) if self.astray else (Value("$", value),)

    def finish(self, reason: str | None) -> Iterator[Value[T] | Damage]:
        """Yield what is left; ``reason`` tells why the text ended before its end."""
        last: Value[T] | Damage | None = None
        for found in chain(self._wreck(), self._strays()):
            if last is not None:
                yield last
            last = found
        if reason is None:
            yield from () if last is None else (last,)
        elif isinstance(last, Damage):
            yield Damage(last.raw, reason, last.path)
        else:
            yield from () if last is None else (last,)
            yield Damage(b"", reason)

    def _begin(self, line: bytes, error: Exception) -> Iterable[Value[T] | Damage]:
        """Judge a line that is no value by itself."""
        text = line.strip(_SPACE)
        if not text:
            return ()
        if not text.startswith(_BEGINNINGS):
            return self._text(line)
        if str(error) == TRUNCATED:
            return chain(self._strays(), self._append(line))
        if not self.astray:
            return salvage(text, self.parse)
        found = list(salvage(text, self.parse))
        if any(isinstance(one, Value) for one in found):
            return chain(self._strays(), found)
        return self._stray(line)

    def _text(self, line: bytes) -> Iterable[Value[T] | Damage]:
        """Judge a line that does not begin like JSON."""
        found: Value[T] | Damage
        text = line.strip(_SPACE)
        try:
            value = self.read_text(text)
        except Malformed as error:
            found = Damage(text, error.reason)
        else:
            if value is None:
                return self._stray(line)
            found = Value("$", value)
        before = self._strays()
        self.astray = True  # the next line is likely to be text, too
        return (*before, found)

    def _continue(self, line: bytes) -> Iterator[Value[T] | Damage]:
        if line.startswith(b"{") and not self._expects_value() and self._is_whole(line):
            # The record before broke off, as when a disk was full; this one has nothing to do with
            # it.
            yield from self._wreck()
            yield from self.feed(line)
            return
        yield from self._append(line)
        ended = line[:1] in {b"}", b"]"} if self.crooked else not self.opened
        if self.group and ended:
            yield from self._whole()

    def _append(self, line: bytes) -> Iterator[Damage]:
        self.group.append(line)
        self.size += len(line) + 1
        self._follow(line)
        if self.size > self.largest:
            yield Damage(self._take_group(), f"longer than {self.largest} bytes")
            self.astray = True  # what follows is the rest of it until a line is JSON again

    def _follow(self, line: bytes) -> None:
        """Keep count of the brackets that stand outside strings (no string spans lines in JSON)."""
        for bracket in _STRING.sub(b"", line).translate(None, _NOT_BRACKETS):
            if bracket not in _PAIRS:
                self.opened.append(bracket)
            elif self.opened and self.opened[-1] == _PAIRS[bracket]:
                self.opened.pop()
            else:
                self.crooked = True

    def _expects_value(self) -> bool:
        """Whether a value may follow what the group ends with."""
        before = next((line for line in reversed(self.group) if line.strip()), b"").rstrip()
        return before.endswith((b"[", b":")) or (
            before.endswith(b",") and self.opened.endswith(b"[")
        )

    def _is_whole(self, line: bytes) -> bool:
        try:
            self.parse(line)
        except ERRORS:
            return False
        return True

    def _whole(self) -> Iterable[Value[T] | Damage]:
        text = self._take_group()
        try:
            return (Value("$", self.parse(text)),)
        except ERRORS:
            return salvage(text, self.parse)

    def _wreck(self) -> Iterator[Value[T] | Damage]:
        return salvage(self._take_group(), self.parse)

    def _take_group(self) -> bytes:
        text = b"\n".join(self.group).strip(_SPACE)
        self.group, self.size, self.crooked = [], 0, False
        self.opened.clear()
        return text

    def _stray(self, line: bytes) -> Iterable[Damage]:
        self.astray = True
        self.stray.append(line)
        self.size += len(line) + 1
        if self.size <= self.largest:
            return ()
        found = self._strays()
        self.astray = True
        return found

    def _strays(self) -> Iterable[Damage]:
        text = b"\n".join(self.stray).rstrip(_SPACE)
        self.stray, self.size, self.astray = [], 0, False
        reason = "binary, not JSON" if b"\0" in text[:_LOOK] else "not JSON"
        return (Damage(text, reason),) if text else ()
