"""Changes of identities: users, groups, roles, keys, factors, providers and their policies.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html

Whatever changes something in these services changes an identity; ``grants`` say who gets (or loses)
which policy or group, and who may become a role.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.model import Activity, Grant, Session
from tidewaiter.sources.cloudtrail.any_call import changing
from tidewaiter.sources.cloudtrail.call import Entry, EntryReader, Told, answered, requested
from tidewaiter.sources.cloudtrail.policies import grants_in

SERVICES = (
    "iam.amazonaws.com",
    "identitystore.amazonaws.com",
    "rolesanywhere.amazonaws.com",
    "sso-directory.amazonaws.com",
    "sso.amazonaws.com",
)
POLICIES = (
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "DeleteGroupPolicy",
    "DeleteRolePolicy",
    "DeleteUserPolicy",
    "DetachGroupPolicy",
    "DetachRolePolicy",
    "DetachUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
)
GROUPS = ("AddUserToGroup", "RemoveUserFromGroup")
TRUST = ("CreateRole", "UpdateAssumeRolePolicy")
KEYS = ("CreateAccessKey", "DeleteAccessKey", "UpdateAccessKey")


class Request(Struct, rename="camel"):
    """What callers send to IAM; they may leave out the name of a user that is themselves."""

    user_name: str | None = None
    role_name: str | None = None
    group_name: str | None = None
    policy_arn: str | None = None
    policy_name: str | None = None
    policy_document: str | None = None
    assume_role_policy_document: str | None = None
    access_key_id: str | None = None


class Key(Struct, rename="camel"):
    """An access key; its secret is never logged."""

    access_key_id: str | None = None
    user_name: str | None = None


class Answer(Struct, rename="camel"):
    """What IAM answers to the making of a key."""

    access_key: Key | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANSWER = msgspec.json.Decoder(Answer)

change = changing(Activity.IDENTITY_CHANGED)


def _attach(entry: Entry) -> Told:
    """Read a policy put onto, or taken from, a user, role or group."""
    request = requested(entry, _REQUEST)
    holder = request.user_name or request.role_name or request.group_name
    policy = request.policy_arn or request.policy_name
    grants = (Grant("principal", holder, policy or None),) if holder else ()
    told = change(entry)
    return replace(told, target=holder or told.target, grants=grants)


def _join(entry: Entry) -> Told:
    """Read a user's coming to, or leaving, a group."""
    request = requested(entry, _REQUEST)
    user, group = request.user_name or None, request.group_name or None
    grants = (Grant("principal", user, group),) if user else ()
    return replace(change(entry), target=group or user, grants=grants)


def _trust(entry: Entry) -> Told:
    """Read who may become a role."""
    request = requested(entry, _REQUEST)
    member = "policyDocument" if request.policy_document else "assumeRolePolicyDocument"
    policy = request.policy_document or request.assume_role_policy_document
    return replace(change(entry), grants=grants_in(entry, policy, member))


def _change_key(entry: Entry) -> Told:
    request, made = requested(entry, _REQUEST), answered(entry, _ANSWER).access_key or Key()
    key = made.access_key_id or request.access_key_id
    return replace(
        change(entry),
        target=made.user_name or request.user_name or None,
        session=Session(credential=key) if key else None,
    )


IAM_VERBS: dict[str, EntryReader] = {
    **dict.fromkeys(POLICIES, _attach),
    **dict.fromkeys(GROUPS, _join),
    **dict.fromkeys(TRUST, _trust),
    **dict.fromkeys(KEYS, _change_key),
}
