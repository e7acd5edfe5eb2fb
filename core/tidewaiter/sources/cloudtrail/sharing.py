"""Sharing of what has no reader of its own: snapshots of databases, and functions.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html,
https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html

``grants`` are those who are let in; a call that only shuts somebody out has none.
"""

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from tidewaiter.model import Grant
from tidewaiter.sources.cloudtrail.any_call import read_any
from tidewaiter.sources.cloudtrail.call import Entry, EntryReader, Told, requested
from tidewaiter.sources.cloudtrail.policies import EVERYBODY, holder_of


class Request(Struct, rename="camel"):
    """What callers send: to RDS the first, to Lambda the others."""

    values_to_add: tuple[str, ...] | None = None
    principal: str | None = None
    action: str | None = None
    organization: str | None = field(name="principalOrgID", default=None)


_REQUEST = msgspec.json.Decoder(Request)


def _share(entry: Entry) -> Told:
    return replace(read_any(entry), grants=_grants(requested(entry, _REQUEST)))


def _grants(request: Request) -> tuple[Grant, ...]:
    databases = tuple(
        Grant("public") if each == "all" else Grant("account", each)
        for each in request.values_to_add or ()
    )
    return databases + _callers(request)


def _callers(request: Request) -> tuple[Grant, ...]:
    """Tell who may call a function: everybody, within an organization if one is named."""
    if request.principal == EVERYBODY and request.organization:
        return (Grant("organization", request.organization, request.action),)
    if request.principal == EVERYBODY:
        return (Grant("public", permission=request.action),)
    return (Grant(*holder_of(request.principal), request.action),) if request.principal else ()


SHARING: dict[str, dict[str, EntryReader]] = {
    "rds.amazonaws.com": {
        "ModifyDBClusterSnapshotAttribute": _share,
        "ModifyDBSnapshotAttribute": _share,
    },
    "lambda.amazonaws.com": {
        "AddPermission20150331": _share,
        "AddPermission20150331v2": _share,
    },
}
