"""EventBridge's "ECR Image Action": an image was pushed or deleted; fast, and silent about who.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

import msgspec
from msgspec import Struct

from tidewaiter.manifests import artifact_of
from tidewaiter.model import Activity, Event, Image, Outcome
from tidewaiter.sources.amazon import ecr_host
from tidewaiter.sources.eventbridge import Notice, titled
from tidewaiter.sources.interface import Ignored, Record, Source, decode, moment

AWAITS = {  # what happened -> the log that tells who did it
    Activity.IMAGE_PUSHED: "CloudTrail management events of ecr.amazonaws.com (PutImage)",
    Activity.IMAGE_DELETED: "CloudTrail management events of ecr.amazonaws.com (BatchDeleteImage)",
    Activity.IMAGE_UNTAGGED: "CloudTrail management events of ecr.amazonaws.com (BatchDeleteImage)",
}


class Detail(Struct, frozen=True, rename="kebab"):
    """What ECR says."""

    action_type: str
    repository_name: str
    result: str | None = None
    image_digest: str | None = None
    image_tag: str | None = None
    manifest_media_type: str | None = None
    artifact_media_type: str | None = None


_NOTICE = msgspec.json.Decoder(Notice[Detail])


def _read(record: Record) -> Event | Ignored:
    notice = decode(_NOTICE, record.raw)
    detail = notice.detail
    activity = _activity(detail)
    if activity is None:
        return Ignored("ecr_image_action of another type")
    failed = detail.result not in {None, "SUCCESS"}
    return Event(
        id=notice.id,
        act=f"aws:{notice.id}",
        time=moment(notice.time, "$.time"),
        provider="aws",
        source="ecr_image_action",
        activity=activity,
        operation=detail.action_type,
        outcome=Outcome.FAILURE if failed else Outcome.SUCCESS,
        error=detail.result if failed else None,
        service="ecr.amazonaws.com",
        account=notice.account or None,
        region=notice.region or None,
        images=(_image(notice),),
        awaits=AWAITS[activity],
    )


def _activity(detail: Detail) -> Activity | None:
    if detail.action_type == "PUSH":
        return Activity.IMAGE_PUSHED
    if detail.action_type == "DELETE":
        return Activity.IMAGE_DELETED if detail.image_digest else Activity.IMAGE_UNTAGGED
    return None


def _image(notice: Notice[Detail]) -> Image:
    detail = notice.detail
    return Image(
        registry=ecr_host(notice.account, notice.region),
        repository=detail.repository_name,
        tag=detail.image_tag or None,
        digest=detail.image_digest or None,
        media_type=detail.manifest_media_type or None,
        artifact=artifact_of(detail.artifact_media_type or None),
    )


SOURCE = Source(
    name="ecr_image_action",
    provider="aws",
    title="EventBridge ECR Image Action",
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
    claims=titled("aws.ecr", "ECR Image Action"),
    read=_read,
)
