"""What every reader of an inventory yields: what is there, whoever put it there."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from tidewaiter.errors import Malformed
from tidewaiter.model import Image, Workload

Time = datetime | float | None  # as listings write it: RFC 3339, or seconds since 1970


class Thing(Struct, frozen=True, kw_only=True):
    """An image in a registry, a machine image, a repository, or a workload with its images.

    ``since`` is when it was put there, where the listing tells.
    """

    provider: str
    images: tuple[Image, ...]
    since: datetime | None = None
    workload: Workload | None = None
    account: str | None = None
    region: str | None = None


class Place(Struct, frozen=True, kw_only=True):
    """What listings leave out: ``of`` is the registry, or repository with its registry; ``hosts``
    are the registries of ECR's repositories by account and name; ``region`` is theirs by default.
    ``account`` and ``cluster`` are where pods run.
    """

    of: str | None = None
    account: str | None = None
    cluster: str | None = None
    region: str | None = None
    hosts: Mapping[tuple[str, str], str] = {}

    @property
    def repository(self) -> tuple[str, str]:
        """Registry and repository.  Raises :class:`Malformed` if they were not given."""
        registry, _, repository = (self.of or "").partition("/")
        if not repository:
            raise Malformed("does not tell its repository: say --of REGISTRY/REPOSITORY")
        return registry.lower(), repository


Reader = Callable[[bytes, Place], Iterator[Thing]]


def utc(time: Time) -> datetime | None:
    """Return ``time`` in UTC; without a zone it is that already."""
    if isinstance(time, float):
        return datetime.fromtimestamp(time, UTC)
    if time is None:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
