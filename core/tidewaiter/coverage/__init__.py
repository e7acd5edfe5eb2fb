"""Which logs arrive, and what stays in the dark without the others.

A log is a row in the table of its cloud; ``survey`` finds out which of them were seen.
"""

from collections.abc import Iterator
from functools import lru_cache

from tidewaiter.coverage import aws, azure, gcp, private
from tidewaiter.coverage.interface import Prerequisite
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event
from tidewaiter.topics import DAY, log_seen

__all__ = ["NEVER_TOLD", "PREREQUISITES", "Prerequisite", "shown_by", "sightings"]

PREREQUISITES: tuple[Prerequisite, ...] = (
    *aws.PREREQUISITES,
    *azure.PREREQUISITES,
    *gcp.PREREQUISITES,
    *private.PREREQUISITES,
)

NEVER_TOLD: dict[str, tuple[str, ...]] = {
    "aws": aws.NEVER_TOLD,
    "azure": azure.NEVER_TOLD,
    "gcp": gcp.NEVER_TOLD,
    "registry": private.NEVER_TOLD,
}
"""What no log of a cloud tells, whatever is switched on."""


def shown_by(event: Event) -> tuple[Prerequisite, ...]:
    """Return the logs that ``event`` shows to arrive."""
    return _shown(event.provider, event.source, event.service, event.activity)


def sightings(event: Event) -> Iterator[Point]:
    """Yield what the memory keeps of the logs that ``event`` shows: one point a day and account."""
    for one in shown_by(event):
        yield Point(log_seen(one.id), event.account or "", event.time, "", once=DAY)


@lru_cache(maxsize=4096)
def _shown(
    provider: str, source: str, service: str | None, activity: Activity
) -> tuple[Prerequisite, ...]:
    return tuple(
        one
        for one in PREREQUISITES
        if one.provider == provider and one.fits(source, service, activity)
    )
