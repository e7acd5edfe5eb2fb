"""``tidewaiter coverage``, as it is typed."""

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.trails import EARLIER, MADE, SHARED, delivery
from tidewaiter.cli import main
from tidewaiter.coverage import shown_by
from tidewaiter.coverage.survey import Survey
from tidewaiter.model import Activity, Event

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing lies in the current folder, and the width is known."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def trail(tmp_path: Path) -> str:
    """Writing and reading calls of one account."""
    return delivery(tmp_path / "trail.json", EARLIER, MADE, SHARED)


def test_an_operator_is_told_what_to_do(trail: str, capsys: Captured) -> None:
    """Logs that arrive have a last time, missing ones say what is lost and how to get it."""
    assert main(["coverage", trail]) == 0
    out, err = capsys.readouterr()
    words = " ".join(out.split())
    assert "seen CloudTrail, management events that write, last 2026-" in words
    assert "missing EKS control plane, audit - Images that run in EKS are not seen." in words
    assert "enable DATA_WRITE for artifactregistry.googleapis.com." in words
    assert "never Docker pushes and pulls show AWS Internal" in words
    assert "Azure Nothing of it was seen. If you use it, begin with:" in words
    assert max(map(len, out.splitlines())) <= 100
    assert err == "3 records in 1 files, 0 of them malformed\n"


def test_blind_detectors_are_named(tmp_path: Path, capsys: Captured) -> None:
    """Without calls that read, the detector that needs them is blind, and the log names it."""
    assert main(["coverage", delivery(tmp_path / "a.json", MADE), "--format", "json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    clouds = {cloud["provider"]: cloud for cloud in map(json.loads, lines)}
    assert "two-agents-one-credential" in clouds["aws"]["blind"]
    reads = next(log for log in clouds["aws"]["logs"] if log["id"] == "aws-cloudtrail-reads")
    assert (reads["status"], reads["last_seen"]) == ("missing", None)
    assert "two-agents-one-credential" in reads["blinds"]
    assert not clouds["gcp"]["seen"]


def test_a_memory_tells_the_same(trail: str, capsys: Captured) -> None:
    """What replay remembered shows the same logs, to the day."""
    assert main(["replay", trail, "--memory", "memory.sqlite"]) == 0
    capsys.readouterr()
    assert main(["coverage", "--memory", "memory.sqlite", "--format", "json"]) == 0
    remembered = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert main(["coverage", trail, "--format", "json"]) == 0
    read = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    def seen(clouds: list[dict[str, object]]) -> object:
        return [
            (log["id"], log["last_seen"][:10])
            for cloud in clouds
            for log in cloud["logs"]  # type: ignore[attr-defined]
            if log["status"] == "seen"
        ]

    assert seen(remembered) == seen(read) != []


def test_a_silent_log_says_what_is_lost(tmp_path: Path, capsys: Captured) -> None:
    """Of a log that stays away, an operator reads what its end would mean, and what to do."""
    assert main(["coverage", delivery(tmp_path / "a.json", EARLIER, MADE)]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert "silent CloudTrail, management events that read, last 2026-01-20 09:00" in words
    assert "- If it has stopped: Registry logins, pulls and listings are not seen" in words
    assert "- Log read events in the trail, too;" in words


def event(source: str, activity: Activity, provider: str, service: str) -> Event:
    """Something that one log told."""
    return Event(
        id="1",
        act="1",
        time=datetime(2026, 3, 2, tzinfo=UTC),
        provider=provider,
        source=source,
        activity=activity,
        operation="x",
        service=service,
    )


def test_a_pull_does_not_show_that_logins_arrive() -> None:
    """A rule of EventBridge in its usual state gets BatchGetImage and no GetAuthorizationToken."""
    pull = event("cloudtrail", Activity.IMAGE_PULLED, "aws", "ecr.amazonaws.com")
    assert [one.id for one in shown_by(pull)] == ["aws-cloudtrail-writes"]


@pytest.mark.parametrize("activity", [Activity.OBJECT_READ, Activity.OBJECT_WRITTEN])
def test_data_events_are_no_management_events(activity: Activity) -> None:
    """A trail of what is in buckets does not show that registries are logged."""
    assert shown_by(event("cloudtrail", activity, "aws", "s3.amazonaws.com")) == ()


@pytest.mark.parametrize(
    ("service", "activity"),
    [
        ("artifactregistry.googleapis.com", Activity.REGISTRY_CHANGED),
        ("artifactregistry.googleapis.com", Activity.REGISTRY_LISTED),
        ("artifactregistry.googleapis.com", Activity.IMAGE_DELETED),
        ("storage.googleapis.com", Activity.STORAGE_SHARED),
        ("storage.googleapis.com", Activity.OBJECT_WRITTEN),
    ],
)
def test_what_is_always_logged_does_not_show_data_access(service: str, activity: Activity) -> None:
    """A repository that is made, or a bucket that is opened, tells of no push."""
    assert shown_by(event("gcp_audit", activity, "gcp", service)) == ()


def test_a_cloud_is_seen_by_what_shows_no_log() -> None:
    """Where only administration is logged, every log that is needed is missing from the cloud."""
    survey = Survey()
    made = Activity.REGISTRY_CHANGED
    survey.notice(event("gcp_audit", made, "gcp", "artifactregistry.googleapis.com"))
    gcp = next(cloud for cloud in survey.clouds() if cloud.provider == "gcp")
    assert gcp.seen
    assert "unfamiliar-pusher" in gcp.blind
    assert {log.status for log in gcp.logs} == {"missing", "optional"}


def test_strict_fails_where_a_needed_log_is_missing(trail: str, capsys: Captured) -> None:
    """A script learns by the status that a cloud that is used lacks a log."""
    assert main(["coverage", trail, "--strict"]) == 3
    capsys.readouterr()


@pytest.mark.parametrize("arguments", [[], ["x.json", "--memory", "m.sqlite"]])
def test_one_thing_is_surveyed(arguments: list[str], capsys: Captured) -> None:
    """Neither nothing nor two things can be surveyed."""
    assert main(["coverage", *arguments]) == 2
    assert capsys.readouterr().err == (
        "tidewaiter: coverage needs either logs (PATH ...) or --memory MEMORY\n"
    )


def test_a_missing_path_is_said(capsys: Captured) -> None:
    """What is not there is named in one line."""
    assert main(["coverage", "nowhere.json"]) == 2
    assert capsys.readouterr().err == "tidewaiter: nowhere.json: no such file or folder\n"


def test_standard_input_is_read(
    trail: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs can be piped in."""
    piped = io.TextIOWrapper(io.BytesIO(Path(trail).read_bytes()))
    monkeypatch.setattr(sys, "stdin", piped)
    assert main(["coverage", "-"]) == 0
    assert "3 records in 1 files" in capsys.readouterr().err
