"""Identities: who acts as a service account, who comes from elsewhere, who was let in.

Impersonation: https://cloud.google.com/iam/docs/audit-logging/examples-service-accounts
Federation: https://cloud.google.com/iam/docs/audit-logging/examples-workload-identity
Roles: https://cloud.google.com/resource-manager/docs/audit-logging
"""

import re

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Session
from tidewaiter.sources.gcp_audit.verbs import activity_of, last_word, sets_policy
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.google_names import member_grant, own_account, principal
from tidewaiter.sources.google_policies import opened

_TOKENS = {  # of iamcredentials.googleapis.com, and formerly of iam.googleapis.com
    "GenerateAccessToken": "access token",
    "GenerateIdToken": "id token",
    "SignJwt": "signed jwt",
    "SignBlob": "signed blob",
    "actAs": "attached to a resource",
}
_EXCHANGES = {  # of sts.googleapis.com
    "ExchangeToken": Activity.IDENTITY_ASSUMED,
    "ExchangeOauthToken": Activity.IDENTITY_ASSUMED,
    "WebSignIn": Activity.IDENTITY_SIGNED_IN,
}
_NEW_KEYS = ("CreateServiceAccountKey", "UploadServiceAccountKey")
_INVITATION = "InsertProjectOwnershipInvite"
_SERVICES = (  # whose every change is one of who may do what
    "iam.googleapis.com",
    "apikeys.googleapis.com",
    "cloudidentity.googleapis.com",
    "clientauthconfig.googleapis.com",
    "oslogin.googleapis.com",
)
_PACKAGES = ("google.iam.", "google.api.apikeys.", "google.apps.cloudidentity.")
_TOKEN_METHOD = re.compile(r"(?:(?:google\.)?iam\.(?:\w+\.)+)?(\w+)$")
_EXCHANGE = re.compile(r"google\.identity\.sts\.(?:v\w+\.)?SecurityTokenService\.(\w+)$")
_SSH = re.compile(r"google\.cloud\.oslogin\.dataplane\.OsLoginDataPlaneService\.CheckPolicy$")
_CONTAINER = re.compile(r"(?:projects|folders|organizations)/[^/]+$")
_ACCOUNT = re.compile(r"serviceAccounts/(?P<name>[^/]+)(?:/keys/(?P<key>[^/]+))?")
_SECONDS = re.compile(r"(\d{1,9})(?:\.\d+)?s$")


class _Duration(Struct):
    seconds: str | int | None = None


class _Request(Struct):
    name: str | None = None
    audience: str | None = None
    lifetime: str | _Duration | None = None
    token_type: str | None = field(name="subjectTokenType", default=None)
    member: str | None = None  # of an invitation


class _Response(Struct):
    name: str | None = None
    success: bool | None = None


class _Mapped(Struct):
    mapped: str | None = field(name="mapped_principal", default=None)
    camel: str | None = field(name="mappedPrincipal", default=None)


_REQUEST = msgspec.json.Decoder(_Request)
_RESPONSE = msgspec.json.Decoder(_Response)
_METADATA = msgspec.json.Decoder(_Mapped)


def other(entry: Entry) -> Detail | None:
    """Read what was done with an identity, or with what it may do."""
    name = entry.payload.method
    token, exchange = _TOKEN_METHOD.match(name), _EXCHANGE.match(name)
    if token and token[1] in _TOKENS:
        return _impersonated(_TOKENS[token[1]], entry)
    if exchange:
        return _exchanged(_EXCHANGES.get(exchange[1], Activity.RESOURCE_USED), entry)
    if _SSH.match(name):
        return _logged_in(entry)
    changed = activity_of(name) is not Activity.RESOURCE_READ and _is_about_identity(entry)
    return _changed(entry) if changed else None


def _is_about_identity(entry: Entry) -> bool:
    name, service = entry.payload.method, entry.payload.service
    if sets_policy(name) and _CONTAINER.match(entry.payload.resource or ""):
        return True
    # Any service may be asked through the interface that all of them share.
    own = name.startswith(_PACKAGES) and not name.startswith("google.iam.v1.IAMPolicy.")
    return own or service in _SERVICES or name == _INVITATION


def _impersonated(method: str, entry: Entry) -> Detail:
    """The name may be the account's number; request and labels have its e-mail address."""
    request = _requested(entry)
    role = _account(entry, request.name)
    return Detail(
        Activity.IDENTITY_ASSUMED,
        target=entry.payload.resource or None,
        session=Session(
            role=role,
            account=entry.label("project_id") or own_account(role or ""),
            method=method,
            target=request.audience or None,
            lasts=_seconds(request.lifetime),
        ),
    )


def _exchanged(activity: Activity, entry: Entry) -> Detail:
    """The caller's own name is that of a foreign identity; Google's for it is mapped."""
    told = part(_METADATA, entry.payload.metadata, "metadata") or _Mapped()
    user = told.mapped or told.camel or None
    request = _requested(entry)
    session = Session(
        user=user,
        provider=entry.payload.resource or request.audience or None,
        method=(request.token_type or "").rpartition(":")[2] or None,
    )
    return Detail(
        activity,
        principal=principal(user),
        session=None if session == Session() else session,
    )


def _logged_in(entry: Entry) -> Detail:
    """A virtual machine asked whether somebody may log in."""
    response = part(_RESPONSE, entry.payload.response, "response") or _Response()
    resource = entry.payload.resource or None
    return Detail(
        Activity.IDENTITY_SIGNED_IN,
        target=resource,
        session=Session(method="os login", target=resource),
        refusal="not allowed to log in" if response.success is False else None,
    )


def _changed(entry: Entry) -> Detail:
    grants = opened(entry) if sets_policy(entry.payload.method) else ()
    if entry.payload.method == _INVITATION:
        invited = member_grant(_requested(entry).member or "", "roles/owner")
        grants = (invited,) if invited else ()
    response = part(_RESPONSE, entry.payload.response, "response") or _Response()
    # A new account or key is named by the answer alone; long operations answer with themselves.
    made = None if "operations/" in (response.name or "") else response.name
    is_key = last_word(entry.payload.method) in _NEW_KEYS
    return Detail(
        Activity.IDENTITY_CHANGED,
        grants=grants,
        target=made or entry.payload.resource or None,
        session=_new_key(entry, response) if is_key else None,
    )


def _new_key(entry: Entry, response: _Response) -> Session | None:
    found = _ACCOUNT.search(response.name or "")
    role = _account(entry, response.name)
    key = found["key"] if found else None
    if role is None and key is None:
        return None
    account = entry.label("project_id") or own_account(role or "")
    return Session(role=role, account=account, credential=key, method="service account key")


def _account(entry: Entry, named: str | None) -> str | None:
    """The e-mail address of a service account, or else its number."""
    for name in (named, entry.label("email_id"), entry.payload.resource):
        found = _ACCOUNT.search(name or "")
        text = found["name"] if found else name or ""
        if "@" in text:
            return text.lower()
    found = _ACCOUNT.search(entry.payload.resource or named or "")
    return found["name"] if found else None


def _requested(entry: Entry) -> _Request:
    return part(_REQUEST, entry.payload.request, "request") or _Request()


def _seconds(lifetime: str | _Duration | None) -> int | None:
    """Read ``3600s`` or ``{"seconds": "3600"}``; nonsense is none."""
    if isinstance(lifetime, _Duration):
        lifetime = f"{lifetime.seconds}s"
    found = _SECONDS.match(lifetime or "")
    return int(found[1]) if found else None
