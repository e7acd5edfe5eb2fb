"""One CloudTrail record: what is the same for every service, and how it becomes an event.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct, field
from msgspec.structs import replace

from tidewaiter.model import Client, Credential, Event, Outcome, Principal
from tidewaiter.sources import telling
from tidewaiter.sources.cloudtrail.identity import Identity, credential_of, principal_of
from tidewaiter.sources.interface import Ignored, decode, moment

T = TypeVar("T")

_LETS_IN = re.compile(r"(?<=://)[^/?#]*@|[?#].*", re.DOTALL)

NOTHING = Raw(b"{}")
NETWORK = "NetworkActivity"  # the category of what a VPC endpoint saw pass
LONGEST_ERROR = 300  # characters; encoded authorization messages run to thousands


class Call(Struct, frozen=True, rename="camel"):
    """The members of a record that every verb shares; the vendor's parameters stay undecoded."""

    event_source: str
    event_name: str
    event_time: str
    event_id: Annotated[str, Meta(min_length=1)] = field(name="eventID")
    shared_event_id: str | None = field(name="sharedEventID", default=None)
    aws_region: str | None = None
    recipient_account_id: str | None = None
    source_ip_address: str | None = field(name="sourceIPAddress", default=None)
    user_agent: str | None = None
    user_identity: Identity | None = None
    error_code: str | None = None
    error_message: str | None = None
    request_parameters: Raw = NOTHING
    response_elements: Raw = NOTHING
    service_event_details: Raw = NOTHING
    resources: Raw = Raw(b"[]")

    @property
    def account(self) -> str | None:
        """The account in which it happened."""
        who = self.user_identity
        return self.recipient_account_id or (who and who.account_id) or None

    @property
    def failed(self) -> bool:
        """Whether the service refused."""
        return bool(self.error_code)


class Entry(Call, frozen=True, rename="camel"):
    """A record of which everything is read, also beyond image work."""

    event_category: str | None = None
    read_only: bool | None = None
    additional_event_data: Raw = NOTHING
    vpc_endpoint_id: str | None = None


class Told(telling.Told, frozen=True, kw_only=True):
    """What one verb's reader made of its parameters.

    ``error`` is for services that answer "200 OK" and say in the body that nothing was done.
    The last four are for sign-ins, which take several records and change who one is.
    """

    error: str | None = None
    pending: bool = False  # another record tells how it ended
    joins: str | None = None  # what all records of the act have in common
    who: Identity | None = None  # who acted, where userIdentity is who one became
    mfa: bool | None = None  # whether a second factor was shown in this very call


class Resource(Struct):
    """What a call was about."""

    ARN: str | None = None


_RESOURCES = msgspec.json.Decoder(tuple[Resource, ...])

Reader = Callable[[Call], Told | Ignored]
Verbs = Mapping[str, Reader]
EntryReader = Callable[[Entry], Told]


def requested(call: Call, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode ``requestParameters``.  Raises :class:`~tidewaiter.errors.Malformed`.

    Over 100 KB they are ``{"omitted": true, "reason": ..., "originalSize": ...}``: nothing in them
    may be required.
    """
    return decode(decoder, _present(call.request_parameters, b"{}"), "$.requestParameters")


def answered(call: Call, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode ``responseElements``, null for reads and failures; omitted when it is too large."""
    return decode(decoder, _present(call.response_elements, b"{}"), "$.responseElements")


def detailed(call: Call, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode ``serviceEventDetails``, the parameters of what a service did by itself."""
    return decode(decoder, _present(call.service_event_details, b"{}"), "$.serviceEventDetails")


def added(entry: Entry, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode ``additionalEventData``, what belongs to neither request nor answer."""
    return decode(decoder, _present(entry.additional_event_data, b"{}"), "$.additionalEventData")


def concerned(call: Call) -> list[str]:
    """Decode ``resources``, the ARNs that a call was about."""
    found = decode(_RESOURCES, _present(call.resources, b"[]"), "$.resources")
    return [each.ARN for each in found if each.ARN]


def bare_address(text: str) -> str:
    """Leave out of a web address what lets in whoever has it: a password, and the query, which may
    be signed.  Any other text stays as it is.

    >>> bare_address("https://alice:secret@example.com/stack.json?X-Amz-Signature=ab")
    'https://example.com/stack.json'
    """
    return _LETS_IN.sub("", text) if "://" in text else text


def _present(raw: Raw, otherwise: bytes) -> Raw | bytes:
    return otherwise if bytes(raw).strip() == b"null" else raw


def event_of(call: Call, told: Told) -> Event:
    """Join what the record and what its verb say."""
    who = told.who or call.user_identity
    principal = principal_of(who) if who else None
    error = error_of(call) if call.failed else told.error
    client = Client(call.source_ip_address or None, call.user_agent or None)
    return Event(
        id=call.event_id,
        # Copies in the trails of several accounts differ in eventID and share this one.
        act=f"aws:{told.joins or call.shared_event_id or call.event_id}",
        time=moment(call.event_time, "$.eventTime"),
        provider="aws",
        source="cloudtrail",
        operation=call.event_name,
        outcome=_outcome(error, told),
        error=error,
        service=call.event_source,
        account=call.account,
        region=call.aws_region or None,
        principal=principal,
        credential=_credential(who, principal, told.mfa) if who else None,
        client=None if client == Client() else client,
        **told.parts(),
    )


def error_of(call: Call) -> str:
    """Say why a call failed, in the service's words."""
    return ": ".join(filter(None, (call.error_code, call.error_message)))[:LONGEST_ERROR]


def _outcome(error: str | None, told: Told) -> Outcome:
    if error:
        return Outcome.FAILURE
    return Outcome.PENDING if told.pending else Outcome.SUCCESS


def _credential(
    who: Identity,
    principal: Principal | None,
    mfa: bool | None,  # noqa: FBT001 - it is what is read
) -> Credential | None:
    found = credential_of(who, principal)
    return found if mfa is None else replace(found or Credential(), mfa=mfa)
