"""The envelope of events that AWS services put on EventBridge themselves.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct, field

from tidewaiter.sources.interface import Record

T = TypeVar("T")


class Notice(Struct, Generic[T], frozen=True):
    """One native event; ``detail`` is the service's own part."""

    id: Annotated[str, Meta(min_length=1)]
    time: str
    detail: T
    account: str | None = None
    region: str | None = None
    title: str | None = field(name="detail-type", default=None)


def titled(service: str, *titles: str) -> Callable[[Record], bool]:
    """Make the look that recognises ``service``'s events with one of these ``detail-type``.

    Only AWS may write a source that begins with ``aws.``, so nobody else's event passes for one.
    """
    source = f'"{service}"'.encode()
    wanted = frozenset(f'"{title}"'.encode() for title in titles)

    def claims(record: Record) -> bool:
        fields = record.fields
        return (
            "detail" in fields
            and bytes(fields.get("source", b"")).strip() == source
            and bytes(fields.get("detail-type", b"")).strip() in wanted
        )

    return claims
