"""Signing in to AWS: the console, IAM Identity Center, and what stands before them.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html,
https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html

These records have no parameters.  Whether it worked stands under the verb's own name, in the
answer or (Identity Center) in the details; the rest is additional data.
"""

import msgspec
from msgspec import Raw, Struct

from tidewaiter.model import Activity, Session
from tidewaiter.sources.amazon import parse_arn
from tidewaiter.sources.cloudtrail.call import (
    LONGEST_ERROR,
    Entry,
    EntryReader,
    Told,
    added,
    answered,
    bare_address,
    detailed,
)
from tidewaiter.sources.cloudtrail.identity import Identity, principal_of
from tidewaiter.sources.interface import decode

STEPS = (
    # A sign-in succeeds with the last record only, but may fail with each.
    "CheckMfa",
    "CredentialChallenge",
    "CredentialVerification",
)
SIGNED_IN = (
    "AuthorizeOAuth2Access",
    "ConsoleLogin",
    "ExitRole",  # back to who one was
    "UserAuthentication",
)
CHANGED = (
    "EmailUpdated",
    "PasswordRecoveryCompleted",
    "PasswordRecoveryRequested",
    "PasswordUpdated",
)
PASSWORDS = frozenset({"IAMUser", "Root"})
SECOND_FACTORS = frozenset({"EMAIL_OTP", "RESYNC_TOTP", "TOTP", "WEBAUTHN"})


class Additional(Struct):
    """What a sign-in adds; AWS writes these names in capitals."""

    LoginTo: str | None = None
    RedirectTo: str | None = None
    SwitchFrom: str | None = None
    MFAUsed: str | None = None
    CredentialType: str | None = None  # of all steps taken: PASSWORD,TOTP
    AuthWorkflowID: str | None = None


_ADDITIONAL = msgspec.json.Decoder(Additional)
_MEMBERS: msgspec.json.Decoder[dict[str, Raw]] = msgspec.json.Decoder(dict[str, Raw])
_VERDICT = msgspec.json.Decoder(str | None)


def _refusal(entry: Entry) -> str | None:
    """Say why it did not work; AWS gives a message and no error code."""
    for members, place in (
        (answered(entry, _MEMBERS), "responseElements"),
        (detailed(entry, _MEMBERS), "serviceEventDetails"),
    ):
        raw = members.get(entry.event_name)
        said = decode(_VERDICT, raw, f"$.{place}.{entry.event_name}") if raw else None
        if said:
            return None if said == "Success" else _message(entry) or said
    return _message(entry)


def _message(entry: Entry) -> str | None:
    return (entry.error_message or "")[:LONGEST_ERROR] or None


def _sign_in(entry: Entry) -> Told:
    more = added(entry, _ADDITIONAL)
    kinds = frozenset(filter(None, (more.CredentialType or "").split(",")))
    return Told(
        activity=Activity.IDENTITY_SIGNED_IN,
        session=Session(
            method=_method(entry, more),
            target=bare_address(more.LoginTo or more.RedirectTo or "") or None,
        ),
        error=_refusal(entry),
        mfa=_factor(entry, more) if more.MFAUsed else _factors(kinds),
        joins=more.AuthWorkflowID or None,
    )


def _method(entry: Entry, more: Additional) -> str | None:
    if more.CredentialType:
        return more.CredentialType.replace(",", ", ").replace("_", " ").lower()
    signs_in = entry.event_name == "ConsoleLogin" and entry.user_identity
    return "password" if signs_in and signs_in.type in PASSWORDS else None


def _factor(entry: Entry, more: Additional) -> bool | None:
    """Tell of a second factor: a provider of identities asks for its own, of which AWS says No."""
    if more.MFAUsed == "Yes":
        return True
    asks = entry.user_identity and entry.user_identity.type in PASSWORDS
    return False if asks and more.MFAUsed == "No" else None


def _factors(kinds: frozenset[str]) -> bool | None:
    if kinds & SECOND_FACTORS:
        return True
    return False if kinds == {"PASSWORD"} else None


def _step(entry: Entry) -> Told:
    told = _sign_in(entry)
    # Neither being asked for a credential nor one of several proves or disproves the factors.
    return msgspec.structs.replace(told, pending=True, mfa=None)


def _switch(entry: Entry) -> Told:
    """Read a change of role in the console: ``userIdentity`` is already who one became."""
    more, became = added(entry, _ADDITIONAL), entry.user_identity
    if became is None or became.type != "AssumedRole":
        became = None  # refused: one is still oneself
    role = principal_of(became) if became else None
    return Told(
        activity=Activity.IDENTITY_ASSUMED,
        session=Session(
            role=role.id if role else None,
            account=role.account if role else None,
            user=(became and became.arn) or None,
            method="console",
            target=bare_address(more.RedirectTo or "") or None,
        ),
        error=_refusal(entry),
        who=_owner(more.SwitchFrom) if became else None,
    )


def _owner(arn: str | None) -> Identity | None:
    found = parse_arn(arn)
    if found is None:
        return None
    assumed = found.resource.startswith("assumed-role/")
    return Identity(type="AssumedRole" if assumed else "IAMUser", arn=arn, account_id=found.account)


def _give_token(entry: Entry) -> Told:
    """Read a token for the console: with it, whoever has keys gets a browser's session."""
    return Told(
        activity=Activity.IDENTITY_ASSUMED,
        session=Session(method="sign-in token"),
        error=_refusal(entry),
    )


def _change(entry: Entry) -> Told:
    return Told(activity=Activity.IDENTITY_CHANGED, error=_refusal(entry))


SIGN_IN_VERBS: dict[str, EntryReader] = {
    **dict.fromkeys(SIGNED_IN, _sign_in),
    **dict.fromkeys(STEPS, _step),
    **dict.fromkeys(CHANGED, _change),
    "SwitchRole": _switch,
    "RenewRole": _switch,
    "CreateOAuth2Token": _give_token,
    "GetSigninToken": _give_token,
}
