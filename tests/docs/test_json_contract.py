"""``docs/json.md`` is the contract: it and the program must name the same fields."""

import json
import re
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.stories import IMPLANT
from tidewaiter.cli.catalogue import Entry
from tidewaiter.findings import (
    SCHEMA_VERSION,
    Decision,
    Finding,
    ImageSeen,
    Incident,
    Moment,
    SourceSeen,
    TechniqueSeen,
)
from tidewaiter.history import History
from tidewaiter.incidents.grouping import HeldBack
from tidewaiter.outputs.jsonl import ascii_json, line

PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
CHAPTERS: dict[str, type[msgspec.Struct]] = {
    "Incident": Incident,
    "Source": SourceSeen,
    "Image": ImageSeen,
    "Technique": TechniqueSeen,
    "Finding": Finding,
    "Moment": Moment,
    "Decision": Decision,
    "Held back": HeldBack,
    "History": History,
    "Detector": Entry,
}


def rows(chapter: str) -> list[list[str]]:
    """The cells of a chapter's table: field, type, meaning, example."""
    text = PAGE.split(f"\n## {chapter}\n")[1].split("\n## ")[0]
    return [re.split(r" ?\| ?", row)[1:-1] for row in re.findall(r"^\| `.*$", text, re.MULTILINE)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_page_names_every_field_and_no_other(chapter: str) -> None:
    """The table of each object lists its fields, all of them, in order."""
    documented = [cells[0].strip("`") for cells in rows(chapter)]
    assert documented == [field.encode_name for field in msgspec.structs.fields(CHAPTERS[chapter])]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_page_tells_which_fields_may_be_null(chapter: str) -> None:
    """A field is documented as "or null" where the program may give none, and only there."""
    documented = {cells[0].strip("`") for cells in rows(chapter) if "null" in cells[1]}
    optional = {
        field.encode_name
        for field in msgspec.structs.fields(CHAPTERS[chapter])
        if "None" in str(field.type)
    }
    assert documented == optional


def test_examples_are_of_the_documented_type() -> None:
    """Every example is JSON, of the type that stands beside it."""
    python = {"text": str, "time": str, "text or null": str}
    for chapter in CHAPTERS:
        for _, kind, _, example in rows(chapter):
            if example and not example.startswith("see"):
                assert isinstance(json.loads(example.strip("`")), python.get(kind, list)), example


def test_the_page_is_of_the_program_s_version() -> None:
    """The version that the page tells is the one that incidents carry."""
    assert f"now `{SCHEMA_VERSION}`" in PAGE


def test_a_line_holds_every_field_and_nothing_beyond_ascii() -> None:
    """An incident is one line of printable ASCII that decodes to the same incident."""
    odd = msgspec.structs.replace(IMPLANT, title="\u202e\x1b[2J\x7f\U0001f40b\n", related=())
    text = line(odd)
    assert re.fullmatch(r"[ -~]+", text)
    assert msgspec.json.decode(text, type=Incident) == odd
    assert list(json.loads(text)) == [row[0].strip("`") for row in rows("Incident")]


def test_times_are_utc_with_z() -> None:
    """A time is written in UTC with Z and the log's own decimals."""
    later = IMPLANT.first_time + timedelta(milliseconds=5)
    odd = json.loads(line(msgspec.structs.replace(IMPLANT, last_time=later)))
    assert odd["first_time"] == "2026-02-03T14:02:11Z"
    assert odd["last_time"] == "2026-02-03T14:02:11.005000Z"


def test_plain_json_is_not_touched() -> None:
    """What is ASCII already is written as it is."""
    assert ascii_json({"a": ["b", None, 1]}) == '{"a":["b",null,1]}'
