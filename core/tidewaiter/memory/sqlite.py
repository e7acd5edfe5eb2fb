"""A memory in one SQLite file, for the command line: what one replay learned, the next one knows.

Several processes may use the file at once; a process may be killed at any moment.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import Point

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAYOUT = 2
_APPLICATION = 0x7469_6465  # "tide": tells our file from somebody else's database

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS point (
    topic TEXT NOT NULL, time INTEGER NOT NULL, act TEXT NOT NULL, value TEXT NOT NULL,
    note TEXT NOT NULL, once INTEGER NOT NULL, bucket INTEGER,
    PRIMARY KEY (topic, time, act, value)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS point_once ON point (topic, value, once, bucket) WHERE once > 0;
CREATE TABLE IF NOT EXISTS lease (key TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_LAYOUT};
"""

# The earliest point of a bucket wins, whoever comes first; an exact point is there or not.
_ADD = """
INSERT INTO point VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (topic, value, once, bucket) WHERE once > 0 DO UPDATE
SET time = excluded.time, act = excluded.act, note = excluded.note
WHERE (excluded.time, excluded.act) < (point.time, point.act)
ON CONFLICT (topic, time, act, value) DO NOTHING
"""

_RECALL = """
SELECT topic, value, time, act, note, once FROM point
WHERE topic = ? AND time BETWEEN ? AND ? ORDER BY time, act, value
"""

_CLAIM = """
INSERT INTO lease VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE lease.until <= ?
"""


class SqliteMemory:
    """Points in a file.  Raises :class:`Unavailable` when the file is busy, full or not ours."""

    def __init__(self, path: Path, patience: float = 30.0, *, looking: bool = False) -> None:
        """Open or create ``path``; wait ``patience`` seconds for other writers.

        ``looking`` changes nothing, neither in the file nor beside it, and needs no right to.
        """
        self._path = path
        name = f"{path.absolute().as_uri()}{_looking(path) if looking else ''}"
        with self._errors():
            self._database = sqlite3.connect(name, timeout=patience, isolation_level=None, uri=True)
            self._refuse_strangers(empty_is_ours=not looking)
            if not looking:
                self._prepare()

    def _refuse_strangers(self, *, empty_is_ours: bool) -> None:
        ours = self._pragma("application_id"), self._pragma("user_version")
        empty = self._pragma("schema_version") == 0
        if ours != (_APPLICATION, _LAYOUT) and not (empty and empty_is_ours):
            raise Unavailable(f"{self._path}: not a tidewaiter memory of layout {_LAYOUT}")

    def _prepare(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")

    def _pragma(self, name: str) -> int:
        return int(self._database.execute(f"PRAGMA {name}").fetchone()[0])

    def add(self, points: Iterable[Point]) -> None:
        """Keep ``points`` in one transaction."""
        rows = [_row(point) for point in points]
        with self._errors(), self._transaction():
            self._database.executemany(_ADD, rows)

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Return the points of each topic between the two times, both included."""
        span = (_microseconds(since), _microseconds(until))
        with self._errors():
            return {
                topic: [
                    _point(row) for row in self._database.execute(_RECALL, (_safe(topic), *span))
                ]
                for topic in topics
            }

    def claim(self, key: str, until: datetime, now: datetime) -> bool:
        """Take the lease unless somebody holds it."""
        with self._errors():
            row = (_safe(key), _microseconds(until), _microseconds(now))
            return self._database.execute(_CLAIM, row).rowcount > 0

    def purge(self, before: datetime) -> int:
        """Forget what is older than ``before``."""
        limit = (_microseconds(before),)
        with self._errors(), self._transaction():
            gone = self._database.execute("DELETE FROM point WHERE time < ?", limit).rowcount
            self._database.execute("DELETE FROM lease WHERE until <= ?", limit)
        return gone

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make one transaction of all that is added inside: faster, and all or nothing."""
        with self._errors(), self._transaction():
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._database.in_transaction:
            yield
            return
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Unavailable(f"{self._path}: {error}") from error


def _looking(path: Path) -> str:
    """SQLite would write beside a file that nobody else has open, unless told that nobody will."""
    return "?mode=ro" if Path(f"{path}-wal").exists() else "?mode=ro&immutable=1"


def _microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


def _safe(text: str) -> str:
    """Lone surrogates can stand in decoded JSON, and not in UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _row(point: Point) -> tuple[str, int, str, str, str, int, int | None]:
    return (
        _safe(point.topic),
        _microseconds(point.time),
        _safe(point.act),
        _safe(point.value),
        _safe(point.note),
        point.once,
        point.bucket if point.once else None,
    )


def _point(row: tuple[str, str, int, str, str, int]) -> Point:
    topic, value, time, act, note, once = row
    return Point(topic, value, _EPOCH + time * _MICROSECOND, act, note, once)
