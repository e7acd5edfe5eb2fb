"""The Elastic Common Schema: https://www.elastic.co/docs/reference/ecs.

Every field used here is in 8.17 and unchanged in 9.4.  ``event.action`` and ``event.provider`` are
the vendor's own words (``PutImage``, ``ecr.amazonaws.com``), as in Elastic's integrations and in
the rules that are written for these; our word is in ``tidewaiter.activity``.
"""

from datetime import timedelta

from tidewaiter.exports.ecs import parts
from tidewaiter.exports.ecs.own import tidewaiter
from tidewaiter.exports.ecs.words import DECISIONS, OUTCOMES, WORDS
from tidewaiter.exports.interface import Export
from tidewaiter.exports.members import Members, plain, severity_of, told
from tidewaiter.model import Activity, Event

VERSION = "8.17.0"
_MICROSECOND = timedelta(microseconds=1)
_NANOSECONDS = 1000  # in a microsecond


def document(event: Event) -> Members:
    """Return the document; field sets without a member are left out."""
    return told(
        **{"@timestamp": plain(event.time)},
        ecs={"version": VERSION},
        message=event.report and event.report.title,
        event=_event(event),
        cloud=parts.cloud(event),
        user=parts.user(event),
        source=parts.source(event),
        destination=parts.destination(event),
        user_agent=parts.user_agent(event),
        network=parts.network(event),
        observer=parts.observer(event),
        container=parts.container(event),
        orchestrator=parts.orchestrator(event),
        file=parts.file(event),
        rule=parts.rule(event),
        vulnerability=parts.vulnerability(event),
        error=parts.error(event),
        related=parts.related(event),
        tidewaiter=tidewaiter(event),
    )


def _event(event: Event) -> Members:
    categories, types = WORDS[event.activity]
    flow, found = event.flow, event.report
    traffic = flow if event.activity is Activity.TRAFFIC_FLOWED else None
    decided = DECISIONS.get(traffic.action or "") if traffic else None
    lasted = None if flow is None or flow.end is None else flow.end - event.time
    return told(
        kind=_kind(event),
        category=categories,
        type=(*types, decided) if decided else types,
        action=event.operation,
        outcome=OUTCOMES[event.outcome],
        provider=event.service,
        module="tidewaiter",
        dataset=f"tidewaiter.{event.source}",
        id=event.id,
        reason=event.error,
        severity=_severity(event),
        url=found and found.link,
        start=plain(event.time) if lasted is not None else None,
        end=flow and plain(flow.end),
        duration=None if lasted is None else lasted // _MICROSECOND * _NANOSECONDS,
    )


def _severity(event: Event) -> int | None:
    """Return the rank: 0 for info ... 4 for critical."""
    found = severity_of(event.report) if event.report else None
    return None if found is None else found.rank


def _kind(event: Event) -> str:
    """A scan tells a state; only what another product calls a detection is an alert."""
    if event.activity is Activity.FINDING_REPORTED:
        return "alert"
    return "state" if event.activity is Activity.IMAGE_SCANNED and event.report else "event"


EXPORT = Export(
    name="ecs",
    title="Elastic Common Schema 8.17",
    link="https://www.elastic.co/docs/reference/ecs",
    convert=document,
)
