"""EventBridge's "ECR Replication Action": an image came from another region or account.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html

The event is the destination's: ``account`` and ``region`` are where the image arrived, ``detail``
says whence.  ECR follows the rules of the registry by itself; whoever pushed at the source is
told there.  No log names anybody for the copy, so nothing is awaited.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.model import Activity, Event
from tidewaiter.sources.amazon import ecr_host, ecr_image
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Ignored, Record, Source, decode


class Detail(Struct, frozen=True, rename="kebab"):
    """What ECR says; the repository has one name on both sides."""

    action_type: str
    repository_name: str
    result: str | None = None
    image_digest: str | None = None
    image_tag: str | None = None
    source_account: str | None = None
    source_region: str | None = None


_NOTICE = msgspec.json.Decoder(Notice[Detail])


def _read(record: Record) -> Event | Ignored:
    notice = decode(_NOTICE, record.raw)
    detail = notice.detail
    if detail.action_type != "REPLICATE":
        return Ignored("ecr_replication_action of another type")
    failed = detail.result not in {None, "SUCCESS"}
    registry = ecr_host(notice.account, notice.region)
    image = ecr_image(registry, detail.repository_name, detail.image_digest, detail.image_tag)
    source = ecr_host(detail.source_account, detail.source_region)
    told = Told(
        activity=Activity.IMAGE_COPIED,
        operation=detail.action_type,
        error=detail.result if failed else None,
        images=(image,),
        origin=replace(image, registry=source) if source else None,
    )
    return event_of(notice, "ecr_replication_action", told)


SOURCE = Source(
    name="ecr_replication_action",
    provider="aws",
    title="EventBridge ECR Replication Action",
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
    claims=titled("aws.ecr", "ECR Replication Action"),
    read=_read,
)
