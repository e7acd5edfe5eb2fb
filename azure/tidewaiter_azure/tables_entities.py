"""How points and leases lie in Table Storage: keys, properties, and what is read from them.

The partition key is ``=`` and the topic of a point, or ``~`` and its hash where it does not fit;
before that stands ``!`` for a lease.  What keys may not hold is written ``*2F``, so that a topic
can be read from its key.  The row key is the time of a point and a hash of its value and act, or
``lease``.

So keys are short whatever is in a log: each has at most 1 KiB, in UTF-16, and a whole entity 1 MiB
(https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model).
Values, acts and notes lie whole in properties of their own; what is large, or no plain text, is
packed, and lies in as many as it needs, since each holds at most 64 KiB.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime

from tidewaiter.errors import Malformed
from tidewaiter.memory.interface import Point
from tidewaiter.memory.packing import moment, order_of, packed, short_name, time_of, unpacked

Property = str | int | bytes
Entity = dict[str, Property]
Key = tuple[str, str]  # PartitionKey and RowKey

LEASE = "lease"
_LONGEST_KEY = 500  # characters
_PLAIN = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -_.:,;@=+$()[]|"
)
_PART = 60_000  # bytes; a property has at most 65,536
_LARGEST = 950 * 1024  # bytes; an entity has at most 1 MiB, and the rest of it takes little


def topic_key(topic: str) -> str:
    r"""Return the partition key of ``topic``.

    >>> topic_key("tag shop.azurecr.io/web:latest")
    '=tag shop.azurecr.io*2Fweb:latest'
    """
    raw = topic.encode("utf-8", "surrogatepass")
    whole = "".join(chr(one) if one in _PLAIN else f"*{one:02X}" for one in raw)
    return f"={whole}" if len(whole) <= _LONGEST_KEY else f"~{short_name(topic)}"


def topic_of(key: str) -> str | None:
    """Return the topic whose partition key is ``key``; ``None`` if only its hash is there.

    >>> topic_of(topic_key("tag shop.azurecr.io/web:latest"))
    'tag shop.azurecr.io/web:latest'
    """
    if not key.startswith("="):
        return None
    first, *rest = key[1:].split("*")
    raw = first.encode() + b"".join(bytes.fromhex(one[:2]) + one[2:].encode() for one in rest)
    return raw.decode("utf-8", "surrogatepass")


def lease_key(name: str) -> Key:
    """Return the key of the lease ``name``; no point has it."""
    return f"!{topic_key(name)}", LEASE


def key_of(point: Point) -> Key:
    """Return the key of ``point``."""
    return topic_key(point.topic), order_of(point)


def entity_of(point: Point, expires: datetime) -> Entity:
    """Return the entity of ``point``, which nobody believes from ``expires`` on.

    Raises :class:`Malformed` if it is larger than any entity can be.
    """
    topic, order = key_of(point)
    entity: Entity = {
        "PartitionKey": topic,
        "RowKey": order,
        "expires": moment(expires),
        **_properties("value", point.value),
        **_properties("act", point.act),
        **_properties("note", point.note),
    }
    if point.once:
        entity["once"] = point.once
    size = size_of(entity)
    if size > _LARGEST:
        raise Malformed(f"{size:,} bytes, when packed, are more than the memory takes of one event")
    return entity


def size_of(entity: Entity) -> int:
    """Return about how many bytes ``entity`` takes in a table, where texts are UTF-16."""
    return sum(
        len(part) if isinstance(part, bytes) else 2 * len(part)
        for part in entity.values()
        if not isinstance(part, int)
    )


def point_of(topic: str, entity: Mapping[str, Property]) -> Point:
    """Return the point of ``topic`` that lies in ``entity``."""
    return Point(
        topic,
        _text("value", entity),
        time_of(str(entity["RowKey"]).partition(" ")[0]),
        _text("act", entity),
        _text("note", entity),
        int(entity.get("once", 0)),
    )


def _properties(name: str, text: str) -> Entity:
    """Control characters are packed, too: nobody says that Table Storage takes each of them."""
    part = packed(text)
    if isinstance(part, str):
        if part.isprintable():
            return {name: part} if part else {}
        part = zlib.compress(part.encode())
    return {f"{name}_{at // _PART}": part[at : at + _PART] for at in range(0, len(part), _PART)}


def _text(name: str, entity: Mapping[str, Property]) -> str:
    parts: list[bytes] = []
    while isinstance(part := entity.get(f"{name}_{len(parts)}"), bytes):
        parts.append(part)
    return unpacked(b"".join(parts)) if parts else str(entity.get(name, ""))
