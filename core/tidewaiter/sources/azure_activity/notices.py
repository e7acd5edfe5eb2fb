"""What Azure's own engines write into the log: alerts, policies, advice, scaling.

https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema#categories
"""

from collections.abc import Callable

from tidewaiter.model import Activity, Report, Workload
from tidewaiter.sources.azure_activity.shapes import Entry
from tidewaiter.sources.azure_members import Members
from tidewaiter.sources.azure_terms import last_segment, segment, severity_of
from tidewaiter.sources.telling import Told

_NO_TITLES = {"beginrequest", "endrequest"}


def _found(entry: Entry, report: Report) -> Told:
    return Told(Activity.FINDING_REPORTED, target=entry.asked.resource or None, report=report)


def _alert(entry: Entry) -> Told:
    """A metric crossed a threshold, or came back."""
    rule = entry.details.text("RuleName", "AlertRuleName")
    return _found(
        entry, Report(type=entry.details.text("MetricName"), rule=rule, status=_now(entry))
    )


def _security(entry: Entry) -> Told:
    """Defender for Cloud's alert, which its own export tells at length; the resource is its id."""
    title = None if (entry.title or "").lower() in _NO_TITLES else entry.title
    report = Report(
        id=last_segment(entry.asked.resource) or None,
        type=entry.details.text("alertType"),
        title=title or entry.details.text("alertDisplayName"),
        severity=severity_of(entry.details.text("severity")),
        status=_now(entry),
    )
    return _found(entry, report)


def _policy(entry: Entry) -> Told:
    """What a policy thinks of a resource; a denied call has failed."""
    first = next(iter(entry.details.each("policies")), Members({}))
    rule = first.text("policyDefinitionDisplayName", "policyDefinitionName", "policyDefinitionId")
    return _found(entry, Report(type=first.text("policyDefinitionEffect"), rule=rule))


def _advice(entry: Entry) -> Told:
    details = entry.details
    report = Report(
        type=details.text("recommendationCategory"),
        title=details.text("recommendationName"),
        severity=severity_of(details.text("recommendationImpact")),
        rule=details.text("recommendationType"),
        status=_now(entry),
        link=details.text("recommendationResourceLink"),
    )
    return _found(entry, report)


def _scaled(entry: Entry) -> Told:
    """The record is about the setting; what it scaled stands in ``ResourceName``."""
    named = entry.details.text("ResourceName", "ResourceId") or entry.asked.resource
    scaled = named.lower().rstrip("/")
    name = segment(scaled, "virtualmachinescalesets")
    if name is None:
        return Told(Activity.RESOURCE_CHANGED, target=scaled or None)
    machines = Workload(kind="scale set", name=name, scope=segment(scaled, "resourcegroups"))
    return Told(Activity.WORKLOAD_CHANGED, workload=machines)


def _now(entry: Entry) -> str | None:
    return entry.status.lower() if entry.status else None


NOTICES: dict[str, Callable[[Entry], Told]] = {
    "alert": _alert,
    "autoscale": _scaled,
    "policy": _policy,
    "recommendation": _advice,
    "security": _security,
}
"""Readers by category."""

UNJUDGED = {
    "microsoft.servicehealth": "azure service health",
    "microsoft.resourcehealth": "azure resource health",
}
"""The health of the platform, by the verb's provider: nobody did anything and nothing was found."""
