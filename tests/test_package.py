"""The zips of the cloud functions: complete, for the right processor, and the same every time."""

import csv
import re
import zipfile
from collections.abc import Callable
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest

from deploy.package import CLOUDS, CORE, build, main

MACHINES = {"arm64": (b"\xb7\x00", "aarch64"), "x86_64": (b"\x3e\x00", "x86_64")}  # by ELF
ROOT = CORE.parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Build a zip once for all tests."""
    folder = tmp_path_factory.mktemp("dist")
    known: dict[str, Path] = {}

    def of(architecture: str) -> Path:
        if architecture not in known:
            known[architecture] = build("aws", architecture, into=folder)
        return known[architecture]

    return of


def read(path: Path) -> dict[str, bytes]:
    """Every file of a zip by its name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("architecture", MACHINES)
def test_a_zip_holds_all_that_its_lock_names(
    architecture: str, built: Callable[[str], Path]
) -> None:
    """Each package is there in the pinned version, and every file that its RECORD lists."""
    files = read(built(architecture))
    pins = re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", CLOUDS["aws"].lock.read_text())
    wanted = {f"{name.replace('-', '_')}-{version}.dist-info/RECORD" for name, version in pins}
    assert {name for name in files if name.endswith(".dist-info/RECORD")} == wanted
    assert len(wanted) >= 5
    for record in wanted:
        for name, *_ in csv.reader(StringIO(files[record].decode())):
            assert name in files


@pytest.mark.parametrize("architecture", MACHINES)
def test_a_zip_holds_our_own_code(architecture: str, built: Callable[[str], Path]) -> None:
    """All of core and of the deployment root is there as it is, the handler at the top."""
    files = read(built(architecture))
    ours = {path: path.relative_to(CORE.parent) for path in CORE.rglob("*.py")}
    ours |= {path: path.relative_to(ROOT / "aws") for path in (ROOT / "aws").rglob("*.py")}
    assert {name.as_posix() for name in ours.values()} <= set(files)
    assert [
        path for path, name in ours.items() if files[name.as_posix()] != path.read_bytes()
    ] == []
    assert "handler.py" in files


@pytest.mark.parametrize("architecture", MACHINES)
def test_machine_code_is_for_the_processor_and_python_of_the_functions(
    architecture: str, built: Callable[[str], Path]
) -> None:
    """Every extension is an ELF file for that processor, and named for that Python."""
    machine, word = MACHINES[architecture]
    tag = f".cpython-{CLOUDS['aws'].python.replace('.', '')}-{word}-linux-gnu.so"
    extensions = {name: raw for name, raw in read(built(architecture)).items() if ".so" in name}
    assert {name.partition("/")[0] for name in extensions} == {"isal", "maxminddb", "msgspec"}
    assert [name for name in extensions if not name.endswith(tag)] == []
    assert {(raw[:4], raw[18:20]) for raw in extensions.values()} == {(b"\x7fELF", machine)}


def test_the_same_sources_make_the_same_bytes(built: Callable[[str], Path], tmp_path: Path) -> None:
    """Nothing of the time, the order of files or the builder is in a zip."""
    again = build("aws", "arm64", into=tmp_path)
    assert sha256(again.read_bytes()).hexdigest() == sha256(built("arm64").read_bytes()).hexdigest()
    with zipfile.ZipFile(again) as archive:
        entries = archive.infolist()
    assert [one.filename for one in entries] == sorted(one.filename for one in entries)
    assert {(one.date_time, one.external_attr >> 16) for one in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o644)
    }


def test_nothing_is_in_a_zip_that_lambda_brings_or_nobody_needs(
    built: Callable[[str], Path],
) -> None:
    """The SDK comes with the runtime; compiled files, scripts and tests are left out."""
    names = set(read(built("arm64")))
    assert {name.partition("/")[0] for name in names} & {
        "boto3",
        "botocore",
        "bin",
        "tests",
    } == set()
    assert [name for name in names if name.endswith((".pyc", ".lock"))] == []
    assert built("arm64").stat().st_size < 5 << 20


def test_one_word_builds_the_zips(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`make package` builds a zip for each processor and says how large it is."""
    monkeypatch.setattr("deploy.package.DIST", tmp_path)
    main(["aws"])
    assert {path.name for path in tmp_path.iterdir()} == {
        "tidewaiter-aws-arm64.zip",
        "tidewaiter-aws-x86_64.zip",
    }
    assert re.search(r"(?m)^tidewaiter-aws-arm64\.zip: \d\.\d MB$", capsys.readouterr().out)
