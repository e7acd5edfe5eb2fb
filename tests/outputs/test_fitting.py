"""Incidents that are too large for a message."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.stories import IMPLANT, finding, moment
from tidewaiter.findings import Incident
from tidewaiter.outputs.fitting import Cut, fitted
from tidewaiter.outputs.jsonl import line


def decoded(text: str) -> Cut:
    """What a reader of the message has."""
    return msgspec.json.decode(text, type=Cut)


def test_what_fits_is_whole() -> None:
    """And says nothing of being cut."""
    assert fitted(IMPLANT, 10_000) == line(IMPLANT)
    assert "cut" not in msgspec.json.decode(line(IMPLANT))


def test_the_middle_of_the_longest_list_is_left_out() -> None:
    """Beginning, end and everything else stay."""
    moments = tuple(moment("14:00:00", "image.pulled", f"{number} " * 50) for number in range(200))
    long = replace(IMPLANT, timeline=moments)
    text = fitted(long, 20_000)
    found = decoded(text)
    assert len(text) <= 20_000
    assert found.cut == ("timeline",)
    assert found.timeline == moments[:25] + moments[-25:]
    assert found.findings == long.findings


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_is_large_by_itself_is_left_out(count: int) -> None:
    """A title is only cut."""
    large = tuple(finding("tag-moved", "é" * 9000) for _ in range(count))
    found = decoded(fitted(replace(IMPLANT, findings=large, title="é" * 9000), 16_384))
    assert found.cut[0] == "findings"
    assert found.findings == ()
    assert found.title == "é" * 1000


@given(st.lists(st.text(max_size=3000), max_size=30).map(tuple))
def test_whatever_a_log_says_it_fits(names: tuple[str, ...]) -> None:
    """Whichever lists are long, and in whatever alphabet; it is still an incident."""
    large = replace(
        IMPLANT, title="".join(names), principals=names, workloads=names, next_steps=names
    )
    text = fitted(large, 16_384)
    assert len(text.encode()) <= 16_384
    assert msgspec.json.decode(text, type=Incident).id == IMPLANT.id
