"""Kubernetes admission reviews: what a cluster is asked to admit, as admission controllers log it.

Format: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
OPA's decision log, which has the review inside: https://www.openpolicyagent.org/docs/management-decision-logs

A request alone says what was asked for, and is told as a success; with the response it is known
whether this controller let it pass.  Whether the others did as well is told by the audit log only,
under an id of its own: ``uid`` names the question of one controller, not the call.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct, field

from tidewaiter.errors import Malformed
from tidewaiter.model import Event, Outcome
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.interface import Ignored, Record, Source, decode, moment
from tidewaiter.sources.kubernetes_audit.call import Call, absent, eks_cluster, refusal_of
from tidewaiter.sources.kubernetes_audit.principals import User, credential_of, principal_of
from tidewaiter.sources.kubernetes_audit.workloads import deployed

NAME = "admission_review"
_LOG = "admission review"
_WITH_OBJECT = frozenset({"CREATE", "UPDATE"})


class _Resource(Struct):
    resource: Annotated[str, Meta(min_length=1)]


class _Request(Struct, rename="camel"):
    uid: Annotated[str, Meta(min_length=1)]
    operation: str
    resource: _Resource
    sub_resource: str | None = None
    name: str | None = None
    namespace: str | None = None
    user: User | None = field(name="userInfo", default=None)
    object: Raw = Raw()
    dry_run: bool | None = None


class _Status(Struct):
    code: Annotated[int, Meta(ge=0, lt=2**31)] | None = None
    message: str | None = None
    reason: str | None = None


class _Response(Struct):
    allowed: bool | None = None
    status: _Status | None = None


class _Review(Struct):
    request: _Request | None = None
    response: _Response | None = None


class _Decision(Struct):
    input: _Review
    result: _Review | bool | None = None  # whatever the policy makes of it
    timestamp: str | None = None


class _Writer(Struct):
    time: str | None = None


class _Metadata(Struct):
    created: str | None = field(name="creationTimestamp", default=None)
    writers: list[_Writer] | None = field(name="managedFields", default=None)


class _Object(Struct):
    metadata: _Metadata | None = None


class Asked(Struct, frozen=True):
    """One review, and where it stands in the record; ``time`` is when it was logged, if told."""

    request: _Request
    response: _Response | None
    path: str
    time: str | None
    time_path: str
    cluster: str | None

    @property
    def call(self) -> Call:
        """What the cluster was asked, as an audit log would tell it."""
        request = self.request
        # Where an object is deleted or connected to, what stands here are options at most.
        changes = request.operation in _WITH_OBJECT
        return Call(
            verb=request.operation.lower(),
            resource=request.resource.resource,
            subresource=request.sub_resource or None,
            namespace=request.namespace or None,
            name=request.name or None,
            cluster=self.cluster,
            request=request.object if changes else Raw(),
            request_path=f"{self.path}.request.object",
            log=_LOG,
        )


_REVIEW = msgspec.json.Decoder(_Review)
_DECISION = msgspec.json.Decoder(_Decision)
_OBJECT = msgspec.json.Decoder(_Object)


def claims(record: Record) -> bool:
    """A review, or a decision about one."""
    fields = record.fields
    if "decision_id" in fields and "input" in fields:
        return b'"AdmissionReview"' in bytes(fields["input"])
    named = "request" in fields or "response" in fields
    return named and bytes(fields.get("kind", b"")) == b'"AdmissionReview"'


def read(record: Record) -> Event | Ignored:
    """Read what is to start.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    return _read(record, deployed)


def rest(record: Record) -> Event | Ignored:
    """Read what else is asked for.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    from tidewaiter.sources.kubernetes_audit.others import told  # few ask for it

    return _read(record, told)


def _read(record: Record, reader: Callable[[Call], Detail | Ignored]) -> Event | Ignored:
    asked = _asked(record)
    if asked is None:  # an answer, which does not repeat the question
        return Ignored(f"{_LOG} response")
    if asked.request.dry_run:
        return Ignored(f"{_LOG} dry run")
    detail = reader(asked.call)
    if isinstance(detail, Ignored):
        return detail
    time = _time(asked)
    if time is None and detail.images:
        raise Malformed("the review has no time", f"{asked.path}.request.object.metadata")
    # A review has no time of its own, and of what is deleted or connected to none is told.
    return _event(record, asked, detail, time) if time else Ignored(f"{_LOG} without time")


def _asked(record: Record) -> Asked | None:
    if "input" in record.fields:
        decision = decode(_DECISION, record.raw)
        review, answer = decision.input, decision.result
        response = answer.response if isinstance(answer, _Review) else review.response
        path, time, time_path = "$.input", decision.timestamp, "$.timestamp"
    else:
        review = decode(_REVIEW, record.raw)
        response = review.response
        path, time, time_path = "$", dict(record.context.attributes).get("publishTime"), "$"
    if review.request is None:
        return None
    cluster = eks_cluster(record.context.log_group)
    return Asked(review.request, response, path, time or None, time_path, cluster)


def _time(asked: Asked) -> datetime | None:
    """When it was logged; else when the API server, just before it asked, stamped the object."""
    if asked.time:
        return moment(asked.time, asked.time_path)
    call, place = asked.call, f"{asked.call.request_path}.metadata"
    if absent(call.request):
        return None
    metadata = decode(_OBJECT, call.request, call.request_path).metadata or _Metadata()
    if asked.request.operation == "CREATE":
        text, where = metadata.created, f"{place}.creationTimestamp"
    else:
        text = max((one.time for one in metadata.writers or () if one.time), default=None)
        where = f"{place}.managedFields"
    return moment(text, where) if text else None


def _event(record: Record, asked: Asked, detail: Detail, time: datetime) -> Event:
    request, call = asked.request, asked.call
    error = _denial(asked.response) or detail.refusal
    return Event(
        id=request.uid,
        act=f"admission:{request.uid}",
        time=time,
        provider="aws" if asked.cluster else "kubernetes",
        source=NAME,
        operation=f"{request.operation} {call.kind}",
        outcome=Outcome.FAILURE if error else Outcome.SUCCESS,
        error=error,
        service="k8s.io",
        account=record.context.account,
        region=record.context.region,
        principal=principal_of(request.user),
        credential=credential_of(request.user),
        **detail.parts(),
    )


def _denial(response: _Response | None) -> str | None:
    if response is None or response.allowed is not False:
        return None
    status = response.status or _Status()
    return refusal_of(status.code, status.message or status.reason) or "denied"


SOURCE = Source(
    name=NAME,
    provider="kubernetes",
    title="Kubernetes admission reviews (webhooks, OPA)",
    link="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
    claims=claims,
    read=read,
    rest=rest,
)
