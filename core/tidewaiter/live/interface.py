"""What a cloud brings to the worker: deliveries, a place for what cannot be read, and sinks."""

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

from msgspec import Struct

from tidewaiter.news import Digest, News
from tidewaiter.reading.reader import Bad


class Delivery(Struct, frozen=True):
    """What a trigger brought: ``id`` is how the platform knows it, ``name`` what people call it.

    ``blocks`` opens its bytes, gzip or not; it may raise
    :class:`~tidewaiter.errors.Unavailable` (an object that cannot be had now).
    """

    id: str
    name: str
    blocks: Callable[[], Iterable[bytes]]


class Sink(Protocol):
    """Where machines are told of incidents, at every change.

    ``name`` stands in the memory: it is for ever.
    """

    @property
    def name(self) -> str:
        """What it is called."""

    def send(self, news: News) -> None:
        """Send it within half a minute, or raise :class:`~tidewaiter.errors.Unavailable`."""


@runtime_checkable
class Letterbox(Sink, Protocol):
    """Where people are told: when an incident opens, when it gets worse, and once a day what was
    worth no mail of its own.
    """

    def send_digest(self, digest: Digest) -> None:
        """Send it within half a minute, or raise :class:`~tidewaiter.errors.Unavailable`."""


Keep = Callable[[Bad], None]
"""Puts a record into quarantine, whole, before it returns; raises ``Unavailable``."""
