"""``tidewaiter close`` and ``acknowledge``, as they are typed."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.trails import AMI, MADE, SHARED, call, delivery
from tidewaiter.cli import main
from tidewaiter.settings import parse_settings

Captured = pytest.CaptureFixture[str]
DONE = ("--reason", "handled", "--by", "bob")
RUN = call(
    "11:00:00",
    "ec2",
    "RunInstances",
    {"instancesSet": {"items": [{"imageId": AMI}]}},
    {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0", "imageId": AMI}]}},
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings lie in the current folder, and the width is known."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def replayed(capsys: Captured, *records: object) -> tuple[list[dict[str, Any]], str]:
    """The incidents that a replay into the memory prints, and what it says of itself."""
    path = delivery(Path("a.json"), *records)
    assert main(["replay", path, "--memory", "m.sqlite", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    return [json.loads(line) for line in out.splitlines()], err


def shown(capsys: Captured, incident: str) -> dict[str, Any]:
    """The incident as ``show`` has it."""
    assert main(["show", incident, "--memory", "m.sqlite", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["incidents"]
    return dict(found)


def decide(capsys: Captured, *argv: str) -> tuple[str, str]:
    """What a decision prints."""
    assert main([*argv, "--memory", "m.sqlite", *DONE]) == 0
    out, err = capsys.readouterr()
    return out, err


def test_a_closed_incident_is_counted_and_not_told(capsys: Captured) -> None:
    """Replay tells of it in a number, show tells the story with who, why and what."""
    ((incident,), _) = replayed(capsys, MADE, SHARED)
    out, err = decide(capsys, "close", incident["id"], "--as", "resolved")
    assert (out, err) == ("", f"{incident['id']} is resolved: {incident['title']}\n")
    again, account = replayed(capsys, MADE, SHARED)
    assert again == []
    assert "closed               1  with nothing new since, and not printed\n" in account
    found = shown(capsys, incident["id"])
    (decision,) = found["decisions"]
    assert found["status"] == decision["status"] == "resolved"
    assert (decision["by"], decision["reason"]) == ("bob", "handled")


def test_something_new_opens_it_again(capsys: Captured) -> None:
    """A finding that was not known when it was closed is told, with all that was before."""
    ((incident,), _) = replayed(capsys, MADE)
    decide(capsys, "close", incident["id"], "--as", "resolved")
    ((again,), _) = replayed(capsys, SHARED)
    assert (again["id"], again["status"], len(again["findings"])) == (incident["id"], "open", 2)
    assert main(["show", incident["id"], "--memory", "m.sqlite"]) == 0
    told = capsys.readouterr().out
    assert "resolved by bob on 2" in told
    assert "open again: something new was found" in told


@pytest.mark.parametrize(("closed_as", "told"), [("false-positive", 0), ("resolved", 1)])
def test_that_a_false_alarm_runs_is_nothing_new(
    closed_as: str, told: int, capsys: Captured
) -> None:
    """Whoever says that the image is harmless need not say it again at each start."""
    ((incident,), _) = replayed(capsys, MADE)
    decide(capsys, "close", incident["id"], "--as", closed_as)
    again, _ = replayed(capsys, RUN)
    assert len(again) == told


def test_a_false_positive_proposes_its_entry(capsys: Captured) -> None:
    """Under the proposed entry the same logs tell nothing, and list what they hold back."""
    ((incident,), _) = replayed(capsys, MADE, SHARED)
    out, _ = decide(capsys, "close", incident["id"], "--as", "false-positive")
    (entry,) = tomllib.loads(out)["trusted"]
    assert (entry["owner"], entry["reason"]) == ("bob", "handled")
    assert len(parse_settings(out).trusted) == 1
    Path("tidewaiter.toml").write_text(out)
    argv = ["replay", "a.json", "--show-held-back"]
    assert main(argv) == 0
    listed = capsys.readouterr().out
    assert listed.startswith("HELD BACK 2 findings not told\n")
    assert listed.count("held back: trusted: handled (bob)") == 2
    assert main([*argv, "--format", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["why"] for line in lines} == {"trusted: handled (bob)"}
    assert {line["principal"] for line in lines} == {"arn:aws:iam::111122223333:user/alice"}


def test_nothing_held_back_is_no_list(capsys: Captured) -> None:
    """Where everything is told, the option adds nothing."""
    assert main(["replay", delivery(Path("a.json"), MADE), "--show-held-back"]) == 0
    assert "HELD BACK" not in capsys.readouterr().out


def test_an_acknowledged_incident_stays_told(capsys: Captured) -> None:
    """It shows who looks into it; closing it later is one more decision."""
    ((incident,), _) = replayed(capsys, MADE)
    decide(capsys, "acknowledge", incident["id"])
    ((again,), _) = replayed(capsys, MADE)
    assert again["status"] == "acknowledged"
    decide(capsys, "close", incident["id"], "--as", "resolved")
    found = shown(capsys, incident["id"])
    assert [one["status"] for one in found["decisions"]] == ["acknowledged", "resolved"]


def test_an_unknown_incident_is_status_1(capsys: Captured) -> None:
    """One sentence says that there is none."""
    replayed(capsys, MADE)
    assert main(["close", "inc-0", "--as", "resolved", "--memory", "m.sqlite", *DONE]) == 1
    assert capsys.readouterr() == ("", "tidewaiter: there is no incident inc-0\n")


def test_a_decision_needs_its_reason(capsys: Captured) -> None:
    """An empty one is none."""
    argv = ["close", "inc-0", "--as", "resolved", "--memory", "m.sqlite"]
    assert main([*argv, "--reason", " ", "--by", "bob"]) == 2
    assert capsys.readouterr().err == "tidewaiter: --reason must say why\n"


def test_who_is_logged_in_decides(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``--by`` it is the user of the machine."""
    ((incident,), _) = replayed(capsys, MADE)
    monkeypatch.setenv("LOGNAME", "carol")
    argv = ["acknowledge", incident["id"], "--memory", "m.sqlite", "--reason", "mine"]
    assert main(argv) == 0
    capsys.readouterr()
    assert shown(capsys, incident["id"])["decisions"][0]["by"] == "carol"


def nobody() -> str:
    """A machine that does not know its user."""
    raise KeyError("getpwuid(): uid not found: 1000")


def test_nobody_cannot_decide(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container without users, somebody has to be named."""
    monkeypatch.setattr("tidewaiter.cli.close.getuser", nobody)
    argv = ["acknowledge", "inc-0", "--memory", "m.sqlite", "--reason", "mine"]
    assert main(argv) == 2
    assert capsys.readouterr().err == (
        "tidewaiter: nobody knows who decides: say so with --by NAME\n"
    )
