"""From a Cloud Audit log entry to an event: all that does not depend on the method.

Outcomes: https://cloud.google.com/logging/docs/audit/understanding-audit-logs
Delegation: https://cloud.google.com/iam/docs/audit-logging
"""

import re

from tidewaiter.errors import Malformed
from tidewaiter.model import Client, Credential, Event, Outcome, Principal, short_hash
from tidewaiter.sources.google_entries import (
    Authentication,
    Caller,
    Entry,
    Payload,
    perimeter_of,
)
from tidewaiter.sources.google_names import principal
from tidewaiter.sources.interface import Record, moment
from tidewaiter.sources.telling import Told

_ZONE = re.compile(r"-[a-z]$")
_SUBJECT = re.compile(r"^(?:user|serviceAccount):")


class Detail(Told, frozen=True):
    """What one method's reader found out; the rest of an event is alike for all methods."""

    principal: Principal | None = None  # where something else than authenticationInfo tells it
    mfa: bool | None = None  # whether a second factor was shown
    refusal: str | None = None  # why it failed, where no status tells


def event_of(record: Record, entry: Entry, source: str, detail: Detail) -> Event:
    """Tell ``detail`` as an event.  Raises :class:`Malformed` if the entry has no time."""
    if not entry.timestamp:
        raise Malformed("the entry has no timestamp", "$.timestamp")
    outcome, error = outcome_of(entry)
    place = entry.place
    # Copies in other people's data sets lack the id; the text names them as well.
    insert_id = entry.insert_id or short_hash(bytes(record.raw).decode("utf-8", "replace"))
    return Event(
        id=f"{insert_id}@{entry.timestamp}",
        act=_act(entry, insert_id),
        time=moment(entry.timestamp, "$.timestamp"),
        provider="gcp",
        source=source,
        operation=entry.payload.method,
        outcome=Outcome.FAILURE if detail.refusal else outcome,
        error=error or detail.refusal,
        service=entry.payload.service or None,
        account=entry.project or record.context.account,
        region=_ZONE.sub("", place) if place else None,
        principal=detail.principal or _principal(entry.payload.authentication),
        credential=_credential(entry.payload.authentication, detail),
        client=_client(entry.payload.caller),
        **detail.parts(),
    )


def _act(entry: Entry, insert_id: str) -> str:
    """First and last record of a long operation share its id, which is unique per producer."""
    operation = entry.operation
    if operation and operation.id:
        producer = f"{operation.producer}/" if operation.producer else ""
        return f"gcp:{producer}{operation.id}"
    return f"gcp:{insert_id}@{entry.timestamp}"


def outcome_of(entry: Entry) -> tuple[Outcome, str | None]:
    """How it ended, as far as this entry knows, and why it failed."""
    status, operation = entry.payload.status, entry.operation
    # Numbers come as strings where a copy went through a table; some clients write the name.
    failed = status is not None and status.code not in (None, 0, "", "0", "OK")
    if failed or entry.refused:
        return Outcome.FAILURE, _error(entry, failed=failed)
    if operation and operation.first and not operation.last:
        return Outcome.PENDING, None
    return Outcome.SUCCESS, None


def _error(entry: Entry, *, failed: bool) -> str:
    """Code, message and, where a policy refused the call, what it broke."""
    status, perimeter = entry.payload.status, perimeter_of(entry)
    # A dry run refuses nothing: the call's own entry, in another log, tells how it ended.
    words = ["dry run"] if perimeter and perimeter.dry_run in (True, "true") else []
    if failed and status:
        words += [str(word) for word in (status.code, status.message) if word]
    if perimeter and perimeter.reason:
        words.append(perimeter.reason)
    told = status.message or "" if status else ""
    words += [name for name in _constraints(entry.payload) if name not in told]
    return ": ".join(words) or "policy denied"


def _constraints(payload: Payload) -> list[str]:
    told = payload.violation and payload.violation.organization
    violated = (told.violated if told else None) or []
    return [one.name for one in violated if one.name]


def _principal(who: Authentication | None) -> Principal | None:
    if who is None:
        return None
    return principal(who.email or _SUBJECT.sub("", who.subject or ""))


def _credential(who: Authentication | None, detail: Detail) -> Credential | None:
    key, issued_to = None, None
    if who is not None:
        key = (who.key or "").rpartition("/")[2] or None
        issued_to = _borrower(who) or _replaced(who, detail.principal)
    told = Credential(id=key, issued_to=issued_to, mfa=detail.mfa)
    return None if told == Credential() else told


def _borrower(who: Authentication) -> str | None:
    """The first delegation is the one who asked first."""
    first = who.delegations[0] if who.delegations else None
    party = first.first_party.email if first and first.first_party else None
    return party or (_SUBJECT.sub("", first.subject or "") if first else None) or None


def _replaced(who: Authentication, known: Principal | None) -> str | None:
    """The name that another's stands for: the foreign subject of a federated identity."""
    name = who.email or who.subject
    return name or None if known and name != known.id else None


def _client(caller: Caller | None) -> Client | None:
    address = (caller.ip or caller.old_ip or None) if caller else None
    agent = (caller.user_agent or None) if caller else None
    return Client(address=address, user_agent=agent) if address or agent else None
