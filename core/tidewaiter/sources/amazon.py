"""What all AWS log sources have in common: ARNs and the names of registries.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from collections.abc import Iterable

from msgspec import Struct

from tidewaiter.model import Image

PUBLIC_REGISTRY = "public.ecr.aws"


class Arn(Struct, frozen=True):
    """``arn:partition:service:region:account:resource``; an empty part is ``None``."""

    partition: str | None
    service: str | None
    region: str | None
    account: str | None
    resource: str


def parse_arn(text: str | None) -> Arn | None:
    """Split an ARN; ``None`` if ``text`` is no ARN.

    >>> parse_arn("arn:aws:ecr:eu-west-1:111122223333:repository/prod/web").resource
    'repository/prod/web'
    """
    parts = (text or "").split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":  # noqa: PLR2004 - the six parts of the docstring
        return None
    partition, service, region, account = (part or None for part in parts[1:5])
    return Arn(partition, service, region, account, parts[5])


def last_part(text: str | None) -> str | None:
    """Return what follows the last slash: the name in ``cluster/prod`` or in an ARN.

    >>> last_part("arn:aws:ecs:eu-west-1:111122223333:cluster/prod")
    'prod'
    """
    return (text or "").rpartition("/")[2] or None


def ecr_host(account: str | None, region: str | None) -> str | None:
    """Name the private registry of ``account`` in ``region``; ``None`` if either is unknown.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    if not account or not region:
        return None
    suffix = ".cn" if region.startswith("cn-") else ""
    return f"{account}.dkr.ecr.{region}.amazonaws.com{suffix}".lower()


def ecr_image(
    registry: str | None, repository: str | None, digest: str | None, tag: str | None
) -> Image:
    """Name an image as a service of AWS tells it, which leaves empty what there is not."""
    return Image(
        registry=registry, repository=repository or None, tag=tag or None, digest=digest or None
    )


def ecr_images(
    registry: str | None, repository: str | None, digest: str | None, tags: Iterable[str] | None
) -> tuple[Image, ...]:
    """Name one image, once for every tag; by its digest alone where it has none."""
    return tuple(ecr_image(registry, repository, digest, tag) for tag in tags or (None,))
