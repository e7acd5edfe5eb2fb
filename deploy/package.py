"""Builds the zip of a cloud's functions: core, the deployment root, and what its lock pins.

The same sources make the same bytes, whoever builds them and when: names are sorted, times and
modes are fixed, and nothing that names the builder is in it.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[1]
CORE = ROOT / "core" / "tidewaiter"
DIST = ROOT / "dist"

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell
_MODE = 0o644 << 16  # for everybody to read: functions run as nobody in particular
_UNIX = 3
_LIMIT = 250 << 20  # bytes, unpacked: more no function of AWS may have


class Cloud(Struct, frozen=True):
    """What belongs to one cloud's zip; of ``architectures`` the value is uv's name of a platform.

    Without one, the cloud installs what is needed: then the lock itself lies in the zip, as
    ``requirements.txt``.  ``python`` is the version that the functions run on, and ``packages`` the
    folder in which they look for what is installed.
    """

    root: Path
    lock: Path
    python: str
    architectures: dict[str, str]
    packages: str = "."


# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html: glibc is 2.34 there.
CLOUDS = {
    "aws": Cloud(
        root=ROOT / "aws",
        lock=ROOT / "requirements" / "aws.txt",
        python="3.14",
        architectures={"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"},
    ),
    # Functions take packages from that folder, and Flex Consumption has no other processor:
    # https://learn.microsoft.com/azure/azure-functions/functions-reference-python
    "azure": Cloud(
        root=ROOT / "azure",
        lock=ROOT / "requirements" / "azure.txt",
        python="3.13",
        architectures={"x86_64": "x86_64-manylinux_2_28"},
        packages=".python_packages/lib/site-packages",
    ),
    # https://cloud.google.com/functions/docs/writing/specifying-dependencies-python
    "gcp": Cloud(
        root=ROOT / "gcp", lock=ROOT / "requirements" / "gcp.txt", python="3.14", architectures={}
    ),
}


def build(
    name: str, architecture: str | None = None, python: str | None = None, into: Path | None = None
) -> Path:
    """Write ``tidewaiter-NAME-ARCHITECTURE.zip``, or ``tidewaiter-NAME.zip`` where there are not
    several; return its path.

    ``python`` is another version than that of the cloud's functions.  Raises ``SystemExit`` where
    the dependencies cannot be installed.
    """
    cloud = CLOUDS[name]
    several = architecture if len(cloud.architectures) > 1 else None
    target = (into or DIST) / f"{'-'.join(filter(None, ('tidewaiter', name, several)))}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        if architecture is None:
            shutil.copyfile(cloud.lock, stage / "requirements.txt")
        else:
            packages = stage / cloud.packages
            _install(cloud, cloud.architectures[architecture], python or cloud.python, packages)
            _clean(packages)
        _copy(CORE, stage / CORE.name)
        _copy(cloud.root, stage)
        _zip(stage, target)
    return target


def _install(cloud: Cloud, platform_name: str, python: str, packages: Path) -> None:
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
        *("--target", str(packages), "--link-mode", "copy", "--no-deps"),
        *("--require-hashes", "--only-binary", ":all:"),
        *("--python-platform", platform_name, "--python-version", python),
        *("--requirement", str(cloud.lock)),
    ]
    if subprocess.run(command, check=False).returncode:
        raise SystemExit(f"{cloud.lock.name}: cannot be installed for {platform_name}")


def _copy(source: Path, target: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)


def _clean(packages: Path) -> None:
    """Leave out scripts, which name the interpreter of whoever built them, and their traces."""
    shutil.rmtree(packages / "bin", ignore_errors=True)
    (packages / ".lock").unlink(missing_ok=True)
    for record in packages.glob("*.dist-info/RECORD"):
        lines = record.read_text().splitlines(keepends=True)
        kept = [line for line in lines if (packages / line.split(",")[0]).exists()]
        record.write_text("".join(kept))


def _zip(stage: Path, target: Path) -> None:
    files = sorted(_files(stage), key=str)
    if sum(path.stat().st_size for path in files) > _LIMIT:
        raise SystemExit(f"{target.name}: more than {_LIMIT >> 20} MB unpacked")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(stage).as_posix(), _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def _files(stage: Path) -> Iterator[Path]:
    return (path for path in stage.rglob("*") if path.is_file())


def main(arguments: list[str] | None = None) -> None:
    """Build what the command line names, by default one zip for each architecture."""
    parser = argparse.ArgumentParser(prog="package", description=__doc__)
    parser.add_argument("cloud", choices=CLOUDS)
    parser.add_argument("--arch", help="arm64 or x86_64; default: each")
    given = parser.parse_args(arguments)
    for architecture in [given.arch] if given.arch else CLOUDS[given.cloud].architectures or [None]:
        path = build(given.cloud, architecture)
        print(f"{path.name}: {path.stat().st_size / (1 << 20):.1f} MB")


if __name__ == "__main__":
    main()
