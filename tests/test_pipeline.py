"""What the pipeline holds beside the laws: clocks, broken detectors, what waits."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.laws.company import ALICE, AWAITED, CI, DAY_ZERO, by, event, history, image
from tidewaiter.detectors import DETECTORS
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.errors import Malformed, Unavailable
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event
from tidewaiter.pipeline import Pipeline

OLD = image("prod/web", "latest", 0)


def push(number: int, minutes: float = 0, content: int = 3) -> Event:
    """Alice pushes over ``latest``."""
    what = image("prod/web", "latest", content)
    who = by(ALICE, "docker/26.1", "203.0.113.9")
    time = DAY_ZERO + timedelta(minutes=minutes)
    return event(number, time, Activity.IMAGE_PUSHED, images=(what,), **who)


def knowing(**said: object) -> Pipeline:
    """A pipeline that lived through the quiet days."""
    pipeline = Pipeline(ProcessMemory(), **said)  # type: ignore[arg-type]
    for one in history():
        pipeline.take(one)
    return pipeline


def detectors(pipeline: Pipeline) -> set[str]:
    """Which detectors said something about alice."""
    return {
        finding.detector
        for incident in pipeline.incidents()
        for finding in incident.findings
        if ALICE.id in incident.principals
    }


def test_an_event_of_the_future_is_refused() -> None:
    """A record more than 15 minutes ahead of the clock is malformed, one a little ahead is not."""
    pipeline = Pipeline(ProcessMemory(), clock=lambda: DAY_ZERO)
    pipeline.take(push(1, minutes=15))
    with pytest.raises(Malformed, match="ahead of the clock"):
        pipeline.take(push(2, minutes=15.1))


def test_an_event_before_any_cloud_is_refused() -> None:
    """A time like the year 1 is no event's."""
    with pytest.raises(Malformed, match="before any cloud"):
        Pipeline(ProcessMemory()).take(push(1, minutes=-60 * 24 * 365 * 100))


def broken(_event: Event, _seen: Seen) -> Iterable[Claim]:
    """A detector's check with a bug."""
    return [Claim(reason=str(1 // 0))]


def test_a_broken_detector_does_not_silence_the_others() -> None:
    """The others still speak, and the bug is kept for somebody to be told."""
    first: Detector = replace(DETECTORS[0], id="broken", check=broken)
    pipeline = knowing(detectors=(first, *DETECTORS))
    pipeline.take(push(1))
    assert "tag-moved" in detectors(pipeline)
    assert {name: str(bug) for name, bug in pipeline.bugs.items()} == {
        "broken": "broken: ZeroDivisionError: integer division or modulo by zero"
    }


def unavailable(_event: Event, _seen: Seen) -> Iterable[Claim]:
    """A check during which the memory does not answer."""
    raise Unavailable("throttled")


def test_a_memory_that_does_not_answer_is_no_bug() -> None:
    """The record is handed back: the caller sees that the memory did not answer."""
    first: Detector = replace(DETECTORS[0], id="asking", check=unavailable)
    with pytest.raises(Unavailable, match="throttled"):
        Pipeline(ProcessMemory(), detectors=(first,)).take(push(1))


def test_what_hides_its_actor_waits_ten_minutes() -> None:
    """A feed's push is told only when its twin had time to come, or when the input has ended."""
    pipeline = knowing()
    fed = replace(push(1), principal=None, credential=None, awaits=AWAITED)
    pipeline.take(fed)
    told = [
        len(pipeline.told(now).incidents)
        for now in (fed.time + timedelta(minutes=9), fed.time + timedelta(minutes=10), None)
    ]
    assert told == [0, 1, 1]


def test_the_twin_takes_over_what_waited() -> None:
    """After the audit record came, only it speaks: one incident, with the actor."""
    pipeline = knowing()
    fed = replace(push(1), principal=None, credential=None, awaits=AWAITED)
    pipeline.take(fed)
    pipeline.take(push(2, minutes=0.1))
    (incident,) = pipeline.incidents()
    assert incident.principals == (ALICE.id,)
    assert {finding.event_id for finding in incident.findings} == {"e2"}


def test_the_missing_log_is_named() -> None:
    """What is told without its actor says which log would tell."""
    pipeline = knowing()
    pipeline.take(replace(push(1), principal=None, credential=None, awaits=AWAITED))
    (incident,) = pipeline.incidents()
    assert f"The actor is unknown: only {AWAITED} would tell. Enable it." in incident.next_steps


def test_what_the_memory_forgot_is_not_told() -> None:
    """When an act's records are purged, nothing is said of it any more."""
    memory = ProcessMemory()
    pipeline = Pipeline(memory)
    for one in [*history(), push(1)]:
        pipeline.take(one)
    assert len(pipeline.incidents()) == 1
    memory.purge(DAY_ZERO + timedelta(days=1))
    assert pipeline.incidents() == []


def test_a_failed_push_counts_for_nothing() -> None:
    """A refused call makes no finding, and nothing familiar."""
    pipeline = knowing()
    pipeline.take(replace(push(1), outcome="failure"))
    assert pipeline.incidents() == []


def test_the_pipelines_own_push_is_quiet() -> None:
    """The principal that always moves the tag is not told."""
    pipeline = knowing()
    what = image("prod/web", "latest", 90)
    usual = by(CI, "AWS Internal", "AWS Internal")
    pipeline.take(
        event(1, DAY_ZERO, Activity.IMAGE_PUSHED, images=(replace(what, layers=()),), **usual)
    )
    assert [one for one in pipeline.incidents() if "e1" in str(one.findings)] == []
