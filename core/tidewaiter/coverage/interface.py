"""What every prerequisite is: a log that detection rests on.

A log is recognised by its events: which source read them, and what they tell.
"""

from msgspec import Struct

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.model import Activity

READS = frozenset(
    {
        Activity.REGISTRY_LOGIN,
        Activity.REGISTRY_LISTED,
        Activity.IMAGE_PULLED,
        Activity.RESOURCE_READ,
    }
)
# Work with what is in buckets is in logs of its own, and shows nothing about others.
_OBJECTS = frozenset(
    {
        Activity.OBJECT_READ,
        Activity.OBJECT_WRITTEN,
        Activity.OBJECT_DELETED,
        Activity.BUCKET_LISTED,
    }
)
WRITES = frozenset(Activity) - READS - _OBJECTS
# What alone is a Data Access log at Google: repositories are made, listed and opened by others.
PUSHES = frozenset({Activity.IMAGE_PUSHED, Activity.LAYER_UPLOADED})
PULLS = frozenset({Activity.IMAGE_PULLED})


class Prerequisite(Struct, frozen=True, kw_only=True):
    """One log of one cloud.

    An event shows it if one of ``sources`` read it, and if it is of one of ``services`` and one of
    ``activities``, where these are given.
    """

    id: str  # never reused: memories name it
    provider: str
    title: str
    sources: frozenset[str]
    services: frozenset[str] = frozenset()
    activities: frozenset[Activity] = frozenset()
    brings: frozenset[Evidence] = frozenset()
    without: str  # what is not seen without it, as a sentence
    enable: str  # what an operator does, as a sentence
    link: str
    optional: bool = False  # it adds speed or context, and its absence blinds no detector
    watched: bool = True  # its events reach the detectors, and so the memory

    def fits(self, source: str, service: str | None, activity: Activity) -> bool:
        """Whether an event that ``source`` read, of ``service``, comes from this log."""
        return (
            source in self.sources
            and (not self.services or service in self.services)
            and (not self.activities or activity in self.activities)
        )
