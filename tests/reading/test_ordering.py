"""Events in order, in memory and out of it."""

import tempfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.model import Activity, Event, Image, Layer
from tidewaiter.reading import ordering
from tidewaiter.reading.ordering import in_order, when

START = datetime(2026, 2, 3, tzinfo=UTC)


def event(minute: int, act: str = "a", name: str = "x") -> Event:
    """Something that happened ``minute`` minutes after the start."""
    return Event(
        id=name,
        act=act,
        time=START + timedelta(minutes=minute),
        provider="aws",
        source="cloudtrail",
        activity=Activity.IMAGE_PUSHED,
        operation="PutImage",
        images=(Image(tag=f"é\n{minute}", layers=(Layer(digest="sha256:1", size=minute),)),),
    )


EVENTS = st.builds(event, st.integers(0, 9), st.sampled_from("ab"), st.sampled_from("xyz"))


@given(st.lists(EVENTS), st.integers(1, 5))
def test_order_does_not_depend_on_memory(events: list[Event], many: int) -> None:
    """However few events fit in memory, all come out, unchanged and in order."""
    assert list(in_order(events, many)) == sorted(events, key=when)


def test_runs_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events that are longer than a block, or lie across two, come back whole."""
    events = [event(minute, name="x" * minute * 10) for minute in (9, 3, 7, 1, 8, 2)]
    for size in (1, 100, 1000):
        monkeypatch.setattr(ordering, "BLOCK", size)
        assert list(in_order(events, 2)) == sorted(events, key=when)


def test_equal_events_keep_their_order() -> None:
    """Events of the same time, act and id come out as they came in."""
    twins = [event(1), event(1), event(1), event(1), event(1)]
    assert [id(one) for one in in_order(twins)] == [id(one) for one in twins]


def test_few_events_need_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what does not fit in memory is written anywhere."""
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    assert len(list(in_order([event(2), event(1)], 3))) == 2
    with pytest.raises(FileNotFoundError):
        list(in_order([event(2), event(1), event(0)], 3))


def test_nothing_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What was spilled is gone, even when nobody wants the rest."""
    folder = tmp_path_factory.mktemp("spill")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    merged = in_order([event(minute) for minute in range(9)], 2)
    assert next(merged) == event(0)
    del merged
    assert list(folder.iterdir()) == []
