"""EventBridge's "ECR Image Scan": a vulnerability scan of an image ended.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Event, Image, Outcome
from tidewaiter.sources.amazon import ecr_host
from tidewaiter.sources.eventbridge import Notice, titled
from tidewaiter.sources.interface import Record, Source, decode, moment


class Detail(Struct, frozen=True, rename="kebab"):
    """What ECR says; an untagged image has no tags."""

    repository_name: str
    scan_status: str | None = None
    image_digest: str | None = None
    image_tags: tuple[str, ...] | None = None


_NOTICE = msgspec.json.Decoder(Notice[Detail])


def _read(record: Record) -> Event:
    notice = decode(_NOTICE, record.raw)
    failed = notice.detail.scan_status not in {None, "COMPLETE"}
    return Event(
        id=notice.id,
        act=f"aws:{notice.id}",
        time=moment(notice.time, "$.time"),
        provider="aws",
        source="ecr_image_scan",
        activity=Activity.IMAGE_SCANNED,
        operation="ECR Image Scan",
        outcome=Outcome.FAILURE if failed else Outcome.SUCCESS,
        error=notice.detail.scan_status if failed else None,
        service="ecr.amazonaws.com",
        account=notice.account or None,
        region=notice.region or None,
        images=_images(notice),
    )


def _images(notice: Notice[Detail]) -> tuple[Image, ...]:
    """Name the image once for every tag."""
    return tuple(
        Image(
            registry=ecr_host(notice.account, notice.region),
            repository=notice.detail.repository_name,
            tag=tag or None,
            digest=notice.detail.image_digest or None,
        )
        for tag in notice.detail.image_tags or (None,)
    )


SOURCE = Source(
    name="ecr_image_scan",
    provider="aws",
    title="EventBridge ECR Image Scan",
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
    claims=titled("aws.ecr", "ECR Image Scan"),
    read=_read,
)
