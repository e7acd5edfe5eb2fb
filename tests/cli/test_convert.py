"""``tidewaiter convert``, as it is typed."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.trails import BROKEN, MADE, OTHER, SHARED, delivery
from tidewaiter.cli import main
from tidewaiter.cli.arguments import parsed
from tidewaiter.cli.convert import run
from tidewaiter.cli.screen import Screen

CORE = str(Path(__file__).parents[2] / "core")
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings lie in the current folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def converted(capsys: Captured, *argv: str) -> list[dict[str, Any]]:
    """What the command prints."""
    assert main(["convert", *argv]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_whole_log_is_told_in_its_order(tmp_path: Path, capsys: Captured) -> None:
    """Every event is a line, image work or not, in the order in which it stands in the log."""
    path = delivery(tmp_path / "a.json.gz", SHARED, OTHER, MADE)
    found = converted(capsys, path, "--to", "splunk")
    assert [row["event_name"] for row in found] == [
        "ModifyImageAttribute",
        "ListUsers",
        "CreateImage",
    ]


@pytest.mark.parametrize(
    ("to", "place"), [("splunk", "sourcetype"), ("ocsf", "class_uid"), ("ecs", "@timestamp")]
)
def test_there_are_three_formats(to: str, place: str, tmp_path: Path, capsys: Captured) -> None:
    """Each format is chosen by its name, and events are enriched in each."""
    (found,) = converted(capsys, delivery(tmp_path / "a.json", MADE), "--to", to)
    assert place in found
    assert "aws-cli" in json.dumps(found)
    assert "external" in json.dumps(found)


def test_a_dataset_is_picked_out(tmp_path: Path, capsys: Captured) -> None:
    """Only the events of the dataset are printed; the others are counted, too."""
    path = delivery(tmp_path / "a.json", MADE, OTHER)
    assert main(["convert", path, "--to", "splunk", "--dataset", "compute"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["dataset"] for line in out.splitlines()] == ["Compute"]
    assert err == "2 records in 1 files: 2 events, 0 ignored, 0 malformed\n"
    assert converted(capsys, path, "--to", "splunk", "--dataset", "traffic") == []


def test_settings_say_whom_we_trust(tmp_path: Path, capsys: Captured) -> None:
    """What the operator's settings tell of an address is in the event."""
    (tmp_path / "ours.toml").write_text('[networks]\ntrusted = ["203.0.113.0/24"]\n')
    path = delivery(tmp_path / "a.json", MADE)
    argv = (path, "--to", "splunk", "--config", str(tmp_path / "ours.toml"))
    assert [row["src_zone"] for row in converted(capsys, *argv)] == ["trusted"]


def test_malformed_records_are_kept_and_counted(tmp_path: Path, capsys: Captured) -> None:
    """A record that cannot be interpreted is told, kept whole and counted; the others are told."""
    path, kept = delivery(tmp_path / "a.json", BROKEN, MADE), tmp_path / "quarantine.jsonl"
    argv = ["convert", path, "--to", "ecs", "--quarantine", str(kept)]
    assert main(argv) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert err.splitlines()[0].startswith(f"{path}: record 1: $.Records[0].eventTime: ")
    assert err.splitlines()[1] == "2 records in 1 files: 1 events, 0 ignored, 1 malformed"
    assert json.loads(json.loads(kept.read_text())["raw"]) == BROKEN
    assert main([*argv, "--strict"]) == 3


@pytest.mark.parametrize(
    "argv",
    [
        ["convert", "."],
        ["convert", ".", "--to", "cef"],
        ["convert", ".", "--to", "ecs", "--dataset", "Compute"],
    ],
)
def test_wrong_usage_is_one_line(argv: list[str], capsys: Captured) -> None:
    """A missing or unknown format, and an unknown dataset, are named."""
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), err[:12]) == ("", 1, "tidewaiter: ")


def started(*argv: str, **streams: Any) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "tidewaiter.cli", "convert", *argv, "--to", "splunk"]
    return subprocess.Popen(command, env={"PYTHONPATH": CORE}, **streams)


def test_lines_come_while_the_log_is_read(tmp_path: Path) -> None:
    """The first file is printed before the second one can be read."""
    delivery(tmp_path / "a.json", MADE)
    os.mkfifo(tmp_path / "b.json")
    argv = (str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    with started(*argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event_name"] == "CreateImage"
        (tmp_path / "b.json").write_text(json.dumps(SHARED))
        assert json.loads(process.stdout.readline())["event_name"] == "ModifyImageAttribute"


def test_a_reader_that_stops_early_ends_it_quietly(tmp_path: Path) -> None:
    """Into a closed pipe nothing is read any more, and nobody complains."""
    delivery(tmp_path / "a.json", *[MADE] * 1000)
    reading, writing = os.pipe()
    os.close(reading)
    with started(str(tmp_path), stdout=writing, stderr=subprocess.PIPE) as process:
        os.close(writing)
        _, err = process.communicate()
    assert process.returncode == 0
    assert err.decode() == "1 records in 1 files: 1 events, 0 ignored, 0 malformed\n"


def test_without_an_output_nothing_is_read(tmp_path: Path) -> None:
    """A process that was started without a standard output stops at once."""
    told = io.StringIO()
    argv = ["convert", delivery(tmp_path / "a.json", *[MADE] * 9), "--to", "ocsf"]
    assert run(parsed(argv), Screen(None, told, {})) == 0
    assert told.getvalue() == "1 records in 1 files: 1 events, 0 ignored, 0 malformed\n"
