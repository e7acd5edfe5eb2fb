"""Files of every kind of content, and every kind of damage that really happens."""

import errno
import gzip
import io
import json
import os
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.wrapping import RECORD, WRAPPERS, text
from tidewaiter.envelopes import Members, parse
from tidewaiter.errors import Malformed
from tidewaiter.reading import files, inflating, salvaging
from tidewaiter.reading.inflating import inflate
from tidewaiter.reading.reader import Bad, Good, Reader, Where
from tidewaiter.reading.salvaging import Damage, Value
from tidewaiter.reading.splitting import values

WANTED = {"ecr.amazonaws.com": frozenset(("BatchGetImage", "PutImage"))}
LINE = text(RECORD).encode()


def numbered(number: int, **more: Any) -> bytes:
    """A record that can be told from others."""
    return text({"n": number, **more}).encode()


def blocks_of(data: bytes, size: int = 1 << 16) -> list[bytes]:
    """Cut ``data`` as a file would be read."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def read(data: bytes, size: int = 1 << 16) -> list[Good | Bad]:
    """Read bytes as a file called ``f``."""
    return list(Reader(lambda: WANTED).records("f", blocks_of(data, size)))


def good(found: Iterable[Good | Bad]) -> list[bytes]:
    """The text of the records."""
    return [bytes(one.record.raw) for one in found if isinstance(one, Good)]


def bad(found: Iterable[Good | Bad]) -> list[tuple[int, str, str, bytes]]:
    """Number, path, reason and text of all damage."""
    return [
        (one.where.record, one.where.path, one.reason, bytes(one.raw))
        for one in found
        if isinstance(one, Bad)
    ]


ONE, TWO, THREE = numbered(1), numbered(2), numbered(3)
INDENTED = json.dumps({"a": {"b": [1, {"c": "}{"}]}}, indent=2).encode()
CUT = "cut off before its end"


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (ONE, [ONE]),
        (b" \r\n" + ONE + b"\r\n\r\n", [ONE]),
        (b"\xef\xbb\xbf" + ONE + b"\n", [ONE]),
        (ONE + b"\n" + TWO + b"\n\n" + THREE, [ONE, TWO, THREE]),
        (ONE + b"\r\n" + TWO + b"\r\n", [ONE, TWO]),
        (ONE + TWO + b" " + THREE, [ONE, TWO, THREE]),
        (ONE + TWO + b"\n" + THREE + b"\n", [ONE, TWO, THREE]),
        (b"[" + ONE + b"," + TWO + b"]", [ONE, TWO]),
        (b"[\n" + ONE + b",\n" + TWO + b"\n]\n", [ONE, TWO]),
        (b"[\n" + ONE + b"\n,\n" + TWO + b"\n]\n" + THREE, [ONE, TWO, THREE]),
        (INDENTED, [INDENTED]),
        (INDENTED + b"\n" + INDENTED + b"\n" + ONE, [INDENTED, INDENTED, ONE]),
        (INDENTED + INDENTED, [INDENTED, INDENTED]),
        (ONE + b"\n" + INDENTED, [ONE, INDENTED]),
        (b'{"a":\n{"b": 1}\n}', [b'{"a":\n{"b": 1}\n}']),
        (b'{"a":\n\n{"b": 1}}', [b'{"a":\n\n{"b": 1}}']),
        (b'{"Records":\n[\n' + ONE + b",\n" + TWO + b"\n]\n}", [ONE, TWO]),
    ],
)
def test_the_way_of_writing_does_not_matter(
    data: bytes, records: list[bytes], tmp_path: Path
) -> None:
    """One value, one a line, one after another, indented, in gzip or not: all records come out."""
    path = tmp_path / "log"
    for written in (data, gzip.compress(data)):
        path.write_bytes(written)
        found = list(Reader(lambda: WANTED).read(str(path)))
        assert good(found) == records
        assert bad(found) == []
    assert good(read(data, 5)) == records


def test_places_are_told() -> None:
    """Each record has its number in the file and its path in the document."""
    data = ONE + b"\n" + text({"records": [{"n": 2}, {"n": 3}]}).encode() + b"\n" + LINE
    assert [one.where for one in read(data)] == [
        Where("f", 1),
        Where("f", 2, "$.records[0]"),
        Where("f", 3, "$.records[1]"),
        Where("f", 4),
    ]
    assert str(Where("f", 3, "$.records[1]")) == "f: record 3: $.records[1]"


def test_what_serves_the_transport_is_counted() -> None:
    """Messages without a record are counted by kind, and have a number, too."""
    reader = Reader(lambda: WANTED)
    control = text({"messageType": "CONTROL_MESSAGE", "logEvents": []}).encode()
    (found,) = reader.records("f", [control + b"\n" + ONE])
    assert found.where == Where("f", 2)
    assert reader.ignored == {"cloudwatch logs control message": 1}


@pytest.mark.parametrize(
    ("data", "records", "damage"),
    [
        # nothing at all
        (b"", [], [(1, "$", "nothing in it", b"")]),
        (b" \n\n", [], [(1, "$", "nothing in it", b"")]),
        # no JSON
        (b"# Notes\n\n- one\n", [], [(1, "$", "not JSON", b"# Notes\n\n- one")]),
        (b"time,user\n1,alice\n", [], [(1, "$", "not JSON", b"time,user\n1,alice")]),
        (b"\x7fELF\0\0\n\0{\0\n", [], [(1, "$", "binary, not JSON", b"\x7fELF\0\0\n\0{\0")]),
        (b"\0\0\0", [], [(1, "$", "binary, not JSON", b"\0\0\0")]),
        (b"12\n", [], [(1, "$", "not JSON", b"12")]),
        # between good lines
        (ONE + b"\nhello\n" + TWO, [ONE, TWO], [(2, "$", "not JSON", b"hello")]),
        (b"hello\n" + ONE + b"\n", [ONE], [(1, "$", "not JSON", b"hello")]),
        (ONE + b"\n\0\0\n" + TWO, [ONE, TWO], [(2, "$", "binary, not JSON", b"\0\0")]),
        (
            ONE + b'\n{"a": oops}\n' + TWO,
            [ONE, TWO],
            [(2, "$", "not JSON: invalid character (byte 6)", b'{"a": oops}')],
        ),
        (
            ONE + b'\n{"a\xff": 1}\n' + TWO,
            [ONE, TWO],
            [(2, "$", "not UTF-8", b'{"a\xff": 1}')],
        ),
        (
            ONE + b'\n{"a": "\0"}\n' + TWO,
            [ONE, TWO],
            [(2, "$", "not JSON: invalid character (byte 7)", b'{"a": "\0"}')],
        ),
        (
            b'hello\n{"a": oops}\n' + ONE + b"x" + TWO,
            [ONE],
            [
                (1, "$", "not JSON", b'hello\n{"a": oops}'),
                (3, "$", "not JSON: invalid character (byte 0)", b"x" + TWO),
            ],
        ),
        (ONE + b"\n5 6\n" + TWO, [ONE, TWO], [(2, "$", "not JSON", b"5 6")]),
        # half a record
        (ONE + b"\n" + TWO[:4], [ONE], [(2, "$", CUT, TWO[:4])]),
        (ONE + b"\n" + TWO[:4] + b"\n" + THREE, [ONE, THREE], [(2, "$", CUT, TWO[:4])]),
        (TWO[:5] + b"\n" + ONE + b"\n" + THREE, [ONE, THREE], [(1, "$", CUT, TWO[:5])]),
        (
            TWO[:4] + b"\n" + THREE[:6] + b"\n" + ONE + b"\n" + TWO,
            [ONE, TWO],
            [(1, "$", "not JSON: expected ':' (byte 5)", TWO[:4]), (2, "$", CUT, THREE[:6])],
        ),
        (
            b'{"a":[\n' + ONE + b"\n" + TWO,
            [ONE, TWO],
            [(1, "$", CUT, b'{"a":[')],
        ),
        (ONE + TWO[:4], [ONE], [(2, "$", CUT, TWO[:4])]),
        (
            ONE + b'{"n":oops,"m":"}{\\""}' + TWO,
            [ONE, TWO],
            [(2, "$", "not JSON: invalid character (byte 5)", b'{"n":oops,"m":"}{\\""}')],
        ),
        (
            INDENTED[:-9] + b"\n" + ONE + b"\n" + TWO,
            [ONE, TWO],
            [(1, "$", CUT, INDENTED[:-9].rstrip())],
        ),
        # a broken value over several lines
        (
            b'{\n"a": 1]\n}\n' + ONE,
            [ONE],
            [(1, "$", "not JSON: expected ',' or '}' (byte 8)", b'{\n"a": 1]\n}')],
        ),
        (
            b'{\n"a": oops\n}\n' + ONE,
            [ONE],
            [(1, "$", "not JSON: invalid character (byte 7)", b'{\n"a": oops\n}')],
        ),
        # a list of records that breaks off
        (b"[", [], [(1, "$[0]", CUT, b"")]),
        (b"[" + ONE + b"," + TWO[:3], [ONE], [(2, "$[1]", CUT, TWO[:3])]),
        (b'{"Records":[' + ONE + b",", [ONE], [(2, "$.Records[1]", CUT, b"")]),
        (b'{"Records":[' + ONE + b"]", [ONE], [(2, "$.Records[1]", CUT, b"")]),
        (
            b'{"Records":[' + ONE + b'],"next',
            [ONE],
            [(2, "$", CUT, b'"next')],
        ),
        (
            b'{\n "value": [\n  ' + ONE + b",\n  " + TWO + b',\n  {"n": ',
            [ONE, TWO],
            [(3, "$.value[2]", CUT, b'{"n":')],
        ),
        (
            b'{"Records":[' + ONE + b"," + TWO[:4] + b"\n" + b'{"Records":[' + THREE + b"]}\n",
            [ONE, THREE],
            [(2, "$.Records[1]", CUT, TWO[:4])],
        ),
        # a list with a broken record in it
        (
            b'{"Records":[' + ONE + b',{"n":oops,"m":{}},' + THREE + b"]}",
            [ONE, THREE],
            [(2, "$.Records[1]", "not JSON: invalid character (byte 5)", b'{"n":oops,"m":{}}')],
        ),
        (
            b"[" + ONE + b',{"n":oops},{"m":1},' + THREE + b"]",
            [ONE, THREE],
            [(2, "$[1]", "not JSON: invalid character (byte 5)", b'{"n":oops},{"m":1}')],
        ),
        (
            b"[\n" + ONE + b',\n{"n":oops},\n' + THREE + b"\n]",
            [ONE, THREE],
            [(2, "$[1]", "not JSON: invalid character (byte 5)", b'{"n":oops}')],
        ),
        (
            b"[5 oops," + THREE + b"]",
            [],
            [
                (1, "$[0]", "Expected `object | array`, got `int`", b"5"),
                (2, "$[1]", "not JSON: invalid character (byte 0)", b"oops," + THREE + b"]"),
            ],
        ),
        (
            text({"Records": [{"n": 1}, 5, {"n": 3}]}).encode(),
            [ONE, THREE],
            [(2, "$.Records[1]", "Expected `object | array`, got `int`", b"5")],
        ),
    ],
)
@pytest.mark.parametrize("size", [3, 1 << 16])
def test_damage_is_kept_and_the_rest_is_read(
    data: bytes, records: list[bytes], damage: list[tuple[int, str, str, bytes]], size: int
) -> None:
    """Every piece of damage is told once, whole, with its place; all around it is read."""
    found = read(data, size)
    assert good(found) == records
    assert bad(found) == damage


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_are_told(encoding: str) -> None:
    """A file in UTF-16 is one piece of damage with a clear reason."""
    data = LINE.decode().encode(encoding)
    assert bad(read(data)) == [(1, "$", "UTF-16 text; only UTF-8 is read", data)]


@pytest.mark.parametrize("depth", [10_000, 1_000_000])
@pytest.mark.parametrize(
    "shape",
    [(b"[", b"]"), (b'{"a":', b"}"), (b'{"Records":[', b"]}"), (b"[\n", b"]\n")],
    ids=["array", "object", "delivery", "lines"],
)
@pytest.mark.parametrize("closed", [True, False])
def test_deep_nesting_is_damage(depth: int, shape: tuple[bytes, bytes], closed: bool) -> None:
    """Nesting beyond reason neither raises nor hides the records behind it."""
    deep = shape[0] * depth + (b"1" + shape[1] * depth if closed else b"")
    found = read(ONE + b"\n" + deep.rstrip() + b"\n" + TWO + b"\n" + THREE + b"\n")
    assert good(found)[0] == ONE
    assert good(found)[-1] == THREE
    assert "nested too deeply" in {reason for _, _, reason, _ in bad(found)}


@pytest.mark.parametrize(
    "data",
    [b"[" * 10_000 + b"]" * 10_000, b'{"Records":[' * 9_000, b'{"Records":[' + ONE[:5], b"[oops]"],
    ids=["arrays", "deliveries", "half", "rubbish"],
)
def test_a_list_of_which_nothing_is_saved_is_kept_whole(data: bytes) -> None:
    """Not a byte is missing from what is kept of a list that holds nothing good."""
    assert [raw for _, _, _, raw in bad(read(data))] == [data]


def test_a_deep_record_in_a_delivery_is_damage() -> None:
    """A record nested beyond reason does not lose its neighbours."""
    deep = b'{"n":' * 5000 + b"1" + b"}" * 5000
    found = read(b'{"Records":[' + ONE + b"," + deep + b"," + THREE + b"]}")
    assert good(found) == [ONE, THREE]
    assert bad(found) == [(2, "$.Records[1]", "nested too deeply", deep)]


def test_a_long_line_is_read() -> None:
    """A line of 50 MB is a record like any other."""
    long = numbered(1, pad="x" * 50_000_000)
    assert good(read(ONE + b"\n" + long + b"\n" + TWO)) == [ONE, long, TWO]


def members(text: bytes) -> bytes:
    """Parse as the reader does."""
    return bytes(parse(text).raw)


def kept(data: bytes, size: int) -> list[bytes | str]:
    """What comes of ``data`` where a value may have 20 bytes: records, and reasons of damage."""
    found = list(values(blocks_of(data, size), members, largest=20))
    assert b"".join(data.split()) == b"".join(
        b"".join(one.raw.split() if isinstance(one, Damage) else one.value.split()) for one in found
    )
    return [one.reason if isinstance(one, Damage) else one.value for one in found]


LONGER = "longer than 20 bytes"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"a":"' + b"x" * 30 + b'"}\n' + ONE, [LONGER, LONGER, ONE]),
        (b'{"a":"' + b"x" * 15 + b'"}\n' + ONE, [LONGER, LONGER, ONE]),
        (ONE + b'\n{"a":"' + b"x" * 30, [ONE, LONGER, LONGER]),
        (b'{"a":\n' + b'{"a":"' + b"x" * 30 + b'"}\n' + ONE, [CUT, LONGER, LONGER, ONE]),
        (b'{\n "a": 1,\n "b": 2,\n "c": 3\n}\n' + ONE, [LONGER, "not JSON", ONE]),
        (b'{\n "a": 1,\n "b": 2,\n  {}\n}\n' + ONE, [LONGER, "not JSON", ONE]),
        (b"hello hello hello\nhello\nhello\n" + ONE, ["not JSON", "not JSON", ONE]),
    ],
)
def test_what_is_too_long_is_kept_in_pieces(data: bytes, found: list[bytes | str]) -> None:
    """A value beyond the limit is damage, in pieces that fit in memory, and nothing is lost."""
    assert kept(data, 11) == found


def test_a_foreign_file_is_kept_in_pieces() -> None:
    """A large file of another encoding is kept whole, in pieces."""
    data = ("{" + "x" * 30).encode("utf-16-le")
    found = list(values(blocks_of(data, 16), members, largest=20))
    assert [one.raw for one in found if isinstance(one, Damage)] == [data[:32], data[32:]]
    exact = list(values(blocks_of(data[:32], 16), members, largest=20))
    assert [one.raw for one in exact if isinstance(one, Damage)] == [data[:32]]


def test_hostile_damage_costs_a_bounded_effort() -> None:
    """When text was read in vain often enough, the rest is given up at once, and kept."""
    wreck = b"[" + b'{"n":[{},' * 300
    found = list(salvaging.salvage(wreck, members))
    assert salvaging.EFFORT < len(found) < salvaging.EFFORT * 1.2
    assert isinstance(found[-1], Damage)
    assert wreck.endswith(found[-1].raw)


def test_damage_that_costs_little_is_never_too_much() -> None:
    """Records between any number of broken ones are read."""
    data = b"[" + b'{"n":{"m":oops}},' * 500 + ONE + b"]"
    found = read(data)
    assert good(found) == [ONE]
    assert len(bad(found)) == 500


def gzip_read(data: bytes) -> list[Good | Bad]:
    """Read gzip."""
    return list(Reader(lambda: WANTED).records("f", inflate(blocks_of(data, 50))))


def test_members_of_gzip_are_joined() -> None:
    """Several members, padded with zeros, are one text; a record may span them."""
    data = gzip.compress(ONE + b"\n" + TWO[:4]) + gzip.compress(TWO[4:]) + bytes(100)
    assert good(gzip_read(data)) == [ONE, TWO]
    assert bad(gzip_read(data)) == []


def test_gzip_is_inflated_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece is larger than the limit, however much a block holds."""
    monkeypatch.setattr(inflating, "PIECE", 1000)
    pieces = list(inflate([gzip.compress(bytes(10_500))]))
    assert max(map(len, pieces)) == 1000
    assert b"".join(pieces) == bytes(10_500)


LINES = b"".join(numbered(n, pad=f"{n:x}" * (n % 7)) + b"\n" for n in range(40))
SQUEEZED = gzip.compress(LINES)


@pytest.mark.parametrize("end", range(12, len(SQUEEZED), 5))
def test_truncated_gzip_gives_what_there_is(end: int) -> None:
    """All records that could be decompressed are read, and one line says what happened."""
    there = zlib.decompressobj(wbits=31).decompress(SQUEEZED[:end])
    found = gzip_read(SQUEEZED[:end])
    whole, _, rest = there.rpartition(b"\n")
    expected = whole.split(b"\n") if whole else []
    if rest.endswith(b"}"):
        expected.append(rest)
        rest = b""
    assert good(found) == expected
    assert bad(found) == [(len(expected) + 1, "$", "truncated gzip", rest)]


def test_truncated_gzip_of_a_delivery() -> None:
    """The whole records of a delivery file that breaks off are read."""
    half = text({"Records": [{"n": 1}, {"n": 2}, {"n": 3}]}).encode()[:-6]
    squeeze = zlib.compressobj(wbits=31)
    data = squeeze.compress(half) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    assert good(gzip_read(data)) == [ONE, TWO]
    assert bad(gzip_read(data)) == [(3, "$.Records[2]", "truncated gzip", half[-3:])]


@pytest.mark.parametrize(
    ("data", "records", "reason"),
    [
        (SQUEEZED[:5], 0, "truncated gzip"),
        (SQUEEZED[:10] + b"\xff" * 9, 0, "damaged gzip"),
        (SQUEEZED[:-8] + bytes(8), 40, "damaged gzip"),
        (SQUEEZED + b"rubbish behind it", 40, "damaged gzip"),
    ],
    ids=["head", "block", "checksum", "trailing"],
)
def test_damaged_gzip_is_told(data: bytes, records: int, reason: str) -> None:
    """Damage to gzip is told in one line, behind all that could be read."""
    found = gzip_read(data)
    assert len(good(found)) == records
    ((number, _, why, _),) = bad(found)
    assert number == records + 1
    assert why.startswith(reason)


def decompressed(data: bytes) -> bytes:
    """What can be had of damaged gzip, byte by byte."""
    module, failure = inflating.engine()
    stream = module.decompressobj(wbits=31)
    there = b""
    for start in range(len(data)):
        try:
            there += stream.decompress(data[start : start + 1])
        except failure:
            break
    return there


@pytest.mark.parametrize("place", range(100, len(SQUEEZED) - 40, 9))
def test_what_stands_before_damage_is_read(place: int) -> None:
    """The records before a damaged place are read, though the decompressor throws them away."""
    data = SQUEEZED[:place] + b"\xff" * 40 + SQUEEZED[place + 40 :]
    originals = LINES.split(b"\n")
    expected = [line for line in decompressed(data).split(b"\n") if line in originals]
    found = [record for record in good(gzip_read(data)) if record in originals]
    assert found == [line for line in expected if line]
    assert bad(gzip_read(data))[-1][2].startswith("damaged gzip")


def test_rescue_keeps_within_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large damaged member the last block is not kept, but all before it is read."""
    monkeypatch.setattr(inflating, "KEPT", 60)
    data = SQUEEZED[:200] + b"\xff" * 40
    there = decompressed(data[:150]).split(b"\n")[:-1]
    assert good(gzip_read(data))[: len(there)] == there
    assert len(good(gzip_read(data))) < len(decompressed(data).split(b"\n"))


def test_zlib_does_without_isal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the faster library is missing, the standard one gives the same."""
    fast = good(gzip_read(SQUEEZED))
    monkeypatch.setitem(sys.modules, "isal", None)
    inflating.engine.cache_clear()
    try:
        assert inflating.engine() == (zlib, zlib.error)
        assert good(gzip_read(SQUEEZED)) == fast
    finally:
        inflating.engine.cache_clear()


def test_inflating_has_a_limit() -> None:
    """A bomb is refused before it is whole."""
    with pytest.raises(Malformed, match="more than 10 bytes"):
        inflating.inflate_within(gzip.compress(bytes(11)), 10)
    assert inflating.inflate_within(gzip.compress(bytes(10)), 10) == bytes(10)


def test_folders_are_searched_in_order(tmp_path: Path) -> None:
    """All files below a folder are found, sorted; hidden ones and pages that explain are not."""
    for name in ("b/2.json", "b/1.json", "a.json", "c.gz", "README.md", ".DS_Store", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [str(Path(path).relative_to(tmp_path)) for path in files.find([str(tmp_path)])]
    assert found == ["a.json", "b/1.json", "b/2.json", "c.gz"]
    named = str(tmp_path / "README.md")
    assert list(files.find([named, "-"])) == [named, "-"]


def test_links_are_followed_once(tmp_path: Path) -> None:
    """A link to a folder is followed once, and never back up; one that leads nowhere is told."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "1.json").touch()
    (tmp_path / "logs" / "up").symlink_to(tmp_path / "logs")
    (tmp_path / "logs" / "away").symlink_to(tmp_path / "else")
    (tmp_path / "logs" / "twice").symlink_to(tmp_path / "else")
    (tmp_path / "logs" / "broken").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "logs" / "pipe")
    found = list(files.find([str(tmp_path / "logs")]))
    assert [str(Path(path).relative_to(tmp_path / "logs")) for path in found] == [
        "away/1.json",
        "broken",
    ]
    (told,) = Reader(lambda: WANTED).read(found[1])
    assert told == Bad(Where(found[1], 0), "cannot be read: No such file or directory", b"")


def test_a_folder_that_vanishes_is_told(tmp_path: Path) -> None:
    """A folder that is gone when its turn comes does not stop the others."""
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.json").touch()
    walk = files.find([str(tmp_path)])
    assert next(walk) == str(tmp_path / "a" / "1.json")
    (tmp_path / "b" / "1.json").unlink()
    (tmp_path / "b").rmdir()
    assert list(walk) == [str(tmp_path / "b"), str(tmp_path / "c" / "1.json")]


def test_a_missing_path_is_told_at_once() -> None:
    """A path that does not exist raises before anything is read."""
    with pytest.raises(FileNotFoundError):
        files.find(["-", "no/such/path"])


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash stands for standard input, gzip or not."""
    for data in (ONE, gzip.compress(ONE)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert good(Reader(lambda: WANTED).read("-")) == [ONE]


def test_standard_input_may_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was started without standard input says so."""
    monkeypatch.setattr(sys, "stdin", None)
    reason = f"cannot be read: {os.strerror(errno.EBADF)}"
    assert bad(Reader(lambda: WANTED).read("-")) == [(0, "$", reason, b"")]


JUNK = (
    st.binary(max_size=40)
    | st.text(max_size=20).map(str.encode)
    | st.integers(0, len(LINE) - 1).map(lambda end: LINE[:end])
    | st.integers(1, len(LINE)).map(lambda start: LINE[start:])
    | st.sampled_from(
        [
            b"{",
            b"[",
            b'{"a":',
            b'{"Records":[',
            b'{"Records":[{"a":',
            b"}",
            b"]",
            b'"',
            b",",
            b'{"',
        ],
    )
).map(lambda junk: junk.replace(b"\n", b" "))


@given(st.lists(JUNK, max_size=4), st.integers(1, 300))
@example([b'{"a":', b"\xff"], 300)
@example([b"[", b"["], 300)
def test_records_between_rubbish_survive(junk: list[bytes], size: int) -> None:
    """Whatever stands on the lines between records, each record is read."""
    lines: list[bytes] = []
    for number, line in enumerate(junk):
        lines += [line, numbered(number), numbered(number + 100)]
    found = good(read(b"\n".join(lines), size))
    expected = [line for line in lines if line.startswith(b'{"n":')]
    assert [record for record in found if record in expected] == expected


@given(st.binary(max_size=300), st.integers(1, 50))
def test_no_file_raises(data: bytes, size: int) -> None:
    """Whatever the bytes, records or damage come out, and never nothing."""
    reader = Reader(lambda: WANTED)
    found = list(reader.records("f", blocks_of(data, size)))
    assert found or reader.ignored or data.strip(b"[], \r\n\t") == b""


@given(st.sampled_from(sorted(WRAPPERS)), st.data())
def test_no_mutation_raises(name: str, data: st.DataObject) -> None:
    """A delivery with bytes changed or cut still gives records or damage, and the one before it."""
    whole = bytearray(text(WRAPPERS[name].wrap(RECORD)).encode())
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(whole)))
    found = read(ONE + b"\n" + bytes(whole[:end]))
    assert good(found)[0] == ONE


def test_values_are_parsed_once_each() -> None:
    """Lines that are values are parsed exactly once."""
    seen: list[bytes] = []

    def parsed(text: bytes) -> Members:
        seen.append(text)
        return parse(text)

    found = list(values([ONE + b"\n" + TWO], parsed))
    assert seen == [ONE, TWO]
    assert all(isinstance(one, Value) for one in found)
