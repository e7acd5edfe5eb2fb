"""EventBridge's "ECR Image Scan": a basic scan of an image for vulnerabilities ended.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from tidewaiter.manifests import Size
from tidewaiter.model import Activity, Event, Image, Outcome, Report
from tidewaiter.sources.amazon import ecr_host
from tidewaiter.sources.eventbridge import Notice, titled
from tidewaiter.sources.interface import Record, Source, decode, moment


class Detail(Struct, frozen=True, rename="kebab"):
    """What ECR says; an untagged image has no tags, and a severity without findings no count."""

    repository_name: str
    scan_status: str | None = None
    finding_severity_counts: dict[str, Size | None] | None = None
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
        report=scanned(notice.detail.scan_status, notice.detail.finding_severity_counts),
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


def scanned(status: str | None, counts: Mapping[str, int | None] | None) -> Report | None:
    """Say how a scan ended and what it counted; ``TOTAL`` is Inspector's, and no severity."""
    report = Report(
        status=(status or "").lower() or None,
        counts=tuple(
            (severity.lower(), count)
            for severity, count in (counts or {}).items()
            if count is not None and severity != "TOTAL"
        ),
    )
    return None if report == Report() else report


SOURCE = Source(
    name="ecr_image_scan",
    provider="aws",
    title="EventBridge ECR Image Scan",
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
    claims=titled("aws.ecr", "ECR Image Scan"),
    read=_read,
)
