"""What tells us in Google Cloud: sinks, audit configurations, topics, the scanner's API.

https://cloud.google.com/logging/docs/audit/audit-logging-services,
https://cloud.google.com/iam/docs/reference/rest/v1/Policy#AuditConfigDelta
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

import msgspec
from msgspec import Raw, Struct, field

from tidewaiter.model import Activity, Change
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail

_METHOD = re.compile(
    r"google\.(?:logging\.v2\.ConfigServiceV2|pubsub\.v1\.(?:Publisher|Subscriber)"
    r"|api\.serviceusage\.v1\.ServiceUsage)\.(\w+)$"
)
_FEEDS = re.compile(r"/(?:gcr|cloud-builds|container-analysis-[^/]+|[^/]*tidewaiter[^/]*)$")
_SCANNERS = ("/containerscanning.googleapis.com", "/containeranalysis.googleapis.com")
# What an update changes, by its mask; exclusions have filters of their own.
_FILTERING = re.compile(r"(?<!\.)\bfilter\b")
_EXCLUDING = re.compile(r"\bexclusions\b")
_SWITCHING = re.compile(r"\bdisabled\b")
_DELIVERING = re.compile(r"\b(?:push|bigquery|cloud_?storage)_?config\b", re.IGNORECASE)
_AUDIT = re.compile(r"cloudaudit|protoPayload|artifactregistry|auditlog", re.IGNORECASE)
# A filter that begins so, and has no other choice, takes in nothing but logs that are no audit
# logs; any other may: https://cloud.google.com/logging/docs/view/logging-query-language
_OTHERS = re.compile(
    r"\s*(?:resource\.type\s*=\s*\"?(?:k8s_container|k8s_pod|k8s_node|http_load_balancer"
    r"|internal_http_lb_rule|gce_subnetwork|dns_query|nat_gateway|vpn_gateway)\b"
    r"|logName\s*=\s*\"[^\"]+\"|log_id\(\"[^\"]+\"\))(?!.*\bOR\b)",
    re.DOTALL,
)


class _Exclusion(Struct):
    filter: str | None = None
    disabled: bool | None = None


class _Sink(Struct):
    disabled: bool | None = None
    exclusions: list[_Exclusion] | None = None


class _Request(Struct):
    sink: _Sink | None = None
    exclusion: _Exclusion | None = None
    mask: Raw = field(name="updateMask", default=Raw())


class _Delta(Struct):
    action: str | None = None
    service: str | None = None
    log_type: str | None = field(name="logType", default=None)
    exempted: str | None = field(name="exemptedMember", default=None)


class _Deltas(Struct):
    audit: list[_Delta] | None = field(name="auditConfigDeltas", default=None)


class _Data(Struct):
    delta: _Deltas | None = field(name="policyDelta", default=None)


_REQUEST = msgspec.json.Decoder(_Request)
_DATA = msgspec.json.Decoder(_Data)


def _told(entry: Entry, what: str, to: str | None) -> Detail:
    resource = entry.payload.resource or None
    changes = (Change(what, to, resource),) if to else ()
    return Detail(Activity.MONITORING_CHANGED, changes=changes, target=resource)


def _set(what: str, to: str, entry: Entry) -> Detail:
    return _told(entry, what, to)


def _sink(entry: Entry) -> Detail:
    """Read a sink as it shall be; a new filter keeps what nobody can tell."""
    request = _requested(entry)
    sink, mask = request.sink or _Sink(), bytes(request.mask).decode("utf-8", "replace")
    if sink.disabled:
        return _told(entry, "log sink", "off")
    if _FILTERING.search(mask):
        return _told(entry, "log sink", "narrowed")
    if _EXCLUDING.search(mask):
        ours = any(_excludes(each) for each in sink.exclusions or ())
        return _told(entry, "log sink", "narrowed" if ours else "on")
    return _told(entry, "log sink", "on" if _SWITCHING.search(mask) else None)


def _exclusion(entry: Entry) -> Detail:
    told = _requested(entry).exclusion or _Exclusion()
    return _told(entry, "log sink", "narrowed" if _excludes(told) else None)


def _excludes(told: _Exclusion) -> bool:
    """What is excluded is not kept; only what may be an audit log's matters."""
    if told.disabled or told.filter is None:
        return False
    return bool(_AUDIT.search(told.filter) or not _OTHERS.match(told.filter))


def _feed(to: str, entry: Entry) -> Detail | None:
    ours = _FEEDS.search(entry.payload.resource or "")
    return _told(entry, "subscription", to) if ours else None


def _subscription(entry: Entry) -> Detail | None:
    """Read whether a subscription shall deliver elsewhere; when it gives up is no matter."""
    mask = bytes(_requested(entry).mask).decode("utf-8", "replace")
    return _feed("narrowed", entry) if _DELIVERING.search(mask) else None


def _service(to: str, entry: Entry) -> Detail | None:
    ours = (entry.payload.resource or "").endswith(_SCANNERS)
    return _told(entry, "scanner", to) if ours else None


def _policy(entry: Entry) -> Detail | None:
    """Read which audit logs a policy ends, or whom it exempts; other policies are not ours."""
    data = part(_DATA, entry.payload.service_data, "serviceData")
    data = data or part(_DATA, entry.payload.metadata, "metadata") or _Data()
    deltas = (data.delta and data.delta.audit) or []
    changes = tuple(dict.fromkeys(_change(each, entry) for each in deltas))
    if not changes:
        return None
    target = entry.payload.resource or None
    return Detail(Activity.MONITORING_CHANGED, changes=changes, target=target)


def _change(delta: _Delta, entry: Entry) -> Change:
    adds = delta.action == "ADD"
    to = ("narrowed" if adds else "on") if delta.exempted else "on" if adds else "removed"
    which = " of ".join(name for name in (delta.log_type, delta.service) if name)
    of = " in ".join(name for name in (which, entry.payload.resource) if name)
    return Change("audit configuration", to, of or None)


def _requested(entry: Entry) -> _Request:
    return part(_REQUEST, entry.payload.request, "request") or _Request()


def method(name: str) -> str | None:
    """Spell a method without its service."""
    if name == "SetIamPolicy":  # of a project, folder or organization
        return name
    found = _METHOD.match(name)
    return found[1] if found else None


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    "DeleteSink": partial(_set, "log sink", "removed"),
    "DeleteBucket": partial(_set, "log sink", "removed"),
    "CreateSink": partial(_set, "log sink", "on"),
    "UpdateSink": _sink,
    "CreateExclusion": _exclusion,
    "UpdateExclusion": _exclusion,
    "DeleteTopic": partial(_feed, "removed"),
    "DeleteSubscription": partial(_feed, "removed"),
    "DetachSubscription": partial(_feed, "removed"),
    "ModifyPushConfig": partial(_feed, "narrowed"),
    "UpdateSubscription": _subscription,
    "DisableService": partial(_service, "off"),
    "EnableService": partial(_service, "on"),
    "SetIamPolicy": _policy,
}
