"""Fixtures: a deployment, and the function app that runs in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.azure import tokens
from tests.azure.certificates import certificate
from tests.azure.cloud import Cloud, deployed
from tests.azure.runtime import Functions, staged
from tidewaiter_azure import identity

Start = Callable[[Cloud], Functions]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, staged for this interpreter."""
    return staged(tmp_path_factory.mktemp("package"))


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """A deployment of its own."""
    with deployed() as made:
        yield made


@pytest.fixture
def start(app: Path, tmp_path: Path) -> Start:
    """How to start the function app of a deployment."""
    return lambda cloud: Functions(app, cloud.settings, tmp_path / "functions.log")


@pytest.fixture
def managed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of a function app with a managed identity, in this process."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", tokens.endpoint())
    monkeypatch.setenv("IDENTITY_HEADER", tokens.SECRET)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate()))
    identity.credential.cache_clear()
    yield
    identity.credential.cache_clear()
