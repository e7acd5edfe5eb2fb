"""What golden pairs cannot say about Google Cloud's sources: what stays equal between records."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Event, Outcome
from tidewaiter.sources import Context, Ignored, Source
from tidewaiter.sources.gcp_audit import SOURCE as GCP_AUDIT
from tidewaiter.sources.gcr_topic import SOURCE as GCR_TOPIC
from tidewaiter.sources.gcs_notification import SOURCE as GCS_NOTIFICATION
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples"
IMAGE = {"name": "golden", "sourceDisk": "projects/shop/zones/us-east1-b/disks/build"}
PUBLISHED = Context(attributes=(("publishTime", "2024-05-14T09:31:09Z"), ("messageId", "1")))


def sample(source: str, case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / source / f"{case}.json").read_text())
    return found


def event(source: Source, record: dict[str, Any], context: Context = Context()) -> Event:
    """What ``source`` makes of a record that must matter to it."""
    found = source.read(record_of(json.dumps(record), context))
    assert isinstance(found, Event)
    return found


def compute(method: str, **members: object) -> dict[str, Any]:
    """A Compute Engine entry; ``members`` go beside the payload."""
    payload = {
        "methodName": method,
        "serviceName": "compute.googleapis.com",
        "resourceName": "projects/shop/global/images/golden",
        "request": IMAGE,
    }
    return {
        "insertId": "a1",
        "timestamp": "2024-05-14T09:31:07Z",
        "logName": "projects/shop/logs/cloudaudit.googleapis.com%2Factivity",
        "protoPayload": payload,
        **members,
    }


@pytest.mark.parametrize("prefix", ["", "v1.", "v2.", "beta.", "alpha."])
def test_a_method_is_the_same_in_every_version(prefix: str) -> None:
    """A client's choice of API version changes nothing but the verbatim operation."""
    found = event(GCP_AUDIT, compute(f"{prefix}compute.images.insert"))
    expected = (Activity.IMAGE_CREATED, f"{prefix}compute.images.insert")
    assert expected == (found.activity, found.operation)


@pytest.mark.parametrize("version", ["v1", "v1beta1", "v1beta2"])
def test_an_artifact_registry_method_is_the_same_in_every_version(version: str) -> None:
    """The package's version in a method's name does not matter."""
    record = sample("gcp_audit", "tag-moved")
    name = f"google.devtools.artifactregistry.{version}.ArtifactRegistry.UpdateTag"
    record["protoPayload"]["methodName"] = name
    assert event(GCP_AUDIT, record).activity is Activity.IMAGE_PUSHED


@pytest.mark.parametrize("name", ["xcompute.images.insert", "v1.compute.images.insert.x"])
def test_a_method_must_match_whole(name: str) -> None:
    """A longer name that contains one of ours is not ours."""
    found = GCP_AUDIT.read(record_of(json.dumps(compute(name))))
    assert found == Ignored("gcp audit compute.googleapis.com")


def test_first_and_last_record_of_an_operation_are_one_act() -> None:
    """Two records with two ids share the act; only the last one knows how it ended."""
    ids = {"id": "operation-1", "producer": "compute.googleapis.com"}
    first = event(GCP_AUDIT, compute("compute.images.insert", operation={**ids, "first": True}))
    last = event(
        GCP_AUDIT,
        compute("compute.images.insert", insertId="b2", operation={**ids, "last": True}),
    )
    assert first.id != last.id
    assert first.act == last.act
    assert (first.outcome, last.outcome) == (Outcome.PENDING, Outcome.SUCCESS)


def test_operations_of_two_producers_are_two_acts() -> None:
    """An operation's id is unique only among those of its producer."""
    acts = {
        event(GCP_AUDIT, compute("compute.images.insert", operation=operation)).act
        for operation in ({"id": "1", "producer": "a"}, {"id": "1", "producer": "b"}, {"id": "1"})
    }
    assert acts == {"gcp:a/1", "gcp:b/1", "gcp:1"}


def test_an_operation_in_one_record_is_finished() -> None:
    """First and last at once means that it is over."""
    operation = {"id": "1", "first": True, "last": True}
    found = event(GCP_AUDIT, compute("compute.images.insert", operation=operation))
    assert found.outcome is Outcome.SUCCESS


@pytest.mark.parametrize("code", [0, "0", "OK", "", None])
def test_every_way_to_write_ok_is_success(code: object) -> None:
    """A status without a code, or with a zero in any spelling, is no failure."""
    record = compute("compute.images.insert")
    record["protoPayload"]["status"] = {"code": code}
    assert event(GCP_AUDIT, record).outcome is Outcome.SUCCESS


def test_the_gcr_topic_and_the_audit_log_name_an_image_alike() -> None:
    """Two feeds of one push meet on registry, repository and digest."""
    fast = event(GCR_TOPIC, sample("gcr_topic", "push"), PUBLISHED)
    slow = event(GCP_AUDIT, sample("gcp_audit", "push-tag-with-digest-in-resource"))
    assert [image.key for image in fast.images] == [image.key for image in slow.images]


def test_a_bucket_notification_and_the_audit_log_name_an_image_alike() -> None:
    """Two feeds of one legacy push meet on registry, repository and digest."""
    attributes = (("eventType", "OBJECT_FINALIZE"),)
    fast = event(
        GCS_NOTIFICATION, sample("gcs_notification", "push"), Context(attributes=attributes)
    )
    slow = event(GCP_AUDIT, sample("gcp_audit", "gcr-bucket-push"))
    assert fast.images == slow.images


def test_a_notification_told_twice_is_one_act() -> None:
    """Two notification configurations send two messages about one object."""
    acts = {
        event(
            GCS_NOTIFICATION,
            sample("gcs_notification", "push"),
            Context(attributes=(("eventType", "OBJECT_FINALIZE"), ("messageId", message))),
        ).act
        for message in ("1", "2")
    }
    assert len(acts) == 1


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
@pytest.mark.parametrize("source", [GCP_AUDIT, GCR_TOPIC, GCS_NOTIFICATION], ids=lambda s: s.name)
def test_a_wrong_type_anywhere_is_at_worst_malformed(source: Source, wrong: object) -> None:
    """Whatever stands in a field, reading ends in an event, a kind or a path."""
    answers = {
        answer(source, json.dumps(changed), PUBLISHED)
        for path in (SAMPLES / source.name).glob("*.json")
        for changed in mutations(json.loads(path.read_text()), wrong)
    }
    paths = {found for found in answers if found.startswith("$")}
    assert answers - paths <= {"Event", "Ignored", "unclaimed"}
    assert answers != {"unclaimed"}


def test_a_deeply_nested_request_is_malformed() -> None:
    """Ten thousand nested templates neither overflow a stack nor pass for a service."""
    request = '{"template":' * 10_000 + "{}" + "}" * 10_000
    method = "google.cloud.run.v2.Services.CreateService"
    raw = f'{{"timestamp":"x","protoPayload":{{"methodName":"{method}","request":{request}}}}}'
    with pytest.raises(Malformed):
        GCP_AUDIT.read(record_of(raw))
