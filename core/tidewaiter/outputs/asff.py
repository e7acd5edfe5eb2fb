"""An incident in the AWS Security Finding Format, whatever cloud it is about.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html

Severity, confidence, types and related findings stand in ``FindingProviderFields`` alone: there a
provider may update them, and Security Hub copies them to where customers may say otherwise.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidewaiter.attack import TECHNIQUES
from tidewaiter.findings import Confidence, Incident, SourceSeen, TechniqueSeen
from tidewaiter.model import Severity
from tidewaiter.outputs import asff_format as asff
from tidewaiter.outputs.asff_resources import partition_of, resources
from tidewaiter.outputs.brevity import Brevity, of_incident
from tidewaiter.outputs.escape import visible
from tidewaiter.status import ACKNOWLEDGED, FALSE_POSITIVE, RESOLVED

_LABELS: dict[Severity, asff.Label] = {
    Severity.INFO: "INFORMATIONAL",
    Severity.LOW: "LOW",
    Severity.MEDIUM: "MEDIUM",
    Severity.HIGH: "HIGH",
    Severity.CRITICAL: "CRITICAL",
}
_CONFIDENCES = {Confidence.LOW: 30, Confidence.MEDIUM: 60, Confidence.HIGH: 90}
_Workflow = Literal["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]
_WORKFLOWS: dict[str, _Workflow] = {
    ACKNOWLEDGED: "NOTIFIED",
    RESOLVED: "RESOLVED",
    FALSE_POSITIVE: "SUPPRESSED",
}
_TOLD = 50  # names of one kind: there is no room for more
_ACTIVE = frozenset({"open", ACKNOWLEDGED})


class Hub(Struct, frozen=True):
    """The Security Hub that takes the findings: its account (12 digits) and region."""

    account: str
    region: str

    @property
    def product(self) -> str:
        """The ARN of whatever an account imports by itself."""
        where = f"arn:{partition_of(self.region)}:securityhub:{self.region}:{self.account}"
        return f"{where}:product/{self.account}/default"


def findings(incident: Incident, hub: Hub, now: datetime) -> list[dict[str, Any]]:
    """Return the finding of ``incident``, and one for each incident that turned out to be this one:
    archived, as nobody closes them otherwise.

    Each is what ``BatchImportFindings`` takes; ids stay the same, and ``now`` makes it the newer.
    """
    this = _finding(incident, hub, now)
    fields = msgspec.structs.replace(
        this.finding_provider_fields, related_findings=_related((incident.id,), hub)
    )
    old = (
        msgspec.structs.replace(
            this, id=_id(one), record_state="ARCHIVED", finding_provider_fields=fields
        )
        for one in incident.merged
    )
    return [msgspec.json.decode(msgspec.json.encode(one)) for one in (this, *old)]


def _finding(incident: Incident, hub: Hub, now: datetime) -> asff.Finding:
    brief = of_incident(incident)
    about, left_out = resources(incident)
    steps = map(brief, incident.next_steps[:_TOLD])
    advice = " ".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    return asff.Finding(
        id=_id(incident.id),
        product_arn=hub.product,
        generator_id="tidewaiter",
        aws_account_id=hub.account,
        created_at=_time(incident.first_time),
        updated_at=_time(now),
        first_observed_at=_time(incident.first_time),
        last_observed_at=_time(incident.last_time),
        title=_cut(brief(incident.title), asff.TITLE) or incident.id,
        description=_cut(_description(incident, brief), asff.DESCRIPTION) or incident.id,
        resources=about,
        finding_provider_fields=_provider_fields(incident, hub),
        record_state="ACTIVE" if incident.status in _ACTIVE else "ARCHIVED",
        workflow=asff.Workflow(status=_WORKFLOWS.get(incident.status, "NEW")),
        remediation=_remediation(advice),
        product_fields=_fields(incident, left_out),
        schema_version="2018-10-08",
    )


def _id(incident_id: str) -> str:
    return f"tidewaiter/{incident_id}"


def _provider_fields(incident: Incident, hub: Hub) -> asff.ProviderFields:
    types = dict.fromkeys(map(_type, incident.techniques))
    return asff.ProviderFields(
        confidence=_CONFIDENCES[incident.confidence],
        severity=asff.Severity(label=_LABELS[incident.severity], original=str(incident.severity)),
        types=tuple(types)[: asff.TYPES] or ("Unusual Behaviors",),
        related_findings=_related((*incident.merged, *incident.related), hub),
    )


def _related(ids: Sequence[str], hub: Hub) -> tuple[asff.Related, ...]:
    told = ids[: asff.RELATED]
    return tuple(asff.Related(product_arn=hub.product, id=_id(one)) for one in told)


def _type(seen: TechniqueSeen) -> str:
    """``TTPs/Persistence/T1525 Implant Internal Image``."""
    known = TECHNIQUES.get(seen.id)
    tactic = visible(seen.tactic).replace("-", " ").replace("/", " ").title()
    name = f"{seen.id} {known.name}" if known else visible(seen.id)
    return f"TTPs/{tactic}/{name.replace('/', ' ')}"


def _description(incident: Incident, brief: Brevity) -> str:
    """What the detectors say, the gravest first."""
    gravest = sorted(incident.findings, key=lambda one: -one.severity.rank)
    reasons = islice(dict.fromkeys(one.reason for one in gravest), _TOLD)
    return "; ".join(map(brief, reasons)) or brief(incident.title)


def _remediation(advice: str) -> asff.Remediation | None:
    if not advice:
        return None
    told = asff.Recommendation(text=_cut(advice, asff.ADVICE))
    return asff.Remediation(recommendation=told)


def _fields(incident: Incident, left_out: int) -> dict[str, str]:
    """What has no place of its own; names that would be empty are left out."""
    told = {
        "incident": (incident.id,),
        "status": (incident.status,),
        "detectors": dict.fromkeys(one.detector for one in incident.findings),
        "providers": incident.providers,
        "accounts": incident.accounts,
        "regions": incident.regions,
        "principals": incident.principals,
        "credentials": incident.credentials,
        "sources": map(_source, incident.sources),
        "images": (image.reference for image in incident.images),
        "resources-left-out": (str(left_out),) if left_out else (),
    }
    joined = {f"tidewaiter/{name}": _joined(values) for name, values in told.items()}
    return {name: text for name, text in joined.items() if text}


def _source(source: SourceSeen) -> str:
    where = ", ".join(filter(None, (source.country, source.zone)))
    return f"{source.ip or 'no address'} ({where})" if where else source.ip or "no address"


def _joined(values: Iterable[str]) -> str:
    told = (visible(one, limit=asff.FIELD) for one in islice(values, _TOLD))
    return _cut(", ".join(told), asff.FIELD)


def _cut(text: str, limit: int) -> str:
    """Cut what is already safe to show; what has nothing to see is empty."""
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
