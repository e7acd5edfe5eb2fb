"""Times, as all sources read them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tidewaiter.errors import Malformed
from tidewaiter.sources.interface import instant, moment


@pytest.mark.parametrize(
    "text", ["2026-02-03T14:02:11Z", "2026-02-03T14:02:11", "2026-02-03T15:32:11.000+01:30"]
)
def test_a_time_is_read_as_utc(text: str) -> None:
    """With its zone, or without one, in which case it is UTC."""
    assert moment(text, "$.time") == datetime(2026, 2, 3, 14, 2, 11, tzinfo=UTC)


def test_seconds_are_read_as_utc() -> None:
    """Seconds are counted from 1970."""
    assert instant(1770127331, "$.time") == datetime(2026, 2, 3, 14, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (moment, "now"),
        (moment, "0001-01-01T00:00:00Z"),
        (moment, "0001-01-01T00:00:00+14:00"),
        (moment, "1969-12-31T23:59:59Z"),
        (instant, 0),
        (instant, -1),
        (instant, 1e300),
        (instant, float("nan")),
    ],
)
def test_what_no_log_tells_is_malformed(
    read: Callable[[Any, str], datetime], value: object
) -> None:
    """A time before all clouds, or none at all, is malformed at its place."""
    with pytest.raises(Malformed, match=r"not a time: |no event.s time: ") as caught:
        read(value, "$.time")
    assert caught.value.path == "$.time"
