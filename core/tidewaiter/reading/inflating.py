"""Reading gzip from whoever wrote it: bounded, and honest about damage.

Several members in one file are normal (RFC 1952, section 2.2); trails and log shippers append them.
"""

import functools
import zlib
from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from typing import Any, cast

from tidewaiter.errors import Malformed

MAGIC = b"\x1f\x8b"
GZIP = 31  # zlib's "wbits" for a gzip header and its checksum
PIECE = 4 << 20  # bytes inflated at a time: a bomb is met in pieces of this size, never whole

KEPT = 16 << 20  # bytes of compressed data that are kept to rescue what stands before damage


@functools.cache
def engine() -> tuple[Any, type[Exception]]:
    """Return the fastest module that speaks zlib's interface, and the error that it raises.

    ISA-L takes half of zlib's time; it is an optional extra and is looked for only when needed.
    """
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib, zlib.error
    return isal_zlib, cast(type[Exception], isal_zlib.error)


def inflate(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what ``blocks`` hold, in pieces of at most ``PIECE`` bytes.

    Raises :class:`~tidewaiter.errors.Malformed` after the last good byte of damaged data.
    """
    member = _Member()
    for block in blocks:
        rest = block
        while rest:
            if member.ended:
                rest = rest.lstrip(b"\0")  # tapes and disk images pad with zeros
                if not rest:
                    break
                member = _Member()
            rest = yield from member.feed(rest)
    if not member.ended:
        raise Malformed("truncated gzip")


class _Member:
    """One member of a gzip file."""

    def __init__(self) -> None:
        self._module, self._failure = engine()
        self._stream = self._module.decompressobj(wbits=GZIP)
        self._fed: list[bytes] = []
        self._size = 0

    @property
    def ended(self) -> bool:
        """Whether its end was met."""
        return bool(self._stream.eof)

    def feed(self, data: bytes) -> Generator[bytes, None, bytes]:
        """Yield what more compressed data gives, and return what is behind the member's end."""
        self._size += len(data)
        self._fed = [*self._fed, data] if self._size <= KEPT else []
        given = 0
        try:
            for piece in _drain(self._stream, data):
                given += len(piece)
                yield piece
        except self._failure as error:
            yield from self._rescued(given)
            raise Malformed(f"damaged gzip: {error}") from None
        rest: bytes = self._stream.unused_data
        return rest

    def _rescued(self, given: int) -> Iterator[bytes]:
        """Yield what stands before the damage in the last block, but for ``given`` bytes.

        An error takes all output of its call with it, so the block is fed again byte by byte.
        """
        stream = self._module.decompressobj(wbits=GZIP)
        for block in self._fed[:-1]:
            for _ in _drain(stream, block):
                pass
        for byte in chain.from_iterable(self._fed[-1:]):
            try:
                piece = stream.decompress(bytes((byte,)))
            except self._failure:
                return
            yield piece[given:]
            given = max(0, given - len(piece))


def _drain(stream: Any, data: bytes) -> Iterator[bytes]:
    """Feed ``data`` to ``stream`` until it asks for more or ends."""
    piece = stream.decompress(data, PIECE)
    while piece:
        yield piece
        # A full piece may leave output waiting inside even where no input is left.
        piece = b"" if stream.eof else stream.decompress(stream.unconsumed_tail, PIECE)


def inflate_within(data: bytes, limit: int) -> bytes:
    """Inflate all of ``data``.

    Raises :class:`~tidewaiter.errors.Malformed` where it is damaged or makes more than ``limit``
    bytes.
    """
    pieces: list[bytes] = []
    size = 0
    for piece in inflate([data]):
        size += len(piece)
        if size > limit:
            raise Malformed(f"more than {limit} bytes when decompressed")
        pieces.append(piece)
    return b"".join(pieces)
