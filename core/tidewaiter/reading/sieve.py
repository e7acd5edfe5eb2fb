"""What makes a month of CloudTrail quick to read: 99 of 100 records are not about images.

A delivery file is decoded once with two names a record and everything else skipped; only the
records that matter are then located and kept.  On any surprise the careful path
(:mod:`tidewaiter.envelopes`) reads the file instead, so that the result never depends on the sieve.
Format: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html
"""

import re
from collections import Counter
from collections.abc import Mapping

import msgspec
from msgspec import Raw, Struct

from tidewaiter.reading.salvaging import ERRORS

Wanted = Mapping[str, frozenset[str]]  # eventSource -> eventNames

_DELIVERY = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[\s*')
_RECORD = b'{"eventVersion"'
_NEXT = b'},{"eventVersion"'
# Lambda's own events have the same look, but are wrappers: S3, SQS, Kinesis and others.
_WRAPPERS = "aws:"
_NONE: frozenset[str] = frozenset()


_NAMES = {"source": "eventSource", "name": "eventName", "id": "eventID", "version": "eventVersion"}


class _Glance(Struct, gc=False, rename=_NAMES):
    """The members that decide; that the others are there is what makes it a CloudTrail record."""

    source: str
    name: str
    id: str
    version: Raw


class _Delivery(Struct, forbid_unknown_fields=True, rename="pascal"):
    records: list[_Glance]


class _Whole(Struct, forbid_unknown_fields=True, rename="pascal"):
    records: list[Raw]


class Sifted(Struct, frozen=True):
    """What a delivery file holds: ``kept`` are the records that matter, with their index.

    ``ignored`` counts the others by ``eventSource``; ``size`` is the number of all.
    """

    kept: list[tuple[int, Raw | bytes]]
    ignored: Counter[str]
    size: int


_DELIVERIES = msgspec.json.Decoder(_Delivery)
_WHOLE = msgspec.json.Decoder(_Whole)
_GLANCES = msgspec.json.Decoder(_Glance)


def may_be_sifted(text: bytes) -> bool:
    """Whether it begins like a delivery file or a single record."""
    return text.startswith(_RECORD) or _DELIVERY.match(text) is not None


def sift(text: bytes, wanted: Wanted) -> Sifted | None:
    """Sift a delivery file or a single record; ``None`` for anything else, or odd in any way."""
    try:
        if text.startswith(_RECORD):
            return _sift_record(text, wanted) if _is_text(text) else None
        if opening := _DELIVERY.match(text):
            return _sift_delivery(text, opening.end(), wanted) if _is_text(text) else None
    except ERRORS:
        return None
    return None


def _is_text(text: bytes) -> bool:
    """Whether it is UTF-8; what is skipped is not checked, and must not be judged less strictly."""
    return text.isascii() or bool(str(text, "utf-8"))


def _sift_record(text: bytes, wanted: Wanted) -> Sifted | None:
    seen = _GLANCES.decode(text)
    if seen.source.startswith(_WRAPPERS) or seen.name in wanted.get(seen.source, _NONE):
        return None
    return Sifted([], Counter((seen.source,)), 1)


def _sift_delivery(text: bytes, start: int, wanted: Wanted) -> Sifted | None:
    seen = _DELIVERIES.decode(text).records
    services = Counter([one.source for one in seen])
    if any(service.startswith(_WRAPPERS) for service in services):
        return None
    watched = {service: wanted[service] for service in services if service in wanted}
    hits = (
        [index for index, one in enumerate(seen) if one.name in watched.get(one.source, _NONE)]
        if watched
        else []
    )
    for index in hits:
        services[seen[index].source] -= 1
    return Sifted(_locate(text, start, seen, hits), +services, len(seen))


def _locate(
    text: bytes, start: int, seen: list[_Glance], hits: list[int]
) -> list[tuple[int, Raw | bytes]]:
    """Cut the records at ``hits`` out of ``text`` by their ids, or surely where that fails."""
    found: list[tuple[int, Raw | bytes]] = []
    for index in hits:
        start, end = _bounds(text, seen[index].id, start)
        piece = text[start:end]
        if not _is_same(piece, seen[index]):
            everything = _WHOLE.decode(text).records
            return [(hit, everything[hit]) for hit in hits]
        found.append((index, piece))
        start = end
    return found


def _bounds(text: bytes, name: str, start: int) -> tuple[int, int]:
    """Where the record seems to begin and end that holds ``name`` as a value at or behind
    ``start``.

    The separator can be no part of a string, as its quotes would be escaped there.
    """
    place = text.find(b'"' + name.encode() + b'"', start)
    before = text.rfind(_NEXT, start, place)
    after = text.find(_NEXT, place)
    return (
        start + text.startswith(b",", start) if before < 0 else before + 2,
        text.rindex(b"]") if after < 0 else after + 1,
    )


def _is_same(piece: bytes, glance: _Glance) -> bool:
    try:
        return _GLANCES.decode(piece) == glance
    except ERRORS:
        return False
