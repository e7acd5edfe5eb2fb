"""``tidewaiter detectors`` and the page that is made of it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tidewaiter.cli import main
from tidewaiter.cli.catalogue import entries, markdown
from tidewaiter.detectors import DETECTORS

DOCS = Path(__file__).parents[2] / "docs"
GENERATOR = DOCS / "generate_detectors.py"


def printed(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What the command prints to stdout; it says nothing on stderr."""
    assert main(["detectors", *argv]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_the_catalogue_tells_all_of_every_detector(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sentence of every detector is printed, and nothing but links wider than the page."""
    monkeypatch.setenv("COLUMNS", "100")
    text = printed(capsys)
    words = " ".join(text.split())
    assert DETECTORS
    for entry in entries():
        sentences = (*entry.false_positives, *entry.blind_spots, *entry.steps, entry.quiet_if)
        for sentence in (entry.id, entry.title, *entry.needs, *sentences, *entry.references):
            assert " ".join(sentence.split()) in words
    assert max(len(line) for line in text.splitlines() if "https:" not in line) <= 100


def test_programs_get_one_detector_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON lines hold the registry's detectors in its order."""
    lines = [json.loads(line) for line in printed(capsys, "--format", "json").splitlines()]
    assert [line["id"] for line in lines] == [detector.id for detector in DETECTORS]


def test_names_that_an_incident_fills_in_are_shown_as_names() -> None:
    """No sentence of the catalogue has braces."""
    assert [entry.id for entry in entries() if "{" in "".join((*entry.steps, entry.quiet_if))] == []


def test_every_detector_tells_its_story() -> None:
    """The description is the docstring of the detector's own file."""
    for entry in entries():
        module = sys.modules[f"tidewaiter.detectors.{entry.id.replace('-', '_')}"]
        assert module.__doc__ is not None
        assert entry.description.splitlines()[0] == module.__doc__.splitlines()[0]


def test_the_page_is_up_to_date() -> None:
    """``docs/detectors.md`` is what the detectors say today."""
    assert (DOCS / "detectors.md").read_text(encoding="utf-8") == markdown(entries())


def test_a_stale_page_is_noticed(tmp_path: Path) -> None:
    """The generator writes the page, finds it good, and says when it is stale."""
    copy = tmp_path / GENERATOR.name
    copy.write_text(GENERATOR.read_text())
    shutil.copy(DOCS / "pages.py", tmp_path)

    def generate(*argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(copy), *argv],
            env={"PYTHONPATH": str(DOCS.parent / "core")},
            capture_output=True,
            text=True,
            check=False,
        )

    assert generate("--check").returncode == 1
    assert generate().returncode == 0
    assert generate("--check").returncode == 0
    (tmp_path / "detectors.md").write_text("stale")
    stale = generate("--check")
    assert (stale.returncode, stale.stderr) == (1, "docs/detectors.md is stale: run `make docs`\n")
