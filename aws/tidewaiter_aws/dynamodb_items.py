"""How points and leases lie in DynamoDB: keys, attributes, and what is read from them.

The table has the key ``topic`` (S, partition) and ``order`` (S, sort), and the attribute
``expires`` (N, seconds since the epoch) as its time to live.  In ``topic`` stands ``=`` and the
topic of a point, or ``#`` and a name for it where it does not fit; before that ``!`` for a lease.
In ``order`` stands the time of a point and a name for its value and act, or ``lease``.

So keys are short whatever is in a log: a partition key has at most 2048 bytes, a sort key 1024
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).  Values, acts
and notes lie whole in attributes of their own.
"""

import math
from datetime import datetime
from typing import TYPE_CHECKING

from tidewaiter.errors import Malformed
from tidewaiter.memory.interface import Point
from tidewaiter.memory.packing import order_of, packed, short_name, time_of, unpacked

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = dict[str, AttributeValueTypeDef]

LEASE = "lease"
LEASES = "!"  # before the partition key of every lease
_LONGEST_KEY = 2000  # bytes
_LARGEST = 390 * 1024  # bytes; an item has at most 400 KB, and the rest of it takes less than 10

Key = tuple[str, str]  # the values of ``topic`` and ``order``


def topic_key(topic: str) -> str:
    """Return the partition key of ``topic``."""
    raw = topic.encode("utf-8", "replace")
    whole = len(raw) <= _LONGEST_KEY and raw.decode() == topic  # halves of characters are no text
    return f"={topic}" if whole else f"#{short_name(topic)}"


def lease_key(name: str) -> Key:
    """Return the key of the lease ``name``; no point has it."""
    return f"{LEASES}{topic_key(name)}", LEASE


def key_of(point: Point) -> Key:
    """Return the key of ``point``."""
    return topic_key(point.topic), order_of(point)


def seconds(time: datetime) -> str:
    """Return ``time`` as the time to live has it: seconds since the epoch, rounded up."""
    return str(math.ceil(time.timestamp()))


def item_of(point: Point, expires: datetime) -> "Item":
    """Return the item of ``point``, which nobody believes from ``expires`` on.

    Raises :class:`Malformed` if it is larger than any item can be; no log that AWS delivers has a
    record of that size.
    """
    topic, order = key_of(point)
    item: Item = {
        "topic": {"S": topic},
        "order": {"S": order},
        "expires": {"N": seconds(expires)},
        "value": _attribute(point.value),
        "act": _attribute(point.act),
    }
    if point.note:
        item["note"] = _attribute(point.note)
    if point.once:
        item["once"] = {"N": str(point.once)}
    size = sum(len(part.get("B", b"")) for part in item.values())
    if size > _LARGEST:
        raise Malformed(f"{size:,} bytes, when packed, are more than the memory takes of one event")
    return item


def point_of(topic: str, item: "Item") -> Point:
    """Return the point of ``topic`` that lies in ``item``."""
    return Point(
        topic,
        _text(item["value"]),
        time_of(item["order"]["S"].partition(" ")[0]),
        _text(item["act"]),
        _text(item["note"]) if "note" in item else "",
        int(item["once"]["N"]) if "once" in item else 0,
    )


def _attribute(text: str) -> "AttributeValueTypeDef":
    part = packed(text)
    return {"S": part} if isinstance(part, str) else {"B": part}


def _text(part: "AttributeValueTypeDef") -> str:
    return part["S"] if "S" in part else unpacked(part["B"])
