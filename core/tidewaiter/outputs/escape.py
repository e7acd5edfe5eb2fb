r"""Make text that an attacker wrote safe to show to a person.

Names, tags, user agents and error messages come from logs, so whoever is watched can choose them.
On a terminal or in a mail they must not move the cursor, forge a line, or read in another order
than they stand: https://trojansource.codes and https://www.unicode.org/reports/tr9/ describe how.
"""

import re
import unicodedata

# Control, format (all bidirectional controls are), surrogate, private, unassigned; line and
# paragraph ends; and every space that is not the plain one.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols drawn as nothing
# Marks drawn as nothing: joiners, inherent vowels, and what chooses a variant of a letter.
_HIDDEN = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PLAIN = re.compile(r"[\x20-\x7e]*")


def visible(text: str, limit: int | None = None) -> str:
    r"""Return ``text`` with everything that is not plainly seen written as an escape.

    ``limit`` cuts what is longer, with an ellipsis; an escape is never cut in two.  The result is
    for reading: it cannot be turned back, as a backslash stays as it is.

    >>> visible("web\x1b[2J\u202e\n")
    'web\\x1b[2J\\u202e\\n'
    >>> visible("a" * 9, limit=4)
    'aaa…'
    """
    if limit is not None and len(text) > limit:
        text = text[: limit - 1]
        return visible(text) + "…"
    if _PLAIN.fullmatch(text):
        return text
    return "".join(character if _seen(character) else _escaped(character) for character in text)


def _seen(character: str) -> bool:
    if character == " ":
        return True
    if unicodedata.category(character) in _UNSEEN or character in _BLANK:
        return False
    return _HIDDEN.match(character) is None


def _escaped(character: str) -> str:
    if character.isascii():
        return repr(character)[1:-1]
    return character.encode("ascii", "backslashreplace").decode()
