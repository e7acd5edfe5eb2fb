"""What could not be done now, and is tried again: a blob with all of it, and a message that names
the blob.

An Event Hub delivers nothing twice because we failed, and a queue's message holds 64 KiB only.  So
the record lies in a blob, and its name is queued, first for a minute, then for longer and longer.
After about a day the message ends in the queue ``...-poison``, where an alarm sees it; the record
stays in its blob.  To try it once more, move the message back.
"""

import msgspec
from msgspec import Struct

from tidewaiter.live.interface import Delivery
from tidewaiter.live.quarantine import line_of, name_of
from tidewaiter.outputs.escape import visible
from tidewaiter.reading.quarantine import Entry
from tidewaiter.reading.reader import Bad, Where
from tidewaiter_azure.objects import Objects, Place
from tidewaiter_azure.queues import Queues

POISON = "-poison"  # behind the queue's name, as the Functions host calls it, too
ATTEMPTS = 30  # after the first; with these pauses they take a day
_FIRST, _LONGEST = 60, 3600  # seconds
_REASON = 500  # characters


class Waiting(Struct, frozen=True):
    """A message of the queue: the record's blob, how often it was tried, and why it failed."""

    blob: str
    attempt: int
    reason: str


class Retry:
    """Keeps records in the container ``name``, and queues them in the queue of that name.

    Every method raises :class:`~tidewaiter.errors.Unavailable` when one of the two does not answer.
    """

    def __init__(self, name: str, objects: Objects, queues: Queues) -> None:
        self._name = name
        self._objects = objects
        self._queues = queues

    def keep(self, delivery: Delivery, reason: str) -> None:
        """Keep a delivery whole before its name is queued: a message without a blob is nothing."""
        raw = b"".join(delivery.blocks())
        bad = Bad(Where(delivery.name, 0), visible(reason, limit=_REASON), raw)
        line = line_of(bad)
        name = name_of(Bad(bad.where, "", raw), raw)  # the same, whatever the reason is
        self._objects.put(Place(self._name, name), line)
        self._send(Waiting(name, 0, bad.reason))

    def delivery(self, text: str) -> tuple[Waiting, Delivery | None]:
        """Return what a message says, and the delivery that it names; ``None`` if it was done.

        Raises ``msgspec.MsgspecError`` for a message that is none of ours.
        """
        waiting = msgspec.json.decode(text, type=Waiting)
        line = self._objects.find(Place(self._name, waiting.blob))
        if line is None:  # only its success deletes a blob
            return waiting, None
        bad = msgspec.json.decode(line, type=Entry).bad
        return waiting, Delivery(waiting.blob, bad.where.file, lambda: (bytes(bad.raw),))

    def done(self, waiting: Waiting) -> None:
        """Forget a record that was taken at last."""
        self._objects.delete(Place(self._name, waiting.blob))

    def postpone(self, waiting: Waiting, reason: str) -> bool:
        """Try it later; return whether it will be, or was given up."""
        attempt = waiting.attempt + 1
        later = Waiting(waiting.blob, attempt, visible(reason, limit=_REASON))
        self._send(later)
        return attempt < ATTEMPTS

    def _send(self, waiting: Waiting) -> None:
        given_up = waiting.attempt >= ATTEMPTS
        delay = 0 if given_up else min(_FIRST << min(waiting.attempt, 10), _LONGEST)
        text = msgspec.json.encode(waiting).decode()
        self._queues.send(self._name + POISON if given_up else self._name, text, delay)
