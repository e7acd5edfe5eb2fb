"""EventBridge's "Inspector2 Scan": Amazon Inspector looked at something for the first time.

https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html

For an ECR image it is what "ECR Image Scan" is where enhanced scanning is switched on.
"""

import msgspec
from msgspec import Struct

from tidewaiter.manifests import Size
from tidewaiter.model import Activity, Event, Image, Outcome, Workload
from tidewaiter.sources.amazon import ecr_host, parse_arn
from tidewaiter.sources.ecr_image_scan import scanned
from tidewaiter.sources.eventbridge import Notice, titled
from tidewaiter.sources.interface import Record, Source, decode, moment

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
    return Event(
        id=notice.id,
        act=f"aws:{notice.id}",
        time=moment(notice.time, "$.time"),
        provider="aws",
        source="inspector2_scan",
        activity=Activity.IMAGE_SCANNED if images else Activity.FINDING_REPORTED,
        operation="Inspector2 Scan",
        outcome=Outcome.FAILURE if failed else Outcome.SUCCESS,
        error=detail.scan_status if failed else None,
        service="inspector2.amazonaws.com",
        account=notice.account or None,
        region=notice.region or None,
        images=images,
        workload=machine,
        target=None if images or machine else next(iter(notice.resources or ()), None),
        report=scanned(detail.scan_status, detail.finding_severity_counts),
    )


def _images(notice: Notice[Detail]) -> tuple[Image, ...]:
    """Name a container image once for every tag."""
    detail = notice.detail
    if detail.machine_image_id:
        return (Image(machine_image=detail.machine_image_id),)
    if not detail.repository_name:
        return ()
    arn = parse_arn(detail.repository_name)
    account, region = (arn.account, arn.region) if arn else (notice.account, notice.region)
    return tuple(
        Image(
            registry=ecr_host(account, region),
            repository=(arn.resource if arn else detail.repository_name).removeprefix(
                "repository/"
            ),
            tag=tag or None,
            digest=detail.image_digest or None,
        )
        for tag in detail.image_tags or (None,)
    )


SOURCE = Source(
    name="inspector2_scan",
    provider="aws",
    title="EventBridge Inspector2 Scan",
    link="https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html",
    claims=titled("aws.inspector2", "Inspector2 Scan"),
    read=_read,
)
