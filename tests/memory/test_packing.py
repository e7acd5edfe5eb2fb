"""Texts as stores in clouds keep them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tidewaiter.memory.interface import EVER, Point
from tidewaiter.memory.packing import (
    LAST,
    moment,
    order_of,
    packed,
    short_name,
    size_of,
    time_of,
    unpacked,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HALF = "\ud83d"  # of a character, as JSON may hold it
TEXTS = ["", "text", HALF, "\ud83d\ude00", "😀", "é" * 600, "x" * 5000, "\x00"]


def test_moments_sort_as_times_do() -> None:
    """To the microsecond, in UTC, from the first day to the last."""
    zone = timezone(timedelta(hours=2))
    times = [EVER[0], NOON, NOON + timedelta(microseconds=1), NOON + timedelta(days=1), EVER[1]]
    assert sorted(map(moment, times)) == [moment(time) for time in times]
    assert moment(NOON.astimezone(zone)) == moment(NOON)
    assert [time_of(moment(time)) for time in times] == times


def test_the_end_of_a_moment_is_behind_all_that_happened_then() -> None:
    """And before whatever happened a microsecond later."""
    then = order_of(Point("topic", "value", NOON, "act"))
    later = order_of(Point("topic", "value", NOON + timedelta(microseconds=1), "act"))
    assert moment(NOON) < then < moment(NOON) + LAST < later


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_exactly(text: str) -> None:
    """Whatever a log holds, in as many bytes as it takes."""
    part = packed(text)
    assert unpacked(part) == text
    assert size_of(part) <= 1100


def test_only_what_is_small_and_text_stays_legible() -> None:
    """The rest is bytes."""
    kinds = [type(packed(text)) for text in TEXTS]
    assert kinds == [str, str, bytes, bytes, str, bytes, bytes, str]


def test_names_tell_where_one_text_ends() -> None:
    """They are short, and no two lists of texts have the same."""
    lists = [(), ("",), ("", ""), ("a", "bc"), ("ab", "c"), ("abc",), (HALF,), ("x" * 5000,)]
    names = [short_name(*texts) for texts in lists]
    assert len(set(names)) == len(lists)
    assert {len(name) for name in names} == {32}
