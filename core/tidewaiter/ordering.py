"""Events in the order in which they happened, however many there are, with flat memory.

What does not fit is sorted in runs, kept in one nameless temporary file (gone with the process,
however that ends) and merged.
"""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

import msgspec

from tidewaiter.model import Event

# An event with its layers takes a few kilobytes in memory, so this is some tens of megabytes.
MANY = 20_000
BLOCK = 1 << 16  # bytes read at a time from each run

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Event)


def in_order(events: Iterable[Event], many: int = MANY) -> Iterator[Event]:
    """Yield ``events`` by time, then by act and id; at most about ``many`` are in memory at a time.

    Events that are equal in all three keep the order in which they came.
    """
    held: list[Event] = []
    runs: list[tuple[int, int]] = []
    with tempfile.TemporaryFile() as file:
        for event in events:
            held.append(event)
            if len(held) >= many:
                runs.append(_spill(file, held))
                held = []
        held.sort(key=when)
        sorted_runs = [_unspill(file, start, end) for start, end in runs]
        yield from heapq.merge(*sorted_runs, held, key=when)


def when(event: Event) -> tuple[datetime, str, str]:
    """The key by which events are ordered."""
    return event.time, event.act, event.id


def _spill(file: BinaryIO, held: list[Event]) -> tuple[int, int]:
    """Write a sorted run behind the others and return where it begins and ends."""
    held.sort(key=when)
    start = file.tell()
    file.writelines(_ENCODER.encode(event) + b"\n" for event in held)
    return start, file.tell()


def _unspill(file: BinaryIO, start: int, end: int) -> Iterator[Event]:
    """Read a run; each keeps its own place, as the file's position is shared by all."""
    rest = b""
    while start < end:
        file.seek(start)
        block = file.read(min(BLOCK, end - start))
        start += len(block)
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield _DECODER.decode(line)
