"""What detectors say (findings) and what a responder reads (incidents); the JSON contract of
``docs/json.md``.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from tidewaiter.model import Severity

SCHEMA_VERSION = "1.1"


class Confidence(StrEnum):
    """How likely it is to be true."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that one detector says about one act.  ``id`` is a hash of detector, subject and
    act.
    """

    id: str
    detector: str
    severity: Severity
    confidence: Confidence
    reason: str
    event_id: str
    time: datetime
    provider: str
    region: str | None


class SourceSeen(Struct, frozen=True, kw_only=True):
    """Where the calls of an incident came from."""

    ip: str | None
    zone: str | None
    country: str | None
    user_agents: tuple[str, ...]


class ImageSeen(Struct, frozen=True, kw_only=True):
    """An image of an incident; ``layers`` are digests in order, base first; empty if unknown."""

    reference: str
    registry: str | None
    repository: str | None
    tag: str | None
    digest: str | None
    layers: tuple[str, ...]
    machine_image_id: str | None


class TechniqueSeen(Struct, frozen=True):
    """An ATT&CK technique with its tactic."""

    id: str
    tactic: str


class Moment(Struct, frozen=True, kw_only=True):
    """One line of an incident's timeline."""

    time: datetime
    event_id: str
    provider: str
    activity: str
    operation: str
    summary: str


class Decision(Struct, frozen=True, kw_only=True):
    """What somebody decided about an incident."""

    time: datetime
    status: str
    by: str
    reason: str


class Incident(Struct, frozen=True, kw_only=True):
    """A story: findings about one image, or about one principal within a day, with all that
    belongs to it.

    Every list is ordered: times ascending, names as first seen.  ``related`` are ids of other
    incidents.
    """

    schema_version: str = SCHEMA_VERSION
    id: str
    title: str
    severity: Severity
    confidence: Confidence
    status: str
    first_time: datetime
    last_time: datetime
    providers: tuple[str, ...]
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    principals: tuple[str, ...]
    credentials: tuple[str, ...]
    sources: tuple[SourceSeen, ...]
    images: tuple[ImageSeen, ...]
    workloads: tuple[str, ...]
    techniques: tuple[TechniqueSeen, ...]
    findings: tuple[Finding, ...]
    timeline: tuple[Moment, ...]
    next_steps: tuple[str, ...]
    quiet_if: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
