"""Buckets and parameters for tests, on the same server as the tables."""

from functools import cache
from itertools import count
from typing import TYPE_CHECKING

import boto3
import pytest

from tests.aws.tables import REGION, endpoint

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_numbers = count(1)


def at_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every client that is made from now on ask moto."""
    for name, text in environment().items():
        monkeypatch.setenv(name, text)


def environment() -> dict[str, str]:
    """What tells the SDK where AWS is, and who asks."""
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint(),
    }


@cache
def s3() -> "S3Client":
    """A client for many."""
    session = boto3.Session("testing", "testing", region_name=REGION)
    return session.client("s3", endpoint_url=endpoint())


def new_bucket(*, versions: bool = False) -> str:
    """Make an empty bucket, and return its name."""
    name = f"tidewaiter-test-{next(_numbers)}"
    s3().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    if versions:
        s3().put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def contents(bucket: str) -> dict[str, bytes]:
    """Return every object of a bucket by its key."""
    keys = [one["Key"] for one in s3().list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: s3().get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
