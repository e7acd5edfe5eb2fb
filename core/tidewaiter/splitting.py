"""From bytes to JSON values, whatever way they were written down.

One value for the whole file, one a line (NDJSON), one after another with or without anything between them,
indented or not: told by looking.  Memory holds one value at a time; a line that is a value costs one decoding.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from tidewaiter.errors import Malformed
from tidewaiter.salvaging import ERRORS, TRUNCATED, Damage, Parse, Value, reason_of, salvage

T = TypeVar("T")

# One value must fit in memory a few times over.  CloudTrail's largest delivery files are tens of megabytes,
# a single record of any cloud is at most 1 MB.
LARGEST = 256 << 20

BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"{\0", b"\0{", b"[\0", b"\0[")
_BEGINNINGS = (b"{", b"[")
_LOOK = 4096  # bytes in which a NUL tells a binary from text
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?')
_PAIRS = {ord("}"): ord("{"), ord("]"): ord("[")}
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


def values(
    blocks: Iterable[bytes], parse: Parse[T], largest: int = LARGEST
) -> Iterator[Value[T] | Damage]:
    """Yield every value of ``blocks``, parsed, and every piece of damage, in order.

    ``parse`` raises what msgspec raises.  ``blocks`` may end in :class:`~tidewaiter.errors.Malformed` (gzip).
    """
    stream = _Ending(blocks)
    first = next(stream, b"")
    if reason := _foreign(first):
        yield from _pieces(chain((first,), stream), reason, largest)
        return
    empty = True
    splitter = _Splitter(parse, largest)
    for line in _lines(chain((first.removeprefix(BOM),), stream), largest):
        for found in splitter.feed(line):
            empty = False
            yield found
    for found in splitter.finish(stream.reason):
        empty = False
        yield found
    if empty:
        yield Damage(b"", "nothing in it")


class _Ending:
    """An iterator that remembers why it ended early."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self.reason: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._blocks)
        except Malformed as error:
            self.reason = error.reason
            raise StopIteration from None


def _foreign(first: bytes) -> str | None:
    """Say why ``first`` cannot be the beginning of JSON text, if so."""
    if first.startswith(_UTF_16):
        return "UTF-16 text; only UTF-8 is read"
    start = first.removeprefix(BOM)[:_LOOK].lstrip()
    if b"\0" in start and not start.startswith(_BEGINNINGS):
        return "binary, not JSON"
    return None


def _pieces(blocks: Iterable[bytes], reason: str, largest: int) -> Iterator[Damage]:
    """Keep all of ``blocks``: as one piece, or as several where it would not fit in memory."""
    kept: list[bytes] = []
    size = 0
    for block in blocks:
        kept.append(block)
        size += len(block)
        if size >= largest:
            yield Damage(b"".join(kept), reason)
            kept, size = [], 0
    if kept:
        yield Damage(b"".join(kept), reason)


def _lines(blocks: Iterable[bytes], largest: int) -> Iterator[bytes | Damage]:
    """Yield lines without their ends; one that is too long becomes damage, piece by piece."""
    kept: list[bytes] = []
    size = 0
    overlong = False
    for block in blocks:
        head, *rest = block.split(b"\n")
        kept.append(head)
        size += len(head)
        if size > largest:
            yield Damage(b"".join(kept), f"longer than {largest} bytes")
            kept, size, overlong = [], 0, True
        if not rest:
            continue
        yield _line(kept, overlong, largest)
        yield from rest[:-1]
        kept, size, overlong = [rest[-1]], len(rest[-1]), False
    yield _line(kept, overlong, largest)


def _line(parts: list[bytes], overlong: bool, largest: int) -> bytes | Damage:  # noqa: FBT001
    text = parts[0] if len(parts) == 1 else b"".join(parts)
    return Damage(text, f"longer than {largest} bytes") if overlong and text else text


class _Splitter(Generic[T]):
    """Puts lines together where a value spans several."""

    def __init__(self, parse: Parse[T], largest: int) -> None:
        self.parse = parse
        self.largest = largest
        self.group: list[bytes] = []  # lines of a value that is not whole yet
        self.opened = bytearray()  # its brackets that are still open
        self.crooked = False  # a bracket was closed that was not open
        self.stray: list[bytes] = []  # lines of which none begins like JSON
        self.size = 0  # of the group or of the stray lines
        self.astray = False

    def feed(self, line: bytes | Damage) -> Iterator[Value[T] | Damage]:
        """Take one line and yield what it completes."""
        if isinstance(line, Damage):
            yield from self.finish(None)
            yield line
        elif self.group:
            yield from self._continue(line)
        elif self.astray and not line.startswith(_BEGINNINGS):
            yield from self._stray(line)
        else:
            yield from self._begin(line)

    def finish(self, reason: str | None) -> Iterator[Value[T] | Damage]:
        """Yield what is left; ``reason`` tells why the text ended before its end."""
        left = list(self._wreck()) + list(self._strays())
        if reason is None:
            yield from left
            return
        rest = left.pop() if left and isinstance(left[-1], Damage) else Damage(b"", reason)
        yield from left
        assert isinstance(rest, Damage)
        yield Damage(rest.raw, reason, rest.path)

    def _begin(self, line: bytes) -> Iterator[Value[T] | Damage]:
        text = line.strip()
        if not text:
            return
        if not text.startswith(_BEGINNINGS):
            yield from self._stray(line)
            return
        if self.stray:
            yield from self._strays()
        self.astray = False
        try:
            value = self.parse(text)
        except ERRORS as error:
            if str(error) != TRUNCATED:
                yield from self._broken(text, error)
                return
            yield from self._append(line)
        else:
            yield Value("$", value)

    def _continue(self, line: bytes) -> Iterator[Value[T] | Damage]:
        if line.startswith(b"{") and not self._expects_value() and self._is_whole(line):
            # The record before broke off, as when a disk was full; this one has nothing to do with it.
            yield from self._wreck()
            yield from self._begin(line)
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
            self.astray = True  # what follows is the rest of it until a line begins like JSON

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
            self.parse(line.strip())
        except ERRORS:
            return False
        return True

    def _whole(self) -> Iterator[Value[T] | Damage]:
        text = self._take_group().strip()
        try:
            value = self.parse(text)
        except ERRORS as error:
            yield from self._broken(text, error)
        else:
            yield Value("$", value)

    def _broken(self, text: bytes, error: Exception) -> Iterator[Value[T] | Damage]:
        found = list(salvage(text, self.parse))
        yield from found or (Damage(text, reason_of(error)),)

    def _wreck(self) -> Iterator[Value[T] | Damage]:
        return salvage(self._take_group(), self.parse)

    def _take_group(self) -> bytes:
        text = b"\n".join(self.group)
        self.group, self.size, self.crooked = [], 0, False
        self.opened.clear()
        return text

    def _stray(self, line: bytes) -> Iterator[Damage]:
        self.astray = True
        self.stray.append(line)
        self.size += len(line) + 1
        if self.size > self.largest:
            yield from self._strays()

    def _strays(self) -> Iterator[Damage]:
        text = b"\n".join(self.stray).rstrip()
        self.stray, self.size = [], 0
        if text:
            yield Damage(text, "not JSON")
