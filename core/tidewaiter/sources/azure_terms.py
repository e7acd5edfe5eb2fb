"""How Azure writes things, in any case: resource ids, status words, identities, JSON in strings.

Resource ids: https://learn.microsoft.com/rest/api/resources/resources/get-by-id
"""

import base64
import binascii
import re
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

import msgspec
from msgspec import Raw

from tidewaiter.errors import Malformed
from tidewaiter.model import Outcome, Principal, Severity
from tidewaiter.sources.interface import decode, moment

T = TypeVar("T")

REPOSITORY_LOG = "ACR resource log ContainerRegistryRepositoryEvents (diagnostic setting)"

_TEXT = msgspec.json.Decoder(str)
_ANY_JSON = msgspec.json.Decoder(Raw)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOBODY = "00000000-0000-0000-0000-000000000000"  # the user name of every Entra token login to ACR
_AMERICAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}) ([0-9]{1,2}):([0-9:]{5}) ([AP])M")
_QUOTE = ord('"')
_HTTP_ERROR = 400
_HTTP_ACCEPTED = 202

# Status words, their legacy synonyms and the names of HTTP status codes that some services write.
_OUTCOMES = {
    "start": Outcome.PENDING,
    "started": Outcome.PENDING,
    "accept": Outcome.PENDING,
    "accepted": Outcome.PENDING,
    "in progress": Outcome.PENDING,
    "inprogress": Outcome.PENDING,
    "running": Outcome.PENDING,
    "failed": Outcome.FAILURE,
    "failure": Outcome.FAILURE,
    "error": Outcome.FAILURE,
    "canceled": Outcome.FAILURE,
    "cancelled": Outcome.FAILURE,
    "denied": Outcome.FAILURE,
    "badrequest": Outcome.FAILURE,
    "unauthorized": Outcome.FAILURE,
    "forbidden": Outcome.FAILURE,
    "notfound": Outcome.FAILURE,
    "conflict": Outcome.FAILURE,
    "timeout": Outcome.FAILURE,
}

_SEVERITIES = {
    "informational": Severity.INFO,
    "information": Severity.INFO,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}


def azure_moment(text: str, path: str) -> datetime:
    """Read a time as :func:`moment` does, or as services now and then write it to an Event Hub.

    https://github.com/elastic/integrations/issues/15977

    >>> azure_moment("11/14/2025 1:48:53 AM", "$.time").isoformat()
    '2025-11-14T01:48:53+00:00'
    >>> azure_moment("11/14/2025 12:00:00 PM", "$.time").hour
    12
    """
    found = _AMERICAN.fullmatch(text)
    if found:
        month, day, year, hour = map(int, found.group(1, 2, 3, 4))
        hour = hour % 12 + (12 if found[6] == "P" else 0)
        text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{found[5]}"
    return moment(text, path)


def severity_of(word: str | None) -> Severity | None:
    """Read a severity as Defender, Advisor and Entra write it; ``None`` for what says nothing."""
    return _SEVERITIES.get((word or "").strip().lower())


def outcome_of(status: str | None) -> Outcome:
    """Read a status word or an HTTP status code.

    Succeeded, Success, Created, OK and what nobody has heard of count as success: an alert too many
    can be seen and corrected, an implant kept quiet for a new word cannot.

    >>> outcome_of("ACCEPTED").value, outcome_of("201").value, outcome_of("403").value
    ('pending', 'success', 'failure')
    """
    word = (status or "").strip().lower()
    if word.isascii() and word.isdigit() and len(word) == len("200"):
        code = int(word)
        if code >= _HTTP_ERROR:
            return Outcome.FAILURE
        return Outcome.PENDING if code == _HTTP_ACCEPTED else Outcome.SUCCESS
    return _OUTCOMES.get(word, Outcome.SUCCESS)


def segment(resource: str, after: str) -> str | None:
    """Return the part of a lower-case resource id that follows ``after``.

    >>> segment("/subscriptions/s1/resourcegroups/shop", "resourcegroups")
    'shop'
    """
    parts = resource.split("/")
    pairs = pairwise(parts)
    return next((found or None for name, found in pairs if name == after), None)


def last_segment(resource: str) -> str:
    """Return the resource's own name."""
    return resource.rpartition("/")[2]


def token_id(text: str | None) -> str | None:
    """Return the id of a token as the token itself carries it, in its claim ``uti``.

    It is the sign-in's request id, sixteen bytes as base64; logs of 2022 have base64 of the id's
    36 letters instead: https://azuread.github.io/MSIdentityTools/commands/ConvertFrom-MsIdUniqueTokenIdentifier

    >>> token_id("MDAxMTIyMzMtNDQ1NS02Njc3LTg4OTktYWFiYmNjZGRlZWZm")
    'MyIRAFVEd2aImaq7zN3u_w'
    """
    try:
        letters = base64.b64decode(text or "", validate=True).decode("ascii").lower()
    except (ValueError, binascii.Error):
        return text or None
    if not _GUID.fullmatch(letters):
        return text or None
    first, second, third, *rest = letters.split("-")
    # Microsoft writes the first three numbers of an id with their lowest byte first.
    numbers = b"".join(bytes.fromhex(part)[::-1] for part in (first, second, third))
    whole = numbers + bytes.fromhex("".join(rest))
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


def registry_host(resource: str) -> str:
    """Return the host of a registry, or of anything in it, by its resource id.

    The id knows only the public cloud's suffix; a login server, where the log has one, is better.

    >>> registry_host("/providers/Microsoft.ContainerRegistry/registries/Shop/tokens/ci")
    'shop.azurecr.io'
    """
    name = resource.strip().lower().rstrip("/")
    return f"{segment(name, 'registries') or last_segment(name)}.azurecr.io"


def registry_principal(identity: str | None, tenant: str | None) -> Principal | None:
    """Tell who an ACR identity is by its form: a mailbox, an application's id, a token's name."""
    name = (identity or "").strip()
    if not name or name == _NOBODY:
        return None
    if "@" in name:
        return Principal(id=name.lower(), type="User", account=tenant)
    if _GUID.fullmatch(name.lower()):
        return Principal(id=name.lower(), type="ServicePrincipal", account=tenant)
    return Principal(id=name, type="Token", account=tenant)


def embedded(decoder: msgspec.json.Decoder[T], raw: Raw, path: str) -> T | None:
    """Decode an object that may come as itself or as a JSON string of itself.

    A string that is no JSON (empty, or cut by a size limit) is unknown: ``None``.  Raises
    :class:`Malformed` where the JSON is whole and of the wrong type.
    """
    if memoryview(raw)[0] != _QUOTE:
        return decode(decoder, raw, path)
    inner = decode(_TEXT, raw, path)
    try:
        decode(_ANY_JSON, inner, path)
    except Malformed:
        return None
    return None if inner.strip() == "null" else decode(decoder, inner, path)
