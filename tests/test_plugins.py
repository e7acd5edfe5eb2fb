"""Detectors of the operator's own: found, judged like ours, and harmless when broken."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidewaiter.cli import main
from tidewaiter.detectors import DETECTORS
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event, Image, Principal
from tidewaiter.pipeline import Pipeline
from tidewaiter.plugins import GROUP, load
from tidewaiter.settings import Plugins, Settings, Tuning, read_settings

OWN = '''"""Nobody pushes to the archive.

It is for reading only.
"""

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector
from tidewaiter.findings import Confidence
from tidewaiter.model import Activity, Severity


def check(event, seen):
    """Claim every push into the archive."""
    for image in event.images:
        if image.repository == "archive":
            yield Claim(reason="somebody pushed into the archive")


DETECTOR = Detector(
    id="{id}",
    title="Somebody pushed into the archive",
    headline="{{image}} was pushed into the archive",
    techniques=("T1525",),
    providers=frozenset({{"aws"}}),
    needs=frozenset({{Evidence.PUSHES}}),
    judges=frozenset({{Activity.IMAGE_PUSHED}}),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    false_positives=("The archive is being filled.",),
    blind_spots=("None.",),
    steps=("Ask {{principal}}.",),
    quiet_if="{{principal}} fills the archive.",
    references=("https://attack.mitre.org/techniques/T1525/",),
    check=check,
)
'''
BROKEN = {
    "syntax.py": ("DETECTOR = (", "SyntaxError"),
    "raises.py": ("raise RuntimeError('at import')", "RuntimeError: at import"),
    "without.py": ("x = 1", "AttributeError"),
    "other.py": ("DETECTOR = 7", "TypeError: DETECTOR is no Detector"),
    "taken.py": (OWN.format(id="tag-moved"), "there is a detector 'tag-moved' already"),
}


def folder(path: Path, **files: str) -> Settings:
    """Settings that name a folder with these files."""
    for name, text in files.items():
        (path / f"{name}.py").write_text(text)
    return Settings(plugins=Plugins(folders=(str(path),)))


def push(repository: str) -> Event:
    """Somebody pushes there."""
    return Event(
        id="e",
        act="a",
        time=datetime(2026, 3, 2, 12, tzinfo=UTC),
        provider="aws",
        source="cloudtrail",
        activity=Activity.IMAGE_PUSHED,
        operation="PutImage",
        principal=Principal("alice"),
        images=(Image(registry="r.example.com", repository=repository, digest="sha256:aa"),),
    )


def test_a_file_in_a_folder_is_a_detector(tmp_path: Path) -> None:
    """It is judged like ours, and its finding opens an incident."""
    settings = folder(tmp_path, archive=OWN.format(id="archive-pushed"), test_archive="1 / 0")
    pipeline = Pipeline(ProcessMemory(), settings)
    pipeline.take(push("archive"))
    (incident,) = pipeline.incidents()
    assert "archive-pushed" in {finding.detector for finding in incident.findings}
    assert pipeline.bugs == {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_one_is_named_and_silences_no_other(name: str, tmp_path: Path) -> None:
    """Whatever is wrong with a file, ours and the other files are there."""
    text, reason = BROKEN[name]
    settings = folder(tmp_path, archive=OWN.format(id="archive-pushed"))
    (tmp_path / name).write_text(text)
    loaded = load(settings, DETECTORS)
    assert [one.id for one in loaded.detectors] == [
        *(one.id for one in DETECTORS),
        "archive-pushed",
    ]
    ((place, bug),) = loaded.bugs.items()
    assert place == str(tmp_path / name)
    assert reason in str(bug)


def test_tuning_a_broken_one_is_no_mistake(tmp_path: Path) -> None:
    """Settings that name it are still read, or it would silence all others."""
    tuned = Settings(
        plugins=folder(tmp_path, archive="1 / 0").plugins,
        detectors={"archive-pushed": Tuning(enabled=False)},
    )
    pipeline = Pipeline(ProcessMemory(), tuned)
    assert list(pipeline.bugs) == [str(tmp_path / "archive.py")]


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    """Whoever misspells a folder is told."""
    (bug,) = load(folder(tmp_path), DETECTORS).bugs.values()
    assert str(bug) == f"{tmp_path}: LookupError: no detector lies there"


def test_an_installed_one_is_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point of our group names a detector; another name is said to be missing."""
    (tmp_path / "archive_rules.py").write_text(OWN.format(id="archive-pushed"))
    installed = tmp_path / "archive_rules-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: archive-rules\nVersion: 1\n")
    (installed / "entry_points.txt").write_text(f"[{GROUP}]\narchive = archive_rules:DETECTOR\n")
    monkeypatch.syspath_prepend(tmp_path)
    loaded = load(Settings(plugins=Plugins(entry_points=("archive", "nobody"))), DETECTORS)
    assert loaded.detectors[-1].id == "archive-pushed"
    assert {name: str(bug) for name, bug in loaded.bugs.items()} == {
        "nobody": f"nobody: LookupError: no entry point of {GROUP} has this name"
    }


def test_folders_lie_beside_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The catalogue lists the operator's own behind ours, and names the broken one."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "archive.py").write_text(OWN.format(id="archive-pushed"))
    (tmp_path / "rules" / "raises.py").write_text("1 / 0")
    path = tmp_path / "tidewaiter.toml"
    path.write_text('[plugins]\nfolders = ["rules"]\n')
    assert read_settings(path).plugins.folders == (str(tmp_path / "rules"),)
    assert main(["detectors", "--config", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "archive-pushed" in out
    assert "It is for reading only." in out
    assert err == (
        f"tidewaiter: {tmp_path / 'rules' / 'raises.py'}: ZeroDivisionError: division by zero\n"
    )
