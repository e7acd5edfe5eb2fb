"""EventBridge's "ECR Image Scan": a basic scan of an image for vulnerabilities ended.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from tidewaiter.manifests import Size
from tidewaiter.model import Activity, Event, Report
from tidewaiter.sources.amazon import ecr_host, ecr_images
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Record, Source, decode


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
    detail, registry = notice.detail, ecr_host(notice.account, notice.region)
    failed = detail.scan_status not in {None, "COMPLETE"}
    told = Told(
        activity=Activity.IMAGE_SCANNED,
        operation="ECR Image Scan",
        error=detail.scan_status if failed else None,
        images=ecr_images(registry, detail.repository_name, detail.image_digest, detail.image_tags),
        report=scanned(detail.scan_status, detail.finding_severity_counts),
    )
    return event_of(notice, "ecr_image_scan", told)


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
