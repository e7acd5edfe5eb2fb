r"""Text for where only Markdown can be shown: it looks as it is, and no part of it is markup.

Log text is in it, which an attacker writes: in a mail it must not become a link, nor hide a line.
https://spec.commonmark.org/0.31.2/#backslash-escapes
"""

import re

# Parentheses and "!" mean something beside brackets alone, and list marks at a line's begin alone,
# where our lines have blanks or a word of ours.  "&#8238;" would turn the line around.
_MARKUP = re.compile(r"[\\`*_\[\]<>~|&]")
_BLANK = "\N{NO-BREAK SPACE}"  # blanks at a line's begin would vanish, or make code of it
_BREAK = "  \n"  # two blanks: else lines are joined


def literal(text: str) -> str:
    r"""Return ``text`` in Markdown that shows it line by line.

    >>> literal("  [a](b)\n<c>\n")
    '\xa0\xa0\\[a\\](b)  \n\\<c\\>  \n'
    """
    return "".join(_line(line) for line in text.splitlines())


def _line(line: str) -> str:
    inner = line.lstrip(" ")
    blanks = _BLANK * (len(line) - len(inner))
    return blanks + _MARKUP.sub(r"\\\g<0>", inner) + _BREAK
