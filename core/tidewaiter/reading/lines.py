"""From blocks of bytes to lines, none longer than memory allows."""

from collections.abc import Iterable, Iterator

from tidewaiter.errors import Malformed
from tidewaiter.reading.salvaging import Damage


class Ending:
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


def pieces(blocks: Iterable[bytes], reason: str, largest: int) -> Iterator[Damage]:
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


def lines(blocks: Iterable[bytes], largest: int) -> Iterator[bytes | Damage]:
    """Yield lines without their ends; one that is too long becomes damage, piece by piece."""
    kept: list[bytes] = []
    size = 0
    overlong = False
    for block in blocks:
        # A delivery file is one long line, and looking is ten times as fast as splitting.
        head, *rest = block.split(b"\n") if b"\n" in block else (block,)
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
