"""What golden pairs cannot say about what AWS's services tell by themselves."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict, replace

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.envelopes import Found, unwrap
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event, Severity, Stored
from tidewaiter.pipeline import Pipeline
from tidewaiter.sources import (
    Ignored,
    Source,
    ec2_instance_state_change,
    ecr_image_action,
    ecr_image_scan,
    ecr_pull_through_cache_action,
    ecr_replication_action,
    ecs_task_state_change,
    guardduty_finding,
    inspector2_finding,
    inspector2_scan,
    s3_object_event,
)
from tidewaiter.sources.interface import record_of
from tidewaiter.sources.s3_object_event.forms import NAMES, TITLES
from tidewaiter.twins import is_told_by_another

SAMPLES = Path(__file__).parent.parent / "samples"
SOURCES = (
    ec2_instance_state_change.SOURCE,
    ecr_image_action.SOURCE,
    ecr_image_scan.SOURCE,
    ecr_pull_through_cache_action.SOURCE,
    ecr_replication_action.SOURCE,
    ecs_task_state_change.SOURCE,
    guardduty_finding.SOURCE,
    inspector2_finding.SOURCE,
    inspector2_scan.SOURCE,
    s3_object_event.SOURCE,
)
PAIRS = (
    "put",
    "deleted",
    "delete-marker",
    "expired",
    "moved-to-glacier",
    "restored",
    "shared",
    "tagged",
    "access-tier",
)
# Only a notification names who asked, and the forms have words of their own for what was done.
OF_ONE_FORM = {"id", "operation", "principal"}


def sample(case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{case}.json").read_text())
    return found


def event(source: Source, record: dict[str, Any]) -> Event:
    """What the source makes of a record that tells something."""
    told = source.read(record_of(json.dumps(record)))
    if isinstance(told, Ignored) and source.rest:
        told = source.rest(record_of(json.dumps(record)))
    assert isinstance(told, Event)
    return told


def finding(**members: object) -> Event:
    """What becomes of a finding of GuardDuty with other members."""
    record = sample("guardduty_finding/user-from-a-malicious-address")
    record["detail"].update(members)
    return event(guardduty_finding.SOURCE, record)


@pytest.mark.parametrize("what", PAIRS)
def test_both_forms_of_an_s3_event_tell_one_act(what: str) -> None:
    """What a notification and EventBridge both carry is equal, and so is the act."""
    notified = asdict(event(s3_object_event.SOURCE, sample(f"s3_object_event/notification-{what}")))
    on_bus = asdict(event(s3_object_event.SOURCE, sample(f"s3_object_event/bus-{what}")))
    shared = [
        name
        for name in notified
        if name not in OF_ONE_FORM and notified[name] is not None and on_bus[name] is not None
    ]
    assert [notified[name] for name in shared] == [on_bus[name] for name in shared]
    assert {"act", "activity", "region", "stored", "time"} <= set(shared)


def test_every_kind_of_s3_event_has_a_sample() -> None:
    """Each title and each family of names is shown in a golden pair."""
    records = [sample(f"s3_object_event/{path.stem}") for path in cases("s3_object_event")]
    titles = {record.get("detail-type") for record in records}
    names = {str(record.get("eventName")).partition(":")[0] for record in records}
    assert (set(TITLES) - titles, set(NAMES) - names) == (set(), set())


def test_one_request_about_two_objects_is_two_acts() -> None:
    """A batch of tags has one request id; the keys keep the acts apart."""
    one = sample("s3_object_event/notification-tagged")
    other = sample("s3_object_event/notification-tagged")
    other["s3"]["object"]["key"] = "another"
    acts = {event(s3_object_event.SOURCE, record).act for record in (one, other)}
    assert len(acts) == 2


def test_a_notification_keeps_its_pointer_through_every_wrapper() -> None:
    """In SNS in SQS in a function's event, the object of a delivery can still be fetched."""
    inner = json.dumps({"Records": [sample("s3_object_event/notification-put")]})
    topic = json.dumps({"Type": "Notification", "TopicArn": "t", "Message": inner})
    outer = {"Records": [{"eventSource": "aws:sqs", "body": topic}]}
    (found,) = unwrap(json.dumps(outer).encode())
    assert isinstance(found, Found)
    assert s3_object_event.SOURCE.claims(found.record)
    assert s3_object_event.SOURCE.rest is not None
    told = s3_object_event.SOURCE.rest(found.record)
    assert isinstance(told, Event)
    assert told.stored is not None
    assert replace(told.stored, digest=None, size=None) == Stored(
        bucket="logs-example", path="AWSLogs/web app+1/über 2025.json.gz"
    )


@pytest.mark.parametrize(
    ("source", "own", "copy"),
    [
        (inspector2_finding.SOURCE, "image", "image-told-to-the-administrator"),
        (
            guardduty_finding.SOURCE,
            "user-from-a-malicious-address",
            "user-as-told-to-the-administrator",
        ),
    ],
    ids=["inspector2", "guardduty"],
)
def test_a_finding_told_in_two_accounts_is_one_act(source: Source, own: str, copy: str) -> None:
    """But for its id and the moment of its delivery, an administrator's copy says the same."""
    mine = event(source, sample(f"{source.name}/{own}"))
    theirs = event(source, sample(f"{source.name}/{copy}"))
    assert replace(theirs, id=mine.id, time=mine.time) == mine


def test_a_finding_that_changed_is_another_act() -> None:
    """GuardDuty tells a finding again when it goes on; both are kept."""
    before, after = finding(), finding(updatedAt="2025-03-04T20:09:38.123Z")
    assert before.act != after.act


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (0, Severity.INFO),
        (0.9, Severity.INFO),
        (1, Severity.LOW),
        (3.9, Severity.LOW),
        (4, Severity.MEDIUM),
        (6.9, Severity.MEDIUM),
        (7, Severity.HIGH),
        (8.9, Severity.HIGH),
        (9, Severity.CRITICAL),
        (10, Severity.CRITICAL),
    ],
)
def test_a_severity_is_read_by_the_bounds_of_guardduty(said: float, meant: Severity) -> None:
    """Low begins at 1, medium at 4, high at 7, critical at 9."""
    report = finding(severity=said).report
    assert report is not None
    assert report.severity is meant


@pytest.mark.parametrize(
    ("source", "case"),
    [
        (ecr_replication_action.SOURCE, "from-another-region"),
        (ecr_pull_through_cache_action.SOURCE, "from-ecr-public"),
    ],
    ids=["replication", "pull through cache"],
)
def test_a_copy_by_the_registry_explains_the_push_that_the_feed_tells(
    source: Source, case: str
) -> None:
    """ECR Image Action awaits a caller; where ECR copied the image by itself, there is none."""
    copied = event(source, sample(f"{source.name}/{case}"))
    memory = ProcessMemory()
    Pipeline(memory).take(copied)
    push = replace(copied, id="e1", act="aws:e1", activity=Activity.IMAGE_PUSHED, awaits="a log")
    other = replace(push, images=tuple(replace(one, digest="sha256:0") for one in push.images))
    assert is_told_by_another(push, memory)
    assert not is_told_by_another(other, memory)


def cases(name: str) -> list[Path]:
    """The records of all golden pairs of a source."""
    paths = sorted((SAMPLES / name).glob("*.json"))
    return [path for path in paths if ".expected." not in path.name]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_wrong_value_anywhere_is_at_worst_malformed(source: Source, wrong: object) -> None:
    """Whatever stands wherever in a record, no other exception leaves the readers."""
    answers = {
        answer(source, json.dumps(changed))
        for path in cases(source.name)
        for changed in mutations(json.loads(path.read_text()), wrong)
    }
    assert "unclaimed" in answers
    assert {"Event", "Ignored"} & answers
