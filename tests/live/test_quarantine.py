"""Records that could not be read, as objects."""

import msgspec
import pytest

from tidewaiter.live.quarantine import Quarantine
from tidewaiter.reading.quarantine import Entry
from tidewaiter.reading.reader import Bad, Where


def kept(*bads: Bad) -> dict[str, bytes]:
    """What lies there after ``bads`` were kept."""
    objects: dict[str, bytes] = {}
    quarantine = Quarantine(objects.__setitem__)
    for bad in bads:
        quarantine.keep(bad)
    return objects


def test_a_record_lies_whole_under_its_day() -> None:
    """As one line of a quarantine file."""
    bad = Bad(Where("events/2026/03/02/message", 3, "$.a"), "cut off", b'{"a": \xff')
    ((name, line),) = kept(bad).items()
    assert name.startswith("2026/03/02/")
    assert line.endswith(b"\n")
    assert msgspec.json.decode(line, type=Entry).bad == bad


def test_a_record_that_comes_again_is_one_object() -> None:
    """And another record is another."""
    where = Where("events/2026/03/02/message", 1)
    assert len(kept(Bad(where, "a", b"1"), Bad(where, "a", b"1"), Bad(where, "a", b"2"))) == 2


@pytest.mark.parametrize("file", ["x.json", "2026/1/31", "92026/12/31", "../../2026/99/31"])
def test_what_is_no_day_is_no_folder(file: str) -> None:
    """Names come from outside; only a day is taken from them."""
    (name,) = kept(Bad(Where(file, 1), "a", b"1"))
    assert name.startswith("undated/")
    assert name.count("/") == 1
