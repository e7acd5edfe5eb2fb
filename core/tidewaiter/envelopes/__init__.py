"""Transport: what clouds, queues and shippers wrap around records, nested in any order.

A wrapper is recognised by what it holds, never by a file's name.  To add one: write its look and
its opening in the file of whoever makes it, and name it in that file's ``WRAPPERS``.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO

import msgspec
from msgspec import Raw, Struct

from tidewaiter.envelopes import amazon, google, microsoft, shippers
from tidewaiter.envelopes.interface import Fields, Inner, Wrapper
from tidewaiter.envelopes.rows import Text, begins
from tidewaiter.errors import Malformed
from tidewaiter.reading.salvaging import ERRORS, Damage, salvage
from tidewaiter.sources.interface import Context, Ignored, Record

__all__ = ["DEEPEST", "WRAPPERS", "Damaged", "Found", "Unwrapped", "opened", "parse", "unwrap"]

# Real deliveries nest five deep (S3 in SNS in SQS in Lambda ...); hostile ones as deep as they
# like.
DEEPEST = 16

WRAPPERS: tuple[Wrapper, ...] = (
    *amazon.WRAPPERS,
    *google.WRAPPERS,
    *microsoft.WRAPPERS,
    *shippers.WRAPPERS,
)

_MARKS = frozenset(wrapper.mark for wrapper in WRAPPERS)
_PLAIN = Context()


class Found(Struct, frozen=True):
    """A record, and its JSON path in the document; the path goes on inside embedded text."""

    record: Record
    path: str


class Damaged(Struct, frozen=True):
    """What could not be unwrapped, whole; the error's path is the document's."""

    error: Malformed
    raw: Raw | bytes


Unwrapped = Found | Damaged | Ignored


class Members(Struct, frozen=True):
    """A JSON value split once: an object's members or an array's elements, undecoded."""

    raw: Raw | bytes
    inside: dict[str, Raw] | list[Raw]


_SPLIT = msgspec.json.Decoder(dict[str, Raw] | list[Raw])


def parse(raw: Raw | bytes) -> Members:
    """Split one JSON object or array.  Raises what msgspec raises."""
    return Members(raw, _SPLIT.decode(raw))


def unwrap(
    raw: Raw | bytes, context: Context = _PLAIN, path: str = "$", depth: int = 0
) -> Iterator[Unwrapped]:
    """Yield every record in ``raw``: JSON values in a row, or lines of text.  Raises nothing.

    ``path`` is where ``raw`` stands in the document.  Messages that serve the transport only are
    ``Ignored``.
    """
    try:
        members = parse(raw)
    except ERRORS:
        yield from _unparsed(bytes(raw), context, path, depth)
    else:
        yield from opened(members, context, path, depth)


def opened(
    members: Members, context: Context = _PLAIN, path: str = "$", depth: int = 0
) -> Iterator[Unwrapped]:
    """Do what :func:`unwrap` does with a value that is split already."""
    if depth > DEEPEST:
        yield Damaged(Malformed(f"wrapped more than {DEEPEST} times", path), members.raw)
    elif isinstance(members.inside, list):
        for index, element in enumerate(members.inside):
            yield from unwrap(element, context, f"{path}[{index}]", depth + 1)
    elif wrapper := _wrapper(members.inside):
        yield from _inside(wrapper, Record(members.raw, members.inside, context), path, depth)
    else:
        yield Found(Record(members.raw, members.inside, context), path)


def _unparsed(raw: bytes, context: Context, path: str, depth: int) -> Iterator[Unwrapped]:
    if not begins(raw, context.flow_formats):
        yield from _salvaged(raw, context, path, depth)
        return
    text = Text(parse, context.flow_formats)
    for line in filter(None, map(bytes.strip, BytesIO(raw))):
        try:
            found = text.read(line)
        except Malformed as error:
            yield Damaged(Malformed(error.reason, path), line)
            continue
        if isinstance(found, Members):
            yield from opened(found, context, path, depth)
        else:
            yield found or Damaged(Malformed("not JSON", path), line)


def _salvaged(raw: bytes, context: Context, path: str, depth: int) -> Iterator[Unwrapped]:
    nothing = True
    for found in salvage(raw, parse):
        nothing = False
        place = path + found.path.removeprefix("$")
        if isinstance(found, Damage):
            yield Damaged(Malformed(found.reason, place), found.raw)
        else:
            yield from opened(found.value, context, place, depth)
    if nothing:
        yield Damaged(Malformed("nothing in it", path), raw)


def _inside(wrapper: Wrapper, record: Record, path: str, depth: int) -> Iterator[Unwrapped]:
    try:
        for inner in wrapper.open(record, path):
            if isinstance(inner, Inner):
                yield from unwrap(inner.raw, inner.context, inner.path, depth + 1)
            else:
                yield inner
    except Malformed as error:
        yield Damaged(error, record.raw)


def _wrapper(fields: Fields) -> Wrapper | None:
    if _MARKS.isdisjoint(fields) or _is_record(fields):
        return None
    fitting = (one for one in WRAPPERS if one.mark in fields and one.fits(fields))
    return next(fitting, None)


def _is_record(fields: Mapping[str, Raw]) -> bool:
    """Whether it is a CloudTrail record, whatever other members it has, as the sieve sees it."""
    if not {"eventVersion", "eventSource", "eventName"} <= fields.keys():
        return False
    return not bytes(fields["eventSource"]).startswith(b'"aws:')
