"""``--memory dynamodb://TABLE``: every command has the live system's memory."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.aws.tables import REGION, address, endpoint, new_table
from tests.cli.trails import AMI, MADE, SHARED, delivery
from tidewaiter.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine is known: no settings, no region, no credentials but these."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it would remember credentials
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def printed(capsys: Captured, *argv: str) -> list[dict[str, Any]]:
    """What a command prints as JSON; it does well."""
    assert main([*argv, "--format", "json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_story_is_told_shown_and_closed(capsys: Captured) -> None:
    """What one command remembers in the table, all others know; and nothing lies here."""
    memory = ("--memory", address(new_table()))
    trail = delivery(Path("a.json"), MADE, SHARED)
    decided = ("--reason", "handled", "--by", "bob", *memory)
    assert main(["learn", trail, *memory]) == 0
    capsys.readouterr()
    (incident,) = printed(capsys, "replay", trail, *memory)
    (shown,) = printed(capsys, "show", AMI, *memory)
    assert [one["id"] for one in shown["incidents"]] == [incident["id"]]
    assert main(["acknowledge", incident["id"], *decided]) == 0
    assert main(["close", incident["id"], "--as", "resolved", *decided]) == 0
    capsys.readouterr()
    (shown,) = printed(capsys, "show", incident["id"], *memory)
    statuses = [one["status"] for one in shown["incidents"][0]["decisions"]]
    assert statuses == ["acknowledged", "resolved"]
    assert printed(capsys, "replay", trail, *memory) == []
    clouds = printed(capsys, "coverage", *memory)
    assert [cloud["provider"] for cloud in clouds if cloud["seen"]] == ["aws"]
    assert [path.name for path in Path().iterdir()] == ["a.json"]


def test_a_file_and_a_table_tell_the_same(capsys: Captured) -> None:
    """The memory does not show in what is told."""
    trail = delivery(Path("a.json"), MADE, SHARED)
    told = [
        printed(capsys, "replay", trail, "--memory", where)
        for where in ("m.sqlite", address(new_table()))
    ]
    assert told[0] == told[1] != []


def test_the_quarantine_may_lie_beside_an_address(capsys: Captured) -> None:
    """An address is no file that could be the quarantine, too."""
    trail = delivery(Path("a.json"), MADE)
    assert main(["replay", trail, "--memory", address(new_table()), "--quarantine", "q"]) == 0
    assert "Traceback" not in capsys.readouterr().err


COMMANDS = {
    "replay": ("replay", "a.json"),
    "learn": ("learn", "a.json"),
    "show": ("show", AMI),
    "coverage": ("coverage",),
    "close": ("close", "i", "--as", "resolved", "--reason", "r", "--by", "bob"),
    "acknowledge": ("acknowledge", "i", "--reason", "r", "--by", "bob"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_table_that_is_not_there_is_one_sentence(command: str, capsys: Captured) -> None:
    """Each command ends with 2, and says which table and where."""
    delivery(Path("a.json"), MADE)
    assert main([*COMMANDS[command], "--memory", address("no-such-table")]) == 2
    (*_, said) = capsys.readouterr().err.splitlines()
    where = f"tidewaiter: dynamodb://no-such-table in {REGION}: ResourceNotFoundException: "
    assert said.startswith(where)


def refusal(capsys: Captured, where: str) -> str:
    """What ``show`` says on stderr."""
    assert main(["show", AMI, "--memory", where]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_without_a_region_it_says_how_to_name_one(capsys: Captured) -> None:
    """One sentence, and two ways."""
    assert refusal(capsys, f"dynamodb://table?endpoint={endpoint()}") == (
        "tidewaiter: dynamodb://table: no AWS region is set: "
        "add ?region=... to the address, or set AWS_DEFAULT_REGION\n"
    )


def test_without_credentials_it_says_so(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and what to do."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert refusal(capsys, address("table")) == (
        f"tidewaiter: dynamodb://table in {REGION}: there are no AWS credentials: "
        "set AWS_PROFILE, or run `aws configure`\n"
    )


def test_a_profile_that_is_not_there_is_said(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anybody is asked."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert refusal(capsys, address("table")) == (
        "tidewaiter: dynamodb://table: The config profile (nobody) could not be found\n"
    )


def test_an_unknown_scheme_is_one_sentence(capsys: Captured) -> None:
    """It is not taken for a file."""
    said = "tidewaiter: redis://host: no memory has such an address; it is a file, or "
    assert refusal(capsys, "redis://host").startswith(said)
