"""Lines of text that hold records: rows of flow logs, and what CloudWatch Logs exports.

A row has no names in it.  They come from its file's header, from the operator (``[flow_logs]`` in
the settings), or from AWS's default formats, which are told by looking.  A row of any other format
is counted and left alone: guessed names would tell lies.

Rows: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html and
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html
Exports: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html
"""

import re
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec

from tidewaiter.envelopes.interface import Fields
from tidewaiter.errors import Malformed
from tidewaiter.reading.salvaging import ERRORS, reason_of
from tidewaiter.sources.interface import Ignored

T = TypeVar("T")
Columns = tuple[str, ...]

LONGEST = 1 << 14  # bytes; a row of all fields there are has a tenth of that

_DEFAULT: Columns = tuple(
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start"
    " end action log-status".split()
)
_TRANSIT: Columns = tuple(
    "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id"
    " tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id"
    " tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr"
    " srcport dstport protocol packets bytes start end log-status type packets-lost-no-route"
    " packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region"
    " flow-direction pkt-src-aws-service pkt-dst-aws-service".split()
)
_ADDRESSES = frozenset(("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"))
_STATUSES = frozenset(("OK", "NODATA", "SKIPDATA"))
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_ACCOUNT = re.compile(r"[0-9]{12}|unknown")
_INTERFACE = re.compile(r"(?:eni|tgw)-[0-9a-z-]+")
_SECOND = re.compile(r"1[0-9]{9}")  # of this century's first third, since 1970
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")
_BEGINNINGS = (b"{", b"[")
_ENCODER = msgspec.json.Encoder()


class Text(Generic[T]):
    """Reads one text line by line, with ``parse`` for the JSON of its records."""

    def __init__(self, parse: Callable[[bytes], T], formats: Sequence[Columns] = ()) -> None:
        self._parse = parse
        self._formats = formats
        self._header: Columns | None = None

    def read(self, line: bytes) -> T | Ignored | None:
        """Return what a line says that is no JSON by itself; ``None`` if it is none of ours.

        Raises :class:`~tidewaiter.errors.Malformed` if it is ours, and broken.
        """
        found = self._told(line)
        if not isinstance(found, bytes):
            return found
        try:
            return self._parse(found)
        except ERRORS as error:
            raise Malformed(reason_of(error)) from None

    def _told(self, line: bytes) -> bytes | Ignored | None:
        if stamp := _STAMP.match(line):
            message = line[stamp.end() :]
            if message.startswith(_BEGINNINGS):
                return message
            return row(message, self._formats) or Ignored("cloudwatch logs text")
        values = _values(line)
        if _is_header(values):
            self._header = tuple(values)
            return Ignored("flow log header")
        if self._header is None:
            return _row(values, self._formats)
        if values and len(values) != len(self._header):
            raise Malformed(f"{len(values)} fields below a header of {len(self._header)}")
        return _record(self._header, values) if values else None


def begins(text: bytes, formats: Sequence[Columns] = ()) -> bool:
    """Whether ``text`` begins with a line that :class:`Text` knows."""
    line = text[:LONGEST].lstrip().partition(b"\n")[0].rstrip()
    return bool(_STAMP.match(line) or _is_header(_values(line)) or row(line, formats))


def row(line: bytes, formats: Sequence[Columns] = ()) -> bytes | Ignored | None:
    """Return a row without a header as a JSON object of texts; a field that is ``-`` is null.

    ``None`` if it is no row; ``Ignored`` if it is one of which nobody knows the names.
    """
    return _row(_values(line), formats)


def is_row(fields: Fields, name: str) -> bool:
    """Whether the member is a string that looks like a row, of whatever format."""
    quoted = bytes(fields.get(name, b""))
    values = _values(quoted.removesuffix(b'\\n"').strip(b'"')) if quoted.startswith(b'"') else []
    return _is_default(values) or _looks_like_row(values)


def _values(line: bytes) -> list[str]:
    """Split a line into its fields; there are none in what cannot be a row."""
    if len(line) > LONGEST:
        return []
    try:
        return line.decode().split()
    except UnicodeDecodeError:
        return []


def _is_header(values: Sequence[str]) -> bool:
    return not _ADDRESSES.isdisjoint(values) and all(map(_NAME.fullmatch, values))


def _row(values: Sequence[str], formats: Sequence[Columns]) -> bytes | Ignored | None:
    for names in formats:
        if len(names) == len(values) and _SECOND.fullmatch(values[names.index("start")]):
            return _record(names, values)
    if _is_default(values):
        return _record(_DEFAULT, values)
    if len(values) == len(_TRANSIT) and values[1].startswith("TransitGateway"):
        return _record(_TRANSIT, values)
    return Ignored("flow log row of an unknown format") if _looks_like_row(values) else None


def _is_default(values: Sequence[str]) -> bool:
    return (
        len(values) == len(_DEFAULT)
        and values[0] == "2"
        and values[-1] in _STATUSES
        and _ACCOUNT.fullmatch(values[1]) is not None
    )


def _looks_like_row(values: Sequence[str]) -> bool:
    """Whether there are both ends of an interval, and an interface or how the logging went."""
    ends = sum(1 for value in values if _SECOND.fullmatch(value))
    told = not _STATUSES.isdisjoint(values) or any(map(_INTERFACE.fullmatch, values))
    return ends > 1 and told


def _record(names: Columns, values: Sequence[str]) -> bytes:
    told = [None if value == "-" else value for value in values]
    return _ENCODER.encode(dict(zip(names, told, strict=True)))
