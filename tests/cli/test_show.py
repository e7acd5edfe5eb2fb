"""``tidewaiter show``, as it is typed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.trails import AMI, EARLIER, KEY, MADE, SHARED, delivery
from tidewaiter.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings lie in the current folder, and the width is known."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def memory(tmp_path: Path, capsys: Captured) -> str:
    """A memory in which an image was made and shared."""
    path = str(tmp_path / "memory.sqlite")
    trail = delivery(tmp_path / "a.json", EARLIER, MADE, SHARED)
    assert main(["replay", trail, "--memory", path]) == 0
    capsys.readouterr()
    return path


def shown(capsys: Captured, subject: str, memory: str) -> dict[str, Any]:
    """The history as JSON."""
    assert main(["show", subject, "--memory", memory, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    return found


OPERATIONS = ["DescribeImages", "CreateImage", "ModifyImageAttribute"]


@pytest.mark.parametrize(
    ("subject", "operations"),
    [
        (AMI, OPERATIONS[1:]),
        (KEY, OPERATIONS),
        ("arn:aws:iam::111122223333:user/alice", OPERATIONS),
    ],
)
def test_a_subject_has_its_history(
    subject: str, operations: list[str], memory: str, capsys: Captured
) -> None:
    """An image, a credential and a principal lead to the same incident and to what they did."""
    found = shown(capsys, subject, memory)
    assert [moment["operation"] for moment in found["timeline"]] == operations
    assert [incident["severity"] for incident in found["incidents"]] == ["high"]
    assert found["subject"] == subject


def test_an_incident_is_shown_by_its_id(memory: str, capsys: Captured) -> None:
    """The id that a story ends with tells that story again."""
    (incident,) = shown(capsys, AMI, memory)["incidents"]
    assert shown(capsys, incident["id"], memory)["incidents"] == [incident]


def test_a_history_reads_as_a_timeline_and_its_stories(memory: str, capsys: Captured) -> None:
    """People get the timeline of the subject, then each of its incidents."""
    assert main(["show", KEY, "--memory", memory]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[:3] == [f"HISTORY   {KEY}", "", "  2026-01-20 UTC"]
    assert len([line for line in out if line.startswith("HIGH ")]) == 1


def test_a_timeline_is_not_told_twice(memory: str, capsys: Captured) -> None:
    """Where the only incident tells everything, its story is enough."""
    assert main(["show", AMI, "--memory", memory]) == 0
    out = capsys.readouterr().out
    assert out.startswith("HIGH ")
    assert "HISTORY" not in out


@pytest.mark.parametrize("subject", ["ami-nobody", "a\udcffb", "\x1b[2J"])
def test_an_unknown_subject_is_status_1(subject: str, memory: str, capsys: Captured) -> None:
    """Nothing known is one sentence and a status of its own."""
    assert main(["show", subject, "--memory", memory]) == 1
    out, err = capsys.readouterr()
    safe = subject.replace("\udcff", "\\udcff").replace("\x1b", "\\x1b")
    assert (out, err) == ("", f"tidewaiter: nothing is known about {safe}\n")


def test_a_memory_is_needed(capsys: Captured) -> None:
    """Without a memory there is no history, and one line says where it comes from."""
    assert main(["show", AMI]) == 2
    assert capsys.readouterr().err == (
        "tidewaiter: show needs --memory MEMORY, which tidewaiter replay --memory MEMORY fills\n"
    )


def test_a_memory_is_never_made_by_showing(tmp_path: Path, capsys: Captured) -> None:
    """A misspelt file name is said to be missing, not created."""
    assert main(["show", AMI, "--memory", "memori"]) == 2
    assert capsys.readouterr().err == "tidewaiter: memori: no such file or folder\n"
    assert not (tmp_path / "memori").exists()
