"""The audit event itself: bare, from EKS (CloudWatch Logs) and from AKS (Event Hub).

Format: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
EKS: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
AKS: https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs
"""

import re
from collections.abc import Callable
from typing import Annotated
from urllib.parse import unquote_plus

import msgspec
from msgspec import Meta, Raw, Struct, field

from tidewaiter.errors import Malformed
from tidewaiter.model import Event, Outcome, short_hash
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.interface import Ignored, Record, decode, moment
from tidewaiter.sources.kubernetes_audit.admission import watched
from tidewaiter.sources.kubernetes_audit.call import Call, eks_cluster, refusal_of
from tidewaiter.sources.kubernetes_audit.principals import (
    User,
    client_of,
    credential_of,
    principal_of,
)

_CLUSTER_ID = re.compile(r"/subscriptions/([^/]+)/.*/managedclusters/([^/]+)$")
_FAILED = 400  # an HTTP status
# One request is told up to three times; these are the last words on it.
_FINAL = (None, "ResponseComplete", "Panic")


class _Reference(Struct):
    resource: str | None = None
    subresource: str | None = None
    namespace: str | None = None
    name: str | None = None


class _Status(Struct):
    code: Annotated[int, Meta(ge=0, le=999)] | None = None
    status: str | None = None
    message: str | None = None
    reason: str | None = None


class _Event(Struct):
    verb: str | None = None
    stage: str | None = None
    uri: str | None = field(name="requestURI", default=None)
    audit_id: str | None = field(name="auditID", default=None)
    received: str | None = field(name="requestReceivedTimestamp", default=None)
    completed: str | None = field(name="stageTimestamp", default=None)
    object: _Reference | None = field(name="objectRef", default=None)
    status: _Status | None = field(name="responseStatus", default=None)
    user: User | None = None
    impersonated: User | None = field(name="impersonatedUser", default=None)
    addresses: list[str] | None = field(name="sourceIPs", default=None)
    user_agent: str | None = field(name="userAgent", default=None)
    annotations: dict[str, str | None] | None = None
    request: Raw = field(name="requestObject", default=Raw())
    response: Raw = field(name="responseObject", default=Raw())


class _Properties(Struct):
    log: str


class _AzureRecord(Struct):
    properties: _Properties
    resource: str | None = field(name="resourceId", default=None)
    time: str | None = None


class Wrapper(Struct, frozen=True):
    """The event as it is written, what its wrapper adds, and where in the record it stands."""

    raw: Raw | bytes | str
    provider: str = "kubernetes"
    account: str | None = None
    region: str | None = None
    cluster: str | None = None
    time: str | None = None
    path: str = "$"


_EVENT = msgspec.json.Decoder(_Event)
_AZURE = msgspec.json.Decoder(_AzureRecord)


def read_event(record: Record, source: str) -> Event | Ignored:
    """Read what starts to run."""
    return _read(record, source, _deployed)


def rest_event(record: Record, source: str) -> Event | Ignored:
    """Read what else is done."""
    return _read(record, source, _told)


def _bare(record: Record) -> Wrapper:
    """An event as it is; the log group tells that it is EKS's."""
    context = record.context
    cluster = eks_cluster(context.log_group)
    return Wrapper(
        record.raw,
        provider="aws" if cluster else "kubernetes",
        account=context.account,
        region=context.region,
        cluster=cluster,
    )


def _azure(record: Record) -> Wrapper:
    """An Event Hub record, whose ``properties.log`` is the event as text."""
    outer = decode(_AZURE, record.raw)
    # Resource ids arrive in capitals or as written by whoever made the cluster.
    found = _CLUSTER_ID.match((outer.resource or "").lower())
    return Wrapper(
        outer.properties.log,
        provider="azure",
        account=found[1] if found else record.context.account,
        region=record.context.region,
        cluster=found[2] if found else None,
        time=outer.time,
        path="$.properties.log",
    )


def _read(
    record: Record, source: str, reader: Callable[[_Event, Wrapper], Detail | Ignored]
) -> Event | Ignored:
    wrapper = _bare(record) if "verb" in record.fields else _azure(record)
    event = decode(_EVENT, wrapper.raw, wrapper.path)
    if event.stage not in _FINAL:
        return Ignored(f"kubernetes audit stage {event.stage}")
    detail = reader(event, wrapper)
    if isinstance(detail, Ignored):
        return detail
    if _is_dry_run(event.uri):
        return Ignored("kubernetes audit dry run")
    return _event(event, wrapper, source, detail)


def _deployed(event: _Event, wrapper: Wrapper) -> Detail | Ignored:
    call = _call(event, wrapper)
    return watched(call) if call.resource else Ignored("kubernetes audit without resource")


def _told(event: _Event, wrapper: Wrapper) -> Detail | Ignored:
    from tidewaiter.sources.kubernetes_audit.others import path_told, told  # few ask for it

    call = _call(event, wrapper)
    if call.resource:
        return told(call)
    if event.uri:
        return path_told(call.verb, event.uri)
    return Ignored("kubernetes audit without resource")


def _call(event: _Event, wrapper: Wrapper) -> Call:
    on = event.object or _Reference()
    return Call(
        verb=event.verb or "",
        resource=on.resource or "",
        subresource=on.subresource or None,
        namespace=on.namespace or None,
        name=on.name or None,
        cluster=wrapper.cluster,
        request=event.request,
        response=event.response,
        request_path=f"{wrapper.path}.requestObject",
        response_path=f"{wrapper.path}.responseObject",
        annotations=event.annotations or {},
    )


def _event(event: _Event, wrapper: Wrapper, source: str, detail: Detail) -> Event:
    text = wrapper.raw if isinstance(wrapper.raw, str) else _text(wrapper.raw)
    audit_id = event.audit_id or short_hash(text)
    time, path = _time(event, wrapper)
    outcome, error = _outcome(event.status)
    return Event(
        id=audit_id,
        act=f"k8s:{audit_id}",
        time=moment(time, path),
        provider=wrapper.provider,
        source=source,
        operation=_call(event, wrapper).operation,
        outcome=Outcome.FAILURE if detail.refusal else outcome,
        error=error or detail.refusal,
        service="k8s.io",
        account=wrapper.account,
        region=wrapper.region,
        principal=principal_of(event.user),
        credential=credential_of(event.user, event.impersonated),
        client=client_of(event.addresses, event.user_agent),
        **detail.parts(),
    )


def _text(raw: Raw | bytes) -> str:
    return bytes(raw).decode("utf-8", "replace")


def _is_dry_run(uri: str | None) -> bool:
    """Whether nothing was changed, as the API server reads the address: a question mark within the
    query begins no new one.
    """
    query = (uri or "").partition("?")[2]
    return any(unquote_plus(part) == "dryRun=All" for part in query.split("&"))


def _time(event: _Event, wrapper: Wrapper) -> tuple[str, str]:
    if event.received:
        return event.received, f"{wrapper.path}.requestReceivedTimestamp"
    if event.completed:
        return event.completed, f"{wrapper.path}.stageTimestamp"
    if wrapper.time:
        return wrapper.time, "$.time"
    raise Malformed("the event has no time", f"{wrapper.path}.requestReceivedTimestamp")


def _outcome(status: _Status | None) -> tuple[Outcome, str | None]:
    status = status or _Status()
    failed = status.status == "Failure" if status.code is None else status.code >= _FAILED
    if not failed:
        return Outcome.SUCCESS, None
    why = refusal_of(status.code, status.message or status.reason)
    return Outcome.FAILURE, why or status.status
