"""Who becomes whom: temporary credentials, of roles above all.

https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html,
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/logging-using-cloudtrail.html

``principal`` asked, ``session`` is what was given out, by the id of its key: later calls carry that
one.  A role of another account is told in both accounts' trails, under one ``sharedEventID``.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from tidewaiter.model import Activity, Session
from tidewaiter.sources.amazon import parse_arn
from tidewaiter.sources.cloudtrail.call import (
    Entry,
    EntryReader,
    Told,
    answered,
    concerned,
    detailed,
    requested,
)
from tidewaiter.sources.cloudtrail.identity import HIDDEN, Identity
from tidewaiter.sources.cloudtrail.targets import refused_resource

STS = {
    "AssumeRole": None,  # by its verb's name alone
    "AssumeRoleWithSAML": "saml",
    "AssumeRoleWithWebIdentity": "web identity",
    "AssumeRoot": "root",
    "GetFederationToken": "federation token",
    "GetSessionToken": "session token",
}
Seconds = Annotated[int, Meta(ge=0, lt=2**31)]


class TaskPolicy(Struct):
    """What root of another account may do in the session."""

    arn: str | None = None


class Request(Struct, rename="camel"):
    """What callers send, whatever the verb."""

    role_arn: str | None = None
    principal_arn: str | None = None  # of the SAML provider
    trust_anchor_arn: str | None = None
    serial_number: str | None = None  # of the device for a second factor
    duration_seconds: Seconds | None = None
    target_principal: str | None = None
    task_policy_arn: TaskPolicy | None = None
    identity_id: str | None = None
    bucket_name: str | None = None
    target: str | None = None  # what of S3: s3://bucket/prefix*
    client_id: str | None = None
    grant_type: str | None = None
    account_id: str | None = None
    role_name: str | None = None


class Credentials(Struct, rename="camel"):
    """A key; its secret parts are never read."""

    access_key_id: str | None = None


class User(Struct):
    """The temporary user."""

    arn: str | None = None


class Given(Struct, rename="camel"):
    """What was given out."""

    credentials: Credentials | None = None
    assumed_role_user: User | None = None
    federated_user: User | None = None
    provider: str | None = None  # the issuer of a web identity
    source_identity: str | None = None
    expires_in: Seconds | None = None


class Answer(Given):
    """One session; IAM Roles Anywhere answers with a list of them."""

    credential_set: tuple[Given, ...] | None = None
    subject_arn: str | None = None  # of the certificate


class Chosen(Struct):
    """What a user of IAM Identity Center chose; these two are written with underscores."""

    role_name: str | None = None
    account_id: str | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANSWER = msgspec.json.Decoder(Answer)
_CHOSEN = msgspec.json.Decoder(Chosen)


def _assume(entry: Entry) -> Told:
    return _session(entry, STS.get(entry.event_name))


def _session(entry: Entry, method: str | None) -> Told:
    request, answer = requested(entry, _REQUEST), answered(entry, _ANSWER)
    given = next(iter(answer.credential_set or ()), answer)
    role = request.role_arn or request.target_principal or _role(entry)
    user = given.assumed_role_user or given.federated_user or User()
    return Told(
        activity=Activity.IDENTITY_ASSUMED,
        target=_subject(request),
        session=Session(
            role=role,
            account=_owner(role) or _owner(user.arn),
            user=user.arn or None,
            credential=(given.credentials or Credentials()).access_key_id or None,
            provider=_provider(entry, request, given),
            method=method,
            lasts=request.duration_seconds,
        ),
        # A refused call may have been refused for its second factor.
        mfa=True if request.serial_number and not entry.failed else None,
    )


def _certify(entry: Entry) -> Told:
    """Read a session for a certificate, which is who acts: its caller has no identity yet."""
    told, answer = _session(entry, "certificate"), answered(entry, _ANSWER)
    if not answer.subject_arn:
        return told
    given = next(iter(answer.credential_set or ()), answer)
    who = Identity(
        arn=answer.subject_arn, account_id=entry.account, user_name=given.source_identity
    )
    return replace(told, who=who)


def _subject(request: Request) -> str | None:
    task = request.task_policy_arn or TaskPolicy()
    return task.arn or request.identity_id or request.target or request.bucket_name or None


def _provider(entry: Entry, request: Request, given: Given) -> str | None:
    told = entry.user_identity and entry.user_identity.identity_provider
    return request.principal_arn or request.trust_anchor_arn or given.provider or told or None


def _role(entry: Entry) -> str | None:
    """Find the role where the parameters are not logged: a refusal says it in words only."""
    arns = [*concerned(entry), refused_resource(entry)]
    found = ((arn, parse_arn(arn)) for arn in arns)
    return next((arn for arn, made in found if made and made.resource.startswith("role/")), None)


def _owner(role: str | None) -> str | None:
    """Return the account of an ARN; root of another account may be named by its number."""
    found = parse_arn(role)
    if found:
        return found.account
    return role if role and role.isdecimal() else None


def _choose(entry: Entry) -> Told:
    """Read the taking of a role in IAM Identity Center; AssumeRoleWithSAML follows with the key."""
    chosen, request = detailed(entry, _CHOSEN), requested(entry, _REQUEST)
    return Told(
        activity=Activity.IDENTITY_ASSUMED,
        session=Session(
            role=chosen.role_name or request.role_name or None,
            account=chosen.account_id or request.account_id or None,
            method="identity center",
        ),
    )


def _give_token(entry: Entry) -> Told:
    """Read a token of IAM Identity Center, of a person or of an application for one."""
    request, answer = requested(entry, _REQUEST), answered(entry, _ANSWER)
    kind = (request.grant_type or "").rpartition(":")[2]
    client = None if request.client_id == HIDDEN else request.client_id
    return Told(
        activity=Activity.IDENTITY_SIGNED_IN,
        session=Session(
            method=kind.replace("_", " ").replace("-", " ") or None,
            target=client or None,
            lasts=answer.expires_in,
        ),
    )


def _by(method: str) -> EntryReader:
    return lambda entry: _session(entry, method)


SESSIONS: dict[str, dict[str, EntryReader]] = {
    "sts.amazonaws.com": dict.fromkeys(STS, _assume),
    "rolesanywhere.amazonaws.com": {"CreateSession": _certify},
    "eks-auth.amazonaws.com": {"AssumeRoleForPodIdentity": _by("pod identity")},
    "cognito-identity.amazonaws.com": {"GetCredentialsForIdentity": _by("cognito identity")},
    "s3.amazonaws.com": {"GetDataAccess": _by("access grant")},
    "s3express.amazonaws.com": {"CreateSession": _by("directory bucket")},
    "sso.amazonaws.com": {
        "Authenticate": lambda _: Told(activity=Activity.IDENTITY_SIGNED_IN),
        "Federate": _choose,
        "GetRoleCredentials": _choose,
    },
    "sso-oauth.amazonaws.com": {"CreateToken": _give_token, "CreateTokenWithIAM": _give_token},
}
