"""EventBridge's "ECR Image Action": what was pushed, deleted or archived; fast, silent about who.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html

"ECR Referrer Action" says the same of what refers to an image: signatures, SBOMs, attestations.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.manifests import artifact_of
from tidewaiter.model import Activity, Event, Image, Stored
from tidewaiter.sources.amazon import ecr_host, ecr_image
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Ignored, Record, Source, decode

ACTIONS = {
    "PUSH": Activity.IMAGE_PUSHED,
    "DELETE": Activity.IMAGE_DELETED,
    "UPDATE_STORAGE_CLASS": Activity.IMAGE_CHANGED,
}
AWAITS = {  # what happened -> the log that tells who did it
    Activity.IMAGE_PUSHED: "CloudTrail management events of ecr.amazonaws.com (PutImage)",
    Activity.IMAGE_DELETED: "CloudTrail management events of ecr.amazonaws.com (BatchDeleteImage)",
    Activity.IMAGE_UNTAGGED: "CloudTrail management events of ecr.amazonaws.com (BatchDeleteImage)",
    Activity.IMAGE_CHANGED: (
        "CloudTrail management events of ecr.amazonaws.com (UpdateImageStorageClass)"
    ),
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
    target_storage_class: str | None = None


_NOTICE = msgspec.json.Decoder(Notice[Detail])


def _read(record: Record) -> Event | Ignored:
    notice = decode(_NOTICE, record.raw)
    detail = notice.detail
    activity = _activity(detail)
    if activity is None:
        return Ignored("ecr_image_action of another type")
    failed = detail.result not in {None, "SUCCESS"}
    moved = detail.target_storage_class  # nobody can pull what is in ARCHIVE
    told = Told(
        activity=activity,
        operation=detail.action_type,
        error=detail.result if failed else None,
        images=(_image(notice),),
        stored=Stored(storage_class=moved) if moved else None,
        awaits=AWAITS[activity],
    )
    return event_of(notice, "ecr_image_action", told)


def _activity(detail: Detail) -> Activity | None:
    activity = ACTIONS.get(detail.action_type)
    if activity is Activity.IMAGE_DELETED and not detail.image_digest:
        return Activity.IMAGE_UNTAGGED
    return activity


def _image(notice: Notice[Detail]) -> Image:
    detail = notice.detail
    registry = ecr_host(notice.account, notice.region)
    return replace(
        ecr_image(registry, detail.repository_name, detail.image_digest, detail.image_tag),
        media_type=detail.manifest_media_type or None,
        artifact=artifact_of(detail.artifact_media_type or None),
    )


SOURCE = Source(
    name="ecr_image_action",
    provider="aws",
    title="EventBridge ECR Image Action",
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
    claims=titled("aws.ecr", "ECR Image Action", "ECR Referrer Action"),
    read=_read,
)
