"""Whatever stands in a record, a source answers with an event, a kind or a place, in bounded work.

``make fuzz`` tries twenty thousand damaged records of each source; ``make test`` three hundred.
"""

import json
import sys
from types import FrameType
from typing import Any, Self

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.damage import damaged, samples
from tidewaiter.enrich import Enricher
from tidewaiter.errors import Malformed
from tidewaiter.model import Event
from tidewaiter.sources import SOURCES, Ignored, Source, source_of
from tidewaiter.sources.interface import record_of

ALL = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
EXAMPLES = max(300, settings().max_examples)
PER_BYTE, AT_LEAST = 2, 2_000  # calls


class Counter:
    """Counts the calls of functions, ours and C's, made inside."""

    def __init__(self) -> None:
        self.calls = 0

    def __enter__(self) -> Self:
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _note(self, _frame: FrameType, event: str, _argument: object) -> None:
        self.calls += event in {"call", "c_call"}


@pytest.fixture(autouse=True, scope="module")
def warm() -> None:
    """Read every sample once: what is imported on first use is no work on a record."""
    for source in SOURCES:
        for raw in samples(source.name):
            answer(source, raw)


def answer(source: Source, raw: bytes) -> Event | Ignored | Malformed | None:
    """What becomes of ``raw``; ``None`` if the source does not claim it."""
    try:
        record = record_of(raw)
        if not source.claims(record):
            return None
        told = source.read(record)
        if isinstance(told, Ignored) and source.rest:
            told = source.rest(record)
    except Malformed as error:
        return error
    return told


@ALL
def test_damage_is_at_worst_malformed(source: Source) -> None:
    """No damage raises anything but Malformed with a path, and the work follows the size."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
    )
    @given(raw=damaged(source.name))
    def holds(raw: bytes) -> None:
        with Counter() as counter:
            told = answer(source, raw)
        assert counter.calls <= AT_LEAST + PER_BYTE * len(raw)
        if isinstance(told, Malformed):
            assert told.path.startswith("$")
            assert told.reason
        elif isinstance(told, Event):
            assert msgspec.json.decode(msgspec.json.encode(told), type=Event) == told
            assert Enricher().enrich(told).id == told.id

    holds()


def larger(value: Any, times: int) -> Any:
    """A copy in which every list, but none within a list, is that many times as long."""
    if isinstance(value, dict):
        return {key: larger(member, times) for key, member in value.items()}
    return value[:3] * times if isinstance(value, list) else value


@ALL
def test_work_follows_the_size(source: Source) -> None:
    """Of a record with hundreds of elements in each list, not more is done for each byte."""
    for raw in samples(source.name):
        try:
            large = json.dumps(larger(json.loads(raw), 256)).encode()
        except ValueError:
            continue
        with Counter() as counter:
            answer(source, large)
        assert counter.calls <= AT_LEAST + PER_BYTE * len(large)


def test_the_counter_sees_quadratic_work() -> None:
    """What the bound is for: work that grows with the square of the size is found."""
    with Counter() as counter:
        text = "x" * 300
        for _ in text:
            for letter in text:
                letter.upper()
    assert counter.calls > AT_LEAST + PER_BYTE * len(text)


@given(st.sampled_from(SOURCES).flatmap(lambda source: damaged(source.name)))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_source_survives_the_records_of_the_others(raw: bytes) -> None:
    """Sources are asked in turn; none may fail on what belongs to another."""
    for source in SOURCES:
        answer(source, raw)


@given(st.sampled_from(SOURCES).flatmap(lambda source: damaged(source.name)))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_a_source_claims_is_known_by_its_mark(raw: bytes) -> None:
    """The first of all sources that claims a record is the one that is loaded for it."""
    try:
        record = record_of(raw)
    except Malformed:
        return
    assert source_of(record) is next((one for one in SOURCES if one.claims(record)), None)
