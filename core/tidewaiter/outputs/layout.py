"""Lines of text with roles: a terminal paints them, a mail joins them.

Everything here takes text that is already safe to show (:mod:`tidewaiter.outputs.escape`).
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum


class Role(StrEnum):
    """What a piece of text is, for whoever paints it.  Severities are roles by their name."""

    PLAIN = "plain"
    TITLE = "title"
    LABEL = "label"
    TIME = "time"
    FAINT = "faint"


Span = tuple[str, str]  # text, and a Role or a Severity
Line = tuple[Span, ...]

WIDTH = 100
HEAD = 10  # columns before a title: "CRITICAL" and two blanks
BODY = 12  # columns before a sentence: two blanks, "14:02:11" or "Quiet if", two blanks
_NARROWEST = 20


def plain(lines: Iterable[Line]) -> str:
    """Join ``lines`` to text, each with its end."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def titled(mark: str, mark_role: str, title: str, width: int) -> Iterator[Line]:
    """Lay out a heading: a mark in the margin and a title beside it."""
    lines = wrap(title, width - HEAD)
    yield (mark.ljust(HEAD), mark_role), (lines[0], Role.TITLE)
    for more in lines[1:]:
        yield (" " * HEAD, Role.PLAIN), (more, Role.TITLE)


def faint(text: str, width: int) -> Iterator[Line]:
    """Lay out remarks below a heading; nothing if there are none."""
    for line in wrap(text, width - HEAD) if text else ():
        yield (" " * HEAD, Role.PLAIN), (line, Role.FAINT)


def block(
    label: str, texts: Sequence[str], width: int, *, hang: int = 0, role: str = Role.LABEL
) -> Iterator[Line]:
    """Lay out sentences beside a label, each wrapped with ``hang`` more blanks.

    Nothing, not even the label, if there are none.
    """
    for text in texts:
        lines = wrap(text, width - BODY, hang)
        yield (f"  {label:<{BODY - 2}}", role), (lines[0], Role.PLAIN)
        for more in lines[1:]:
            yield ((" " * BODY + more, Role.PLAIN),)
        label = ""


def wrap(text: str, width: int, hang: int = 0) -> list[str]:
    """Break ``text`` into lines, at least one; a word longer than a line is broken, too."""
    room = max(width, _NARROWEST)
    indent = " " * hang
    return textwrap.wrap(text, room, subsequent_indent=indent, break_on_hyphens=False) or [""]
