"""What people decided about incidents, read from points."""

from datetime import UTC, datetime, timedelta

import pytest

from tidewaiter.findings import Decision
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.status import ACKNOWLEDGED, FALSE_POSITIVE, RESOLVED, decided, decisions, points_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def memory_of(*said: tuple[str, str, list[str]]) -> ProcessMemory:
    """A memory in which each incident got a status, an hour after the one before."""
    memory = ProcessMemory()
    points = [
        point
        for hour, (incident, status, findings) in enumerate(said)
        for point in points_of(
            incident,
            Decision(time=NOON + timedelta(hours=hour), status=status, by="bob", reason="so"),
            findings,
        )
    ]
    memory.add(reversed(points))
    return memory


def status(memory: ProcessMemory, ids: list[str], **findings: bool) -> str | None:
    """The status of an incident with these ids and findings; true are those of use."""
    return decided(memory, ids, decisions(memory, ids), list(findings.items()))


def test_nobody_decided_anything() -> None:
    """Then the logs tell the status."""
    assert status(ProcessMemory(), ["a"], one=False) is None


@pytest.mark.parametrize("last", [RESOLVED, FALSE_POSITIVE, ACKNOWLEDGED])
def test_the_last_decision_counts(last: str) -> None:
    """Whatever was decided before, and in whatever order the points came."""
    memory = memory_of(("a", RESOLVED, ["one"]), ("a", last, ["one"]))
    assert status(memory, ["a"], one=False) == last
    assert [one.status for one in decisions(memory, ["a"])] == [RESOLVED, last]


def test_what_joins_a_closed_incident_opens_it() -> None:
    """Two that turn out to be one are closed only if both were."""
    one = ("a", RESOLVED, ["one"])
    assert status(memory_of(one), ["a", "b"], one=False, two=False) is None
    both = memory_of(one, ("b", RESOLVED, ["two"]))
    assert status(both, ["a", "b"], one=False, two=False) == RESOLVED


def test_use_of_a_false_positive_is_nothing_new() -> None:
    """Use of what was resolved is."""
    for closed_as, expected in ((FALSE_POSITIVE, FALSE_POSITIVE), (RESOLVED, None)):
        assert status(memory_of(("a", closed_as, ["one"])), ["a"], one=False, two=True) == expected
