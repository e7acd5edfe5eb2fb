"""The zip of the functions, built for this machine and unpacked."""

import platform
import sys
import zipfile
from collections.abc import Callable

import pytest

from deploy.package import build
from tests.aws.cloud import Cloud
from tests.aws.runtime import Function, bring

PROCESSOR = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64"}
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

Start = Callable[..., Function]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Make a function of the handler's, deployed beside a cloud."""
    folder = tmp_path_factory.mktemp("lambda")
    path = build("aws", PROCESSOR[platform.machine()], PYTHON, into=folder)
    code, brought = folder / "task", folder / "runtime"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(code)
    brought.mkdir()
    bring(brought)

    def of(cloud: Cloud, name: str = "worker", **changed: str) -> Function:
        return Function(code, brought, f"handler.{name}", cloud.environment | changed)

    return of
