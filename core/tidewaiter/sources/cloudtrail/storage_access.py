"""Access lists of S3: to whom a bucket or object is opened, in four ways of saying so.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html

A list in the body (once XML, so one grant is no list, nothing is ``""``, and a name of digits is a
number), a canned one by its name, one header for each permission, and the bucket's policy.
"""

import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct, field

from tidewaiter.model import Grant
from tidewaiter.sources.cloudtrail.call import Entry, requested
from tidewaiter.sources.cloudtrail.policies import grants_in

NULL = Raw(b"null")
Word = str | int | float | bool
GROUPS = "http://acs.amazonaws.com/groups/"
EVERYBODY = f"{GROUPS}global/AllUsers"
ANY_ACCOUNT = f"{GROUPS}global/AuthenticatedUsers"  # whoever has an account of AWS at all
LOG_DELIVERY = f"{GROUPS}s3/LogDelivery"
CANNED = {
    # The others (private, bucket-owner-...) open it to nobody but its owners.
    "public-read": ((EVERYBODY, "READ"),),
    "public-read-write": ((EVERYBODY, "READ"), (EVERYBODY, "WRITE")),
    "authenticated-read": ((ANY_ACCOUNT, "READ"),),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}
HEADERS = {
    "x-amz-grant-full-control": "FULL_CONTROL",
    "x-amz-grant-read": "READ",
    "x-amz-grant-read-acp": "READ_ACP",
    "x-amz-grant-write": "WRITE",
    "x-amz-grant-write-acp": "WRITE_ACP",
}


class Holder(Struct):
    """A canonical user (an account), a group or an e-mail address."""

    ID: Word | None = None
    DisplayName: Word | None = None
    EmailAddress: Word | None = None
    URI: str | None = None


class Given(Struct):
    """One grant."""

    Grantee: Holder | str | None = None
    Permission: str | None = None


class Givens(Struct):
    """``{"Grant": ...}``, of one or several."""

    Grant: Given | list[Given] | None = None


class AccessPolicy(Struct):
    """An access list with the owner, who is in it, too."""

    AccessControlList: Givens | str | None = None
    Owner: Holder | str | None = None


class PointPolicy(Struct):
    """The policy of an access point."""

    Policy: str | None = None


class Request(Struct):
    """How access may be set, whatever the verb."""

    AccessControlPolicy: AccessPolicy | str | None = None
    canned: str | list[str] | None = field(name="x-amz-acl", default=None)
    lists: dict[str, str | list[str]] | str | None = field(name="accessControlList", default=None)
    policy: Raw = field(name="bucketPolicy", default=NULL)
    point: PointPolicy | None = field(name="PutAccessPointPolicyRequest", default=None)


_REQUEST = msgspec.json.Decoder(Request)
_HOLDER = re.compile(r'(id|uri|emailAddress)="?([^",\s]{1,300})')


def grants_of(entry: Entry) -> tuple[Grant, ...]:
    """Tell to whom the call opens a bucket or object; its owner always may, and is left out."""
    request = requested(entry, _REQUEST)
    found = [*_listed(request), *_canned(request), *_in_headers(request)]
    policy = grants_in(entry, request.policy, "bucketPolicy")
    point = request.point.Policy if request.point else None
    found += [*policy, *grants_in(entry, point, "PutAccessPointPolicyRequest.Policy")]
    return tuple(dict.fromkeys(found))


def _listed(request: Request) -> Iterator[Grant]:
    policy = request.AccessControlPolicy
    if not isinstance(policy, AccessPolicy) or not isinstance(policy.AccessControlList, Givens):
        return
    given = policy.AccessControlList.Grant or []
    owner = policy.Owner.ID if isinstance(policy.Owner, Holder) else None
    for each in given if isinstance(given, list) else [given]:
        holder = each.Grantee
        if isinstance(holder, Holder):
            named = holder.URI or holder.ID or holder.EmailAddress or holder.DisplayName
            if named and named != owner:
                yield _grant(str(named), each.Permission)


def _canned(request: Request) -> Iterator[Grant]:
    for name in _several(request.canned):
        for holder, permission in CANNED.get(name, ()):
            yield _grant(holder, permission)


def _in_headers(request: Request) -> Iterator[Grant]:
    lists = request.lists if isinstance(request.lists, dict) else {}
    for name, values in sorted(lists.items()):
        permission = HEADERS.get(name.lower())
        for text in _several(values) if permission else ():
            yield from (_grant(found[2], permission) for found in _HOLDER.finditer(text))


def _grant(holder: str, permission: str | None) -> Grant:
    if holder == EVERYBODY:
        return Grant("public", permission=permission)
    if holder == ANY_ACCOUNT:
        return Grant("public", holder, permission)
    return Grant("principal" if holder.startswith(GROUPS) else "account", holder, permission)


def _several(said: str | list[str] | None) -> list[str]:
    if said is None:
        return []
    return said if isinstance(said, list) else [said]
