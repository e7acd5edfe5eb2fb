"""How points and leases lie in Firestore: names, fields, and what is read from them.

One collection holds all.  A document is named for the topic of its point, the time, and a hash of
value and act, with a space between each; in front stands ``=``, or ``#`` and a hash where the topic
is too long to be a name, or ``!`` for a lease.  So names sort by topic and then by time, one range
of names is one topic's span, and **no index is needed**: all fields can be exempt from indexes, and
should be, as they are paid for.  ``expires`` (a timestamp) is what a TTL policy goes by.

A name is text of at most 1,500 bytes without ``/``, and is neither ``.`` nor ``..`` nor
``__this__`` (https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields).
Topics are quoted as in a URL, so they can be read back.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from tidewaiter.errors import Malformed
from tidewaiter.memory.interface import Point
from tidewaiter.memory.packing import (
    LAST,
    moment,
    order_of,
    packed,
    short_name,
    size_of,
    time_of,
    unpacked,
)

Fields = dict[str, Any]

LEASE = "!"  # before the name of every lease
_PLAIN = ":@,=~$&;!()*'"  # letters that need no quoting beside the usual ones
_LONGEST = 1400  # bytes of a quoted topic
_LARGEST = 1_000_000  # bytes; a document has at most 1 MiB with all its names


def key_of(topic: str) -> str:
    """Return what the names of a topic's documents begin with; no space is in it."""
    quoted = quote_plus(topic, safe=_PLAIN, errors="surrogatepass")
    return f"={quoted}" if len(quoted) <= _LONGEST else f"#{short_name(topic)}"


def name_of(point: Point) -> str:
    """Return the name of the document of ``point``."""
    return f"{key_of(point.topic)} {order_of(point)}"


def name_of_lease(key: str) -> str:
    """Return the name of the document of the lease ``key``; no point has it."""
    return f"{LEASE}{key_of(key)}"


def span_of(topic: str, first: datetime, last: datetime) -> tuple[str, str]:
    """Return the names between which the topic's points of that time lie."""
    key = key_of(topic)
    return f"{key} {moment(first)}", f"{key} {moment(last)}{LAST}"


def time_in(name: str) -> datetime:
    """Return the time of the point whose document is called ``name``."""
    return time_of(name.split(" ")[1])


def fields_of(point: Point, expires: datetime) -> Fields:
    """Return what lies in the document of ``point``, which nobody believes from ``expires`` on.

    Raises :class:`Malformed` if it is larger than any document can be; no log that Google delivers
    has an entry of that size.
    """
    texts = {"value": packed(point.value), "act": packed(point.act)}
    if point.note:
        texts["note"] = packed(point.note)
    if key_of(point.topic).startswith("#"):
        texts["topic"] = packed(point.topic)
    size = sum(map(size_of, texts.values()))
    if size > _LARGEST:
        raise Malformed(f"{size:,} bytes, when packed, are more than the memory takes of one event")
    return {**texts, "expires": expires, **({"once": point.once} if point.once else {})}


def size_of_fields(fields: Fields) -> int:
    """Return how many bytes the texts in ``fields`` take."""
    return sum(size_of(part) for part in fields.values() if isinstance(part, str | bytes))


def point_of(name: str, fields: Fields) -> Point:
    """Return the point that lies in the document called ``name``."""
    quoted = name.partition(" ")[0][1:]
    return Point(
        unpacked(fields["topic"])
        if "topic" in fields
        else unquote_plus(quoted, errors="surrogatepass"),
        unpacked(fields["value"]),
        time_in(name),
        unpacked(fields["act"]),
        unpacked(fields.get("note", "")),
        fields.get("once", 0),
    )
