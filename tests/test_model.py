"""Words of the model that are tables."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tidewaiter.model import Activity, Category, Dataset, category_of, dataset_of, services


@pytest.mark.parametrize(
    ("service", "category"),
    [
        ("ecr.amazonaws.com", Category.COMPUTE),
        ("EC2.amazonaws.com", Category.COMPUTE),
        ("monitoring.amazonaws.com", Category.MANAGEMENT),
        ("s3.amazonaws.com", Category.STORAGE),
        ("route53.amazonaws.com", Category.NETWORK),
        ("dynamodb.amazonaws.com", Category.DATABASE),
        ("sts.amazonaws.com", Category.SECURITY),
        ("Microsoft.ContainerRegistry", Category.COMPUTE),
        ("microsoft.keyvault/vaults", Category.SECURITY),
        ("artifactregistry.googleapis.com", Category.COMPUTE),
        ("k8s.io", Category.COMPUTE),
        ("cloudsql.googleapis.com", Category.DATABASE),
    ],
)
def test_a_service_has_its_category(service: str, category: Category) -> None:
    """By its first label, in any case."""
    assert category_of(Activity.RESOURCE_READ, service) is category


def test_every_service_has_one_category() -> None:
    """No name stands in two rows of the table."""
    text = Path(services.__file__).read_text()
    tables = re.findall(r'Category\.\w+: """\n(.*?)"""', text, re.DOTALL)
    names = Counter(name for table in tables for name in set(table.split()))
    assert len(tables) == len(Category)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    ("activity", "category"),
    [
        (Activity.IMAGE_PUSHED, Category.COMPUTE),
        (Activity.OBJECT_READ, Category.STORAGE),
        (Activity.TRAFFIC_FLOWED, Category.NETWORK),
        (Activity.IDENTITY_SIGNED_IN, Category.SECURITY),
        (Activity.RESOURCE_USED, None),
    ],
)
def test_the_activity_tells_where_the_service_does_not(
    activity: Activity, category: Category | None
) -> None:
    """An unknown service, or none, leaves the kind of work."""
    assert category_of(activity, None) is category
    assert category_of(activity, "nobody.example.com") is category


def test_a_login_to_a_registry_is_authentication() -> None:
    """And the listing of one is work with images."""
    assert dataset_of(Activity.REGISTRY_LOGIN) is Dataset.AUTHENTICATION
    assert dataset_of(Activity.REGISTRY_LISTED) is Dataset.COMPUTE
