"""The zip of Google's functions: complete, without what Google installs, and the same each time."""

import zipfile
from pathlib import Path

import pytest

from deploy.package import CLOUDS, CORE, build, main

ROOT = CORE.parents[1]


def read(path: Path) -> dict[str, bytes]:
    """Every file of a zip by its name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_our_code_and_the_lock(tmp_path: Path) -> None:
    """Core and the deployment root as they are, ``main.py`` at the top, and nothing else."""
    ours = {path: path.relative_to(CORE.parent) for path in CORE.rglob("*")}
    ours |= {path: path.relative_to(ROOT / "gcp") for path in (ROOT / "gcp").rglob("*")}
    expected = {
        name.as_posix(): path.read_bytes()
        for path, name in ours.items()
        if path.is_file() and path.suffix != ".pyc"
    }
    expected["requirements.txt"] = CLOUDS["gcp"].lock.read_bytes()
    path = build("gcp", into=tmp_path)
    assert path.name == "tidewaiter-gcp.zip"
    assert read(path) == expected
    assert "main.py" in expected


def test_the_command_line_says_how_large_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is one for all processors."""
    monkeypatch.setattr("deploy.package.DIST", tmp_path)
    main(["gcp"])
    assert [path.name for path in tmp_path.iterdir()] == ["tidewaiter-gcp.zip"]
    assert capsys.readouterr().out.startswith("tidewaiter-gcp.zip: 0.")


def test_the_zip_is_the_same_every_time(tmp_path: Path) -> None:
    """Whoever builds it, and when."""
    first, second = (build("gcp", into=tmp_path / name).read_bytes() for name in "ab")
    assert first == second
