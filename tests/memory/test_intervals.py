"""What a worker knows of a store whose writes take no conditions."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.memory.interface import EVER, Point
from tidewaiter.memory.intervals import REMEMBERED, Intervals, begin_of
from tidewaiter.memory.process import ProcessMemory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def hourly(minutes: float, act: str = "act", note: str = "") -> Point:
    """A point of which one an hour is enough."""
    return Point("topic", "value", NOON + timedelta(minutes=minutes), act, note, once=3600)


EXACT = Point("topic", "value", NOON, "act")


def test_what_was_written_is_not_written_again() -> None:
    """Neither a point that is there, nor one whose interval has an earlier one."""
    known = Intervals()
    assert known.fresh([hourly(10), EXACT, EXACT]) == [hourly(10), EXACT]
    known.wrote([hourly(10), EXACT])
    assert known.fresh([hourly(20), hourly(10), EXACT]) == []
    assert known.fresh([hourly(20), hourly(5)]) == [hourly(5)]


def test_what_is_not_written_for_sure_is_written_again() -> None:
    """Only what somebody says is written counts."""
    known = Intervals()
    known.fresh([EXACT])
    assert known.fresh([EXACT]) == [EXACT]


def test_what_was_purged_may_be_written_anew() -> None:
    """Nothing is taken for written any more."""
    known = Intervals()
    known.wrote([EXACT])
    known.forget()
    assert known.fresh([EXACT]) == [EXACT]


def test_it_forgets_before_it_runs_full() -> None:
    """After some twenty thousand points it may say too much, and never too little."""
    known = Intervals()
    points = [Point("topic", str(number), NOON, "act") for number in range(REMEMBERED + 1)]
    known.wrote(points)
    known.wrote([EXACT])
    assert known.fresh([points[0], EXACT]) == [points[0]]


def test_of_an_interval_the_earliest_is_believed() -> None:
    """The others are superfluous, without the notes, which nobody needs to delete them."""
    known = Intervals()
    points = [hourly(20, note="x" * 1000), hourly(10), hourly(70), EXACT]
    assert known.believed(points, EVER[0]) == [EXACT, hourly(10), hourly(70)]
    assert known.superfluous(5) == [hourly(20)]


def test_the_same_point_twice_is_no_superfluous_one() -> None:
    """To delete it would delete the one that counts."""
    known = Intervals()
    assert known.believed([EXACT, EXACT, hourly(5), hourly(5)], EVER[0]) == [EXACT, hourly(5)]
    assert known.superfluous(5) == []


def test_an_interval_belongs_to_its_earliest_point() -> None:
    """A later one does not stand in for it where the span begins between them."""
    since = NOON + timedelta(minutes=15)
    assert begin_of(since) == since - timedelta(days=1)
    assert begin_of(EVER[0]) == EVER[0]
    assert Intervals().believed([hourly(10), hourly(20)], since) == []


def test_what_is_superfluous_is_deleted_once() -> None:
    """In as many parts as there is room, and never what is written in the same call."""
    known = Intervals()
    known.believed([hourly(minute) for minute in (10, 20, 30, 40)], EVER[0])
    assert known.superfluous(2) == [hourly(20), hourly(30)]
    assert known.superfluous(2, [hourly(30)]) == [hourly(20), hourly(40)]
    known.deleted([hourly(20), hourly(40), hourly(50)])
    assert known.superfluous(2) == [hourly(30)]


def test_it_remembers_no_more_than_it_has_room_for() -> None:
    """The rest is met again at the next look."""
    known = Intervals()
    many = [hourly(0, f"{number:06}") for number in range(REMEMBERED + 10)]
    known.believed(many, EVER[0])
    assert len(known.superfluous(len(many))) == REMEMBERED


POINTS = st.lists(st.builds(hourly, st.integers(0, 180), st.sampled_from(["x", "y"])), max_size=12)


@given(points=POINTS, since=st.integers(-60, 240))
def test_what_is_believed_is_what_a_memory_would_keep(points: list[Point], since: int) -> None:
    """All points of a store give what a memory answers that dropped the rest."""
    memory = ProcessMemory()
    memory.add(points)
    start = NOON + timedelta(minutes=since)
    assert Intervals().believed(points, start) == memory.recall(("topic",), start, EVER[1])["topic"]
