"""Incidents as JSON, one a line: the contract of ``docs/json.md``.

Times are RFC 3339 in UTC with ``Z``; a field that is not known is ``null``, a list without members
``[]``.
"""

import msgspec

from tidewaiter.findings import Incident

_ENCODER = msgspec.json.Encoder()


def line(incident: Incident) -> str:
    """Return ``incident`` as one line of JSON, without the line's end.

    JSON escapes control characters; everything beyond ASCII is escaped, too, so that a line can be
    shown on any terminal.
    """
    return ascii_json(incident)


def ascii_json(value: object) -> str:
    r"""Return ``value`` as JSON in printable ASCII.

    >>> ascii_json({"tag": "\u202e\x1b\U0001f40b"})
    '{"tag":"\\u202e\\u001b\\ud83d\\udc0b"}'
    """
    text = _ENCODER.encode(value).decode("utf-8")
    return text if text.isascii() and "\x7f" not in text else "".join(map(_unit, text))


def _unit(character: str) -> str:
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
