"""What every source is: a name, a look that recognises its records, and a reader.

A source is one file with one module-level ``SOURCE``; it is added in two lines to
``sources/__init__.py``.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec
from msgspec import Raw, Struct

from tidewaiter.decoding import decode as decode  # noqa: PLC0414 - readers take it from here
from tidewaiter.errors import Malformed
from tidewaiter.model import Event

_FIELDS: msgspec.json.Decoder[dict[str, Raw]] = msgspec.json.Decoder(dict[str, Raw])
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # older than every cloud; memories begin in 1970


class Context(Struct, frozen=True, omit_defaults=True):
    """What the wrappers around a record told about it, and what the operator told of such."""

    account: str | None = None
    region: str | None = None
    log_group: str | None = None  # CloudWatch Logs
    topic: str | None = None  # Pub/Sub subscription or SNS topic
    attributes: tuple[tuple[str, str], ...] = ()  # of a Pub/Sub message
    flow_formats: tuple[tuple[str, ...], ...] = ()  # of rows without a header, by the operator


class Record(Struct, frozen=True):
    """One log record as it came out of its wrappers.

    ``raw`` is its JSON text, ``fields`` its top-level members, undecoded.
    """

    raw: Raw | bytes
    fields: Mapping[str, Raw]
    context: Context = Context()


class Ignored(Struct, frozen=True):
    """Read, understood, and not ours; counted by ``kind`` in the summary."""

    kind: str


class Source(Struct, frozen=True, kw_only=True):
    """One log source.

    ``claims`` looks at the members' names (and, rarely, at one value) and never raises; ``read``
    raises :class:`~tidewaiter.errors.Malformed` with the path of the offending field.

    ``read`` of an audit log leaves alone what is no image work, before it decodes any of it;
    ``rest`` reads that, too, for those who want the whole log in our model.
    """

    name: str
    provider: str
    title: str  # for people: "AWS CloudTrail"
    link: str  # the format's page
    claims: Callable[[Record], bool]
    read: Callable[[Record], Event | Ignored]
    rest: Callable[[Record], Event | Ignored] | None = None


def _members(raw: Raw | bytes | str) -> dict[str, Raw]:
    return decode(_FIELDS, raw)


def record_of(raw: Raw | bytes | str, context: Context = Context()) -> Record:
    """Split one JSON object into its members.  Raises :class:`Malformed` if it is none."""
    return Record(
        raw=raw if not isinstance(raw, str) else raw.encode(),
        fields=_members(raw),
        context=context,
    )


def moment(text: str, path: str) -> datetime:
    """Read an RFC 3339 time, with or without zone (then UTC) and of any precision, as UTC.

    Raises :class:`Malformed` naming ``path``.
    """
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        return _of_a_log(found.astimezone(UTC), path)
    except (ValueError, OverflowError):
        raise Malformed(f"not a time: {text[:40]!r}", path) from None


def instant(seconds: float, path: str) -> datetime:
    """Read seconds since 1970 as UTC.  Raises :class:`Malformed` naming ``path`` if no calendar
    has them.
    """
    try:
        return _of_a_log(datetime.fromtimestamp(seconds, UTC), path)
    except (ValueError, OverflowError, OSError):
        raise Malformed(f"not a time: {str(seconds)[:40]}", path) from None


def _of_a_log(found: datetime, path: str) -> datetime:
    """Refuse what is no event's time but a mistake: zero, Go's zero time in the year 1, a lie."""
    if found < _EARLIEST:
        raise Malformed(f"no event's time: {found.isoformat()}", path)
    return found
