"""What tags look like."""

import pytest

from tidewaiter.tags import pattern


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.4.2", "1.5.0"),
        ("v7", "v12"),
        ("main-3f2a91c", "main-77b0e21"),
        ("2026-02-07", "2026-03-01"),
        ("build.811", "build.812"),
    ],
)
def test_tags_of_one_series_are_of_one_pattern(one: str, other: str) -> None:
    """Numbers and hexadecimal ids vary, and the rest stays."""
    assert pattern(one) == pattern(other)


@pytest.mark.parametrize(
    ("one", "other"), [("latest", "base"), ("v7", "7"), ("1.4", "1.4.2"), ("1.4", "1.4-rc1")]
)
def test_tags_of_two_series_are_of_two_patterns(one: str, other: str) -> None:
    """Words, and the number of numbers, tell series apart."""
    assert pattern(one) != pattern(other)


def test_no_tag_is_no_pattern() -> None:
    """An absent tag is the empty pattern."""
    assert pattern(None) == ""
