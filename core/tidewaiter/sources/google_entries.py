"""A Cloud Audit log entry: what every service's records have in common.

LogEntry: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
AuditLog: https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
The data of a ``google.cloud.audit.log.v1.written`` CloudEvent has the same members.
"""

import re
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct, field

from tidewaiter.errors import Malformed
from tidewaiter.model import (
    Activity,
    Client,
    Credential,
    Event,
    Grant,
    Image,
    Outcome,
    Principal,
    Workload,
    short_hash,
)
from tidewaiter.sources.google_names import principal
from tidewaiter.sources.interface import Record, decode, moment

T = TypeVar("T")

_ZONE = re.compile(r"-[a-z]$")
_PLACE = re.compile(r"^/?projects/[^/]+/(?:locations|regions|zones)/([^/]+)")
_PROJECT = re.compile(r"^/?projects/([^/_][^/]*)")
_SUBJECT = re.compile(r"^(?:user|serviceAccount):")


class Head(Struct):
    """The two names that tell whether an entry matters."""

    method: str | None = field(name="methodName", default=None)
    service: str | None = field(name="serviceName", default=None)


class _Status(Struct):
    code: int | str | None = None
    message: str | None = None


class _FirstParty(Struct):
    email: str | None = field(name="principalEmail", default=None)


class _Delegation(Struct):
    first_party: _FirstParty | None = field(name="firstPartyPrincipal", default=None)
    subject: str | None = field(name="principalSubject", default=None)


class _Authentication(Struct):
    email: str | None = field(name="principalEmail", default=None)
    subject: str | None = field(name="principalSubject", default=None)
    key: str | None = field(name="serviceAccountKeyName", default=None)
    delegations: list[_Delegation] | None = field(name="serviceAccountDelegationInfo", default=None)


class _Request(Struct):
    ip: str | None = field(name="callerIp", default=None)
    old_ip: str | None = field(name="callerIP", default=None)  # entries before 2021 and copies
    user_agent: str | None = field(name="callerSuppliedUserAgent", default=None)


class Payload(Struct):
    """``protoPayload``; what depends on the method stays raw, see :func:`part`."""

    method: str = field(name="methodName")
    service: str | None = field(name="serviceName", default=None)
    resource: str | None = field(name="resourceName", default=None)
    status: _Status | None = None
    authentication: _Authentication | None = field(name="authenticationInfo", default=None)
    caller: _Request | None = field(name="requestMetadata", default=None)
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
    def project(self) -> str | None:
        """The project it happened in."""
        names = (self.log, self.payload.resource)
        found = (_PROJECT.match(name) for name in names if name)
        return self.label("project_id") or next((match[1] for match in found if match), None)

    @property
    def place(self) -> str | None:
        """The zone, region or multi-region it happened in; ``None`` for what is global."""
        named = self.label("location") or self.label("zone") or self.label("region")
        found = _PLACE.match(self.payload.resource or "")
        place = named or (found[1] if found else None)
        return None if place == "global" else place


class Detail(Struct, frozen=True):
    """What one method's reader found out; the rest of an event is alike for all methods."""

    activity: Activity
    images: tuple[Image, ...] = ()
    origin: Image | None = None
    grants: tuple[Grant, ...] = ()
    workload: Workload | None = None


_HEAD = msgspec.json.Decoder(Head)
_ENTRY = msgspec.json.Decoder(Entry)


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
    return decode(_ENTRY, record.raw)


def part(decoder: msgspec.json.Decoder[T], raw: Raw, name: str) -> T | None:
    """Decode one raw member of ``protoPayload``; ``None`` if it is absent or null."""
    if bytes(raw) in (b"", b"null"):
        return None
    return decode(decoder, raw, f"$.protoPayload.{name}")


def event_of(record: Record, entry: Entry, source: str, detail: Detail) -> Event:
    """Tell ``detail`` as an event.  Raises :class:`Malformed` if the entry has no time."""
    if not entry.timestamp:
        raise Malformed("the entry has no timestamp", "$.timestamp")
    outcome, error = _outcome(entry)
    place = entry.place
    # Copies in other people's data sets lack the id; the text names them as well.
    insert_id = entry.insert_id or short_hash(bytes(record.raw).decode("utf-8", "replace"))
    return Event(
        id=f"{insert_id}@{entry.timestamp}",
        act=_act(entry, insert_id),
        time=moment(entry.timestamp, "$.timestamp"),
        provider="gcp",
        source=source,
        activity=detail.activity,
        operation=entry.payload.method,
        outcome=outcome,
        error=error,
        service=entry.payload.service or None,
        account=entry.project or record.context.account,
        region=_ZONE.sub("", place) if place else None,
        principal=_principal(entry.payload.authentication),
        credential=_credential(entry.payload.authentication),
        client=_client(entry.payload.caller),
        images=detail.images,
        origin=detail.origin,
        grants=detail.grants,
        workload=detail.workload,
    )


def _act(entry: Entry, insert_id: str) -> str:
    """First and last record of a long operation share its id, which is unique per producer."""
    operation = entry.operation
    if operation and operation.id:
        producer = f"{operation.producer}/" if operation.producer else ""
        return f"gcp:{producer}{operation.id}"
    return f"gcp:{insert_id}@{entry.timestamp}"


def _outcome(entry: Entry) -> tuple[Outcome, str | None]:
    status, operation = entry.payload.status, entry.operation
    # Numbers come as strings where a copy went through a table; some clients write the name.
    if status and status.code not in (None, 0, "", "0", "OK"):
        return Outcome.FAILURE, ": ".join(str(p) for p in (status.code, status.message) if p)
    if operation and operation.first and not operation.last:
        return Outcome.PENDING, None
    return Outcome.SUCCESS, None


def _principal(who: _Authentication | None) -> Principal | None:
    if who is None:
        return None
    return principal(who.email or _SUBJECT.sub("", who.subject or ""))


def _credential(who: _Authentication | None) -> Credential | None:
    if who is None:
        return None
    key = (who.key or "").rpartition("/")[2] or None
    # The first delegation is the one who asked first: https://cloud.google.com/iam/docs/audit-logging
    first = who.delegations[0] if who.delegations else None
    party = first.first_party.email if first and first.first_party else None
    issued_to = party or (_SUBJECT.sub("", first.subject or "") if first else None) or None
    return Credential(id=key, issued_to=issued_to) if key or issued_to else None


def _client(caller: _Request | None) -> Client | None:
    address = (caller.ip or caller.old_ip or None) if caller else None
    agent = (caller.user_agent or None) if caller else None
    return Client(address=address, user_agent=agent) if address or agent else None
