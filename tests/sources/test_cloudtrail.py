"""What golden pairs cannot say of CloudTrail: the sieve's table, and records that mean harm."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.model import Event
from tidewaiter.sources import (
    Source,
    ec2_ami_state_change,
    ecr_image_action,
    ecr_image_scan,
    ecs_task_state_change,
)
from tidewaiter.sources.amazon import ecr_host, parse_arn
from tidewaiter.sources.cloudtrail import READERS, SOURCE, WANTED
from tidewaiter.sources.interface import Ignored, record_of

SAMPLES = Path(__file__).parent.parent / "samples"
CALLS = [(service, verb) for service, verbs in WANTED.items() for verb in sorted(verbs)]
AWS = [
    SOURCE,
    ec2_ami_state_change.SOURCE,
    ecr_image_action.SOURCE,
    ecr_image_scan.SOURCE,
    ecs_task_state_change.SOURCE,
]
LAYER = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "sha256:00", "size": 9}
MANIFESTS = [
    {"schemaVersion": 2, "mediaType": "m", "config": {"mediaType": "c"}, "layers": [LAYER]},
    {"schemaVersion": 2, "artifactType": "a", "manifests": [LAYER]},
    {"schemaVersion": 1, "fsLayers": [{"blobSum": "sha256:00"}]},
]


def records_of(name: str) -> list[Any]:
    """Return the records of all golden pairs of a source."""
    paths = sorted((SAMPLES / name).glob("*.json"))
    return [json.loads(path.read_text()) for path in paths if ".expected." not in path.name]


def bare(service: str, verb: str, **members: object) -> dict[str, object]:
    """Return the least that a record of this call must have."""
    return {
        "eventVersion": "1.11",
        "eventSource": service,
        "eventName": verb,
        "eventTime": "2025-03-04T14:09:37Z",
        "eventID": "00000000-0000-4000-8000-000000000001",
        **members,
    }


def read(record: object) -> Event | Ignored:
    """Read one record, given as plain values."""
    return SOURCE.read(record_of(json.dumps(record)))


@pytest.mark.parametrize(("service", "verb"), CALLS)
def test_every_wanted_call_is_read_without_any_parameters(service: str, verb: str) -> None:
    """A failed call whose parameters are null is still told, or is ignored for what it lacks."""
    found = read(bare(service, verb, errorCode="AccessDenied", requestParameters=None))
    outcome = found.kind if isinstance(found, Ignored) else (found.operation, found.error)
    words = ("without image", "without deletion", "of others")
    lacking = {f"cloudtrail {service} {word}" for word in words}
    assert outcome in {(verb, "AccessDenied"), *lacking}


def test_the_sieve_wants_exactly_what_is_read() -> None:
    """A service or verb that has no reader is not wanted, and the other way round."""
    read = {service: frozenset(verbs) for service, verbs in READERS.items()}
    assert read == WANTED


def test_every_wanted_call_outside_the_listings_has_a_sample() -> None:
    """Each verb that has a reader of its own is shown in a golden pair."""
    shown = {(each.get("eventSource"), each.get("eventName")) for each in records_of("cloudtrail")}
    readers = {READERS[service][verb] for service, verb in CALLS}
    seen = {READERS[service][verb] for service, verb in CALLS if (service, verb) in shown}
    assert readers == seen


@pytest.mark.parametrize("source", ["aws:s3", "aws:kinesis"])
def test_notifications_that_look_alike_are_not_claimed(source: str) -> None:
    """S3 and Kinesis notifications have eventSource, eventName and eventVersion, too."""
    assert not SOURCE.claims(record_of(json.dumps(bare(source, "ObjectCreated:Put"))))


def test_a_record_of_something_else_is_not_claimed() -> None:
    """A name and a source alone are not yet a CloudTrail record."""
    assert not SOURCE.claims(record_of(b'{"eventSource": "a", "eventName": "b"}'))


def test_an_error_is_cut_to_a_readable_length() -> None:
    """Encoded authorization messages of thousands of characters are not carried along."""
    found = read(
        bare("ec2.amazonaws.com", "RunInstances", errorCode="Denied", errorMessage="x" * 5000)
    )
    assert isinstance(found, Event)
    assert found.error == "Denied: " + "x" * 292


def test_a_deletion_that_fails_without_a_reason_still_fails() -> None:
    """ECR may answer that nothing was deleted and leave the reason out."""
    found = read(
        bare(
            "ecr.amazonaws.com",
            "BatchDeleteImage",
            requestParameters={"repositoryName": "web", "imageIds": [{"imageTag": "a"}]},
            responseElements={"imageIds": [], "failures": [{}]},
        )
    )
    assert isinstance(found, Event)
    assert (found.done, found.error) == (False, "failed")


@pytest.mark.parametrize(("account", "region"), [(None, "eu-west-1"), ("111122223333", None)])
def test_a_registry_without_account_or_region_has_no_name(
    account: str | None, region: str | None
) -> None:
    """A host that cannot be known is absent, not made up."""
    assert ecr_host(account, region) is None


def test_what_is_no_arn_is_not_split() -> None:
    """Names, aliases and nothing at all are not ARNs."""
    assert [parse_arn(text) for text in (None, "web", "a:b:c:d:e:f")] == [None, None, None]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
@pytest.mark.parametrize("source", AWS, ids=lambda source: source.name)
def test_a_wrong_value_anywhere_is_at_worst_malformed(source: Source, wrong: object) -> None:
    """Whatever stands wherever in a record, no other exception leaves the readers."""
    answers = {
        answer(source, json.dumps(changed))
        for record in records_of(source.name)
        for changed in mutations(record, wrong)
    }
    paths = {found for found in answers if found.startswith("$")}
    assert "Event" in answers
    assert answers - paths <= {"Event", "Ignored", "unclaimed"}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
def test_a_wrong_value_within_a_manifest_is_at_worst_malformed(wrong: object) -> None:
    """The manifest is a text within the record, and its fields are as little to be trusted."""
    answers = {
        answer(SOURCE, json.dumps(bare("ecr.amazonaws.com", "PutImage", requestParameters=asked)))
        for manifest in MANIFESTS
        for changed in mutations(manifest, wrong)
        for asked in [{"repositoryName": "web", "imageManifest": json.dumps(changed)}]
    }
    paths = {found for found in answers if found.startswith("$.requestParameters.imageManifest")}
    assert answers - paths == {"Event"}


@pytest.mark.parametrize("size", [10**30, -1])
def test_a_size_that_cannot_be_is_malformed(size: int) -> None:
    """No later step need write down a number of a thousand digits."""
    manifest = json.dumps({"layers": [{"digest": "sha256:00", "size": size}]})
    asked = {"repositoryName": "web", "imageManifest": manifest}
    record = bare("ecr.amazonaws.com", "PutImage", requestParameters=asked)
    expected = "$.requestParameters.imageManifest.layers[0].size"
    assert answer(SOURCE, json.dumps(record)) == expected
