"""A memory is opened by the path of its file, or by an address."""

import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.aws.tables import address, new_table
from tidewaiter.errors import Unavailable
from tidewaiter.memory.opening import files_of, is_address, open_memory
from tidewaiter.memory.sqlite import SqliteMemory
from tidewaiter_aws.dynamodb import DynamodbMemory

EXTRA = "needs the extra 'aws': pip install 'tidewaiter[aws]'"


@pytest.mark.parametrize("named", [str, Path])
def test_a_path_is_a_file(named: type[str] | type[Path], tmp_path: Path) -> None:
    """As text or as a path, it is an SQLite file."""
    with closing(open_memory(named(tmp_path / "m.sqlite"))) as memory:
        assert isinstance(memory, SqliteMemory)
    assert (tmp_path / "m.sqlite").exists()


def test_looking_makes_no_file(tmp_path: Path) -> None:
    """Whoever only looks finds nothing, and leaves nothing."""
    with pytest.raises(Unavailable):
        open_memory(tmp_path / "m.sqlite", looking=True)
    assert list(tmp_path.iterdir()) == []


def test_an_address_is_a_table() -> None:
    """Its scheme names the adapter, in any case."""
    where = address(new_table())
    for one in (where, where.replace("dynamodb:", "DynamoDB:")):
        with closing(open_memory(one)) as memory:
            assert isinstance(memory, DynamodbMemory)


def test_an_unknown_scheme_is_said() -> None:
    """The sentence tells what there is."""
    with pytest.raises(Unavailable) as error:
        open_memory("redis://host")
    known = "aztables://, dynamodb://, firestore://..."
    assert (
        str(error.value) == f"redis://host: no memory has such an address; it is a file, or {known}"
    )


def test_a_missing_adapter_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence tells what to install."""
    monkeypatch.setitem(sys.modules, "tidewaiter_aws.dynamodb", None)
    with pytest.raises(Unavailable) as error:
        open_memory("dynamodb://table")
    assert str(error.value) == f"dynamodb://table: {EXTRA}"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("dynamodb://table", True),
        ("x+y.z-1://", True),
        ("m.sqlite", False),
        ("folder/dynamodb:/table", False),
        ("./dynamodb://table", False),
        (Path("dynamodb://table"), False),
    ],
)
def test_what_an_address_is(where: str | Path, expected: bool) -> None:
    """A scheme and two slashes; everything else is a path."""
    assert is_address(where) == expected


def test_files_of_a_memory() -> None:
    """SQLite writes beside its file; an address, and no memory at all, write none."""
    names = [str(path) for path in files_of("a/m.sqlite")]
    assert names == ["a/m.sqlite", "a/m.sqlite-wal", "a/m.sqlite-shm", "a/m.sqlite-journal"]
    assert files_of("dynamodb://table") == files_of(None) == []
