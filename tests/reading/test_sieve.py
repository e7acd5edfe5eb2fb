"""The sieve: what it keeps, what it counts, and that it never changes the result."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.corpus import deliveries
from tests.wrapping import RECORD, text
from tidewaiter.envelopes import Members, parse
from tidewaiter.errors import Malformed
from tidewaiter.reading.reader import Good, Reader
from tidewaiter.reading.sieve import Sifted, sift
from tidewaiter.sources import cloudtrail
from tidewaiter.sources.interface import Ignored

WANTED = cloudtrail.WANTED
OTHER = {**RECORD, "eventSource": "kms.amazonaws.com", "eventName": "Decrypt", "eventID": "k"}


class Careful(Reader):
    """A reader without the sieve."""

    def _parse(self, text: bytes) -> Members:
        return parse(text)


def delivery(*records: Any, separators: tuple[str, str] = (",", ":")) -> bytes:
    """A delivery file."""
    return json.dumps({"Records": records}, separators=separators).encode()


def judged(reader: Reader, data: bytes) -> tuple[list[Any], Counter[str]]:
    """All that comes of ``data`` in the end: events and damage with their places, and counts."""
    ignored: Counter[str] = Counter()
    found = list(told(reader.records("f", [data]), ignored))
    return found, ignored + reader.ignored


def told(found: Iterable[Any], ignored: Counter[str]) -> Iterable[Any]:
    """Read records as the pipeline does."""
    for one in found:
        if not isinstance(one, Good):
            yield one.where, one.reason, bytes(one.raw)
            continue
        if not cloudtrail.SOURCE.claims(one.record):
            yield one.where, "unrecognised", bytes(one.record.raw)
            continue
        try:
            event = cloudtrail.SOURCE.read(one.record)
        except Malformed as error:
            yield one.where.within(error.path), error.reason, bytes(one.record.raw)
            continue
        if isinstance(event, Ignored):
            ignored[event.kind] += 1
        else:
            yield one.where, event


def same(data: bytes) -> None:
    """Assert that the sieve changes nothing."""
    assert judged(Reader(lambda: WANTED), data) == judged(Careful(lambda: WANTED), data)


def pieces(sifted: Sifted | None) -> list[tuple[int, bytes]]:
    """What was kept, as bytes."""
    assert sifted is not None
    return [(index, bytes(raw)) for index, raw in sifted.kept]


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (",\n", ": ")])
def test_only_what_matters_is_kept(separators: tuple[str, str]) -> None:
    """Wanted records are kept as they stand in the file; the others are counted by service."""
    first, last = {**RECORD, "eventID": "a"}, {**RECORD, "eventID": "b"}
    next_to = {**RECORD, "eventID": "c"}
    data = delivery(OTHER, first, OTHER, OTHER, next_to, last, separators=separators)
    sifted = sift(data, WANTED)
    assert sifted is not None
    assert pieces(sifted) == [
        (index, json.dumps(record, separators=separators).encode())
        for index, record in ((1, first), (4, next_to), (5, last))
    ]
    assert sifted.ignored == {"kms.amazonaws.com": 3}
    assert sifted.size == 6


def test_a_line_is_sifted() -> None:
    """A single record that does not matter is counted; one that does goes the careful way."""
    sifted = sift(text(OTHER).encode(), WANTED)
    assert sifted is not None
    assert (pieces(sifted), sifted.ignored, sifted.size) == ([], {"kms.amazonaws.com": 1}, 1)
    assert sift(text(RECORD).encode(), WANTED) is None


def test_records_are_counted_without_being_kept() -> None:
    """The reader counts by kind and numbers records as they stand in the file."""
    reader = Reader(lambda: WANTED)
    data = text(OTHER).encode() + b"\n" + delivery(OTHER, RECORD) + b"\n" + text(RECORD).encode()
    places = [(one.where.record, one.where.path) for one in reader.records("f", [data])]
    assert places == [(3, "$.Records[1]"), (4, "$")]
    assert reader.ignored == {"cloudtrail kms.amazonaws.com": 2}


COPY = text({**RECORD, "eventID": "copy"})
SURPRISES: dict[str, bytes] = {
    "no-delivery": b'{"a":1}',
    "other-list": text({"records": [RECORD]}).encode(),
    "another-member": text({"Records": [RECORD], "more": 1}).encode(),
    "element-of-another-type": delivery(RECORD, 5, OTHER),
    "element-without-a-name": delivery(RECORD, {"eventVersion": "1"}),
    "name-of-another-type": delivery(RECORD, {**OTHER, "eventName": 5}),
    "null": delivery(RECORD, {**OTHER, "eventSource": None}),
    "no-version": delivery({name: RECORD[name] for name in RECORD if name != "eventVersion"}),
    "wrapper": delivery(
        RECORD, {"eventVersion": "1", "eventSource": "aws:sqs", "eventName": "x", "eventID": "x"}
    ),
    "not-utf-8": delivery(OTHER, RECORD).replace(b"alice", b"\xff\xfe"),
    "not-utf-8-in-a-name": delivery(OTHER, RECORD).replace(b'"arn"', b'"\xff"'),
    "line-not-utf-8": text(OTHER).encode().replace(b"awsRegion", b"\xff"),
    "line-that-is-a-wrapper": text(
        {"eventVersion": "1", "eventSource": "aws:sqs", "eventName": "x", "eventID": "x"}
    ).encode(),
    "line-cut-off": text(OTHER).encode()[:-2],
    "cut-off": delivery(OTHER, RECORD)[:-30],
    "broken": delivery(OTHER, RECORD).replace(b'"BatchGetImage"', b"oops"),
}
ODDITIES: dict[str, bytes] = {
    "utf-8": delivery({**OTHER, "userAgent": "é"}, RECORD).replace(b"\\u00e9", "é".encode()),
    "id-in-escapes": delivery(OTHER, RECORD).replace(b"11111111-", b"\\u00311111111-"),
    "id-twice": delivery({**OTHER, "requestID": RECORD["eventID"]}, RECORD, RECORD),
    "id-in-another": delivery({**OTHER, "x": [1, json.loads(COPY)]}, {**RECORD, "eventID": "copy"}),
    "record-in-a-record": delivery(
        {**OTHER, "x": [{"eventVersion": 1}, json.loads(COPY), {"eventVersion": 1}]},
        {**RECORD, "eventID": "copy"},
    ),
    "first-member-differs": delivery(
        OTHER, dict(reversed(RECORD.items())), {**RECORD, "eventID": "last"}, OTHER
    ),
    "broken-elsewhere": delivery(
        {**OTHER, "userIdentity": 5, "eventTime": []},
        {**RECORD, "userIdentity": 5},
        {**RECORD, "eventTime": "noon"},
    ),
    "members-twice": delivery(OTHER, RECORD).replace(
        b'"eventName":"Decrypt"', b'"eventName":"Decrypt","eventName":"PutImage"'
    ),
    "lists-twice": b'{"Records":['
    + COPY.encode()
    + b'],"Records":['
    + text(OTHER).encode()
    + b"]}",
    "empty": delivery(),
    "space": b' \n{ "Records" : [ ' + COPY.encode() + b" , " + text(OTHER).encode() + b" ] } ",
    "ids-empty": delivery({**RECORD, "eventID": ""}, {**RECORD, "eventID": ""}),
}


@pytest.mark.parametrize("name", SURPRISES)
def test_surprises_go_the_careful_way(name: str) -> None:
    """On anything odd the sieve stands back, and the result is the careful one."""
    assert sift(SURPRISES[name], WANTED) is None
    same(SURPRISES[name])


@pytest.mark.parametrize("name", ODDITIES)
def test_oddities_do_not_fool_it(name: str) -> None:
    """What the sieve reads in spite of its oddity gives the careful result."""
    assert sift(ODDITIES[name], WANTED) is not None
    same(ODDITIES[name])


VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, 5, "", "é", "aws:sqs", "ecr.amazonaws.com", "PutImage", "x", [], {}, [RECORD], COPY]
)
RECORDS = st.sampled_from([RECORD, OTHER]).flatmap(
    lambda record: st.dictionaries(
        st.sampled_from([*RECORD, "body", "Records", "x"]), VALUES, max_size=2
    ).map(lambda changes: {**record, **changes})
)


@given(st.lists(RECORDS | VALUES, max_size=5), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_the_sieve_changes_nothing(records: list[Any], separators: tuple[str, str]) -> None:
    """Whatever records a delivery holds, damaged or not, the result is the careful one."""
    same(delivery(*records, separators=separators))


@given(st.data())
@example(None)
def test_the_sieve_changes_nothing_about_damage(data: st.DataObject | None) -> None:
    """Whatever bytes of a delivery are changed or cut, the result is the careful one."""
    whole = bytearray(delivery(OTHER, RECORD, OTHER))
    if data is not None:
        for _ in range(data.draw(st.integers(1, 3))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        del whole[data.draw(st.integers(0, len(whole))) :]
    same(bytes(whole))


def test_a_corpus_gives_the_same() -> None:
    """Realistic delivery files give the careful result, and most of it is sifted away."""
    for data in deliveries(300, per_file=100, share=0.2):
        same(data)
        sifted = sift(data, WANTED)
        assert sifted is not None
        assert 0 < len(sifted.kept) < 50
