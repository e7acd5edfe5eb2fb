"""Google Workspace and Cloud Identity: people's sign-ins, and what administrators change.

Sign-ins: https://cloud.google.com/logging/docs/audit/gsuite-audit-logging
Their events: https://developers.google.com/admin-sdk/reports/v1/appendix/activity/login
Administrators': https://developers.google.com/admin-sdk/reports/v1/appendix/activity/admin-event-names
What happened stands in ``metadata.event``, as in the Reports API; no status tells a failure.
"""

import re

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Grant, Report, Session
from tidewaiter.sources.gcp_audit.verbs import activity_of
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail

_LOGINS = {
    "loginSuccess": Activity.IDENTITY_SIGNED_IN,
    "loginFailure": Activity.IDENTITY_SIGNED_IN,
    "loginVerification": Activity.IDENTITY_SIGNED_IN,
    "loginChallenge": Activity.IDENTITY_SIGNED_IN,
    "2svEnroll": Activity.IDENTITY_CHANGED,
    "2svDisable": Activity.IDENTITY_CHANGED,
    "passwordEdit": Activity.IDENTITY_CHANGED,
    "recoveryEmailEdit": Activity.IDENTITY_CHANGED,
    "recoveryPhoneEdit": Activity.IDENTITY_CHANGED,
    "recoverySecretQaEdit": Activity.IDENTITY_CHANGED,
    "titaniumEnroll": Activity.IDENTITY_CHANGED,
    "titaniumUnenroll": Activity.IDENTITY_CHANGED,
    "accountDisabledGeneric": Activity.IDENTITY_CHANGED,
    "accountDisabledHijacked": Activity.IDENTITY_CHANGED,
    "accountDisabledPasswordLeak": Activity.IDENTITY_CHANGED,
    "accountDisabledSpamming": Activity.IDENTITY_CHANGED,
    "accountDisabledSpammingThroughRelay": Activity.IDENTITY_CHANGED,
    "suspiciousLogin": Activity.FINDING_REPORTED,
    "suspiciousLoginLessSecureApp": Activity.FINDING_REPORTED,
    "suspiciousProgrammaticLogin": Activity.FINDING_REPORTED,
    "govAttackWarning": Activity.FINDING_REPORTED,
}
_ABOUT_PEOPLE = (  # of an administrator's settings
    "userSettings",
    "groupSettings",
    "delegatedAdminSettings",
    "securitySettings",
    "inboundSsoSettings",
    "domainSettings",
)
_MEMBERS = ("addGroupMember", "assignRole")
_SUBJECTS = ("GROUP_EMAIL", "ROLE_NAME", "USER_EMAIL", "affected_email_address")
_ONE_FACTOR = {"password", "none", "login_location", "knowledge_employee_id", "other"}
_METHOD = re.compile(r"google\.(?P<what>login\.Login|admin\.Admin)Service\.(?P<verb>\w+)$")


class _Parameter(Struct):
    name: str | None = None
    value: str | None = None
    values: list[str] | None = field(name="multiStrValue", default=None)
    flag: bool | None = field(name="boolValue", default=None)


class _Happened(Struct):
    name: str | None = field(name="eventName", default=None)
    parameters: list[_Parameter] | None = field(name="parameter", default=None)


class _Metadata(Struct):
    events: list[_Happened] | None = field(name="event", default=None)


class _Told(Struct, frozen=True):
    """The first event's name, and its parameters by theirs."""

    name: str | None
    parameters: dict[str, _Parameter]

    def text(self, name: str) -> str | None:
        """One parameter's text."""
        found = self.parameters.get(name)
        return (found.value or None) if found else None

    def flag(self, name: str) -> bool | None:
        """One parameter's truth."""
        found = self.parameters.get(name)
        return found.flag if found else None


_METADATA = msgspec.json.Decoder(_Metadata)


def other(entry: Entry) -> Detail | None:
    """Read a sign-in, or an administrator's change."""
    found = _METHOD.match(entry.payload.method)
    if found is None:
        return None
    told = _told(entry)
    if found["what"] == "admin.Admin":
        return _administered(found["verb"], told, entry)
    activity = _LOGINS.get(found["verb"], Activity.RESOURCE_USED)
    if activity is Activity.IDENTITY_SIGNED_IN:
        return _signed_in(found["verb"], told, entry)
    warned = activity is Activity.FINDING_REPORTED
    return Detail(
        activity,
        target=_subject(told) or entry.payload.resource or None,
        report=Report(type=told.name or found["verb"]) if warned else None,
    )


def _told(entry: Entry) -> _Told:
    metadata = part(_METADATA, entry.payload.metadata, "metadata")
    first = next(iter((metadata.events if metadata else None) or ()), _Happened())
    return _Told(first.name, {one.name: one for one in first.parameters or () if one.name})


def _subject(told: _Told) -> str | None:
    return next((text for name in _SUBJECTS if (text := told.text(name))), None)


def _signed_in(verb: str, told: _Told, entry: Entry) -> Detail:
    status = told.text("login_challenge_status")
    refusal = None
    if verb == "loginFailure":
        refusal = told.text("login_failure_type") or told.name or verb
    elif status and "passed" not in status.lower():
        refusal = status
    return Detail(
        Activity.IDENTITY_SIGNED_IN,
        target=entry.payload.resource or None,
        session=Session(method=told.text("login_type")) if told.text("login_type") else None,
        report=Report(type="is_suspicious") if told.flag("is_suspicious") else None,
        mfa=None if refusal else _second_factor(told),
        refusal=refusal,
    )


def _second_factor(told: _Told) -> bool | None:
    """Whether more than a password was asked for; the order of challenges is the list's."""
    if told.flag("is_second_factor"):
        return True
    found = told.parameters.get("login_challenge_method")
    challenges = set((found.values or [found.value or "none"]) if found else ())
    if not challenges or challenges == {"none"}:
        return None
    return not challenges <= _ONE_FACTOR


def _administered(verb: str, told: _Told, entry: Entry) -> Detail:
    done = activity_of(verb)
    resource = entry.payload.resource or None
    people = (resource or "").rpartition("/")[2] in _ABOUT_PEOPLE
    changed = people and done is not Activity.RESOURCE_READ
    member = told.text("USER_EMAIL") if verb in _MEMBERS else None
    grant = Grant("principal", member.lower(), told.text("ROLE_NAME")) if member else None
    return Detail(
        Activity.IDENTITY_CHANGED if changed else done,
        target=_subject(told) or resource,
        grants=(grant,) if grant else (),
    )
