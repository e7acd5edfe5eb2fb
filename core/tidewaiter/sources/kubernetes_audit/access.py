"""Who may do what in a cluster, and who gets in: role bindings, tokens and their reviews.

Bindings: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
Tokens: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/
The tokens themselves are never read.
"""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct, field

from tidewaiter.model import Activity, Grant, Session
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.interface import decode
from tidewaiter.sources.kubernetes_audit.call import Call, absent, is_json_patch
from tidewaiter.sources.kubernetes_audit.principals import service_account

T = TypeVar("T")

_ISSUED = "authentication.kubernetes.io/issued-credential-id"  # an annotation, since 1.30


class _Named(Struct):
    kind: str | None = None
    name: str | None = None
    namespace: str | None = None


class _Binding(Struct):
    subjects: list[_Named] | None = None
    role: _Named | None = field(name="roleRef", default=None)


class _Spec(Struct):
    audiences: list[str] | None = None
    seconds: Annotated[int, Meta(ge=0, lt=2**62)] | None = field(
        name="expirationSeconds", default=None
    )


class _TokenRequest(Struct):
    spec: _Spec | None = None


class _Reviewed(Struct):
    username: str | None = None


class _Verdict(Struct):
    authenticated: bool | None = None
    user: _Reviewed | None = None
    audiences: list[str] | None = None
    error: str | None = None


class _TokenReview(Struct):
    # A ``Status``, which answers instead when the review was refused, has a word here.
    status: _Verdict | str | None = None


_BINDING = msgspec.json.Decoder(_Binding)
_TOKEN_REQUEST = msgspec.json.Decoder(_TokenRequest)
_TOKEN_REVIEW = msgspec.json.Decoder(_TokenReview)


def bound(call: Call) -> Detail:
    """Read to whom a binding gives which role; whoever unbinds does not tell it."""
    asked = _read(_BINDING, call.request, call.request_path) or _Binding()
    answered = _read(_BINDING, call.response, call.response_path) or _Binding()
    role = answered.role or asked.role
    # The answer has all subjects, a patch only what it changes.
    subjects = answered.subjects or asked.subjects or ()
    grants = (_grant(one, one.name, role, call) for one in subjects if one.name)
    return Detail(
        Activity.IDENTITY_CHANGED, grants=tuple(dict.fromkeys(grants)), target=call.target
    )


def _grant(subject: _Named, name: str, role: _Named | None, call: Call) -> Grant:
    told = "/".join(part for part in (role.kind, role.name) if part) if role else ""
    if subject.kind == "ServiceAccount":
        name = service_account(subject.namespace or call.namespace, name)
    kind = "public" if name in call.anyone else "principal"
    return Grant(kind, name, told or None)


def issued(call: Call) -> Detail:
    """Read for which service account a token is asked; where it is told, the token's id."""
    asked = _read(_TOKEN_REQUEST, call.request, call.request_path) or _TokenRequest()
    spec = asked.spec or _Spec()
    session = Session(
        role=service_account(call.namespace, call.name) if call.name else None,
        credential=call.annotations.get(_ISSUED) or None,
        method="token request",
        target=_joined(spec.audiences),
        lasts=spec.seconds,
    )
    return Detail(Activity.IDENTITY_ASSUMED, session=session, target=call.target)


def reviewed(call: Call) -> Detail:
    """Read whose token somebody else asks about: a node or an extension that is called with it."""
    answer = _read(_TOKEN_REVIEW, call.response, call.response_path) or _TokenReview()
    verdict = answer.status if isinstance(answer.status, _Verdict) else _Verdict()
    refusal = (verdict.error or "not authenticated") if verdict.authenticated is False else None
    session = Session(
        user=(verdict.user.username or None) if verdict.user else None,
        method="token review",
        target=_joined(verdict.audiences),
    )
    return Detail(Activity.IDENTITY_SIGNED_IN, session=session, target=call.target, refusal=refusal)


def _read(decoder: msgspec.json.Decoder[T], raw: Raw, path: str) -> T | None:
    return None if absent(raw) or is_json_patch(raw) else decode(decoder, raw, path)


def _joined(names: list[str] | None) -> str | None:
    return ", ".join(name for name in names or () if name) or None
