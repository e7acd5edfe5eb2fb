"""The envelope of events that AWS services put on EventBridge themselves.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

from tidewaiter.sources.interface import Record

T = TypeVar("T")


class Notice(Struct, Generic[T], frozen=True):
    """One native event; ``detail`` is the service's own part."""

    id: Annotated[str, Meta(min_length=1)]
    time: str
    detail: T
    account: str | None = None
    region: str | None = None


def titled(service: str, title: str) -> Callable[[Record], bool]:
    """Make the look that recognises ``service``'s events with this ``detail-type``.

    Only AWS may write a source that begins with ``aws.``, so nobody else's event passes for one.
    """
    wanted = {"source": f'"{service}"'.encode(), "detail-type": f'"{title}"'.encode()}

    def claims(record: Record) -> bool:
        fields = record.fields
        if "detail" not in fields:
            return False
        return all(
            name in fields and bytes(fields[name]).strip() == value
            for name, value in wanted.items()
        )

    return claims
