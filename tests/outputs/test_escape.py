"""Text of attackers, made safe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.outputs.escape import visible

HOSTILE = {
    "\x1b[2J": r"\x1b[2J",
    "\x9b31m": r"\x9b31m",
    "a\r\nb\tc": r"a\r\nb\tc",
    "\x00\x07\x7f": r"\x00\x07\x7f",
    "\u202egnp.\u2066": r"\u202egnp.\u2066",
    "\u200bweb\ufeff": r"\u200bweb\ufeff",
    "a\u2028b\u2029c": r"a\u2028b\u2029c",
    "no\xa0break": r"no\xa0break",
    "\u3164filler\u2800": r"\u3164filler\u2800",
    "mark\u034fed\ufe0f\U000e0100": r"mark\u034fed\ufe0f\U000e0100",
    "\ud800": r"\ud800",
    "\U000e0041": r"\U000e0041",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_not_seen_is_escaped(text: str) -> None:
    """Controls, escapes, bidirectional marks and invisible characters are shown as their code."""
    assert visible(text) == HOSTILE[text]


@pytest.mark.parametrize("text", ["", "prod/web:latest", "CORP\\alice", "Zoë, 東京, 🐋"])
def test_what_is_seen_stays(text: str) -> None:
    """Names in any script are left as they are."""
    assert visible(text) == text


@given(st.text(st.characters()))
def test_nothing_unseen_is_left(text: str) -> None:
    """Whatever comes in, what goes out is one line of plainly seen characters."""
    shown = visible(text)
    assert {unicodedata.category(c) for c in shown if c != " "}.isdisjoint(
        {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
    )
    assert visible(shown) == shown


def test_long_text_is_cut_before_it_is_escaped() -> None:
    """A limit cuts with an ellipsis, and never in the middle of an escape."""
    assert visible("ab\x1bcd", limit=4) == "ab\\x1b…"
    assert visible("abcd", limit=4) == "abcd"
