"""Image events as rows, newest first: when, where, what, who, from where, whether from outside.

The row of the Sumo Logic detection of T1525 (time, platform, operation, actor, source address,
external), for every cloud, with the image.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from ipaddress import IPv4Network, IPv6Network, ip_address
from itertools import groupby

from msgspec import Struct

from tidewaiter.enrich.network import is_external
from tidewaiter.model import WATCHED, Activity, Event
from tidewaiter.reading.ordering import in_order

IMAGE_WORK = ("image.*", "layer.*")


class Row(Struct, frozen=True, kw_only=True):
    """One event.  ``external`` is ``None`` where the log hides the client or tells no address."""

    time: datetime
    platform: str
    operation: str
    actor: str | None
    source_address: str | None
    external: bool | None
    image: str | None
    activity: str
    outcome: str
    account: str | None
    region: str | None


class Filter(Struct, frozen=True, kw_only=True):
    """Which events are wanted; what is not given does not matter.

    ``activities`` are patterns as in ``image.*``; ``actor`` and ``image`` are parts of a name, in
    any case; ``since`` is included, ``until`` is not.
    """

    activities: tuple[str, ...] = IMAGE_WORK
    actor: str | None = None
    image: str | None = None
    network: IPv4Network | IPv6Network | None = None
    since: datetime | None = None
    until: datetime | None = None

    def wanted(self) -> frozenset[Activity]:
        """The activities that the patterns name."""
        return frozenset(
            activity
            for activity in Activity
            if any(fnmatchcase(activity, pattern) for pattern in self.activities)
        )

    @property
    def whole(self) -> bool:
        """Whether more of the logs has to be read than detectors watch."""
        return not self.wanted() <= WATCHED

    def passing(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield those of ``events`` that are wanted."""
        activities = self.wanted()
        return (one for one in events if one.activity in activities and self._fits(one))

    def _fits(self, event: Event) -> bool:
        return (
            (self.since is None or event.time >= self.since)
            and (self.until is None or event.time < self.until)
            and (self.actor is None or _within(self.actor, _actor_names(event)))
            and (self.image is None or _within(self.image, _image_names(event)))
            and (self.network is None or _comes_from(self.network, event))
        )


def rows(events: Iterable[Event], wanted: Filter) -> Iterator[Row]:
    """Yield the rows of the events that are wanted, newest first, in flat memory.

    What is delivered twice, or by two trails, is told once.
    """
    ordered = in_order(wanted.passing(events), newest_first=True)
    return (told for (_, told), _ in groupby((event.act, row(event)) for event in ordered))


def row(event: Event) -> Row:
    """Tell ``event``, which is enriched, as a row."""
    client = event.client
    return Row(
        time=event.time,
        platform=event.provider,
        operation=event.operation,
        actor=event.principal.id if event.principal else None,
        source_address=client.address if client else None,
        external=is_external(client.zone) if client else None,
        image=event.images[0].reference or None if event.images else None,
        activity=event.activity,
        outcome=event.outcome,
        account=event.account,
        region=event.region,
    )


def _within(part: str, names: Iterable[str | None]) -> bool:
    return any(part.lower() in name.lower() for name in names if name)


def _actor_names(event: Event) -> Iterator[str | None]:
    if event.principal:
        yield event.principal.id
        yield event.principal.name
    if event.credential:
        yield event.credential.id
        yield event.credential.issued_to


def _image_names(event: Event) -> Iterator[str | None]:
    for image in event.images:
        yield image.reference
        yield image.name


def _comes_from(network: IPv4Network | IPv6Network, event: Event) -> bool:
    try:
        return ip_address((event.client and event.client.address) or "") in network
    except ValueError:
        return False
