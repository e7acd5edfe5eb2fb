"""What only a memory in a file has to hold."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import EVER, Point
from tidewaiter.memory.sqlite import SqliteMemory

POINT = Point("topic", "value", datetime(2026, 3, 2, tzinfo=UTC), "act")


def test_what_one_run_learned_the_next_one_knows(tmp_path: Path) -> None:
    """Points and leases outlive the process."""
    with closing(SqliteMemory(tmp_path / "m.sqlite")) as memory:
        memory.add([POINT])
    with closing(SqliteMemory(tmp_path / "m.sqlite")) as memory:
        assert memory.recall(("topic",), *EVER) == {"topic": [POINT]}


def test_two_connections_see_each_other(tmp_path: Path) -> None:
    """What one worker adds, the other recalls."""
    path = tmp_path / "m.sqlite"
    with closing(SqliteMemory(path)) as one, closing(SqliteMemory(path)) as other:
        one.add([POINT])
        assert other.recall(("topic",), *EVER) == {"topic": [POINT]}


def test_a_batch_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was added in a batch that failed is gone; what was added in one that ended is there."""
    with closing(SqliteMemory(tmp_path / "m.sqlite")) as memory:
        with pytest.raises(KeyboardInterrupt), memory.batch():  # noqa: PT012
            memory.add([POINT])
            raise KeyboardInterrupt
        assert memory.recall(("topic",), *EVER) == {"topic": []}
        with memory.batch():
            memory.add([POINT])
        assert memory.recall(("topic",), *EVER) == {"topic": [POINT]}


def test_a_lone_surrogate_does_not_break_the_file(tmp_path: Path) -> None:
    """JSON may hold half a character; it is kept escaped, and found again."""
    with closing(SqliteMemory(tmp_path / "m.sqlite")) as memory:
        memory.add([Point("to\ud800pic", "value", POINT.time, "act")])
        found = memory.recall(("to\ud800pic",), *EVER)["to\ud800pic"]
        assert [one.topic for one in found] == ["to\\ud800pic"]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """The error names the file."""
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, and no database at all " * 40)
    with pytest.raises(Unavailable, match=r"notes\.txt: file is not a database"):
        SqliteMemory(path)


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    """A database that is not ours is refused, and stays as it was."""
    path = tmp_path / "theirs.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE point (x)")
        database.commit()
    before = path.read_bytes()
    with pytest.raises(Unavailable, match="not a tidewaiter memory"):
        SqliteMemory(path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """The error names the file, in one line."""
    with pytest.raises(Unavailable, match=r"m\.sqlite: unable to open database file"):
        SqliteMemory(tmp_path / "nowhere" / "m.sqlite")


def test_a_busy_file_is_unavailable(tmp_path: Path) -> None:
    """Whoever waits longer than the patience for another writer is told to retry."""
    path = tmp_path / "m.sqlite"
    with closing(SqliteMemory(path)) as one, closing(SqliteMemory(path, patience=0.01)) as other:
        with one.batch():
            one.add([POINT])
            with pytest.raises(Unavailable, match="locked"):
                other.add([POINT])
        other.add([POINT])
        assert other.recall(("topic",), *EVER) == {"topic": [POINT]}


def test_looking_changes_nothing(tmp_path: Path) -> None:
    """Whoever only looks leaves the file as it was, and nothing beside it."""
    path = tmp_path / "m.sqlite"
    with closing(SqliteMemory(path)) as memory:
        memory.add([POINT])
    before = path.read_bytes()
    with closing(SqliteMemory(path, looking=True)) as memory:
        assert memory.recall(("topic",), *EVER) == {"topic": [POINT]}
        with pytest.raises(Unavailable, match="readonly database"):
            memory.add([POINT])
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def test_one_can_look_while_another_writes(tmp_path: Path) -> None:
    """What a running replay has kept so far is seen."""
    path = tmp_path / "m.sqlite"
    with closing(SqliteMemory(path)) as memory:
        memory.add([POINT])
        with closing(SqliteMemory(path, looking=True)) as looking:
            assert looking.recall(("topic",), *EVER) == {"topic": [POINT]}


def test_an_empty_file_is_no_memory_to_look_into(tmp_path: Path) -> None:
    """Looking does not make a memory of an empty file."""
    path = tmp_path / "m.sqlite"
    path.touch()
    with pytest.raises(Unavailable, match="not a tidewaiter memory"):
        SqliteMemory(path, looking=True)
    assert path.read_bytes() == b""
