"""What golden pairs cannot say about Google Cloud's sources: what stays equal between records."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.acts import merge
from tidewaiter.envelopes import Found, unwrap
from tidewaiter.errors import Malformed
from tidewaiter.model import WATCHED, Activity, Event, Outcome
from tidewaiter.sources import Context, Ignored, Record, Source
from tidewaiter.sources.cloud_build import SOURCE as CLOUD_BUILD
from tidewaiter.sources.container_analysis import SOURCE as CONTAINER_ANALYSIS
from tidewaiter.sources.gcp_audit import SOURCE as GCP_AUDIT
from tidewaiter.sources.gcr_topic import SOURCE as GCR_TOPIC
from tidewaiter.sources.gcs_notification import SOURCE as GCS_NOTIFICATION
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples"
SOURCES = (CLOUD_BUILD, CONTAINER_ANALYSIS, GCP_AUDIT, GCR_TOPIC, GCS_NOTIFICATION)
IMAGE = {"name": "golden", "sourceDisk": "projects/shop/zones/us-east1-b/disks/build"}
PUBLISHED = Context(attributes=(("publishTime", "2024-05-14T09:31:09Z"), ("messageId", "1")))


def sample(source: str, case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / source / f"{case}.json").read_text())
    return found


def event(source: Source, record: dict[str, Any], context: Context = Context()) -> Event:
    """What ``source`` makes of a record that must matter to it."""
    found = source.read(record_of(json.dumps(record), context))
    if isinstance(found, Ignored) and source.rest:
        found = source.rest(record_of(json.dumps(record), context))
    assert isinstance(found, Event)
    return found


def told(source: str, case: str) -> Event:
    """The event that a golden pair expects, whichever reader tells it."""
    expected = json.loads((SAMPLES / source / f"{case}.expected.json").read_text())
    return msgspec.convert((expected.get("rest") or expected)["event"], Event)


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
    assert event(GCP_AUDIT, compute(f"{prefix}compute.instances.stop")).activity is (
        Activity.WORKLOAD_STOPPED
    )


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
@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
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


def test_what_is_read_of_the_rest_is_none_of_what_detectors_watch() -> None:
    """But for deployed functions, whose image nobody names, ``rest`` tells no work with images."""
    found = {
        case.name: told("gcp_audit", case.name.removesuffix(".expected.json")).activity
        for case in (SAMPLES / "gcp_audit").glob("*.expected.json")
        if "event" in json.loads(case.read_text()).get("rest", {})
    }
    watched = {name: activity for name, activity in found.items() if activity in WATCHED}
    assert {name for name in watched if not name.startswith("function-")} == set()
    assert set(watched.values()) == {Activity.WORKLOAD_DEPLOYED}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("vm-start-asked", "vm-start-finished"),
        ("vm-created-with-machine-type", "vm-created-finished"),
        ("cluster-created", "cluster-created-finished"),
        ("function-update-asked", "function-update-finished"),
        ("build-asked", "build-finished"),
    ],
)
def test_what_was_asked_and_how_it_ended_are_one_act(first: str, last: str) -> None:
    """Both records of a long operation share act and activity, and only the last one is sure."""
    asked, ended = told("gcp_audit", first), told("gcp_audit", last)
    assert (asked.act, asked.activity) == (ended.act, ended.activity)
    assert (asked.outcome, ended.outcome) == (Outcome.PENDING, Outcome.SUCCESS)


def test_a_build_is_one_act_in_the_audit_log_and_in_its_messages() -> None:
    """The log tells who asked, the message what came of it, and together they tell both."""
    asked, done = told("gcp_audit", "build-asked"), told("cloud_build", "success")
    assert asked.act == done.act
    whole = merge([asked, done])
    assert [image.digest for image in whole.images] == ["sha256:" + "e5" * 32] * 2
    assert whole.client == asked.client


def test_a_notification_and_its_occurrence_are_one_act() -> None:
    """The message names the occurrence, and the occurrence names the image."""
    message = told("container_analysis", "notification-of-vulnerability")
    document = told("container_analysis", "vulnerability")
    assert message.act == document.act
    assert merge([message, document]).images == document.images


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("object-written", "object-written-without-payload"),
        ("object-written", "object-written-as-cloud-event"),
        ("object-deleted", "object-deleted-as-cloud-event"),
        ("object-archived-without-payload", "object-archived-as-cloud-event"),
        ("object-updated", "object-updated-as-cloud-event"),
    ],
)
def test_every_form_of_a_bucket_notification_tells_the_same(one: str, other: str) -> None:
    """Act, time, activity and object do not depend on the form that somebody subscribed to."""
    first, second = told("gcs_notification", one), told("gcs_notification", other)
    assert (first.act, first.time, first.activity) == (second.act, second.time, second.activity)
    assert first.stored is not None
    assert second.stored is not None
    names = ("bucket", "path", "size", "digest", "storage_class")
    pairs = [(getattr(first.stored, name), getattr(second.stored, name)) for name in names]
    assert [pair for pair in pairs if None not in pair and pair[0] != pair[1]] == []


def test_an_archived_object_and_its_deletion_are_two_acts() -> None:
    """The version that stopped to be live is deleted later, or never."""
    archived = told("gcs_notification", "object-archived-as-cloud-event")
    assert archived.act != told("gcs_notification", "object-deleted-as-cloud-event").act


@pytest.mark.parametrize("log", ["cloudaudit.googleapis.com%2Fpolicy", "x/policy"])
def test_what_a_policy_denied_never_counts_as_done(log: str) -> None:
    """Whatever its status says, an entry of that log is a failure."""
    record = compute("compute.images.insert", logName=f"projects/shop/logs/{log}")
    assert event(GCP_AUDIT, record).outcome is Outcome.FAILURE


def unwrapped(wrapped: object) -> Record:
    """The one record inside a wrapper."""
    (found,) = unwrap(json.dumps(wrapped).encode())
    assert isinstance(found, Found)
    return found.record


def test_a_message_without_a_payload_is_a_notification() -> None:
    """A bucket's notification may consist of a Pub/Sub message's attributes alone."""
    attributes = {"eventType": "OBJECT_DELETE", "bucketId": "b", "objectId": "o"}
    message = {"messageId": "1", "publishTime": "2025-03-04T10:15:01Z", "attributes": attributes}
    record = unwrapped({"subscription": "projects/shop/subscriptions/s", "message": message})
    assert GCS_NOTIFICATION.claims(record)
    found = GCS_NOTIFICATION.read(record)
    assert isinstance(found, Event)
    assert found.activity is Activity.OBJECT_DELETED


def test_a_message_about_no_object_is_nobodys() -> None:
    """An empty message with other attributes is no notification of a bucket."""
    message = {"messageId": "1", "attributes": {"eventType": "OBJECT_DELETE"}}
    assert not GCS_NOTIFICATION.claims(unwrapped(message))


def test_a_build_arrives_as_a_cloud_event_too() -> None:
    """Eventarc wraps the same resource in a CloudEvent."""
    wrapped = {
        "specversion": "1.0",
        "type": "google.cloud.cloudbuild.build.v1.statusChanged",
        "id": "1",
        "source": "//cloudbuild.googleapis.com/projects/shop-prod/builds/b",
        "data": sample("cloud_build", "success"),
    }
    record = unwrapped(wrapped)
    assert CLOUD_BUILD.claims(record)
    found = CLOUD_BUILD.read(record)
    assert isinstance(found, Event)
    assert found.images == told("cloud_build", "success").images
