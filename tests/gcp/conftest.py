"""The zip of the functions, unpacked, and what Google would install for it."""

import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator

import pytest

from deploy.package import build
from tests.gcp.cloud import Cloud
from tests.gcp.function import Function

Start = Callable[..., Function]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Make a function of ``main.py``, deployed beside a cloud."""
    folder = tmp_path_factory.mktemp("run")
    path = build("gcp", into=folder)
    code, brought = folder / "workspace", folder / "installed"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(code)
    install = ["-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", str(brought)]
    pinned = ["--require-hashes", "--only-binary", ":all:"]
    subprocess.run(
        [sys.executable, *install, *pinned, "--requirement", str(code / "requirements.txt")],
        check=True,
    )

    def of(cloud: Cloud, target: str = "worker", **changed: str) -> Function:
        return Function(code, brought, target, cloud.environment | changed)

    return of


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """A deployment of its own, with settings that say nothing."""
    made = Cloud.made()
    made.configure("")
    yield made
    made.stop()
