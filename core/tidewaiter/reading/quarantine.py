"""Where records go that cannot be read: whole, one JSON object a line, so that nothing is lost.

Members: ``file``, ``record``, ``path``, ``reason``, and the record's own bytes as ``raw`` or, where
they are not UTF-8, as ``raw_base64``.  A quarantine file is itself an input: replayed, every record
in it is judged again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tidewaiter.reading.reader import Bad, Where


class Entry(Struct, frozen=True):
    """One line of the file; of ``raw`` and ``raw_base64`` one is there."""

    file: str
    record: int
    path: str
    reason: str
    raw: str | UnsetType = UNSET
    raw_base64: bytes | UnsetType = UNSET  # msgspec writes bytes as base64

    @classmethod
    def of(cls, bad: Bad) -> "Entry":
        """Write down one bad record."""
        where, data = bad.where, bytes(bad.raw)
        try:
            raw: str | UnsetType = data.decode()
            encoded: bytes | UnsetType = UNSET
        except UnicodeDecodeError:
            raw, encoded = UNSET, data
        # A file's name may hold bytes that are no UTF-8 (os.fsdecode hides them in surrogates).
        name = where.file.encode(errors="surrogateescape").decode(errors="replace")
        return cls(name, where.record, where.path, bad.reason, raw, encoded)

    @property
    def bad(self) -> Bad:
        """The bad record as it was."""
        if isinstance(self.raw, str):
            data = self.raw.encode()
        else:
            data = self.raw_base64 if isinstance(self.raw_base64, bytes) else b""
        return Bad(Where(self.file, self.record, self.path), self.reason, data)


_ENTRY = msgspec.json.Decoder(Entry)
_ENCODER = msgspec.json.Encoder()


class Quarantine:
    """Appends to a quarantine file; each record is on disk before :meth:`add` returns.

    Raises ``OSError`` where the file cannot be written.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._file = Path(path).open("ab")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._naming_itself():
            self._file.close()

    def add(self, bad: Bad) -> None:
        """Write one bad record."""
        with self._naming_itself():
            self._file.write(_ENCODER.encode(Entry.of(bad)) + b"\n")
            self._file.flush()

    @contextmanager
    def _naming_itself(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # the disk is full; a failed write does not say of which file
            error.filename = str(self._path)
            raise


def entries(path: str | Path) -> Iterator[Bad]:
    """Yield what a quarantine file holds.

    Raises ``OSError`` and, for a line that is no entry, ``msgspec.DecodeError``.
    """
    with Path(path).open("rb") as file:
        for line in file:
            yield _ENTRY.decode(line).bad
