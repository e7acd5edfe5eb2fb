"""Incidents as the pipeline would tell them, written by hand for the tests of the outputs."""

from datetime import UTC, datetime

import msgspec

from tidewaiter.findings import (
    Confidence,
    Finding,
    ImageSeen,
    Incident,
    Moment,
    SourceSeen,
    TechniqueSeen,
)
from tidewaiter.model import Severity

HOST = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
OLD = "sha256:" + "aaaa1111" * 8
NEW = "sha256:" + "bbbb2222" * 8
LAYERS = tuple("sha256:" + f"{number:02d}" * 32 for number in range(1, 6))


def at(clock: str, day: str = "2026-02-03") -> datetime:
    """The time of day ``clock`` on ``day``, UTC."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)


def moment(clock: str, activity: str, summary: str, day: str = "2026-02-03") -> Moment:
    """A moment of a timeline on AWS."""
    return Moment(
        time=at(clock, day),
        event_id=f"event-{clock}",
        provider="aws",
        activity=activity,
        operation="Operation",
        summary=summary,
    )


def finding(detector: str, reason: str, severity: Severity = Severity.HIGH) -> Finding:
    """A finding about the push."""
    return Finding(
        id=f"f-{detector}",
        detector=detector,
        severity=severity,
        confidence=Confidence.HIGH,
        reason=reason,
        event_id="event-14:09:37",
        time=at("14:09:37"),
        provider="aws",
        region="eu-west-1",
    )


REPOSITORIES = ("prod/web", "prod/api", "prod/db", "tools/build", "tools/scan")

IMPLANT = Incident(
    id="3f2a9c1d4e5b6a70",
    title="prod/web:latest was replaced with an unreviewed image and is running",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    status="open",
    first_time=at("14:02:11"),
    last_time=at("14:11:20"),
    providers=("aws",),
    accounts=("111122223333",),
    regions=("eu-west-1",),
    principals=("arn:aws:iam::111122223333:user/alice",),
    credentials=("AKIAIOSFODNN7EXAMPLE",),
    sources=(
        SourceSeen(
            ip="203.0.113.9",
            zone="external",
            country="NL",
            user_agents=("Boto3/1.34.0 md/Botocore#1.34.0", "docker/24.0.7"),
        ),
    ),
    images=(
        ImageSeen(
            reference=f"{HOST}/prod/web:latest@{OLD}",
            registry=HOST,
            repository="prod/web",
            tag="latest",
            digest=OLD,
            layers=LAYERS[:3],
            machine_image_id=None,
        ),
        ImageSeen(
            reference=f"{HOST}/prod/web:latest@{NEW}",
            registry=HOST,
            repository="prod/web",
            tag="latest",
            digest=NEW,
            layers=LAYERS,
            machine_image_id=None,
        ),
    ),
    workloads=("ecs service prod/web",),
    techniques=(
        TechniqueSeen("T1525", "persistence"),
        TechniqueSeen("T1610", "execution"),
    ),
    findings=(
        finding("tag-moved", f"the tag latest moved from {OLD} to {NEW}"),
        finding("layers-appended", "the same 3 layers plus 2 more (32.5 MB, 412 B)"),
        finding("unfamiliar-pusher", "first push by alice to prod/web", Severity.MEDIUM),
    ),
    timeline=(
        moment("14:02:11", "registry.login", "alice logged in from 203.0.113.9 (NL) with boto3"),
        *(
            moment(f"14:02:4{at}", "registry.listed", f"alice listed the images of {name}")
            for at, name in enumerate(REPOSITORIES)
        ),
        moment("14:05:02", "image.pulled", f"alice pulled {HOST}/prod/web:latest@{OLD}"),
        moment(
            "14:09:37",
            "image.pushed",
            f"alice pushed {HOST}/prod/web:latest@{NEW}: the same 3 layers plus 2 more",
        ),
        moment(
            "14:11:20", "workload.deployed", f"ecs service prod/web started {HOST}/prod/web@{NEW}"
        ),
    ),
    next_steps=(
        f"Roll prod/web back to {OLD}.",
        "Disable the key AKIAIOSFODNN7EXAMPLE of alice and list what else it did.",
    ),
    quiet_if=("alice is on call and this was a reviewed hot fix of prod/web.",),
    related=("00aa11bb22cc33dd",),
)

QUIET = msgspec.structs.replace(
    IMPLANT,
    id="0000000000000001",
    title="an image was made from an instance",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    images=(),
    next_steps=("Ask alice what it was made for.",),
    workloads=(),
    related=(),
    sources=(),
)
