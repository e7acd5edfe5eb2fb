"""Reading gzip from whoever wrote it: bounded, and honest about damage.

Several members in one file are normal (RFC 1952, section 2.2); trails and log shippers append them.
"""

import functools
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from tidewaiter.errors import Malformed

MAGIC = b"\x1f\x8b"
GZIP = 31  # zlib's "wbits" for a gzip header and its checksum
PIECE = 4 << 20  # bytes inflated at a time: a bomb is met in pieces of this size, never whole


@functools.cache
def engine() -> tuple[Any, type[Exception]]:
    """Return the fastest module that speaks zlib's interface, and the error that it raises.

    ISA-L takes half of zlib's time; it is an optional extra and is looked for only when needed.
    """
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib, zlib.error
    return isal_zlib, isal_zlib.IsalError


def inflate(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what ``blocks`` hold, in pieces of at most ``PIECE`` bytes.

    Raises :class:`~tidewaiter.errors.Malformed` after the last good byte of damaged data.
    """
    module, failure = engine()
    member = module.decompressobj(wbits=GZIP)
    for block in blocks:
        rest = block
        while rest:
            if member.eof:
                member = module.decompressobj(wbits=GZIP)
            try:
                yield from _drain(member, rest)
            except failure as error:
                raise Malformed(f"damaged gzip: {error}") from None
            rest = member.unused_data.lstrip(b"\0")  # tape and disk images pad with zeros
    if not member.eof:
        raise Malformed("truncated gzip")


def _drain(member: Any, data: bytes) -> Iterator[bytes]:
    """Feed ``data`` to ``member`` until it asks for more or ends."""
    piece = member.decompress(data, PIECE)
    while piece:
        yield piece
        # A full piece may leave output waiting inside even where no input is left.
        piece = b"" if member.eof else member.decompress(member.unconsumed_tail, PIECE)


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
