"""Change an incident's status in a memory: who, when and why are kept."""

from datetime import datetime

from msgspec import Struct

from tidewaiter.findings import Decision, Incident
from tidewaiter.history import incident_with
from tidewaiter.learning_proposals import cases, proposals
from tidewaiter.memory.interface import Memory
from tidewaiter.settings import Settings
from tidewaiter.status import CLOSED, FALSE_POSITIVE, points_of


class Changed(Struct, frozen=True):
    """The incident as it was before, and what would hold its like back: entries in TOML."""

    incident: Incident
    proposed: str


def change(  # noqa: PLR0913 - a decision is what, who, when and why
    memory: Memory,
    settings: Settings,
    incident_id: str,
    *,
    status: str,
    reason: str,
    by: str,
    now: datetime,
) -> Changed | None:
    """Keep the decision; return ``None`` if there is no such incident."""
    found = incident_with(memory, settings, incident_id)
    if found is None:
        return None
    incident, accusations, archive = found
    decision = Decision(time=now, status=status, by=by, reason=reason)
    settled = [one.finding.id for one in accusations] if status in CLOSED else []
    memory.add(points_of(incident.id, decision, settled))
    wrong = accusations if status == FALSE_POSITIVE else ()
    return Changed(incident, "\n".join(proposals(cases(archive, wrong), by, reason)))
