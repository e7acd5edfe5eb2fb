"""Scanners that are switched on or off: GuardDuty and Amazon Inspector, for accounts and features.

https://docs.aws.amazon.com/guardduty/latest/APIReference/API_StopMonitoringMembers.html,
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html,
https://docs.aws.amazon.com/inspector/v2/APIReference/API_Disable.html

An administrator's account does it for others, which it names.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Change
from tidewaiter.sources.cloudtrail.call import Call, Reader, Told, Verbs, answered, requested
from tidewaiter.sources.cloudtrail.monitoring import place_of

# What of GuardDuty looks at containers and at the disks of machines; the rest tells of no image.
# https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorFeatureConfiguration.html
FEATURES = frozenset(
    {
        "EBS_MALWARE_PROTECTION",
        "EKS_AUDIT_LOGS",
        "EKS_RUNTIME_MONITORING",
        "LAMBDA_NETWORK_LOGS",
        "RUNTIME_MONITORING",
    }
)
MOST = 100  # accounts in one call that Inspector takes; GuardDuty takes half as many
IMAGES = "ECR"  # of what Inspector scans
STATUS = {"ENABLED": "on", "DISABLED": "off"}


class Feature(Struct):
    """One part of GuardDuty."""

    name: str | None = None
    status: str | None = None


class Request(Struct, rename="camel"):
    """What callers send, whatever the verb."""

    detector_id: str | None = None
    enable: bool | None = None
    features: tuple[Feature, ...] | None = None
    account_id: str | None = None
    admin_account_id: str | None = None
    delegated_admin_account_id: str | None = None
    account_ids: tuple[str, ...] | None = None
    resource_types: tuple[str, ...] | None = None

    @property
    def accounts(self) -> tuple[str, ...]:
        """Whose scanner it is, where that is told."""
        one = self.account_id or self.admin_account_id or self.delegated_admin_account_id
        return (one,) if one else self.account_ids or ()


class Failed(Struct, rename="camel"):
    """An account for which nothing was done."""

    account_id: str | None = None


class Answer(Struct, rename="camel"):
    """Services answer "200 OK" also where nothing was done for some."""

    unprocessed_accounts: tuple[Failed, ...] | None = None
    failed_accounts: tuple[Failed, ...] | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANSWER = msgspec.json.Decoder(Answer)


def _told(call: Call, *switched: tuple[str | None, str]) -> Told:
    """Tell what was switched (a part, or the whole) and how, for each account where it was done."""
    request, answer = requested(call, _REQUEST), answered(call, _ANSWER)
    unchanged = (*(answer.unprocessed_accounts or ()), *(answer.failed_accounts or ()))
    accounts = dict.fromkeys(request.accounts[:MOST] or (call.account,))
    for each in unchanged:
        accounts.pop(each.account_id, None)
    others = [None if each == call.account else f"account {each}" for each in accounts]
    changes = tuple(
        Change("scanner", to, place_of(call, _of(feature, other, request.detector_id)))
        for feature, to in switched
        for other in others
    )
    target = request.detector_id or None
    return Told(activity=Activity.MONITORING_CHANGED, changes=changes, target=target)


def _of(*words: str | None) -> str:
    return " of ".join(filter(None, words))


def _set(to: str) -> Reader:
    return lambda call: _told(call, (None, to))


def _update(call: Call) -> Told:
    """Read a detector that is switched as a whole, or in its parts."""
    request = requested(call, _REQUEST)
    named = {each.name: each.status for each in request.features or ()}
    parts = [(name, STATUS[to]) for name, to in named.items() if name in FEATURES and to in STATUS]
    if request.enable is None:
        return _told(call, *parts)
    return _told(call, (None, "on" if request.enable else "off"), *parts)


def _inspect(to: str) -> Reader:
    """Read whether images are scanned; without types, everything is meant."""

    def read(call: Call) -> Told:
        types = requested(call, _REQUEST).resource_types or (IMAGES,)
        return _told(call, (None, to)) if IMAGES in types else _told(call)

    return read


SCANNERS: Mapping[str, Verbs] = {
    "inspector2.amazonaws.com": {
        "Enable": _inspect("on"),
        "Disable": _inspect("off"),
        "DisableDelegatedAdminAccount": _set("removed"),
        "DisassociateMember": _set("removed"),
    },
    "guardduty.amazonaws.com": {
        "DeleteDetector": _set("removed"),
        "DeleteMembers": _set("removed"),
        "DisableOrganizationAdminAccount": _set("removed"),
        "DisassociateFromAdministratorAccount": _set("narrowed"),
        "DisassociateFromMasterAccount": _set("narrowed"),
        "DisassociateMembers": _set("removed"),
        "StartMonitoringMembers": _set("on"),
        "StopMonitoringMembers": _set("off"),
        "UpdateDetector": _update,
        "UpdateMemberDetectors": _update,
    },
}
