"""An incident as one line of JSON that fits where messages may be only so large.

What does not fit is left out of the longest list, and ``cut`` names the lists: whoever needs the
whole asks for it by the incident's id.
"""

import msgspec

from tidewaiter.findings import Incident
from tidewaiter.outputs.jsonl import ascii_json, line

_TITLE = 1000  # characters


class Cut(Incident, frozen=True, kw_only=True):
    """An incident of which something was left out: ``cut`` names the lists."""

    cut: tuple[str, ...]


_LISTS = tuple(
    one.name
    for one in msgspec.structs.fields(Incident)
    if isinstance(one.type, type(tuple[str, ...]))
)


def fitted(incident: Incident, limit: int) -> str:
    """Return the line of ``docs/json.md``, or of a :class:`Cut`, in at most ``limit`` bytes.

    ``limit`` has to be 16 KiB or more: that much may stay when every list is empty.
    """
    text = line(incident)
    cut: dict[str, None] = {}
    values = msgspec.structs.asdict(incident)
    sizes = {name: len(ascii_json(values[name])) for name in _LISTS}
    while len(text) > limit:
        longest = max(sizes, key=sizes.__getitem__)
        values[longest] = _half(values[longest])
        sizes[longest] = len(ascii_json(values[longest]))
        cut[longest] = None
        values["title"] = incident.title[:_TITLE]
        text = ascii_json(Cut(**values, cut=tuple(cut)))
    return text


def _half(values: tuple[object, ...]) -> tuple[object, ...]:
    """Keep the beginning and the end: how it came about, and what it came to."""
    kept = len(values) // 2
    end = kept // 2
    return values[: kept - end] + values[len(values) - end :]
