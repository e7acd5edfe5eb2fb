"""Where records go that cannot be read: each whole, as one object, before anything else is done.

An object is named for the day and for what is in it, so a record that comes again is written once
more to the same place.  ``tidewaiter replay`` reads the objects like any log.
"""

import re
from collections.abc import Callable
from hashlib import sha256

import msgspec

from tidewaiter.reading.quarantine import Entry
from tidewaiter.reading.reader import Bad

# In the names that clouds give to log files, and that we give to messages.
_DAY = re.compile(r"(?<![0-9])20[0-9]{2}/[01][0-9]/[0-3][0-9](?![0-9])")


Put = Callable[[str, bytes], None]
"""Writes an object by its name, or the same once more; raises
:class:`~tidewaiter.errors.Unavailable` when it cannot."""


class Quarantine:
    """Keeps records as objects that ``put`` writes."""

    def __init__(self, put: Put) -> None:
        self._put = put

    def keep(self, bad: Bad) -> None:
        """Write one record."""
        line = line_of(bad)
        self._put(name_of(bad, line), line)


def line_of(bad: Bad) -> bytes:
    """Return a record with its place and the reason, as one line of a quarantine file."""
    return msgspec.json.encode(Entry.of(bad)) + b"\n"


def name_of(bad: Bad, line: bytes) -> str:
    """Return how the object is called in which ``line`` is kept."""
    day = _DAY.search(bad.where.file)
    return f"{day[0] if day else 'undated'}/{sha256(line).hexdigest()[:40]}.json"
