"""CloudTrail's ``userIdentity``: who acted, and with which credential.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from collections.abc import Callable

from msgspec import Struct

from tidewaiter.model import Credential, Principal
from tidewaiter.sources.amazon import last_part, parse_arn

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""Stands for what may be a password typed into the wrong field."""


ANONYMOUS = frozenset({"ANONYMOUS_PRINCIPAL", "anonymous"})
"""Stand where an account would, of calls that nobody signed."""


class Issuer(Struct, frozen=True, rename="camel"):
    """The role or user that a session was made from."""

    arn: str | None = None
    user_name: str | None = None


class Attributes(Struct, frozen=True, rename="camel"):
    """Of a session; ``mfa_authenticated`` is the text ``"true"`` or ``"false"``."""

    creation_date: str | None = None
    mfa_authenticated: str | bool | None = None


class Session(Struct, frozen=True, rename="camel"):
    """The context of temporary credentials; its parts may be empty objects."""

    session_issuer: Issuer | None = None
    attributes: Attributes | None = None


class OnBehalfOf(Struct, frozen=True, rename="camel"):
    """The IAM Identity Center user behind a call."""

    user_id: str | None = None


class Identity(Struct, frozen=True, rename="camel"):
    """The members of ``userIdentity`` that we use; every one is absent somewhere."""

    type: str | None = None
    arn: str | None = None
    principal_id: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    credential_id: str | None = None
    user_name: str | None = None
    invoked_by: str | None = None
    identity_provider: str | None = None
    session_context: Session | None = None
    on_behalf_of: OnBehalfOf | None = None

    @property
    def issuer(self) -> Issuer:
        """The session's issuer, empty if there is none."""
        return (self.session_context and self.session_context.session_issuer) or Issuer()

    @property
    def attributes(self) -> Attributes:
        """The session's attributes, empty if there are none."""
        return (self.session_context and self.session_context.attributes) or Attributes()


def _role(who: Identity) -> str | None:
    """Return the role's ARN, never the session's: that would be a new principal every hour."""
    if who.issuer.arn:
        return who.issuer.arn
    arn = parse_arn(who.arn)
    if arn and arn.resource.startswith("assumed-role/"):
        name = arn.resource.split("/")[1]
        return f"arn:{arn.partition}:iam::{arn.account or ''}:role/{name}"
    return (who.principal_id or "").partition(":")[0] or None


def _role_name(who: Identity) -> str | None:
    name = who.issuer.user_name or last_part(_role(who))
    return f"role {name}" if name else None


def _arn(who: Identity) -> str | None:
    return who.arn


def _directory_user(who: Identity) -> str | None:
    """Return the user of a directory where it is told: the sign-in page knows no ARN."""
    named = None if who.user_name == HIDDEN else who.user_name
    return (who.on_behalf_of and who.on_behalf_of.user_id) or named or who.account_id


def _user_name(who: Identity) -> str | None:
    return who.user_name


STABLE: dict[str, Callable[[Identity], str | None]] = {
    "AssumedRole": _role,
    "FederatedUser": lambda who: who.issuer.arn,
    "AWSService": lambda who: who.invoked_by,
    "AWSAccount": lambda who: who.account_id,
    "Unknown": _directory_user,
    "IdentityCenterUser": lambda who: who.on_behalf_of.user_id if who.on_behalf_of else None,
}
NAMES: dict[str, Callable[[Identity], str | None]] = {
    "AssumedRole": _role_name,
    "Root": lambda _: "root",
    "IAMUser": lambda who: who.user_name or last_part(who.arn),
    "FederatedUser": lambda who: who.issuer.user_name or last_part(who.issuer.arn),
}


def principal_of(who: Identity) -> Principal | None:
    """Tell who acted, by an id that is the same in every session; ``None`` if nothing tells."""
    stable = STABLE.get(who.type or "", _arn)(who)
    found = stable or who.arn or who.principal_id or who.invoked_by or who.account_id
    if not found:
        return None
    name = NAMES.get(who.type or "", _user_name)(who)
    return Principal(
        id=found,
        name=None if name == HIDDEN else name or None,
        type=who.type or None,
        account=None if who.account_id in ANONYMOUS else who.account_id or None,
    )


def credential_of(who: Identity, principal: Principal | None) -> Credential | None:
    """Tell what ``principal`` acted with; ``None`` if nothing is known of it."""
    made = who.attributes.creation_date
    credential = Credential(
        id=who.access_key_id or who.credential_id or None,
        session=f"{principal.id}@{made}" if principal and made else None,
        issued_to=_session_name(who),
        mfa=_truth(who.attributes.mfa_authenticated),
    )
    return None if credential == Credential() else credential


def _session_name(who: Identity) -> str | None:
    arn = parse_arn(who.arn)
    if arn and arn.resource.startswith(("assumed-role/", "federated-user/")):
        return last_part(arn.resource)
    return None


def _truth(said: str | bool | None) -> bool | None:  # noqa: FBT001 - it is what is read
    return {"true": True, "false": False}.get(str(said).lower())
