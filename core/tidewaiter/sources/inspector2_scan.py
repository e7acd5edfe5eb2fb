"""EventBridge's "Inspector2 Scan": Amazon Inspector looked at something for the first time.

https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html

For an ECR image it is what "ECR Image Scan" is where enhanced scanning is switched on.
"""

import msgspec
from msgspec import Struct

from tidewaiter.manifests import Size
from tidewaiter.model import Activity, Event, Image, Workload
from tidewaiter.sources.amazon import ecr_host, ecr_images, parse_arn
from tidewaiter.sources.ecr_image_scan import scanned
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Record, Source, decode

COMPLETE = "INITIAL_SCAN_COMPLETE"


class Detail(Struct, frozen=True, rename="kebab"):
    """What Inspector says; of a function only the event's ``resources`` tell."""

    scan_status: str | None = None
    finding_severity_counts: dict[str, Size | None] | None = None
    repository_name: str | None = None  # an ARN
    image_digest: str | None = None
    image_tags: tuple[str, ...] | None = None
    instance_id: str | None = None
    machine_image_id: str | None = None


class _Scan(Notice[Detail], frozen=True):
    resources: tuple[str, ...] | None = None


_SCAN = msgspec.json.Decoder(_Scan)


def _read(record: Record) -> Event:
    notice = decode(_SCAN, record.raw)
    detail = notice.detail
    failed = detail.scan_status not in {None, COMPLETE}
    images = _images(notice)
    machine = Workload("ec2 instance", name=detail.instance_id) if detail.instance_id else None
    told = Told(
        activity=Activity.IMAGE_SCANNED if images else Activity.FINDING_REPORTED,
        operation="Inspector2 Scan",
        error=detail.scan_status if failed else None,
        images=images,
        workload=machine,
        target=None if images or machine else next(iter(notice.resources or ()), None),
        report=scanned(detail.scan_status, detail.finding_severity_counts),
    )
    return event_of(notice, "inspector2_scan", told)


def _images(notice: Notice[Detail]) -> tuple[Image, ...]:
    """Name a container image once for every tag."""
    detail = notice.detail
    if detail.machine_image_id:
        return (Image(machine_image=detail.machine_image_id),)
    if not detail.repository_name:
        return ()
    arn = parse_arn(detail.repository_name)
    account, region = (arn.account, arn.region) if arn else (notice.account, notice.region)
    name = (arn.resource if arn else detail.repository_name).removeprefix("repository/")
    return ecr_images(ecr_host(account, region), name, detail.image_digest, detail.image_tags)


SOURCE = Source(
    name="inspector2_scan",
    provider="aws",
    title="EventBridge Inspector2 Scan",
    link="https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html",
    claims=titled("aws.inspector2", "Inspector2 Scan"),
    read=_read,
)
