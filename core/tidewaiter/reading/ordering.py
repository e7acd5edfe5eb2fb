"""Events in the order in which they happened, however many there are, with flat memory.

What does not fit is sorted in runs, kept in one nameless temporary file (gone with the process,
however that ends) and merged.
"""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import IO

import msgspec

from tidewaiter.model import Event

# An event with its layers takes a few kilobytes in memory, so this is a few megabytes.
MANY = 2_000
BLOCK = 1 << 14  # bytes read at a time from each run

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Event)


def in_order(
    events: Iterable[Event], many: int = MANY, *, newest_first: bool = False
) -> Iterator[Event]:
    """Yield ``events`` by time, then by act and id; at most about ``many`` are in memory at a time.

    Events that are equal in all three keep the order in which they came.
    """
    held: list[Event] = []
    runs: list[Iterator[Event]] = []
    with ExitStack() as opened:
        file: IO[bytes] | None = None
        for event in events:
            held.append(event)
            if len(held) >= many:
                file = file or opened.enter_context(_nameless())
                runs.append(_spill(file, held, newest_first=newest_first))
                held = []
        held.sort(key=when, reverse=newest_first)
        yield from heapq.merge(*runs, held, key=when, reverse=newest_first)


def when(event: Event) -> tuple[datetime, str, str]:
    """The key by which events are ordered."""
    return event.time, event.act, event.id


def _nameless() -> IO[bytes]:
    import tempfile  # a tenth of all imports, and few replays are so large

    return tempfile.TemporaryFile()


def _spill(file: IO[bytes], held: list[Event], *, newest_first: bool) -> Iterator[Event]:
    """Write a run, sorted, behind the others and return what reads it."""
    held.sort(key=when, reverse=newest_first)
    start = file.tell()
    file.writelines(_ENCODER.encode(event) + b"\n" for event in held)
    return _unspill(file, start, file.tell())


def _unspill(file: IO[bytes], start: int, end: int) -> Iterator[Event]:
    """Read a run; each keeps its own place, as the file's position is shared by all."""
    rest = b""
    while start < end:
        file.seek(start)
        block = file.read(min(BLOCK, end - start))
        start += len(block)
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield _DECODER.decode(line)
