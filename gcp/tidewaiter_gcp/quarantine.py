"""Where records go that cannot be read: each whole, as one object, before anything else is done.

An object is named for the day and for what is in it, so a record that comes again is written once
more to the same place.  ``tidewaiter replay`` reads the objects like any log.
"""

import re
from hashlib import sha256

import msgspec

from tidewaiter.reading.quarantine import Entry
from tidewaiter.reading.reader import Bad
from tidewaiter_gcp.objects import Objects, Place

_DAY = re.compile(r"(?<![0-9])20[0-9]{2}/[01][0-9]/[0-3][0-9](?![0-9])")  # in our own names


class Quarantine:
    """Writes to one bucket."""

    def __init__(self, bucket: str, objects: Objects) -> None:
        self._bucket = bucket
        self._objects = objects

    def keep(self, bad: Bad) -> None:
        """Write one record.  Raises :class:`~tidewaiter.errors.Unavailable`."""
        line = msgspec.json.encode(Entry.of(bad)) + b"\n"
        self._objects.put(Place(self._bucket, _name(bad, line)), line)


def _name(bad: Bad, line: bytes) -> str:
    day = _DAY.search(bad.where.file)
    return f"{day[0] if day else 'undated'}/{sha256(line).hexdigest()[:40]}.json"
