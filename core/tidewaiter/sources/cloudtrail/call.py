"""One CloudTrail record: what is the same for every service, and how it becomes an event.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct, field

from tidewaiter.model import (
    Activity,
    Client,
    Event,
    Grant,
    Image,
    Outcome,
    Workload,
)
from tidewaiter.sources.cloudtrail.identity import Identity, credential_of, principal_of
from tidewaiter.sources.interface import Ignored, decode, moment

T = TypeVar("T")

NOTHING = Raw(b"{}")
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


class Told(Struct, frozen=True, kw_only=True):
    """What one verb's reader made of its parameters.

    ``error`` is for services that answer "200 OK" and say in the body that nothing was done.
    """

    activity: Activity
    images: tuple[Image, ...] = ()
    origin: Image | None = None
    grants: tuple[Grant, ...] = ()
    workload: Workload | None = None
    error: str | None = None


Reader = Callable[[Call], Told | Ignored]
Verbs = Mapping[str, Reader]


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


def concerned(call: Call, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode ``resources``, the ARNs that a call was about."""
    return decode(decoder, _present(call.resources, b"[]"), "$.resources")


def _present(raw: Raw, otherwise: bytes) -> Raw | bytes:
    return otherwise if bytes(raw).strip() == b"null" else raw


def event_of(call: Call, told: Told) -> Event:
    """Join what the record and what its verb say."""
    principal = principal_of(call.user_identity) if call.user_identity else None
    error = _error(call) if call.failed else told.error
    client = Client(call.source_ip_address or None, call.user_agent or None)
    return Event(
        id=call.event_id,
        # Copies in the trails of several accounts differ in eventID and share this one.
        act=f"aws:{call.shared_event_id or call.event_id}",
        time=moment(call.event_time, "$.eventTime"),
        provider="aws",
        source="cloudtrail",
        activity=told.activity,
        operation=call.event_name,
        outcome=Outcome.FAILURE if error else Outcome.SUCCESS,
        error=error,
        service=call.event_source,
        account=call.account,
        region=call.aws_region or None,
        principal=principal,
        credential=credential_of(call.user_identity, principal) if call.user_identity else None,
        client=None if client == Client() else client,
        images=told.images,
        origin=told.origin,
        grants=told.grants,
        workload=told.workload,
    )


def _error(call: Call) -> str:
    return ": ".join(filter(None, (call.error_code, call.error_message)))[:LONGEST_ERROR]
