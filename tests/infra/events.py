"""What EventBridge would be given of a log: CloudTrail records wrapped, notices as they are."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tidewaiter.errors import Malformed
from tidewaiter.intake import interpret
from tidewaiter.model import Event
from tidewaiter.reading.files import find
from tidewaiter.reading.reader import Good, Reader
from tidewaiter.sources import Record

Json = dict[str, Any]

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
DETAIL_TYPES = {
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
}
API_CALL = "AWS API Call via CloudTrail"
READING = ("Describe", "Get", "List")
WITH_READING = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


class Sent(Struct, frozen=True):
    """An event on the bus, whether a detector needs it, and where it is from."""

    event: Json
    needed: bool
    place: str

    def seen_in(self, state: str) -> bool:
        """Whether a rule in ``state`` is shown the event at all."""
        reads = str(self.event["detail"].get("eventName", "")).startswith(READING)
        return state == WITH_READING or not (reads and self.event["detail-type"] == API_CALL)


def sent(paths: Iterable[Path]) -> Iterator[Sent]:
    """Yield what the bus would be given of the records below ``paths``.

    What no source of ours can read is left out: nobody needs it, and nobody can say it is noise.
    """
    reader = Reader(None)
    for file in find([str(path) for path in paths]):
        for found in reader.read(file):
            if isinstance(found, Good):
                event = on_the_bus(found.record)
                needed = None if event is None else is_needed(found.record)
                if event is not None and needed is not None:
                    yield Sent(event, needed, str(found.where))


def is_needed(record: Record) -> bool | None:
    """Whether detectors are given what ``record`` says; ``None`` if it is malformed."""
    try:
        return isinstance(interpret(record), Event)
    except Malformed:
        return None


def on_the_bus(record: Record) -> Json | None:
    """Return ``record`` as EventBridge delivers it, or ``None`` if it does not."""
    told = msgspec.json.decode(record.raw)
    if "detail-type" in told and isinstance(told.get("detail"), dict):
        return dict(told)
    service = told.get("eventSource")
    if not isinstance(service, str) or not service.endswith(".amazonaws.com"):
        return None
    return {
        "version": "0",
        "id": "11111111-2222-4333-8444-555555555555",
        "detail-type": DETAIL_TYPES.get(str(told.get("eventType")), API_CALL),
        "source": f"aws.{service.removesuffix('.amazonaws.com')}",
        "account": str(told.get("recipientAccountId") or "111122223333"),
        "time": str(told.get("eventTime") or datetime.now(UTC).isoformat()),
        "region": str(told.get("awsRegion") or "us-east-1"),
        "resources": [],
        "detail": told,
    }
