"""What S3 tells of objects by itself, in two forms: notifications, and events on EventBridge.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html

A bucket may send both forms of one act.  Only a notification names the principal, only EventBridge
the account of the bucket.  None of it is image work, so nothing is decoded until the whole log is
asked for.
"""

from tidewaiter.model import Client, Credential, Event, Outcome, Principal, short_hash
from tidewaiter.sources.interface import Ignored, Record, Source
from tidewaiter.sources.s3_object_event.forms import Told, is_on_bus, notified, on_bus

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
TYPES = {"AIDA": "IAMUser", "AROA": "AssumedRole"}
AWAITS = "CloudTrail data events of s3.amazonaws.com"


def _is_test(record: Record) -> bool:
    """Whether it only shows that notifications were switched on."""
    return bytes(record.fields.get("Event", b"")) == b'"s3:TestEvent"'


def _claims(record: Record) -> bool:
    is_notification = bytes(record.fields.get("eventSource", b"")) == b'"aws:s3"'
    return is_notification or is_on_bus(record) or _is_test(record)


def _read(record: Record) -> Ignored:
    return Ignored("s3 test event" if _is_test(record) else "s3 object event")


def _rest(record: Record) -> Event | Ignored:
    if _is_test(record):
        return _read(record)
    told = on_bus(record) if is_on_bus(record) else notified(record)
    act = _act(told)
    principal, session = _principal(told.requester or "")
    only_account = principal is None or principal.type == "AWSAccount"
    return Event(
        id=told.id or act,
        act=act,
        time=told.time,
        provider="aws",
        source="s3_object_event",
        activity=told.activity,
        operation=told.operation,
        outcome=Outcome.FAILURE if told.failure else Outcome.SUCCESS,
        error=told.failure or None,
        service="s3.amazonaws.com",
        account=told.account or None,
        region=told.region or None,
        principal=principal,
        credential=Credential(issued_to=session) if session else None,
        client=Client(told.address) if told.address else None,
        target=told.target or None,
        stored=told.stored,
        awaits=AWAITS if only_account else None,
    )


def _act(told: Told) -> str:
    """Name the act by its place in the object's history, which only writes and deletions have;
    else by the request, of which one may be about many objects.

    The place is a hexadecimal number of any length, so leading zeros tell nothing.
    """
    place = (told.sequencer or "").lower().lstrip("0")
    named = place or told.request_id or told.time.isoformat()
    return f"s3:{short_hash(told.stored.bucket, told.stored.path, told.activity, named)}"


def _principal(requester: str) -> tuple[Principal | None, str | None]:
    """Read ``AWS:`` with a unique id and perhaps a session, an account, or a service; return the
    principal and the session's name.
    """
    who, _, session = requester.removeprefix("AWS:").partition(":")
    if not who:
        return None, None
    if who.isascii() and who.isdigit():
        return Principal(id=who, type="AWSAccount", account=who), session or None
    kind = "AWSService" if ".amazonaws.com" in who else TYPES.get(who[:4])
    return Principal(id=who, type=kind), session or None


SOURCE = Source(
    name="s3_object_event",
    provider="aws",
    title="S3 object events",
    link="https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html",
    claims=_claims,
    read=_read,
    rest=_rest,
)
