"""The quarantine file: nothing is lost, and what was lost on us can be judged again."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wrapping import RECORD, text
from tidewaiter.reading.quarantine import Entry, Quarantine, entries
from tidewaiter.reading.reader import Bad, Good, Reader, Where


def broken(raw: bytes, file: str = "trail.json") -> Bad:
    """A record that could not be read."""
    return Bad(Where(file, 3, "$.Records[2]"), "cut off before its end", raw)


def test_a_line_tells_all(tmp_path: Path) -> None:
    """A bad record is one line with its place, its reason and its text."""
    with Quarantine(tmp_path / "q") as quarantine:
        quarantine.add(broken(b'{"a": "\x00"'))
        quarantine.add(broken(b"\xff"))
    lines = [json.loads(line) for line in (tmp_path / "q").read_text().splitlines()]
    place = {"file": "trail.json", "record": 3, "path": "$.Records[2]"}
    assert lines == [
        {**place, "reason": "cut off before its end", "raw": '{"a": "\x00"'},
        {**place, "reason": "cut off before its end", "raw_base64": "/w=="},
    ]


def test_records_are_appended_and_flushed(tmp_path: Path) -> None:
    """Each record is in the file at once, behind what was there before."""
    with Quarantine(tmp_path / "q") as quarantine:
        quarantine.add(broken(b"one"))
        assert [bad.raw for bad in entries(tmp_path / "q")] == [b"one"]
    with Quarantine(tmp_path / "q") as quarantine:
        quarantine.add(broken(b"two"))
    assert list(entries(tmp_path / "q")) == [broken(b"one"), broken(b"two")]


@given(st.binary(), st.text(st.characters(exclude_categories=["Cs"])))
def test_every_byte_is_kept(raw: bytes, name: str) -> None:
    """Whatever the bytes of a record and the name of its file, they come back as they were."""
    assert Entry.of(broken(raw, name)).bad == broken(raw, name)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """A file's name that is not UTF-8 does not stop its records from being kept."""
    with Quarantine(tmp_path / "q") as quarantine:
        quarantine.add(broken(b"raw", b"\xff.json".decode(errors="surrogateescape")))
    assert list(entries(tmp_path / "q")) == [broken(b"raw", "\ufffd.json")]


def test_a_quarantine_file_can_be_replayed(tmp_path: Path) -> None:
    """Read as a log, a quarantine file gives the records in it, and what is still bad once more."""
    with Quarantine(tmp_path / "q") as quarantine:
        quarantine.add(broken(text(RECORD).encode()))
        quarantine.add(broken(b"\xff"))
        quarantine.add(broken(b'{"a":'))
    found = list(Reader(dict).read(str(tmp_path / "q")))
    good = [json.loads(bytes(one.record.raw)) for one in found if isinstance(one, Good)]
    bad = [(str(one.where.path), bytes(one.raw)) for one in found if isinstance(one, Bad)]
    assert good == [RECORD]
    assert bad == [("$.raw_base64", b"\xff"), ("$.raw", b'{"a":')]


def test_a_full_disk_is_told_with_the_file() -> None:
    """Where a record cannot be written, the error names the quarantine file."""
    with (
        pytest.raises(OSError, match="No space left on device: '/dev/full'"),
        Quarantine("/dev/full") as quarantine,
    ):
        quarantine.add(broken(b"one"))
