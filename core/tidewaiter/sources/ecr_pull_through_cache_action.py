"""EventBridge's "ECR Pull Through Cache Action": a repository was filled from an upstream registry.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html

Somebody pulled, and ECR fetched what it did not have, or had too long.  ECR did so by itself: no
log names anybody for the copy, so nothing is awaited, and this is the record that explains how
the content got there.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.model import Activity, Event, Image
from tidewaiter.references import parse_reference
from tidewaiter.sources.amazon import ecr_host, ecr_image
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Record, Source, decode

TITLE = "ECR Pull Through Cache Action"


class Detail(Struct, frozen=True, rename="kebab"):
    """What ECR says; there is no digest where nothing was fetched."""

    repository_name: str
    sync_status: str | None = None
    ecr_repository_prefix: str | None = None
    upstream_registry_url: str | None = None
    image_tag: str | None = None
    image_digest: str | None = None
    failure_code: str | None = None
    failure_reason: str | None = None


_NOTICE = msgspec.json.Decoder(Notice[Detail])


def _read(record: Record) -> Event:
    notice = decode(_NOTICE, record.raw)
    detail = notice.detail
    error = _error(detail)
    registry = ecr_host(notice.account, notice.region)
    image = ecr_image(registry, detail.repository_name, detail.image_digest, detail.image_tag)
    told = Told(
        activity=Activity.IMAGE_COPIED,
        operation=TITLE,
        error=error,
        images=(image,),
        origin=_origin(detail, image),
    )
    return event_of(notice, "ecr_pull_through_cache_action", told)


def _error(detail: Detail) -> str | None:
    status = detail.sync_status or "SUCCESS"
    told = ": ".join(filter(None, (detail.failure_code, detail.failure_reason)))
    return None if status == "SUCCESS" else told or status


def _origin(detail: Detail, image: Image) -> Image | None:
    """Name the upstream image: a rule's repositories bear its prefix before the upstream's name.

    The prefix ``ROOT`` stands for none.  The manifest is kept as it came, so its digest is one.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
    """
    if not detail.upstream_registry_url:
        return None
    path = detail.repository_name.removeprefix(f"{detail.ecr_repository_prefix or 'ROOT'}/")
    upstream = parse_reference(f"{detail.upstream_registry_url}/{path}")
    return replace(upstream, tag=image.tag, digest=image.digest)


SOURCE = Source(
    name="ecr_pull_through_cache_action",
    provider="aws",
    title="EventBridge ECR Pull Through Cache Action",
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
    claims=titled("aws.ecr", TITLE),
    read=_read,
)
