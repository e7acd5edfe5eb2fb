"""The audit event itself: bare, from EKS (CloudWatch Logs) and from AKS (Event Hub).

Format: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
EKS: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
AKS: https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs
"""

import re
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct, field

from tidewaiter.errors import Malformed
from tidewaiter.model import Client, Credential, Event, Outcome, Principal, short_hash
from tidewaiter.sources.interface import Ignored, Record, decode, moment
from tidewaiter.sources.kubernetes_audit.principals import cluster_principal
from tidewaiter.sources.kubernetes_audit.workloads import Call, deployed

_LOG_GROUP = re.compile(r"/aws/eks/([^/]+)/cluster$")
_CLUSTER_ID = re.compile(r"/subscriptions/([^/]+)/.*/managedclusters/([^/]+)$")
_ARN_ACCOUNT = re.compile(r"arn:[^:]*:iam::(\d+):")
_DRY_RUN = re.compile(r"[?&]dryRun=All\b")
_FAILED = 400  # an HTTP status


class _User(Struct):
    username: str | None = None
    extra: dict[str, list[str] | None] | None = None

    def told(self, name: str) -> str | None:
        """The first value of one extra field of the authenticator."""
        values = self.extra.get(name) if self.extra else None
        return (values[0] if values else None) or None


class _Reference(Struct):
    resource: str | None = None
    subresource: str | None = None
    namespace: str | None = None
    name: str | None = None


class _Status(Struct):
    code: Annotated[int, Meta(ge=0, le=999)] | None = None
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
    user: _User | None = None
    impersonated: _User | None = field(name="impersonatedUser", default=None)
    addresses: list[str] | None = field(name="sourceIPs", default=None)
    user_agent: str | None = field(name="userAgent", default=None)
    request: Raw = field(name="requestObject", default=Raw())
    response: Raw = field(name="responseObject", default=Raw())


class _Properties(Struct):
    log: str


class _AzureRecord(Struct):
    properties: _Properties
    resource: str | None = field(name="resourceId", default=None)
    time: str | None = None


class Wrapper(Struct, frozen=True):
    """What the wrapper adds to the event, and where in the record the event stands."""

    provider: str = "kubernetes"
    account: str | None = None
    region: str | None = None
    cluster: str | None = None
    time: str | None = None
    path: str = "$"


_EVENT = msgspec.json.Decoder(_Event)
_AZURE = msgspec.json.Decoder(_AzureRecord)


def read_event(record: Record, source: str) -> Event | Ignored:
    """Read a bare event; the log group tells that it is EKS's."""
    context = record.context
    found = _LOG_GROUP.match(context.log_group or "")
    wrapper = Wrapper(
        provider="aws" if found else "kubernetes",
        account=context.account,
        region=context.region,
        cluster=found[1] if found else None,
    )
    return _read(record.raw, wrapper, source)


def read_azure(record: Record, source: str) -> Event | Ignored:
    """Read an Event Hub record, whose ``properties.log`` is the event as text."""
    outer = decode(_AZURE, record.raw)
    # Resource ids arrive in capitals or as written by whoever made the cluster.
    found = _CLUSTER_ID.match((outer.resource or "").lower())
    wrapper = Wrapper(
        provider="azure",
        account=found[1] if found else record.context.account,
        region=record.context.region,
        cluster=found[2] if found else None,
        time=outer.time,
        path="$.properties.log",
    )
    return _read(outer.properties.log, wrapper, source)


def _read(raw: Raw | bytes | str, wrapper: Wrapper, source: str) -> Event | Ignored:
    told = decode(_EVENT, raw, wrapper.path)
    if told.stage not in (None, "ResponseComplete"):
        return Ignored(f"kubernetes audit stage {told.stage}")
    if told.object is None or not told.object.resource:
        return Ignored("kubernetes audit without resource")
    detail = deployed(_call(told, told.object, told.object.resource, wrapper))
    if isinstance(detail, Ignored):
        return detail
    if _DRY_RUN.search(told.uri or ""):
        return Ignored("kubernetes audit dry run")
    text = raw if isinstance(raw, str) else bytes(raw).decode("utf-8", "replace")
    audit_id = told.audit_id or short_hash(text)
    time, path = _time(told, wrapper)
    outcome, error = _outcome(told.status)
    return Event(
        id=audit_id,
        act=f"k8s:{audit_id}",
        time=moment(time, path),
        provider=wrapper.provider,
        source=source,
        activity=detail.activity,
        operation=f"{told.verb} {told.object.resource}",
        outcome=outcome,
        error=error,
        service="k8s.io",
        account=wrapper.account,
        region=wrapper.region,
        principal=_principal(told.user),
        credential=_credential(told),
        client=_client(told),
        images=detail.images,
        workload=detail.workload,
    )


def _call(told: _Event, on: _Reference, resource: str, wrapper: Wrapper) -> Call:
    return Call(
        verb=told.verb or "",
        resource=resource,
        subresource=on.subresource or None,
        namespace=on.namespace or None,
        name=on.name or None,
        cluster=wrapper.cluster,
        request=told.request,
        response=told.response,
        request_path=f"{wrapper.path}.requestObject",
        response_path=f"{wrapper.path}.responseObject",
    )


def _time(told: _Event, wrapper: Wrapper) -> tuple[str, str]:
    if told.received:
        return told.received, f"{wrapper.path}.requestReceivedTimestamp"
    if told.completed:
        return told.completed, f"{wrapper.path}.stageTimestamp"
    if wrapper.time:
        return wrapper.time, "$.time"
    raise Malformed("the event has no time", f"{wrapper.path}.requestReceivedTimestamp")


def _outcome(status: _Status | None) -> tuple[Outcome, str | None]:
    code = status.code if status else None
    if status is None or code is None or code < _FAILED:
        return Outcome.SUCCESS, None
    why = status.message or status.reason
    return Outcome.FAILURE, f"{code}: {why}" if why else str(code)


def _principal(user: _User | None) -> Principal | None:
    """Name the user; EKS also tells the role behind it, as CloudTrail does."""
    if user is None or not user.username:
        return None
    name = user.username
    role = user.told("canonicalArn")
    if role:
        account = _ARN_ACCOUNT.match(role)
        return Principal(id=role, name=name, type="AwsIam", account=account[1] if account else None)
    return cluster_principal(name)


def _credential(told: _Event) -> Credential | None:
    """The key or token it acted with, and in whose name if not its own."""
    user = told.user or _User()
    key = user.told("accessKeyId") or user.told("authentication.kubernetes.io/credential-id")
    other = told.impersonated.username if told.impersonated else None
    issued_to = other or user.told("sessionName")
    return Credential(id=key, issued_to=issued_to) if key or issued_to else None


def _client(told: _Event) -> Client | None:
    address = (told.addresses[0] if told.addresses else None) or None
    agent = told.user_agent or None
    return Client(address=address, user_agent=agent) if address or agent else None
