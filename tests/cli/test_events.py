"""``tidewaiter events``, as it is typed."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.trails import AMI, BROKEN, EARLIER, MADE, OTHER, SHARED, delivery
from tidewaiter.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing lies in the current folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def trail(tmp_path: Path) -> str:
    """An image is made and shared; before that images are listed, and users besides."""
    return delivery(tmp_path / "trail.json", EARLIER, MADE, OTHER, SHARED)


def listed(capsys: Captured, *arguments: str) -> list[dict[str, object]]:
    """The rows as JSON."""
    assert main(["events", *arguments, "--format", "json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_image_events_are_listed_newest_first(trail: str, capsys: Captured) -> None:
    """The row has time, platform, operation, actor, address, outside or not, and image."""
    newest, older = listed(capsys, trail)
    assert newest == {
        "time": "2026-02-03T10:05:00Z",
        "platform": "aws",
        "operation": "ModifyImageAttribute",
        "actor": "arn:aws:iam::111122223333:user/alice",
        "source_address": newest["source_address"],
        "external": True,
        "image": AMI,
        "activity": "image.shared",
        "outcome": "success",
        "account": "111122223333",
        "region": "eu-west-1",
    }
    assert older["operation"] == "CreateImage"


def test_the_table_is_for_people(trail: str, capsys: Captured) -> None:
    """Columns have headings, and what was read is summed up on stderr."""
    assert main(["events", trail, "--limit", "1"]) == 0
    out, err = capsys.readouterr()
    headings, row = out.splitlines()
    assert headings.split("  ")[0] == "time (UTC)"
    assert row.split() == [
        "2026-02-03",
        "10:05:00",
        "AWS",
        "ModifyImageAttribute",
        *row.split()[4:6],
        "yes",
        AMI,
    ]
    assert err == "4 records in 1 files: 3 events, 1 ignored, 0 malformed\n"


def test_long_names_keep_their_end(tmp_path: Path, capsys: Captured) -> None:
    """Of a long ARN the table shows the end, which tells more."""
    arn = "arn:aws:iam::111122223333:role/with/a/long/path/deployer"
    who = {**MADE["userIdentity"], "arn": arn}
    assert main(["events", delivery(tmp_path / "a.json", {**MADE, "userIdentity": who})]) == 0
    assert f"  …{arn[-35:]}  " in capsys.readouterr().out


def test_what_was_not_done_is_not_listed_as_done(tmp_path: Path, capsys: Captured) -> None:
    """The table says of a call that it failed, however long its name is."""
    refused = {**MADE, "errorCode": "UnauthorizedOperation", "eventName": "CreateStoreImageTask"}
    assert main(["events", delivery(tmp_path / "a.json", refused)]) == 0
    assert "  CreateStoreImageTa… (failed)  " in capsys.readouterr().out


def test_csv_is_read_back(trail: str, capsys: Captured) -> None:
    """Comma-separated values have the names in the first line, and absent ones empty."""
    assert main(["events", trail, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["operation"], row["external"]) for row in rows] == [
        ("ModifyImageAttribute", "true"),
        ("CreateImage", "true"),
    ]


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_csv_holds_no_formula(start: str, tmp_path: Path, capsys: Captured) -> None:
    """A name that a spreadsheet would run is quoted."""
    who = {**MADE["userIdentity"], "arn": start}
    assert (
        main(
            [
                "events",
                delivery(tmp_path / "a.json", {**MADE, "userIdentity": who}),
                "--format",
                "csv",
            ]
        )
        == 0
    )
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["actor"] == f"'{start}"


def test_what_an_attacker_writes_stays_in_its_cell(tmp_path: Path, capsys: Captured) -> None:
    """Control characters and line ends are escaped in every format."""
    evil = "a\x1b[2J\n\u202eb"
    who = {**MADE["userIdentity"], "arn": evil}
    trail = delivery(tmp_path / "a.json", {**MADE, "userIdentity": who, "eventName": "CreateImage"})
    for form in ("text", "json", "csv"):
        assert main(["events", trail, "--format", form]) == 0
        out = capsys.readouterr().out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert len(out.splitlines()) == (1 if form == "json" else 2)


@pytest.mark.parametrize(
    ("arguments", "operations"),
    [
        (["--activity", "registry.*"], ["DescribeImages"]),
        (["--activity", "image.created", "--activity", "image.shared"], None),
        (["--actor", "ALICE"], None),
        (["--actor", "bob"], []),
        (["--image", AMI[:8]], None),
        (["--image", "ami-other"], []),
        (["--address", "0.0.0.0/0"], None),
        (["--address", "192.0.2.250"], []),
        (["--since", "2026-02-03T10:04:00Z"], ["ModifyImageAttribute"]),
        (["--until", "2026-02-03T10:04:00"], ["CreateImage"]),
        (["--since", "2026-02-04"], []),
        (["--limit", "1"], ["ModifyImageAttribute"]),
    ],
)
def test_filters(
    arguments: list[str], operations: list[str] | None, trail: str, capsys: Captured
) -> None:
    """Each filter leaves what it names; ``None`` stands for both image events."""
    both = ["ModifyImageAttribute", "CreateImage"]
    found = [row["operation"] for row in listed(capsys, trail, *arguments)]
    assert found == (both if operations is None else operations)


def test_other_activities_are_read_from_the_whole_log(trail: str, capsys: Captured) -> None:
    """Asked for more than image work, it reads what replay leaves alone."""
    (row,) = listed(capsys, trail, "--activity", "resource.*")
    assert (row["operation"], row["image"]) == ("ListUsers", None)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--address", "everywhere"], "'everywhere' is no address and no network"),
        (["--since", "yesterday"], "'yesterday' is no time"),
        (["--limit", "0"], "'0' is not a number above 0"),
        (["--activity", "image.push"], "no activity is called 'image.push'"),
    ],
)
def test_wrong_filters_are_refused(
    arguments: list[str], complaint: str, trail: str, capsys: Captured
) -> None:
    """What cannot be a filter is said in one line."""
    assert main(["events", trail, *arguments]) == 2
    err = capsys.readouterr().err
    assert complaint in err
    assert err.count("\n") == 1


def test_malformed_records_are_named_and_kept(tmp_path: Path, capsys: Captured) -> None:
    """What cannot be interpreted goes to the quarantine, and the rest is listed."""
    trail = delivery(tmp_path / "a.json", MADE, BROKEN)
    assert main(["events", trail, "--strict", "--quarantine", "kept.jsonl"]) == 3
    out, err = capsys.readouterr()
    assert "CreateImage" in out
    assert "a.json: record 2: $.Records[1].eventTime: " in err
    assert Path("kept.jsonl").exists()
    assert main(["events", trail, "kept.jsonl", "--quarantine", "kept.jsonl"]) == 0
    assert "kept.jsonl: not read, as this command writes it" in capsys.readouterr().err
