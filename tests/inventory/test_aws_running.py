"""What describe-instances and get-function print."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tidewaiter.errors import Malformed
from tidewaiter.inventory import Place, Thing, read
from tidewaiter.model import Image, Workload

PLACE = Place(region="eu-west-1")
URI = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/prod/resize"
DIGEST = f"sha256:{'7' * 64}"


def listed(listing: object) -> list[Thing]:
    """What a listing tells."""
    return list(read(msgspec.json.encode(listing), PLACE))


def function(**code: str) -> dict[str, Any]:
    """What get-function prints of a function in two accounts' words."""
    return {
        "Configuration": {
            "FunctionName": "resize",
            "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:resize",
            "LastModified": "2026-01-01T12:00:00.000+0000",
        },
        "Code": code,
    }


def test_instances_run_their_machine_images() -> None:
    """Those that are gone, or name none, run nothing."""
    states = {"i-1": "running", "i-2": "stopped", "i-3": "terminated", "i-4": "shutting-down"}
    instances = [
        {"InstanceId": name, "ImageId": "ami-1", "State": {"Name": state}}
        for name, state in states.items()
    ]
    instances += [{"InstanceId": "i-5"}, {"InstanceId": "i-6", "ImageId": "ami-2"}]
    things = listed({"Reservations": [{"OwnerId": "111122223333", "Instances": instances}]})
    assert [one.workload for one in things] == [
        Workload("ec2 instance", name) for name in ("i-1", "i-2", "i-6")
    ]
    assert [one.images[0].machine_image for one in things] == ["ami-1", "ami-1", "ami-2"]
    assert {one.account for one in things} == {"111122223333"}


@pytest.mark.parametrize(
    ("code", "tag", "digest"),
    [
        ({"ImageUri": f"{URI}:1", "ResolvedImageUri": f"{URI}@{DIGEST}"}, "1", DIGEST),
        ({"ImageUri": f"{URI}:1"}, "1", None),
        ({"ImageUri": f"{URI}@{DIGEST}"}, None, DIGEST),
    ],
)
def test_a_function_runs_what_its_tag_was_resolved_to(
    code: dict[str, str], tag: str | None, digest: str | None
) -> None:
    """The tag may have moved since."""
    (thing,) = listed(function(**code))
    host, _, repository = URI.partition("/")
    assert thing.images == (Image(host, repository, tag, digest),)
    assert thing.since == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert (thing.account, thing.region) == ("111122223333", "eu-west-1")


def test_a_function_without_an_image_is_nothing() -> None:
    """Nor is its archive of code."""
    assert listed(function(Location="https://example.com/a.zip")) == []


def test_a_function_without_an_arn_is_of_the_region_that_was_listed() -> None:
    """Its account is not known then."""
    told = {"Configuration": {"FunctionName": "resize"}, "Code": {"ImageUri": f"{URI}:1"}}
    (thing,) = listed(told)
    assert (thing.account, thing.region) == (None, "eu-west-1")


@pytest.mark.parametrize(
    "listing", [{"Reservations": [{"Instances": [{}]}]}, {"Configuration": {}}]
)
def test_what_lacks_a_name_is_malformed(listing: object) -> None:
    """As in every reader."""
    with pytest.raises(Malformed):
        listed(listing)
