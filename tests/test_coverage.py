"""Which logs arrive, and what is not seen without the others."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from tidewaiter.coverage import NEVER_TOLD, PREREQUISITES, shown_by
from tidewaiter.coverage.survey import Cloud, Row, Survey
from tidewaiter.detectors import DETECTORS
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import WATCHED, Activity, Event
from tidewaiter.pipeline import Pipeline
from tidewaiter.sources import SOURCES

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def event(source: str, activity: Activity, provider: str = "aws", **said: object) -> Event:
    """Something that one log told."""
    facts: dict[str, object] = {"account": "111122223333", "time": NOON, **said}
    return Event(
        id="1",
        act="1",
        provider=provider,
        source=source,
        activity=activity,
        operation="x",
        **facts,  # type: ignore[arg-type]
    )


def surveyed(events: Iterable[Event]) -> dict[str, Cloud]:
    """What a survey of ``events`` says of each cloud."""
    survey = Survey()
    for one in events:
        survey.notice(one)
    return {cloud.provider: cloud for cloud in survey.clouds()}


def log(cloud: Cloud, name: str) -> Row:
    """One log of a cloud."""
    return next(one for one in cloud.logs if one.id == name)


WRITES = event("cloudtrail", Activity.IMAGE_PUSHED)
READS = event("cloudtrail", Activity.REGISTRY_LOGIN)


def test_the_table_names_sources_that_there_are() -> None:
    """Every log is recognised by readers that exist."""
    named = {source for one in PREREQUISITES for source in one.sources}
    assert named - {source.name for source in SOURCES} == set()


def test_ids_are_told_apart() -> None:
    """No two prerequisites have one id, and each cloud but Kubernetes says what it never tells."""
    assert len({one.id for one in PREREQUISITES}) == len(PREREQUISITES)
    assert {one.provider for one in PREREQUISITES} == {*NEVER_TOLD, "kubernetes"}


@pytest.mark.parametrize("provider", ["aws", "azure", "gcp", "registry", "kubernetes"])
def test_with_every_log_no_detector_is_blind(provider: str) -> None:
    """What each detector needs, some log of each of its clouds brings."""
    brought = {fact for one in PREREQUISITES if one.provider == provider for fact in one.brings}
    asked = [one for one in DETECTORS if provider in one.providers]
    assert {one.id: one.needs - brought for one in asked if one.needs - brought} == {}


def test_an_optional_log_is_the_only_one_to_bring_nothing() -> None:
    """What alone brings evidence is not optional, so a blind detector has a log to switch on."""
    for detector in DETECTORS:
        for provider in detector.providers:
            needed = [
                one
                for one in PREREQUISITES
                if one.provider == provider and one.brings & detector.needs and not one.optional
            ]
            assert needed, (detector.id, provider)


def test_nothing_seen_is_everything_missing() -> None:
    """Without events every cloud is unseen, and each needed log is missing."""
    clouds = surveyed([])
    assert {cloud.seen for cloud in clouds.values()} == {False}
    assert {row.status for cloud in clouds.values() for row in cloud.logs} == {
        "missing",
        "optional",
    }


def test_a_missing_log_names_the_detectors_it_blinds() -> None:
    """With writes alone, what needs the clients of logins is blind, and says which log helps."""
    aws = surveyed([WRITES])["aws"]
    assert aws.seen
    assert {"two-agents-one-credential", "registry-enumerated"} <= {*aws.blind}
    assert log(aws, "aws-cloudtrail-writes").status == "seen"
    missing = log(aws, "aws-cloudtrail-reads")
    assert missing.status == "missing"
    assert {"two-agents-one-credential", "registry-enumerated"} <= {*missing.blinds}
    assert "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" in missing.enable


def test_a_feed_does_not_tell_who_pushes() -> None:
    """With the topic of Google Cloud alone, pushes are seen and nobody is named for them."""
    gcp = surveyed([event("gcr_topic", Activity.IMAGE_PUSHED, "gcp")])["gcp"]
    assert "tag-moved" not in gcp.blind
    assert "unfamiliar-pusher" in gcp.blind
    row = log(gcp, "gcp-artifact-registry-data-write")
    assert "enable DATA_WRITE for artifactregistry.googleapis.com" in row.enable
    assert "unfamiliar-pusher" in row.blinds


def test_google_tells_reading_from_writing() -> None:
    """A pull shows DATA_READ of Artifact Registry, a push DATA_WRITE."""
    service = "artifactregistry.googleapis.com"
    pull = event("gcp_audit", Activity.IMAGE_PULLED, "gcp", service=service)
    push = event("gcp_audit", Activity.IMAGE_PUSHED, "gcp", service=service)
    assert [one.id for one in shown_by(pull)] == ["gcp-artifact-registry-data-read"]
    assert [one.id for one in shown_by(push)] == ["gcp-artifact-registry-data-write"]


def test_accounts_and_the_last_time_are_told() -> None:
    """The latest event counts, whatever order they come in, and accounts are counted once."""
    events = [
        event("cloudtrail", Activity.IMAGE_PUSHED, time=NOON + timedelta(hours=2)),
        event("cloudtrail", Activity.IMAGE_PUSHED, account="444455556666"),
        event("cloudtrail", Activity.IMAGE_PUSHED, account=None),
        WRITES,
    ]
    row = log(surveyed(events)["aws"], "aws-cloudtrail-writes")
    assert (row.last_seen, row.accounts) == (NOON + timedelta(hours=2), 2)


def test_a_log_that_stays_away_is_silent() -> None:
    """One that brings evidence and was last seen days before others of its cloud has ended."""
    later = event("cloudtrail", Activity.REGISTRY_LOGIN, time=NOON + timedelta(days=4))
    elsewhere = event("acr_logs", Activity.IMAGE_PUSHED, "azure")
    clouds = surveyed([WRITES, later, elsewhere])
    assert log(clouds["aws"], "aws-cloudtrail-writes").status == "silent"
    assert log(clouds["aws"], "aws-cloudtrail-reads").status == "seen"
    assert log(clouds["azure"], "azure-acr-repository-events").status == "seen"


def test_the_memory_knows_the_logs_it_was_fed() -> None:
    """The pipeline remembers which logs arrive, to the day, and a survey recalls them."""
    memory = ProcessMemory()
    for one in (WRITES, READS, WRITES):
        Pipeline(memory).take(one)
    survey = Survey()
    survey.recall(memory)
    aws = next(cloud for cloud in survey.clouds() if cloud.provider == "aws")
    seen = {row.id: (row.last_seen, row.accounts) for row in aws.logs if row.status == "seen"}
    assert seen == {"aws-cloudtrail-writes": (NOON, 1), "aws-cloudtrail-reads": (NOON, 1)}


def test_a_memory_is_not_asked_for_what_it_cannot_have() -> None:
    """Logs of which no event reaches the detectors are not missing from a memory."""
    survey = Survey()
    survey.recall(ProcessMemory())
    named = {row.id for cloud in survey.clouds() for row in cloud.logs}
    assert named == {one.id for one in PREREQUISITES if one.watched}
    assert {"aws-vpc-flow-logs", "azure-entra"} & named == set()


def test_reading_is_no_work_that_writes() -> None:
    """Every activity that detectors watch is either reading or writing of its log."""
    ids = {activity: shown_by(event("cloudtrail", activity))[0].id for activity in WATCHED}
    assert set(ids.values()) == {"aws-cloudtrail-writes", "aws-cloudtrail-reads"}
