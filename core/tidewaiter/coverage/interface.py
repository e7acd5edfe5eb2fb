"""What every prerequisite is: a log that detection rests on.

A log is recognised by its events: which source read them, and what they tell.
"""

from msgspec import Struct

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.model import Activity

READS = frozenset(
    {Activity.REGISTRY_LOGIN, Activity.REGISTRY_LISTED, Activity.IMAGE_PULLED}
    | {Activity.BUCKET_LISTED, Activity.OBJECT_READ, Activity.RESOURCE_READ}
)


class Prerequisite(Struct, frozen=True, kw_only=True):
    """One log of one cloud.

    An event shows it if one of ``sources`` read it, of one of ``services`` where they are given,
    and if it ``reads`` (a listing, a pull) or does not, where that matters.
    """

    id: str  # never reused: memories name it
    provider: str
    title: str
    sources: frozenset[str]
    services: frozenset[str] = frozenset()
    reads: bool | None = None
    brings: frozenset[Evidence] = frozenset()
    without: str  # what is not seen without it, as a sentence
    enable: str  # what an operator does, as a sentence
    link: str
    optional: bool = False  # it adds speed or context, and its absence blinds no detector
    watched: bool = True  # its events reach the detectors, and so the memory

    def fits(self, source: str, service: str | None, *, reads: bool) -> bool:
        """Whether an event that ``source`` read, of ``service``, comes from this log."""
        return (
            source in self.sources
            and (not self.services or service in self.services)
            and (self.reads is None or self.reads == reads)
        )
