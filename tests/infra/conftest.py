"""What tests of the infrastructure need, or the reason why it is not here; and plans that several
of them look at, each made once.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra import matching, offline
from tests.infra.terraform import Json, copied, plan

MAIL = ["security@example.com"]
PACKAGE = str(Path(__file__))  # any file will do: a plan knows no more of it than its hash


@pytest.fixture(scope="session")
def providers() -> None:
    """Terraform, and the schemas of its providers."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not here")
    if not offline.TOOL.exists():
        pytest.skip("the providers' schemas are not beside the checkout")
    try:
        offline.prepare()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"the providers' schemas cannot be had: {error.stderr.decode()[-300:]}")


@pytest.fixture(scope="session")
def matcher() -> None:
    """The matcher of event patterns."""
    try:
        matching.interpreter()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"the matcher cannot be had: {error.stderr.decode()[-300:]}")


@pytest.fixture(scope="session")
def hub(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of the hub with everything that can be switched on."""
    module = copied(Path("aws"), tmp_path_factory.mktemp("hub"))
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "organization": "o-exampleorg1",
        "security_hub": True,
        "read_manifests": True,
        "cloudtrail_bucket": "example-trail",
        "log_groups": ["/aws/eks/shop/cluster", "/vpc/flow"],
    }
    return plan(module, variables)


@pytest.fixture(scope="session")
def single_account(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of the example for one account, with a forwarder."""
    module = copied(Path("aws/examples/single-account"), tmp_path_factory.mktemp("single"))
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "region": "eu-west-1",
        "other_regions": ["eu-west-1", "us-east-1"],
        "create_trail": True,
    }
    return plan(module, variables)


@pytest.fixture(scope="session")
def organization(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of the example for an organisation of three accounts."""
    module = copied(Path("aws/examples/organization"), tmp_path_factory.mktemp("organization"))
    (module / "tidewaiter.toml").write_text("")
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "region": "eu-west-1",
        "regions": ["eu-west-1", "us-east-1"],
        "organization": "o-exampleorg1",
        "production_role": "arn:aws:iam::444455556666:role/deployment",
        "development_role": "arn:aws:iam::123456789012:role/deployment",
        "settings": "tidewaiter.toml",
    }
    return plan(module, variables)


@pytest.fixture(scope="session")
def gcp(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of Google's module with everything that can be switched on."""
    module = copied(Path("gcp"), tmp_path_factory.mktemp("gcp"))
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "project": "example-shop",
        "region": "europe-west1",
        "projects": {"example-mill": {"existing": ["gcr"]}},
        "data_read": True,
        "legacy_buckets": ["eu.artifacts.example-shop.appspot.com"],
        "read_manifests": True,
        "log_retention_days": 90,
    }
    return plan(module, variables)


@pytest.fixture(scope="session")
def gcp_project(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of the example for one project."""
    module = copied(Path("gcp/examples/single-project"), tmp_path_factory.mktemp("gcp_project"))
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "project": "example-shop",
        "region": "europe-west1",
    }
    return plan(module, variables)


@pytest.fixture(scope="session")
def gcp_organization(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of the example for an organisation with two projects beside our own."""
    module = copied(Path("gcp/examples/organization"), tmp_path_factory.mktemp("gcp_organization"))
    (module / "tidewaiter.toml").write_text("")
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "organization": "123456789012",
        "project": "example-watch",
        "region": "europe-west1",
        "projects": {"example-shop": {}, "example-mill": {"existing": ["gcr", "cloud-builds"]}},
        "settings": "tidewaiter.toml",
    }
    return plan(module, variables)


AZURE = [f"{one * 8}-{one * 4}-4{one * 3}-8{one * 3}-{one * 12}" for one in "123"]
"""Ids of subscriptions: of the hub, of production, of development."""


def azure_id(subscription: str, kind: str, name: str) -> str:
    """The id of something of ``kind`` in the group shop of a subscription."""
    return f"/subscriptions/{subscription}/resourceGroups/shop/providers/{kind}/{name}"


@pytest.fixture(scope="session")
def azure_hub(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of Azure's hub with everything that can be switched on."""
    module = copied(Path("azure"), tmp_path_factory.mktemp("azure"))
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "location": "westeurope",
        "reach": ["203.0.113.9"],
        "subscriptions": AZURE,
        "read_manifests": True,
        "log_retention_days": 90,
    }
    return plan(module, variables)


@pytest.fixture(scope="session")
def azure_subscription(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of the example for one subscription."""
    module = copied(Path("azure/examples/single-subscription"), tmp_path_factory.mktemp("one"))
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "subscription": AZURE[0],
        "location": "westeurope",
        "reach": ["203.0.113.9"],
        "registries": [azure_id(AZURE[0], "Microsoft.ContainerRegistry/registries", "shop")],
        "clusters": [azure_id(AZURE[0], "Microsoft.ContainerService/managedClusters", "shop")],
    }
    return plan(module, variables)


@pytest.fixture(scope="session")
def azure_group(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Json:  # noqa: ARG001
    """The plan of the example for a management group of three subscriptions."""
    module = copied(Path("azure/examples/management-group"), tmp_path_factory.mktemp("group"))
    (module / "tidewaiter.toml").write_text("")
    domain = azure_id(AZURE[0], "Microsoft.Communication/emailServices", "shop")
    variables = {
        "mail": MAIL,
        "package": PACKAGE,
        "mail_domain": f"{domain}/domains/alerts.example.com",
        "management_group": "/providers/Microsoft.Management/managementGroups/shop",
        "security_subscription": AZURE[0],
        "production_subscription": AZURE[1],
        "development_subscription": AZURE[2],
        "location": "westeurope",
        "reach": ["203.0.113.9"],
        "production_registries": [
            azure_id(AZURE[1], "Microsoft.ContainerRegistry/registries", name)
            for name in ("shop", "mill")
        ],
        "production_clusters": [
            azure_id(AZURE[1], "Microsoft.ContainerService/managedClusters", "shop")
        ],
        "development_registries": [
            azure_id(AZURE[2], "Microsoft.ContainerRegistry/registries", "trial")
        ],
        "settings": "tidewaiter.toml",
    }
    return plan(module, variables)
