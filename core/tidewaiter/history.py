"""What is known of one digest, tag, machine image, credential, principal or incident: its whole
history.
"""

from msgspec import Struct

from tidewaiter import topics
from tidewaiter.archive import Archive
from tidewaiter.findings import Incident, Moment
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.grouping import assemble
from tidewaiter.incidents.timeline import told
from tidewaiter.memory.interface import EVER, Memory
from tidewaiter.model import Event
from tidewaiter.pipeline import Pipeline
from tidewaiter.settings import Settings


class History(Struct, frozen=True, kw_only=True):
    """All that the memory holds about ``subject``; empty where it holds nothing."""

    subject: str
    incidents: tuple[Incident, ...]
    timeline: tuple[Moment, ...]


def show(memory: Memory, settings: Settings, subject: str) -> History:
    """Return the history of ``subject``: a digest, ``repository:tag``, machine image, credential,
    principal, repository, workload or incident.

    An image reference may be given with or without its registry; a digest with or without
    ``sha256:``.
    """
    pipeline = Pipeline(memory, settings)
    archive = pipeline.archive
    events: dict[str, Event] = {}
    for name in _spellings(memory, subject):
        topic = topics.about(name)
        for point in memory.recall((topic,), *EVER)[topic]:
            event = archive.load(point)
            if event is not None:
                events[event.act] = event
    acts = set(events) | _acts_of_incident(memory, subject)
    incidents = assemble(archive, pipeline.accusations, acts).incidents
    if not events:
        incidents = [one for one in incidents if subject in {one.id, *one.merged}]
    moments = [moment for one in incidents for moment in one.timeline] if not events else []
    timeline = tuple(moments) or told(archive, events.values()).moments
    return History(subject=subject, incidents=tuple(incidents), timeline=timeline)


def incident_with(
    memory: Memory, settings: Settings, incident_id: str
) -> tuple[Incident, tuple[Accusation, ...], Archive] | None:
    """Return the incident with this id, its findings, and where they were read from."""
    pipeline = Pipeline(memory, settings)
    acts = _acts_of_incident(memory, incident_id)
    told_of = assemble(pipeline.archive, pipeline.accusations, acts)
    found = [one for one in told_of.incidents if incident_id in {one.id, *one.merged}]
    return (found[0], told_of.behind[found[0].id], pipeline.archive) if found else None


def _spellings(memory: Memory, subject: str) -> list[str]:
    """Return the names under which ``subject`` may be remembered."""
    repository, _, digest = subject.rpartition("@")
    named = [subject, f"sha256:{subject}", subject.lower()]
    if repository and digest.startswith("sha256:"):
        named.append(digest)
    topic = topics.alias(subject)
    named += [point.value for point in memory.recall((topic,), *EVER)[topic]]
    return list(dict.fromkeys(named))


def _acts_of_incident(memory: Memory, subject: str) -> set[str]:
    topic = topics.incident(subject)
    return {point.act for point in memory.recall((topic,), *EVER)[topic]}
