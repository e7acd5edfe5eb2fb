"""Detection Finding (2004): what another product found, or what a scan of an image reported.

https://schema.ocsf.io/1.6.0/classes/detection_finding
"""

from tidewaiter.exports.members import Members, milliseconds, plain, severity_of, told
from tidewaiter.exports.ocsf.classes import CLOSED, FINDING, FOUND
from tidewaiter.exports.ocsf.frame import classified, frame
from tidewaiter.exports.ocsf.what import AFFECTED, api, resources
from tidewaiter.exports.ocsf.who import actor, agent, end, source
from tidewaiter.model import Activity, Event, Report

_NEW, _IN_PROGRESS, _SUPPRESSED, _RESOLVED, _ARCHIVED = 1, 2, 3, 4, 5
_OTHER = 99
_STATES = {
    "new": _NEW,
    "active": _NEW,
    "open": _NEW,
    "unhealthy": _NEW,
    "in progress": _IN_PROGRESS,
    "inprogress": _IN_PROGRESS,
    "suppressed": _SUPPRESSED,
    "dismissed": _SUPPRESSED,
    "muted": _SUPPRESSED,
    "resolved": _RESOLVED,
    "closed": _RESOLVED,
    "healthy": _RESOLVED,
    "inactive": _RESOLVED,
    "archived": _ARCHIVED,
}
_CAPTIONS = {
    _NEW: "New",
    _IN_PROGRESS: "In Progress",
    _SUPPRESSED: "Suppressed",
    _RESOLVED: "Resolved",
    _ARCHIVED: "Archived",
}
_OVER = {_RESOLVED, _ARCHIVED}
_RULE: Members = {"type_id": 1, "type": "Rule"}


def finding(event: Event) -> Members:
    """Return what was found, about which resources, with the caller and call as evidence."""
    found = event.report or Report()
    state = _state(found)
    over = state.get("status_id") in _OVER
    return frame(event, severity_of(found), _left(event, found)) | told(
        **classified(FINDING, CLOSED if over else FOUND, ""),
        **state,
        finding_info=_info(event, found),
        vulnerabilities=[_vulnerability(name) for name in found.vulnerabilities],
        resources=resources(event, AFFECTED),
        evidences=[_evidence(event)],
        is_alert=event.activity is Activity.FINDING_REPORTED,
        message=found.title,
    )


def _left(event: Event, found: Report) -> Members:
    return told(
        outcome=event.outcome,
        counts=[{"severity": word, "count": count} for word, count in found.counts],
        session=plain(event.session),
        flow=plain(event.flow),
    )


def _state(found: Report) -> Members:
    if found.status is None:
        return {"status_id": _NEW, "status": _CAPTIONS[_NEW]}
    status_id = _STATES.get(found.status, _OTHER)
    return {"status_id": status_id, "status": _CAPTIONS.get(status_id, found.status)}


def _info(event: Event, found: Report) -> Members:
    return told(
        uid=found.id or event.act,
        title=found.title or found.type or found.rule,
        types=[] if found.type is None else [found.type],
        created_time=milliseconds(event.time),
        src_url=found.link,
        analytic=None if found.rule is None else {"name": found.rule, **_RULE},
    )


def _vulnerability(name: str) -> Members:
    """An identifier of a vendor's own is an advisory."""
    return {"cve" if name.upper().startswith("CVE-") else "advisory": {"uid": name}}


def _source(event: Event) -> Members | None:
    if event.flow is not None:
        return end(event.flow.src)
    return source(event.client) if event.client else None


def _evidence(event: Event) -> Members:
    flow = event.flow
    return told(
        actor=actor(event) if event.principal or event.credential else None,
        api=api(event),
        src_endpoint=_source(event),
        dst_endpoint=end(flow.dest) if flow else None,
        http_request=agent(event.client),
    )
