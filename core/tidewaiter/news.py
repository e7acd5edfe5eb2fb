"""What is told of incidents while they happen: news of one, and the digest of a day."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from tidewaiter.findings import Incident
from tidewaiter.model import Severity, short_hash


class Kind(StrEnum):
    """Why an incident is told."""

    OPENED = "opened"
    ESCALATED = "escalated"
    REOPENED = "reopened"
    CHANGED = "changed"  # for machines alone


class News(Struct, frozen=True, kw_only=True):
    """An incident, and why it is told now: ``state`` names what of it, and ``turn`` counts what
    the sink was told of it before.
    """

    incident: Incident
    kind: Kind
    state: str
    turn: int = 0

    @property
    def id(self) -> str:
        """The same for the same news, should it be sent again after a crash."""
        return f"nws-{short_hash(self.incident.id, self.kind, self.state, str(self.turn))}"


class Digest(Struct, frozen=True, kw_only=True):
    """The rest of a day (UTC): incidents below the threshold, each with severity and title, by id;
    how many findings were held back, by detector; why records went into quarantine.
    """

    day: date
    incidents: dict[str, tuple[Severity, str]]
    held: dict[str, int]
    quarantined: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing besides what was told."""
        return not (self.incidents or self.held or self.quarantined)
