"""Who was let in and who was shut out by a ``SetIamPolicy`` call.

A request carries the whole new policy, an audit record sometimes also how it differs:
https://cloud.google.com/logging/docs/audit/understanding-audit-logs#sample
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from tidewaiter.model import Grant
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_names import member_grant


class _Binding(Struct):
    role: str | None = None
    members: list[str] | None = None


class _Policy(Struct):
    bindings: list[_Binding] | None = None


class _Request(Struct):
    policy: _Policy | None = None


class _Delta(Struct):
    action: str | None = None
    role: str | None = None
    member: str | None = None


class _Deltas(Struct):
    binding_deltas: list[_Delta] | None = msgspec.field(name="bindingDeltas", default=None)


class _Data(Struct):
    policy_delta: _Deltas | None = msgspec.field(name="policyDelta", default=None)


_REQUEST = msgspec.json.Decoder(_Request)
_DATA = msgspec.json.Decoder(_Data)


class Opening(Struct, frozen=True):
    """What a new policy opens; ``closes`` says that it opens nothing and shuts somebody out."""

    grants: tuple[Grant, ...] = ()
    closes: bool = False


def opening(entry: Entry) -> Opening:
    """Read a ``SetIamPolicy`` entry: the difference where it is told, else the whole new policy."""
    deltas = _deltas(entry)
    if deltas:
        added = _grants((one.member, one.role) for one in deltas if one.action == "ADD")
        removed = _grants((one.member, one.role) for one in deltas if one.action == "REMOVE")
        return Opening(added) if added else Opening(removed, closes=bool(removed))
    request = part(_REQUEST, entry.payload.request, "request")
    if request is None or request.policy is None:
        return Opening()
    bindings = request.policy.bindings or []
    grants = _grants((member, one.role) for one in bindings for member in one.members or ())
    return Opening(grants, closes=not grants)


def opened(entry: Entry) -> tuple[Grant, ...]:
    """To whom a call opened something: none, where it only shut somebody out."""
    told = opening(entry)
    return () if told.closes else told.grants


def let_in(entry: Entry) -> tuple[Grant, ...]:
    """To whom a call opened something besides what it is about, such as a new bucket's readers."""
    deltas = (one for one in _deltas(entry) if one.action == "ADD")
    return _grants((one.member, one.role) for one in deltas)


def _deltas(entry: Entry) -> list[_Delta]:
    payload = entry.payload
    for raw, name in ((payload.service_data, "serviceData"), (payload.metadata, "metadata")):
        data = part(_DATA, raw, name)
        if data and data.policy_delta and data.policy_delta.binding_deltas:
            return data.policy_delta.binding_deltas
    return []


def _grants(named: Iterable[tuple[str | None, str | None]]) -> tuple[Grant, ...]:
    found = (member_grant(member, role or None) for member, role in named if member)
    return tuple(dict.fromkeys(grant for grant in found if grant))
