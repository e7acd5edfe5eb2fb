"""The envelope of events that AWS services put on EventBridge themselves.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct, field

from tidewaiter.model import Event, Outcome
from tidewaiter.sources import telling
from tidewaiter.sources.interface import Record, moment

T = TypeVar("T")


class Notice(Struct, Generic[T], frozen=True):
    """One native event; ``detail`` is the service's own part."""

    id: Annotated[str, Meta(min_length=1)]
    time: str
    source: str  # aws.ecr
    detail: T
    account: str | None = None
    region: str | None = None
    title: str | None = field(name="detail-type", default=None)


class Told(telling.Told, frozen=True, kw_only=True):
    """What one service says in its ``detail``.

    ``outcome`` is a failure wherever there is an ``error``, even an empty one.
    """

    operation: str  # the service's word for what happened
    outcome: Outcome = Outcome.SUCCESS
    error: str | None = None
    joins: str | None = None  # what all events of the act have in common; else they are their own
    account: str | None = None  # where another than the notice's is meant
    awaits: str | None = None


def event_of(notice: Notice[T], source: str, told: Told) -> Event:
    """Join what the envelope and what the service says; ``source`` is the reader's name.

    Raises :class:`~tidewaiter.errors.Malformed` for a time that is none.
    """
    return Event(
        id=notice.id,
        act=f"aws:{told.joins or notice.id}",
        time=moment(notice.time, "$.time"),
        provider="aws",
        source=source,
        operation=told.operation,
        outcome=told.outcome if told.error is None else Outcome.FAILURE,
        error=told.error,
        service=f"{notice.source.removeprefix('aws.')}.amazonaws.com",
        account=told.account or notice.account or None,
        region=notice.region or None,
        awaits=told.awaits,
        **told.parts(),
    )


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
