"""Lines of text that hold records: rows of flow logs, and what CloudWatch Logs exports."""

import base64
import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wrapping import RECORD, squeezed, text
from tidewaiter.envelopes import Damaged, Found, unwrap
from tidewaiter.envelopes.rows import LONGEST
from tidewaiter.intake import Intake
from tidewaiter.reading.reader import Bad, Good, Reader, Where
from tidewaiter.settings import SettingsError, parse_settings
from tidewaiter.settings.values import flow_formats
from tidewaiter.sources.cloudtrail import WANTED
from tidewaiter.sources.interface import Context, Ignored

DEFAULT = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start"
    " end action log-status"
)
ROW = (
    "2 111122223333 eni-0a1b2c3d4e5f60718 198.51.100.7 192.0.2.10 20641 443 6 20 4249"
    " 1770127300 1770127360 ACCEPT OK"
)
QUIET = "2 111122223333 eni-0a1b2c3d4e5f60718 - - - - - - - 1770127300 1770127360 - NODATA"
CUSTOM = "start srcaddr dstaddr interface-id end"
CUSTOM_ROW = "1770127300 198.51.100.7 192.0.2.10 eni-0a1b2c3d4e5f60718 1770127360"
TRANSIT_ROW = (
    "6 TransitGateway 111122223333 tgw-0123456789abcdef0 tgw-attach-0aaaaaaaaaaaaaaa1"
    " 111122223333 444455556666 vpc-0123456789abcdef0 vpc-0fedcba9876543210"
    " subnet-0aaaaaaaaaaaaaaa1 subnet-0bbbbbbbbbbbbbbb2 eni-0a1b2c3d4e5f60718"
    " eni-0b2c3d4e5f6071829 euw1-az2 euw1-az3 tgw-attach-0bbbbbbbbbbbbbbb2 192.0.2.10"
    " 198.51.100.7 41000 5432 6 7 900 1770127300 1770127360 OK IPv4 0 0 0 0 18 eu-west-1 ingress"
    " - -"
)
STAMP = "2026-02-03T14:02:11.000Z "
HEADER, UNKNOWN, TEXT = (
    "flow log header",
    "flow log row of an unknown format",
    "cloudwatch logs text",
)


def fields(names: str, row: str) -> dict[str, str | None]:
    """The record that a row becomes."""
    values = [None if value == "-" else value for value in row.split()]
    return dict(zip(names.split(), values, strict=True))


FLOW = fields(DEFAULT, ROW)


def read(
    data: bytes | str, formats: tuple[tuple[str, ...], ...] = ()
) -> tuple[list[Any], list[tuple[int, str, bytes]], dict[str, int]]:
    """Records, damage with its place, and what is ignored, of a file that holds ``data``."""
    reader = Reader(lambda: WANTED, formats)
    found = list(reader.records("f", [data.encode() if isinstance(data, str) else data]))
    good = [json.loads(bytes(one.record.raw)) for one in found if isinstance(one, Good)]
    bad = [(one.where.record, one.reason, bytes(one.raw)) for one in found if isinstance(one, Bad)]
    return good, bad, dict(reader.ignored)


@pytest.mark.parametrize(
    ("names", "row"),
    [
        (DEFAULT, ROW),
        (DEFAULT, QUIET),
        (CUSTOM, CUSTOM_ROW),
        ("pkt-dstaddr start", "192.0.2.10 1770127300"),
        (f"{DEFAULT} field-of-tomorrow", f"{ROW} new"),
    ],
)
def test_a_header_names_the_fields(names: str, row: str, tmp_path: Path) -> None:
    """A delivery to a bucket, packed or not, has names in its first line, in any order."""
    path = tmp_path / "log"
    for data in (f"{names}\n{row}\n{row}\n", f"{names}\r\n{row}\r\n\r\n{row}"):
        for written in (data.encode(), gzip.compress(data.encode())):
            path.write_bytes(written)
            reader = Reader(lambda: WANTED)
            found = list(reader.read(str(path)))
            assert [
                json.loads(bytes(one.record.raw)) for one in found if isinstance(one, Good)
            ] == [fields(names, row)] * 2
            assert [one.where for one in found] == [Where(str(path), 2), Where(str(path), 3)]
            assert reader.ignored == {HEADER: 1}


def test_a_header_holds_until_the_next() -> None:
    """Files that were put together each have their own names."""
    found = read(f"{DEFAULT}\n{ROW}\n{CUSTOM}\n{CUSTOM_ROW}\n")
    assert found == ([FLOW, fields(CUSTOM, CUSTOM_ROW)], [], {HEADER: 2})


def test_what_does_not_fit_the_header_is_kept_whole() -> None:
    """Each broken line below a header is damage of its own, and the others are read."""
    lines = [DEFAULT, ROW, "2 111122223333", ROW, f"{ROW} x", "\ufffd", ROW]
    data = "\n".join(lines).encode().replace("\ufffd".encode(), b"\xff")
    assert read(data) == (
        [FLOW] * 3,
        [
            (3, "2 fields below a header of 14", b"2 111122223333"),
            (5, "15 fields below a header of 14", f"{ROW} x".encode()),
            (6, "not JSON", b"\xff"),
        ],
        {HEADER: 1},
    )


@pytest.mark.parametrize(
    ("row", "record"),
    [
        (ROW, FLOW),
        (QUIET, fields(DEFAULT, QUIET)),
        (ROW.replace("111122223333", "unknown"), {**FLOW, "account-id": "unknown"}),
    ],
)
def test_the_default_format_is_told_by_looking(row: str, record: Any) -> None:
    """Rows without a header are read where they have AWS's default format."""
    assert read(f"{row}\n{row}\n") == ([record, record], [], {})


def test_transit_gateways_have_a_default_format_too() -> None:
    """Rows of transit gateways are told by their resource's type."""
    ((record,), bad, ignored) = read(TRANSIT_ROW)
    assert (record["tgw-id"], record["srcaddr"], record["pkt-dst-aws-service"]) == (
        "tgw-0123456789abcdef0",
        "192.0.2.10",
        None,
    )
    assert (bad, ignored) == ([], {})


@pytest.mark.parametrize(
    "row",
    [
        CUSTOM_ROW,
        # A NAT gateway for a whole region, and some tasks, have no interface.
        "3 111122223333 - 198.51.100.7 192.0.2.10 1770127300 1770127360 REJECT OK nat-01 BPA",
    ],
)
def test_names_are_not_guessed(row: str) -> None:
    """A row of a format that nobody named is counted, and not read."""
    assert read(f"{row}\n{row}\n") == ([], [], {UNKNOWN: 2})


def test_the_operator_names_the_fields() -> None:
    """A format in the settings is found by its number of fields, before the default."""
    swapped = DEFAULT.replace("srcport dstport", "dstport srcport")
    settings = parse_settings(
        "[flow_logs]\n"
        'formats = ["${start} ${srcaddr} ${dstaddr} ${interface-id} ${end}",'
        f' "{swapped}"]'
    )
    assert read(f"{CUSTOM_ROW}\n{ROW}\n", flow_formats(settings)) == (
        [fields(CUSTOM, CUSTOM_ROW), fields(swapped, ROW)],
        [],
        {},
    )


@pytest.mark.parametrize("text", ["${start} ${bytes}", "srcaddr dstaddr", ""])
def test_a_format_must_tell_a_flow(text: str) -> None:
    """A format without a time or an address is refused with its key."""
    reason = r"flow_logs.formats\[1\]: no flow can be told without \$\{start\} and an address"
    with pytest.raises(SettingsError, match=reason):
        parse_settings(f'[flow_logs]\nformats = ["start srcaddr", "{text}"]')


def test_formats_must_differ() -> None:
    """Two formats that could not be told apart are refused."""
    with pytest.raises(SettingsError, match=r"flow_logs.formats: two have the same number"):
        parse_settings('[flow_logs]\nformats = ["start srcaddr", "dstaddr start"]')


@pytest.mark.parametrize(
    "line",
    [
        "start srcaddr dstaddr interface-id end of Story",
        "x 198.51.100.7 192.0.2.10 eni-0a1b2c3d4e5f60718 1770127360",
        ROW.replace("2 ", "3 ", 1).replace("1770127300", "-"),
        f"{ROW} {'x' * LONGEST}",
        "hello",
    ],
)
def test_other_text_is_no_row(line: str) -> None:
    """Lines that only resemble rows or headers are kept as they are, in one piece."""
    formats = (tuple(CUSTOM.split()),)
    assert read(f"{line}\n{line}", formats) == (
        [],
        [(1, "not JSON", f"{line}\n{line}".encode())],
        {},
    )


def test_text_and_json_may_alternate() -> None:
    """JSON between rows is read, and rows behind rubbish, too."""
    lines = ["rubbish", ROW, '{"n":1}', '{"n":2} {"n":3}', ROW, '{"n": oops}', "", ROW]
    assert read("\n".join(lines)) == (
        [FLOW, {"n": 1}, {"n": 2}, {"n": 3}, FLOW, FLOW],
        [(1, "not JSON", b"rubbish"), (7, "not JSON", b'{"n": oops}')],
        {},
    )


def test_exports_are_read() -> None:
    """CloudWatch Logs puts the time before each record, row or line of text that it exports."""
    other = {**RECORD, "eventSource": "sts.amazonaws.com"}
    lines = [text(RECORD), ROW, "I0203 started", CUSTOM_ROW, text(other), text([{"n": 1}]), QUIET]
    found = read("".join(f"{STAMP}{line}\n" for line in lines))
    assert found == (
        [RECORD, FLOW, {"n": 1}, fields(DEFAULT, QUIET)],
        [],
        {TEXT: 1, UNKNOWN: 1, "cloudtrail sts.amazonaws.com": 1},
    )


def test_a_broken_export_is_kept_whole() -> None:
    """Damaged JSON behind a time is damage with the reason, and the lines around it are read."""
    broken = f'{STAMP}{{"n":'
    assert read(f"{STAMP}{text(RECORD)}\n{broken}\n{STAMP}{ROW}\n") == (
        [RECORD, FLOW],
        [(2, "cut off before its end", broken.encode())],
        {},
    )


def group(*messages: str) -> Any:
    """A delivery of a log group that holds ``messages``."""
    events = [{"id": "1", "timestamp": 1770127331000, "message": one} for one in messages]
    return {"messageType": "DATA_MESSAGE", "owner": "444455556666", "logEvents": events}


def packed(data: str) -> str:
    """Text in base64."""
    return base64.b64encode(data.encode()).decode()


FILE = f"{CUSTOM}\n{CUSTOM_ROW}\n\n{CUSTOM_ROW}\n"
FLOWS = [fields(CUSTOM, CUSTOM_ROW)] * 2


@pytest.mark.parametrize(
    ("value", "records"),
    [
        (group(ROW, QUIET), [FLOW, fields(DEFAULT, QUIET)]),
        ({"awslogs": {"data": squeezed(group(ROW))}}, [FLOW]),
        (
            {"events": [{"message": ROW, "timestamp": 1, "ingestionTime": 2, "eventId": "3"}]},
            [FLOW],
        ),
        ({"message": ROW}, [FLOW]),
        ({"records": [{"recordId": "1", "data": packed(ROW + "\n")}]}, [FLOW]),
        ({"records": [{"recordId": "1", "data": packed('{"message":"' + ROW + '"}')}]}, [FLOW]),
        ({"Records": [{"eventSource": "aws:kinesis", "kinesis": {"data": packed(FILE)}}]}, FLOWS),
        ({"Records": [{"eventSource": "aws:sqs", "body": f"\n {FILE}"}]}, FLOWS),
        ({"Records": [{"eventSource": "aws:sqs", "body": STAMP + ROW}]}, [FLOW]),
        ({"preview": False, "result": {"_raw": ROW}}, [FLOW]),
        ({"log": ROW + "\n", "stream": "stdout"}, [FLOW]),
        ({"event": ROW, "sourcetype": "aws:cloudwatchlogs:vpcflow"}, [FLOW]),
        ({"file": "f", "record": 1, "path": "$", "reason": "r", "raw": text(FLOW)}, [FLOW]),
    ],
)
def test_rows_are_read_in_any_wrapper(value: Any, records: list[Any]) -> None:
    """A row comes out of what clouds and shippers wrap around it."""
    found = [one for one in unwrap(text(value).encode()) if one != Ignored(HEADER)]
    assert [json.loads(bytes(one.record.raw)) for one in found if isinstance(one, Found)] == records
    assert len(found) == len(records)


def test_text_in_a_log_group_is_counted() -> None:
    """What is no row in a log group is ignored by kind."""
    found = list(unwrap(text(group("[INFO] started", CUSTOM_ROW)).encode()))
    assert found == [Ignored(TEXT), Ignored(UNKNOWN)]


def test_the_operator_is_heard_in_a_log_group() -> None:
    """A format in the settings is used for rows in wrappers, and all else is still told."""
    context = Context(flow_formats=(tuple(CUSTOM.split()),))
    data = {"Records": [{"eventSource": "aws:sqs", "body": text(group(CUSTOM_ROW))}]}
    (found,) = unwrap(text(data).encode(), context)
    assert isinstance(found, Found)
    assert json.loads(bytes(found.record.raw)) == FLOWS[0]
    assert found.record.context.account == "444455556666"
    assert found.path == "$.Records[0].body.logEvents[0].message"


def test_damage_in_wrapped_text_is_told() -> None:
    """Broken lines of a wrapped file are told one by one, with the wrapper's path."""
    body = f"{CUSTOM}\n{CUSTOM_ROW}\nhello\n{STAMP}{{\n\xff{'x' * LONGEST}"
    found = list(unwrap(text({"recordId": "1", "data": packed(body)}).encode()))
    assert [type(one) for one in found] == [Ignored, Found, Damaged, Damaged, Damaged]
    told = [(one.error.path, one.error.reason) for one in found if isinstance(one, Damaged)]
    assert told == [
        ("$.data", "1 fields below a header of 5"),
        ("$.data", "cut off before its end"),
        ("$.data", "not JSON"),
    ]


def test_a_custom_row_is_known_in_any_wrapper() -> None:
    """What looks like a row is taken out even if nobody knows its fields."""
    assert list(unwrap(text({"message": CUSTOM_ROW}).encode())) == [Ignored(UNKNOWN)]


@pytest.mark.parametrize(
    "value",
    [
        {"message": "hello"},
        {"message": 5},
        {"message": ROW, "level": "info"},
        {"message": "x" * LONGEST},
        {"@timestamp": "t", "message": "eni-0a1b2c3d4e5f60718 is attached"},
    ],
)
def test_other_messages_are_left_alone(value: Any) -> None:
    """An object with a message of another kind is no wrapper."""
    (found,) = unwrap(text(value).encode())
    assert isinstance(found, Found)
    assert json.loads(bytes(found.record.raw)) == value


def test_flows_reach_the_model(tmp_path: Path) -> None:
    """A flow log is read into events where the whole log is asked for, and else only counted."""
    path = tmp_path / "flow.log"
    path.write_text(f"{CUSTOM_ROW}\n{ROW.replace('443', 'https')}\n{QUIET}\n")
    bad: list[Bad] = []
    whole = Intake(bad.append, whole=True, formats=[tuple(CUSTOM.split())])
    (event,) = whole.events([str(path)])
    assert event.flow is not None
    assert event.flow.src.address == "198.51.100.7"
    assert [(one.where.record, one.where.path) for one in bad] == [(2, "$.dstport")]
    assert whole.ignored == {"vpc_flow_log NODATA": 1}
    assert whole.records == 3
    images = Intake(bad.append, formats=[tuple(CUSTOM.split())])
    assert list(images.events([str(path)])) == []
    assert images.ignored == {"vpc_flow_log traffic.flowed": 1, "vpc_flow_log NODATA": 1}


LINES = st.one_of(
    st.binary(max_size=40).map(lambda data: data.replace(b"\n", b" ").replace(b"\r", b" ")),
    st.sampled_from(
        [line.encode() for line in (DEFAULT, ROW, QUIET, CUSTOM, CUSTOM_ROW, STAMP, STAMP + ROW)]
    ),
    st.integers(0, len(ROW)).map(lambda end: ROW[:end].encode()),
)


@given(st.lists(LINES, max_size=8))
def test_nothing_in_a_text_is_lost(lines: Iterable[bytes]) -> None:
    """Whatever stands in the lines, each is a record, damage or ignored, and nothing raises."""
    written = [line for line in lines if not line.lstrip().startswith((b"{", b"["))]
    reader = Reader(lambda: WANTED)
    data = b"x\n" + b"\n".join(written)
    found = list(reader.records("f", [data]))
    kept = b"\n".join(bytes(one.raw) for one in found if isinstance(one, Bad)).split(b"\n")
    told = sum(isinstance(one, Good) for one in found) + reader.ignored.total()
    visible = [line for line in [b"x", *written] if line.strip(b" \t\r\n")]
    assert told + len([line for line in kept if line.strip(b" \t\r\n")]) == len(visible)
