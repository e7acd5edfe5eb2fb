"""AWS CloudTrail: what was asked of AWS's own services, by whom and from where.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html

``WANTED`` names the calls that are image work, or stop what tells of it; everything else is counted
and left alone, unless the whole log is asked for: ``rest`` reads that.
"""

import msgspec

from tidewaiter.model import Event
from tidewaiter.sources.cloudtrail import (
    containers,
    ecr,
    ecr_guards,
    ecr_lifecycle,
    ecr_settings,
    instances,
    machine_images,
    monitoring,
    own_parts,
    scanners,
)
from tidewaiter.sources.cloudtrail.call import NETWORK, Call, Entry, Verbs, event_of
from tidewaiter.sources.interface import Ignored, Record, Source, decode

__all__ = ["SOURCE", "WANTED"]

READERS: dict[str, Verbs] = {
    "ecr.amazonaws.com": {
        **ecr.VERBS,
        **ecr_guards.VERBS,
        **ecr_settings.VERBS,
        **ecr_lifecycle.VERBS,
    },
    "ecr-public.amazonaws.com": {**ecr.VERBS, **ecr_guards.VERBS, **ecr_settings.VERBS},
    "ec2.amazonaws.com": {**machine_images.VERBS, **instances.VERBS},
    "ecs.amazonaws.com": containers.ECS_VERBS,
    "lambda.amazonaws.com": {**containers.LAMBDA_VERBS, **own_parts.LAMBDA},
    **monitoring.MONITORING,
    **own_parts.OWN_PARTS,
    **scanners.SCANNERS,
}
WANTED: dict[str, frozenset[str]] = {
    service: frozenset(verbs) for service, verbs in READERS.items()
}

_CALL = msgspec.json.Decoder(Call)
_ENTRY = msgspec.json.Decoder(Entry)
_NAME = msgspec.json.Decoder(str)
_NETWORK = f'"{NETWORK}"'.encode()  # a VPC endpoint saw the call pass; the service tells it in full


def _claims(record: Record) -> bool:
    fields = record.fields
    if "eventSource" in fields and "eventName" in fields:
        # S3 and Kinesis notifications look alike, but for "aws:s3" and "aws:kinesis".
        foreign = bytes(fields["eventSource"]).startswith(b'"aws:')
        return not foreign and ("eventVersion" in fields or "userIdentity" in fields)
    return "insightDetails" in fields or "digestS3Bucket" in fields


def _read(record: Record) -> Event | Ignored:
    fields = record.fields
    if "insightDetails" in fields:
        return Ignored("cloudtrail insight")
    if "digestS3Bucket" in fields:
        return Ignored("cloudtrail digest")
    service = decode(_NAME, fields["eventSource"], "$.eventSource")
    verb = decode(_NAME, fields["eventName"], "$.eventName")
    reader = READERS.get(service, {}).get(verb)
    if reader is None:
        return Ignored(f"cloudtrail {service}")
    if bytes(fields.get("eventCategory", b"")) == _NETWORK:
        return Ignored("cloudtrail network activity")
    call = decode(_CALL, record.raw)
    told = reader(call)
    return told if isinstance(told, Ignored) else event_of(call, told)


def _rest(record: Record) -> Event | Ignored:
    if "insightDetails" in record.fields or "digestS3Bucket" in record.fields:
        return _read(record)  # they tell of no call
    from tidewaiter.sources.cloudtrail.rest import reader_of  # few ask for the whole log

    entry = decode(_ENTRY, record.raw)
    return event_of(entry, reader_of(entry)(entry))


SOURCE = Source(
    name="cloudtrail",
    provider="aws",
    title="AWS CloudTrail",
    link="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html",
    claims=_claims,
    read=_read,
    rest=_rest,
)
