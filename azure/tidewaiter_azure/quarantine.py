"""Where records go that cannot be read: each whole, as one blob, before anything else is done.

A blob is named for the day and for what is in it, so a record that comes again is written once more
to the same place.  ``tidewaiter replay`` reads the blobs like any log.
"""

import re
from hashlib import sha256

import msgspec

from tidewaiter.reading.quarantine import Entry
from tidewaiter.reading.reader import Bad
from tidewaiter_azure.objects import Objects, Place

# In the names that we give to deliveries.
_DAY = re.compile(r"(?<![0-9])20[0-9]{2}/[01][0-9]/[0-3][0-9](?![0-9])")


class Quarantine:
    """Writes to one container."""

    def __init__(self, container: str, objects: Objects) -> None:
        self._container = container
        self._objects = objects

    def keep(self, bad: Bad) -> None:
        """Write one record.  Raises :class:`~tidewaiter.errors.Unavailable`."""
        line = line_of(bad)
        self._objects.put(Place(self._container, name_of(bad, line)), line)


def line_of(bad: Bad) -> bytes:
    """Return a record with its place and the reason, as one line of a quarantine file."""
    return msgspec.json.encode(Entry.of(bad)) + b"\n"


def name_of(bad: Bad, line: bytes) -> str:
    """Return how the blob is called in which ``line`` is kept."""
    day = _DAY.search(bad.where.file)
    return f"{day[0] if day else 'undated'}/{sha256(line).hexdigest()[:40]}.json"
