"""A Cloud Audit log entry: what every service's records have in common.

LogEntry: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
AuditLog: https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
The data of a ``google.cloud.audit.log.v1.written`` CloudEvent has the same members.
Four logs share the format: Admin Activity, Data Access, System Event and Policy Denied.
"""

import re
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct, field

from tidewaiter.errors import Malformed
from tidewaiter.sources.google_names import place_in
from tidewaiter.sources.interface import Record, decode

T = TypeVar("T")

_PROJECT = re.compile(r"^/?projects/([^/_][^/]*)")


class Head(Struct):
    """The two names that tell whether an entry matters."""

    method: str | None = field(name="methodName", default=None)
    service: str | None = field(name="serviceName", default=None)


class Status(Struct):
    """How a call ended; without a code, well."""

    code: int | str | None = None
    message: str | None = None


class _FirstParty(Struct):
    email: str | None = field(name="principalEmail", default=None)


class Delegation(Struct):
    """One who borrowed the identity of the next."""

    first_party: _FirstParty | None = field(name="firstPartyPrincipal", default=None)
    subject: str | None = field(name="principalSubject", default=None)


class Authentication(Struct):
    """Who called, and with what."""

    email: str | None = field(name="principalEmail", default=None)
    subject: str | None = field(name="principalSubject", default=None)
    key: str | None = field(name="serviceAccountKeyName", default=None)
    delegations: list[Delegation] | None = field(name="serviceAccountDelegationInfo", default=None)


class Caller(Struct):
    """From where the call came."""

    ip: str | None = field(name="callerIp", default=None)
    old_ip: str | None = field(name="callerIP", default=None)  # entries before 2021 and copies
    user_agent: str | None = field(name="callerSuppliedUserAgent", default=None)


class _Constraint(Struct):
    name: str | None = field(name="constraint", default=None)


class _Organization(Struct):
    violated: list[_Constraint] | None = field(name="violationInfo", default=None)


class PolicyViolation(Struct):
    """Which constraints of the organization a call broke."""

    organization: _Organization | None = field(name="orgPolicyViolationInfo", default=None)


class Payload(Struct):
    """``protoPayload``; what depends on the method stays raw, see :func:`part`."""

    method: str = field(name="methodName")
    service: str | None = field(name="serviceName", default=None)
    resource: str | None = field(name="resourceName", default=None)
    status: Status | None = None
    authentication: Authentication | None = field(name="authenticationInfo", default=None)
    caller: Caller | None = field(name="requestMetadata", default=None)
    violation: PolicyViolation | None = field(name="policyViolationInfo", default=None)
    request: Raw = Raw()
    response: Raw = Raw()
    metadata: Raw = Raw()
    service_data: Raw = field(name="serviceData", default=Raw())


class _Resource(Struct):
    labels: dict[str, str | None] | None = None


class _Operation(Struct):
    id: str | None = None
    producer: str | None = None
    first: bool | None = None
    last: bool | None = None


class Perimeter(Struct):
    """What VPC Service Controls say in ``metadata`` of what they refused.

    https://cloud.google.com/vpc-service-controls/docs/audit-logging
    """

    reason: str | None = field(name="violationReason", default=None)
    resources: list[str] | None = field(name="resourceNames", default=None)
    dry_run: bool | str | None = field(name="dryRun", default=None)


class Entry(Struct):
    """One entry, decoded once its method turned out to matter."""

    payload: Payload = field(name="protoPayload")
    timestamp: str | None = None
    insert_id: str | None = field(name="insertId", default=None)
    log: str | None = field(name="logName", default=None)
    resource: _Resource | None = None
    operation: _Operation | None = None

    def label(self, name: str) -> str | None:
        """One label of the monitored resource."""
        labels = self.resource.labels if self.resource else None
        return (labels.get(name) if labels else None) or None

    @property
    def refused(self) -> bool:
        """Whether it stands in the log of what a policy denied."""
        return (self.log or "").endswith(("%2Fpolicy", "/policy"))

    @property
    def project(self) -> str | None:
        """The project it happened in."""
        names = (self.log, self.payload.resource)
        found = (_PROJECT.match(name) for name in names if name)
        return self.label("project_id") or next((match[1] for match in found if match), None)

    @property
    def place(self) -> str | None:
        """The zone, region or multi-region it happened in; ``None`` for what is global."""
        named = self.label("location") or self.label("zone") or self.label("region")
        return place_in(self.payload.resource) if named in (None, "global") else named


_HEAD = msgspec.json.Decoder(Head)
_ENTRY = msgspec.json.Decoder(Entry)
_PERIMETER = msgspec.json.Decoder(Perimeter)


def head_of(record: Record) -> Head:
    """Read the names alone.  Raises :class:`Malformed` with the path."""
    return decode(_HEAD, record.fields["protoPayload"], "$.protoPayload")


def of_kubernetes(record: Record) -> bool:
    """Whether an entry is a rewritten Kubernetes audit event (GKE).  Never raises."""
    try:
        head = head_of(record)
    except Malformed:
        return False
    return head.service == "k8s.io" or (head.method or "").startswith("io.k8s.")


def entry_of(record: Record) -> Entry:
    """Decode what all methods share.  Raises :class:`Malformed` with the path."""
    entry = decode(_ENTRY, record.raw)
    told = perimeter_of(entry)
    if told and told.resources:
        # The entry's own resource is the project that the perimeter protects.
        entry.payload.resource = told.resources[0]
    return entry


def perimeter_of(entry: Entry) -> Perimeter | None:
    """What VPC Service Controls refused; ``None`` in every other log.  Raises as ``entry_of``."""
    return part(_PERIMETER, entry.payload.metadata, "metadata") if entry.refused else None


def part(decoder: msgspec.json.Decoder[T], raw: Raw, name: str) -> T | None:
    """Decode one raw member of ``protoPayload``; ``None`` if it is absent or null."""
    if bytes(raw) in (b"", b"null"):
        return None
    return decode(decoder, raw, f"$.protoPayload.{name}")
