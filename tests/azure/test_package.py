"""The zip that is deployed: what is in it, and that anybody builds the same."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.package import build

PACKAGES = ".python_packages/lib/site-packages"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The zip as it is deployed: for the version of Python that the functions run on."""
    path = build("azure", "x86_64", into=tmp_path_factory.mktemp("dist"))
    assert path.name == "tidewaiter-azure.zip"
    with zipfile.ZipFile(path) as found:
        yield found


def test_functions_and_core_lie_at_the_root(package: zipfile.ZipFile) -> None:
    """Where the host looks for them, and what is installed where the worker looks."""
    names = set(package.namelist())
    assert names >= {
        "function_app.py",
        "host.json",
        "tidewaiter/__init__.py",
        "tidewaiter_azure/tables.py",
        f"{PACKAGES}/azure/functions/__init__.py",
        f"{PACKAGES}/msgspec/__init__.py",
    }
    assert {name for name in names if "__pycache__" in name or name.endswith(".pyc")} == set()
    assert {name for name in names if "/bin/" in name} == set()


def test_nothing_of_ours_hides_microsofts_namespace(package: zipfile.ZipFile) -> None:
    """The parts of ``azure`` come from several packages, and none of them has an ``__init__``."""
    assert f"{PACKAGES}/azure/__init__.py" not in package.namelist()
    assert not any(name.startswith("azure/") for name in package.namelist())


def test_every_installed_file_is_recorded_and_there(package: zipfile.ZipFile) -> None:
    """Nothing was lost or added on the way."""
    names = set(package.namelist())
    records = [name for name in names if name.endswith(".dist-info/RECORD")]
    listed = {
        f"{PACKAGES}/{line.split(',')[0]}"
        for record in records
        for line in package.read(record).decode().splitlines()
    }
    assert listed - names == set()
    assert {name for name in names - listed if name.startswith(PACKAGES)} == set()


def test_compiled_parts_are_for_the_version_that_runs_them(package: zipfile.ZipFile) -> None:
    """Python 3.13 on x86-64."""
    compiled = [name for name in package.namelist() if name.endswith(".so")]
    strange = [name for name in compiled if "cpython-313-x86_64" not in name and "abi3" not in name]
    assert (strange, len(compiled) > 0) == ([], True)


def test_the_same_bytes_come_out_twice(package: zipfile.ZipFile, tmp_path: Path) -> None:
    """Whoever builds it, and when."""
    again = build("azure", "x86_64", into=tmp_path)
    assert package.filename is not None
    assert again.read_bytes() == Path(package.filename).read_bytes()
