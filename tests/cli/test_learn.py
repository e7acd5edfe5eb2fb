"""``tidewaiter learn``, as it is typed."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.trails import AMI, BROKEN, MADE, OTHER, SHARED, delivery
from tidewaiter.cli import main
from tidewaiter.settings import parse_settings

Captured = pytest.CaptureFixture[str]
MEMORY = ("--memory", "m.sqlite")
OCTOBER = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings lie in the current folder, and the width is known."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def told(capsys: Captured, *argv: str) -> tuple[str, str]:
    """What the command prints on both streams."""
    assert main(list(argv)) == 0
    out, err = capsys.readouterr()
    return out, err


def refused(capsys: Captured, *argv: str) -> str:
    """The one line with which the command ends in status 2, before it wrote anything."""
    assert main(["learn", *argv, *MEMORY]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), err[:12]) == ("", 1, "tidewaiter: ")
    assert not Path("m.sqlite").exists()
    return err[12:-1]


def listing(name: str, content: object, written: datetime = OCTOBER) -> str:
    """Write an inventory."""
    Path(name).write_text(json.dumps(content))
    os.utime(name, (written.timestamp(), written.timestamp()))
    return name


def images(*tags: str) -> dict[str, object]:
    """What describe-images tells of one image."""
    detail = {
        "registryId": "111122223333",
        "repositoryName": "prod/web",
        "imageDigest": f"sha256:{'1' * 64}",
        "imageTags": tags,
        "imagePushedAt": "2025-01-01T00:00:00Z",
    }
    return {"imageDetails": [detail]}


def test_history_proposes_entries_under_which_it_is_quiet(capsys: Captured) -> None:
    """The proposal is settings as they stand; with them the same logs tell nothing."""
    logs = delivery(Path("a.json"), MADE, SHARED, BROKEN, OTHER)
    out, err = told(capsys, "learn", logs, *MEMORY)
    assert out.startswith("# would have held back 2 findings on 2026-02-03, the gravest high:\n")
    assert len(parse_settings(out).trusted) == 1
    assert "a.json: record 3: $.Records[2].eventTime: " in err
    assert "incidents            1  1 of them not printed\n" in err
    Path("trusted.toml").write_text(out)
    again, _ = told(capsys, "learn", logs, *MEMORY, "--config", "trusted.toml")
    assert again == ""


def test_what_was_learned_is_what_a_replay_remembers(capsys: Captured) -> None:
    """Newer logs are told the same after learning the older ones as after replaying them."""
    old, new = delivery(Path("old.json"), MADE), delivery(Path("new.json"), SHARED)
    told(capsys, "learn", old, *MEMORY)
    told(capsys, "replay", old, "--memory", "replayed.sqlite")
    learned, _ = told(capsys, "replay", new, *MEMORY)
    replayed, _ = told(capsys, "replay", new, "--memory", "replayed.sqlite")
    assert AMI in learned
    assert learned == replayed


def test_what_is_closed_is_not_proposed(capsys: Captured) -> None:
    """Whoever decided needs no proposal."""
    logs = delivery(Path("a.json"), MADE)
    out, _ = told(capsys, "replay", logs, *MEMORY, "--format", "json")
    told(
        capsys,
        "close",
        json.loads(out)["id"],
        "--as",
        "resolved",
        "--reason",
        "known",
        "--by",
        "bob",
        *MEMORY,
    )
    assert told(capsys, "learn", logs, *MEMORY)[0] == ""


def test_an_inventory_is_counted(capsys: Captured) -> None:
    """A line says how much was learned; learning it again changes nothing."""
    repository = {
        "registryId": "111122223333",
        "repositoryName": "prod/web",
        "repositoryUri": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/prod/web",
    }
    files = (
        listing("images.json", images("latest", "7")),
        listing("repositories.json", {"repositories": [repository]}),
    )
    for _ in range(2):
        out, err = told(capsys, "learn", "--inventory", *files, *MEMORY)
        assert (out, err) == ("", "inventory            3 things in 2 files\n")


def test_first_poisoning_after_an_inventory(capsys: Captured) -> None:
    """The push of a person over a long-standing tag is a move, and the way back is known."""
    pushed = {
        **MADE,
        "eventSource": "ecr.amazonaws.com",
        "eventName": "PutImage",
        "requestParameters": {
            "registryId": "111122223333",
            "repositoryName": "prod/web",
            "imageTag": "latest",
            "imageManifest": "{}",
        },
        "responseElements": {
            "image": {
                "registryId": "111122223333",
                "repositoryName": "prod/web",
                "imageId": {"imageDigest": f"sha256:{'2' * 64}", "imageTag": "latest"},
            }
        },
    }
    file = listing("images.json", images("latest"))
    when = ("--region", "eu-west-1", "--taken", "2026-02-01")
    told(capsys, "learn", "--inventory", file, *when, *MEMORY)
    out, _ = told(capsys, "replay", delivery(Path("a.json"), pushed), *MEMORY)
    assert f"Put latest back to sha256:{'1' * 8}…" in out


def test_something_must_be_learned(capsys: Captured) -> None:
    """Neither logs nor inventory is wrong usage."""
    assert refused(capsys) == "learn needs logs (PATH), or what is there (--inventory FILE)"


def test_what_cannot_be_read_is_named(capsys: Captured) -> None:
    """File, place and reason."""
    file = listing("images.json", {"imageDetails": [{"registryId": 7}]})
    assert refused(capsys, "--inventory", file) == (
        "images.json: $.imageDetails[0].registryId: Expected `str`, got `int`"
    )
    assert refused(capsys, "--inventory", "none.json") == "none.json: no such file or folder"


def test_an_inventory_of_the_future_is_refused(capsys: Captured) -> None:
    """It would be known before it was taken."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    file = listing("names.json", ["prod/web"], soon)
    assert refused(capsys, "--inventory", file, "--of", "shop.azurecr.io").endswith(
        "is ahead of the clock"
    )


def test_a_wrong_time_is_wrong_usage(capsys: Captured) -> None:
    """As for all times on the command line."""
    said = refused(capsys, "--inventory", "x.json", "--taken", "noon")
    assert said.startswith("argument --taken: 'noon' is no time; write 2026-03-01 or ")
