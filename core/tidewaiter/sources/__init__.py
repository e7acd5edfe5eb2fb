"""Every log source there is, in the order in which they are asked whether a record is theirs.

To add one: write its file and name it in ``NAMES``, with what its records are known by: names of
members (or of a Pub/Sub message's attributes), one of which every record that it claims has.  A
member may stand there with its value.  Only sources whose records these may be are ever loaded;
which of them it is, ``claims`` alone decides.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from msgspec import Raw

from tidewaiter.sources.interface import Context, Ignored, Record, Source

__all__ = ["NAMES", "SOURCES", "Context", "Ignored", "Record", "Source", "load", "source_of"]

NAMES: dict[str, str] = {
    "cloudtrail": "eventSource insightDetails digestS3Bucket",  # by far the most records
    "vpc_flow_log": "srcaddr dstaddr pkt-srcaddr pkt-dstaddr",
    "acr_event_grid": "data",
    "acr_logs": "category Category Type",
    "admission_review": "decision_id kind=AdmissionReview",
    "azure_activity": "operationName OperationNameValue",
    "azure_flow_log": "flowTuple",
    "azure_storage_log": "category Type",
    "cloud_build": "projectId",
    "container_analysis": "notificationTime noteName",
    "defender_alert": "SystemAlertId type Type",
    "defender_assessment": "type Type",
    "distribution": "action",
    "docker_daemon": "Actor",
    "docker_hub": "push_data",
    "ec2_ami_state_change": "source=aws.ec2",
    "ec2_instance_state_change": "source=aws.ec2",
    "ecr_image_action": "source=aws.ecr",
    "ecr_image_scan": "source=aws.ecr",
    "ecr_pull_through_cache_action": "source=aws.ecr",
    "ecr_replication_action": "source=aws.ecr",
    "ecs_task_state_change": "source=aws.ecs",
    "entra_audit": "activityDisplayName category Type",
    "entra_sign_in": "createdDateTime category Category Type",
    "falco": "priority",
    "gcp_audit": "protoPayload",
    "gcp_vpc_flow_log": "jsonPayload",
    "gcr_topic": "action",
    "gcs_notification": "kind=storage#object bucketId",
    "guardduty_finding": "source=aws.guardduty",
    "inspector2_finding": "source=aws.inspector2",
    "inspector2_scan": "source=aws.inspector2",
    "kubernetes_audit": "verb protoPayload category",
    "s3_object_event": "eventSource source=aws.s3 Event",
}
SOURCES: tuple[Source, ...]  # all of them, loaded when somebody asks for all

_KNOWN_BY = {name: [mark.partition("=") for mark in told.split()] for name, told in NAMES.items()}


@cache
def load(name: str) -> Source:
    """Return the source that is called ``name`` in ``NAMES``."""
    source: Source = import_module(f"{__name__}.{name}").SOURCE
    return source


def source_of(record: Record) -> Source | None:
    """Return the first source that claims ``record``."""
    return next((source for source in _likely(record) if source.claims(record)), None)


def _likely(record: Record) -> Iterator[Source]:
    """Load one after the other the sources whose records are known by what ``record`` has."""
    fields = record.fields
    members = {*fields, *dict(record.context.attributes)} if record.context.attributes else fields
    for name, marks in _KNOWN_BY.items():
        for member, _, value in marks:
            if member in members and (not value or _says(fields.get(member, b""), value)):
                yield load(name)
                break


def _says(raw: Raw | bytes, value: str) -> bool:
    return bytes(raw).strip() == f'"{value}"'.encode()


def __getattr__(name: str) -> tuple[Source, ...]:
    if name != "SOURCES":
        raise AttributeError(name)
    return tuple(map(load, NAMES))
