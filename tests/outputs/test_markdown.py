"""Text that must look in Markdown as it is."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.outputs.markdown import literal

NBSP = "\N{NO-BREAK SPACE}"


def test_lines_stay_lines_and_keep_their_columns() -> None:
    """Each ends with a break, and blanks at its begin cannot vanish."""
    assert (
        literal("CRITICAL  web\n  Who   alice\n") == f"CRITICAL  web  \n{NBSP}{NBSP}Who   alice  \n"
    )


def test_a_link_of_an_attacker_is_no_link() -> None:
    """Nor is an address between angle brackets, an emphasis, code or a struck word."""
    said = literal(
        "curl/8 [reset your key](https://example.com) <https://example.com> *a* `b` ~~c~~"
    )
    assert re.search(r"(?<!\\)[\[\]<>*`~]", said) is None


def test_a_character_cannot_be_written_by_its_number() -> None:
    """What was escaped because it cannot be seen must not come back by another name."""
    assert literal("web&#8238;&lt;&NewLine;\n") == "web\\&#8238;\\&lt;\\&NewLine;  \n"


@given(st.text())
def test_what_is_shown_is_what_was_there(text: str) -> None:
    """Taken for what Markdown shows, it is the text again."""
    shown = re.sub(r"\\([!-/:-@[-`{-~])", r"\1", literal(text)).replace(NBSP, " ")
    lines = [line.replace(NBSP, " ") for line in text.splitlines()]
    assert shown == "".join(f"{line}  \n" for line in lines)
