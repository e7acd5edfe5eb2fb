"""From paths to streams of bytes: files, folders, standard input, gzip or not."""

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from tidewaiter.reading.inflating import MAGIC, inflate

STDIN = "-"
BLOCK = 1 << 18  # bytes read at a time
# What stands beside logs to explain them is no damaged log.  Only folders are so forgiving: a file
# that is named on the command line is read whatever it is called.
BESIDE_LOGS = (".md", ".rst")


def find(paths: Iterable[str]) -> Iterator[str]:
    """Yield every file below ``paths`` in sorted order, ``-`` as itself.

    Folders are searched to their depth, through links, each once.  Passed over there: names that
    begin with a dot, pages that explain (``BESIDE_LOGS``), pipes and devices, which would block for
    ever. Raises ``FileNotFoundError`` at once for a missing path.
    """
    named = list(paths)
    for path in named:
        if path != STDIN and not Path(path).exists():
            raise FileNotFoundError(path)
    return chain.from_iterable(_below(path) for path in named)


def _below(path: str) -> Iterator[str]:
    if path == STDIN or not Path(path).is_dir():
        return iter((path,))
    return _walk(path, set())


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    try:
        status = Path(folder).stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder  # reading it will say why
        return
    identity = (status.st_dev, status.st_ino)
    if identity in seen:  # a link that leads back up, or to a folder already read
        return
    seen.add(identity)
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry.path, seen)
        elif _is_log(entry):
            yield entry.path


def _is_log(entry: os.DirEntry[str]) -> bool:
    if entry.name.lower().endswith(BESIDE_LOGS):
        return False
    # A link that leads nowhere is passed on: reading it says so.
    return entry.is_file() or not Path(entry.path).exists()


def read(path: str) -> Iterator[bytes]:
    """Yield the bytes of ``path`` in blocks, decompressed where they are gzip (told by looking).

    Raises ``OSError`` where it cannot be read and :class:`~tidewaiter.errors.Malformed` at damaged
    gzip.
    """
    if path == STDIN:
        if sys.stdin is None:  # the process was started with it closed
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        yield from _plain(sys.stdin.buffer)
        return
    with Path(path).open("rb") as file:
        yield from _plain(file)


def _plain(file: BinaryIO) -> Iterator[bytes]:
    return plain(iter(lambda: file.read(BLOCK), b""))


def plain(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield ``blocks``, decompressed where they are gzip (told by looking at the first).

    Raises :class:`~tidewaiter.errors.Malformed` at damaged gzip.
    """
    rest = iter(blocks)
    first = next(rest, b"")
    everything = chain((first,), rest)
    return inflate(everything) if first.startswith(MAGIC) else everything
