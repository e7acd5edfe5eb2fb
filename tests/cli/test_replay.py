"""``tidewaiter replay``, as it is typed."""

import io
import json
import os
import runpy
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.trails import AMI, BROKEN, MADE, OTHER, SHARED, delivery
from tests.stories import at
from tidewaiter.cli import main
from tidewaiter.cli.account import account
from tidewaiter.incidents.grouping import HeldBack
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.replay import Result, Summary, replay
from tidewaiter.settings import Settings

CORE = str(Path(__file__).parents[2] / "core")
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings lie in the current folder, and the width is known."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def logs(tmp_path: Path) -> str:
    """Two files in a folder: an image is shared in one and was made in the other."""
    folder = tmp_path / "logs"
    (folder / "b").mkdir(parents=True)
    delivery(folder / "a.json", SHARED, OTHER)
    delivery(folder / "b" / "trail.json.gz", MADE)
    return str(folder)


FAILED = "our own code failed and findings may be missing, please report"


def incidents(capsys: Captured, *argv: str) -> list[dict[str, Any]]:
    """The incidents that the command prints as JSON."""
    assert main(["replay", *argv, "--format", "json", "--min-severity", "info"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refused(capsys: Captured, *argv: str) -> str:
    """The one line with which the command ends in status 2."""
    assert main(list(argv)) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), err[:12]) == ("", 1, "tidewaiter: ")
    return err[12:-1]


def test_files_in_a_folder_become_one_story(logs: str, capsys: Captured) -> None:
    """What stands in several files is judged in order of time and told on stdout."""
    assert main(["replay", logs]) == 0
    out, err = capsys.readouterr()
    told = out.splitlines()
    assert told[0].startswith("HIGH ")
    assert AMI in told[0]
    times = [line[2:10] for line in told if line[:6] == "  10:0"]
    assert times == ["10:00:00", "10:05:00"]
    assert err == (
        "files                2\n"
        "records read         3  2 of them image work\n"
        "ignored              1\n"
        "                     1  cloudtrail iam.amazonaws.com\n"
        "quarantined          0\n"
        "findings             2\n"
        "incidents            1\n"
        "held back            0\n"
    )


def test_programs_get_one_incident_a_line(logs: str, capsys: Captured) -> None:
    """The JSON holds what the story tells."""
    (found,) = incidents(capsys, logs)
    assert [finding["detector"] for finding in found["findings"]] == [
        "machine-image-created",
        "image-shared",
    ]
    assert found["images"][0]["machine_image_id"] == AMI


def test_no_incident_is_no_failure(tmp_path: Path, capsys: Captured) -> None:
    """Logs without image work end in status 0 and print nothing."""
    assert main(["replay", delivery(tmp_path / "quiet.json", OTHER)]) == 0
    assert capsys.readouterr().out == ""


def test_standard_input_is_read(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``-`` stands for what is piped in."""
    delivery(tmp_path / "a.gz", MADE, SHARED)
    piped = io.TextIOWrapper(io.BytesIO((tmp_path / "a.gz").read_bytes()))
    monkeypatch.setattr(sys, "stdin", piped)
    assert len(incidents(capsys, "-")) == 1


def other_images(count: int) -> list[dict[str, Any]]:
    """Images of as many accounts, each shared abroad, days apart."""
    return [
        {
            **SHARED,
            "eventID": f"share-{number}",
            "eventTime": f"2026-01-{2 * number + 1:02}T00:00:00Z",
            "requestParameters": {
                **SHARED["requestParameters"],
                "imageId": f"ami-{number:017}",
            },
        }
        for number in range(count)
    ]


def test_the_newest_incidents_are_printed_last(tmp_path: Path, capsys: Captured) -> None:
    """Incidents stand in order of their newest finding, and a limit keeps the newest ones."""
    path = delivery(tmp_path / "a.json", *reversed(other_images(3)))
    found = [one["images"][0]["machine_image_id"] for one in incidents(capsys, path)]
    assert found == [f"ami-{number:017}" for number in range(3)]
    assert main(["replay", path, "--format", "json", "--limit", "2"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["last_time"] for line in out.splitlines()] == [
        "2026-01-03T00:00:00Z",
        "2026-01-05T00:00:00Z",
    ]
    assert "incidents            3  1 of them not printed\n" in err


def test_what_is_less_severe_is_counted(logs: str, capsys: Captured) -> None:
    """An incident below the severity that was asked for is counted, not printed."""
    assert main(["replay", logs, "--min-severity", "critical"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "incidents            1  1 of them not printed\n" in err


def test_a_second_replay_continues_the_first(logs: str, tmp_path: Path, capsys: Captured) -> None:
    """With a memory, halves give the whole, and nothing changes when they are replayed again."""
    whole = incidents(capsys, logs)
    memory = ("--memory", str(tmp_path / "memory.sqlite"))
    incidents(capsys, str(Path(logs) / "b"), *memory)
    assert incidents(capsys, str(Path(logs) / "a.json"), *memory) == whole
    assert incidents(capsys, logs, *memory) == whole


def test_a_killed_replay_is_completed_by_the_next(
    logs: str, tmp_path: Path, capsys: Captured
) -> None:
    """A process that dies at its first event leaves a memory that the next one completes."""
    memory = str(tmp_path / "memory.sqlite")
    code = (
        "import os, sys\n"
        "from tidewaiter import pipeline\n"
        "take = pipeline.Pipeline.take\n"
        "pipeline.Pipeline.take = lambda self, event: (take(self, event), os._exit(9))\n"
        "from tidewaiter.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    argv = [sys.executable, "-c", code, "replay", logs, "--memory", memory]
    assert subprocess.run(argv, env={"PYTHONPATH": CORE}, check=False).returncode == 9
    assert incidents(capsys, logs, "--memory", memory) == incidents(capsys, logs)


def test_settings_say_what_is_ours(logs: str, tmp_path: Path, capsys: Captured) -> None:
    """The same logs give another story once the other account is known as ours."""
    (tmp_path / "ours.toml").write_text(
        '[organization]\naws_accounts = ["111122223333", "444455556666"]\n'
    )
    (found,) = incidents(capsys, logs, "--config", str(tmp_path / "ours.toml"))
    (before,) = incidents(capsys, logs)
    assert found["id"] == before["id"]
    assert found["title"] != before["title"]


def test_settings_of_the_folder_are_named(logs: str, capsys: Captured) -> None:
    """Settings that lie in the current folder are used, and a line says so."""
    Path("tidewaiter.toml").write_text("")
    assert main(["replay", logs]) == 0
    assert capsys.readouterr().err.startswith("settings: ./tidewaiter.toml\nfiles ")


def test_wrong_settings_are_one_line(logs: str, capsys: Captured) -> None:
    """An unknown key is named with its reason."""
    Path("tidewaiter.toml").write_text("[organization]\naws_acounts = []\n")
    assert main(["replay", logs]) == 2
    assert capsys.readouterr().err == (
        "settings: ./tidewaiter.toml\n"
        "tidewaiter: tidewaiter.toml: organization.aws_acounts: unknown key\n"
    )


def test_a_missing_path_is_one_line(logs: str, capsys: Captured) -> None:
    """Nothing is read when one of the paths is missing."""
    assert refused(capsys, "replay", logs, "no\nwhere") == "no\\nwhere: no such file or folder"


@pytest.mark.parametrize("content", [b"not a database", b""], ids=["text", "foreign"])
def test_an_unusable_memory_is_one_line(
    logs: str, tmp_path: Path, content: bytes, capsys: Captured
) -> None:
    """A file that is no memory of ours is named."""
    path = tmp_path / "memory"
    path.write_bytes(content)
    if not content:
        with sqlite3.connect(path) as foreign:
            foreign.execute("CREATE TABLE other (a)")
        foreign.close()
    assert str(path) in refused(capsys, "replay", logs, "--memory", str(path))


def test_a_quarantine_that_cannot_be_written_is_one_line(logs: str, capsys: Captured) -> None:
    """A folder that does not exist is named before anything is judged."""
    argv = ("replay", logs, "--quarantine", "no/where.jsonl")
    assert refused(capsys, *argv) == "no/where.jsonl: No such file or directory"


def test_a_malformed_record_is_told_and_kept(tmp_path: Path, capsys: Captured) -> None:
    """One line names its place, the quarantine keeps it whole, and the others are judged."""
    path = delivery(tmp_path / "a.json", OTHER, BROKEN, SHARED)
    kept = tmp_path / "quarantine.jsonl"
    assert main(["replay", path, "--quarantine", str(kept)]) == 0
    out, err = capsys.readouterr()
    assert err.splitlines()[0] == (
        f"{path}: record 2: $.Records[1].eventTime: Expected `str`, got `int`"
    )
    assert "quarantined          1\n" in err
    assert AMI in out
    (entry,) = [json.loads(line) for line in kept.read_text().splitlines()]
    assert json.loads(entry["raw"]) == BROKEN


def test_what_a_replay_writes_is_not_read(
    logs: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory and quarantine may lie among the logs; a link to nothing is still told."""
    monkeypatch.chdir(logs)
    delivery(Path("broken.json"), BROKEN)
    Path("link").symlink_to("q.jsonl")
    Path("z").symlink_to("nowhere")
    argv = ["replay", ".", "--memory", "m.sqlite", "--quarantine", "q.jsonl"]
    for run in (1, 2):
        assert main(argv) == 0
        err = capsys.readouterr().err
        assert "files                4\n" in err
        assert "quarantined          2\n" in err
        assert len(Path("q.jsonl").read_text().splitlines()) == 2 * run


def test_a_named_file_that_is_not_read_is_told(logs: str, capsys: Captured) -> None:
    """A file that the replay writes is left out aloud when the command names it."""
    delivery(Path("q.jsonl"), SHARED)
    assert main(["replay", logs, "q.jsonl", "--quarantine", "./q.jsonl"]) == 0
    err = capsys.readouterr().err
    assert err.startswith("q.jsonl: not read, as this command writes it\nfiles                2\n")


def test_memory_and_quarantine_are_two_files(logs: str, capsys: Captured) -> None:
    """Nothing is written when both would go to one file."""
    argv = ("replay", logs, "--memory", "both", "--quarantine", "./both")
    assert refused(capsys, *argv) == "both: cannot be both the memory and the quarantine"
    assert not Path("both").exists()


def test_standard_input_is_never_left_out(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a quarantine, too, what is piped in is read."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(SHARED).encode())))
    assert len(incidents(capsys, "-", "--quarantine", str(tmp_path / "q"))) == 1


def test_a_record_of_the_future_is_quarantined(tmp_path: Path, capsys: Captured) -> None:
    """What is ahead of the clock by more than a quarter of an hour is not judged."""
    soon = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = delivery(tmp_path / "a.json", {**SHARED, "eventTime": soon})
    assert main(["replay", path, "--strict"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "$.Records[0]: " in err.splitlines()[0]
    assert err.splitlines()[0].endswith("is ahead of the clock")


def test_strict_is_about_the_quarantine_only(logs: str, tmp_path: Path) -> None:
    """Status 3 tells of a quarantined record and nothing else."""
    assert main(["replay", logs, "--strict"]) == 0
    assert main(["replay", delivery(tmp_path / "a.json", BROKEN), "--strict"]) == 3


def test_a_flood_of_malformed_records_is_counted(tmp_path: Path, capsys: Captured) -> None:
    """After twenty lines the others are only counted, and all are kept."""
    path = delivery(tmp_path / "a.json", *[BROKEN] * 25)
    kept = tmp_path / "quarantine.jsonl"
    assert main(["replay", path, "--quarantine", str(kept)]) == 0
    err = capsys.readouterr().err.splitlines()
    assert [line for line in err if "eventTime" in line][-1].startswith(f"{path}: record 20: ")
    assert err[20] == "... and 5 more malformed records"
    assert len(kept.read_text().splitlines()) == 25


HOSTILE = {
    "binary": b"\x7fELF\x00\x01",
    "empty": b"",
    "half": b'{"Records":[{"eventVersion":"1.08","eventSou',
    "gzip": b"\x1f\x8b\x08\x00garbage",
    "deep": b'{"a":' * 10_000,
    "text": b"hello\nworld\n",
    "nul": b'{"Records":[{"eventName":"\x00"}]}',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_bad_files_are_told_and_the_others_judged(kind: str, logs: str, capsys: Captured) -> None:
    """Whatever lies in a folder of logs, one line tells of it and the rest is judged."""
    path = Path(logs) / "0.json"
    path.write_bytes(HOSTILE[kind])
    assert main(["replay", logs, "--strict"]) == 3
    out, err = capsys.readouterr()
    assert err.startswith(f"{path}: record ")
    assert "Traceback" not in err
    assert AMI in out


def test_what_no_source_claims_is_counted(tmp_path: Path, capsys: Captured) -> None:
    """A JSON object that is no log of ours is no error."""
    (tmp_path / "a.json").write_text('{"hello": "world"}')
    assert main(["replay", str(tmp_path / "a.json"), "--strict"]) == 0
    assert "                     1  unrecognised\n" in capsys.readouterr().err


def test_many_kinds_of_ignored_records_are_summed_up(tmp_path: Path, capsys: Captured) -> None:
    """The most frequent kinds are named and the others counted."""
    records = [{**OTHER, "eventSource": f"s{number:02}.amazonaws.com"} for number in range(20)]
    assert main(["replay", delivery(tmp_path / "a.json", *records)]) == 0
    assert "                     8  of 8 other kinds\n" in capsys.readouterr().err


def test_a_broken_detector_is_no_secret() -> None:
    """A summary says why findings are held back, and which detector failed."""
    held = HeldBack(
        detector="tag-moved", reason="", why="new", time=at("10:00:00"), event_id="", image=None
    )
    numbers = dict.fromkeys(("files", "records", "events", "quarantined", "findings"), 1)
    summary = Summary(**numbers, ignored={}, incidents=0, held_back=2)
    result = Result(summary=summary, incidents=[], held_back=[held] * 2, bugs=["tag-moved: oops"])
    assert list(account(result, 0))[-3:] == [
        "held back            2",
        "                     2  tag-moved: new",
        f"tidewaiter: {FAILED}: tag-moved: oops",
    ]


def test_progress_is_told_in_phases(tmp_path: Path) -> None:
    """Files are counted while reading and events while judging, each against all there are."""
    path = delivery(tmp_path / "a.json", *[MADE, SHARED] * 60)
    seen: list[tuple[str, int, int]] = []
    replay([path], Settings(), ProcessMemory(), progress=lambda *moved: seen.append(moved))
    assert seen == [("reading", 1, 1), ("judging", 50, 120), ("judging", 100, 120)]


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """``python -m tidewaiter.cli`` ends with the status of the command."""
    monkeypatch.setattr(sys, "argv", ["tidewaiter", "replay", "nowhere"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("tidewaiter.cli", run_name="__main__")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "tidewaiter: nowhere: no such file or folder\n"


def run(*argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tidewaiter.cli", *argv],
        env={"PYTHONPATH": CORE, **options.pop("env", {})},
        capture_output="stdout" not in options,
        text=True,
        check=False,
        **options,
    )


def test_the_package_runs_as_a_program(logs: str) -> None:
    """``python -m tidewaiter.cli`` is the command, and an ASCII locale only costs the dots."""
    done = run("replay", logs, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout.startswith("HIGH ")
    assert "\\xb7" in done.stdout


def test_a_reader_that_stops_early_changes_nothing(logs: str) -> None:
    """Into a closed pipe, the summary and the status are the same and nothing else is said."""
    reading, writing = os.pipe()
    os.close(reading)
    done = run("replay", logs, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.returncode == 0
    assert done.stderr.startswith("files ")
    assert "roken" not in done.stderr


def test_an_interrupt_is_one_line(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while reading ends in status 130 and one line."""

    class Interrupted(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted()))
    assert main(["replay", "-", "--memory", str(tmp_path / "memory")]) == 130
    assert capsys.readouterr() == ("", "tidewaiter: interrupted\n")


def test_on_a_terminal_progress_is_drawn(logs: str) -> None:
    """On a terminal a bar comes and goes, and the story is in colour; with NO_COLOR it is not."""
    coloured = on_a_terminal(logs, {})
    assert "reading" in coloured
    assert "\x1b[1;31mHIGH" in coloured
    assert "\x1b[1;31mHIGH" not in on_a_terminal(logs, {"NO_COLOR": "1"})


def on_a_terminal(logs: str, environment: dict[str, str]) -> str:
    """All that a person sees of the command."""
    ours, theirs = os.openpty()
    seen: list[bytes] = []

    def watch() -> None:
        try:
            while block := os.read(ours, 1 << 16):
                seen.append(block)
        except OSError:  # the other end was closed
            return

    watcher = threading.Thread(target=watch)
    watcher.start()
    env = {"TERM": "xterm-256color", **environment}
    run("replay", logs, env=env, stdout=theirs, stderr=theirs)
    os.close(theirs)
    watcher.join()
    os.close(ours)
    return b"".join(seen).decode()
