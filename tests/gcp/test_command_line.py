"""``--memory firestore://PROJECT/COLLECTION``: every command has the live system's memory."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.trails import AMI, MADE, SHARED, delivery
from tests.gcp.databases import new_collection, server
from tidewaiter.cli import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty collection; nothing of this machine is known."""
    server()
    monkeypatch.chdir(tmp_path)
    return f"firestore://example-shop/{new_collection()}"


def printed(capsys: Captured, *argv: str) -> list[dict[str, Any]]:
    """What a command prints as JSON; it does well."""
    assert main([*argv, "--format", "json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_story_is_told_shown_and_closed(address: str, capsys: Captured) -> None:
    """What one command remembers in the collection, all others know; and nothing lies here."""
    memory = ("--memory", address)
    trail = delivery(Path("a.json"), MADE, SHARED)
    (incident,) = printed(capsys, "replay", trail, *memory)
    (shown,) = printed(capsys, "show", AMI, *memory)
    assert [one["id"] for one in shown["incidents"]] == [incident["id"]]
    decided = ("--as", "resolved", "--reason", "handled", "--by", "bob", *memory)
    assert main(["close", incident["id"], *decided]) == 0
    capsys.readouterr()
    assert printed(capsys, "replay", trail, *memory) == []
    clouds = printed(capsys, "coverage", *memory)
    assert [cloud["provider"] for cloud in clouds if cloud["seen"]] == ["aws"]
    assert [path.name for path in Path().iterdir()] == ["a.json"]


def test_without_credentials_one_sentence_is_said(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """With what to do, and no traceback."""
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "no-such-file.json")
    assert main(["show", AMI, "--memory", address]) != 0
    (said,) = capsys.readouterr().err.splitlines()
    assert f"{address}: there are no Google credentials: run" in said
