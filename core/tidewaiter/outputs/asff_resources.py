"""What an incident is about, and who did it, as resources of the AWS Security Finding Format."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tidewaiter.findings import ImageSeen, Incident
from tidewaiter.outputs.asff_format import (
    DETAIL,
    NAME,
    TAGS,
    AccessKey,
    ContainerImage,
    Details,
    Kind,
    Partition,
    Resource,
    Role,
)
from tidewaiter.outputs.escape import visible
from tidewaiter.sources.amazon import parse_arn

_HOST = re.compile(r"([0-9]{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]{1,16})\.amazonaws\.com(?:\.cn)?")
_KEY = re.compile(r"A[KS]IA[A-Z0-9]{12,28}")
_REGION = re.compile(r"(?=.{1,16}$)[a-z]{2,3}(?:-[a-z]+)+-[0-9]{1,2}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_WORKLOADS: dict[
    re.Pattern[str], tuple[Kind, str, str]
] = {  # label -> type, and how its ARN goes on
    re.compile(r"ec2 instance (i-[0-9a-f]{8,17})"): ("AwsEc2Instance", "ec2", "instance/"),
    re.compile(r"ecs service ([\w-]+/[\w-]+)"): ("AwsEcsService", "ecs", "service/"),
    re.compile(r"lambda function ([\w-]+)"): ("AwsLambdaFunction", "lambda", "function:"),
}
_IAM: dict[str, Kind] = {"user": "AwsIamUser", "role": "AwsIamRole"}
_PARTITIONS: dict[str, Partition] = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
_KNOWN: dict[str, Partition] = {"aws": "aws", "aws-cn": "aws-cn", "aws-us-gov": "aws-us-gov"}
# Images, workloads, principals, keys of AWS: whatever a long story names, some of each are told.
_SHARES = (14, 8, 6, 4)


def resources(incident: Incident) -> tuple[tuple[Resource, ...], int]:
    """Return at most 32 resources, at least one, and how many others there are."""
    keys = list(filter(_KEY.fullmatch, incident.credentials))
    contents = list(_contents(incident.images).values())
    kinds: tuple[tuple[Sequence[Any], Callable[[Any, Incident], Resource]], ...] = (
        (contents, _image),
        (incident.workloads, _workload),
        (incident.principals, _principal),
        (keys, _key),
    )
    shares = list(zip(kinds, _SHARES, strict=True))
    told = [make(one, incident) for (kind, make), share in shares for one in kind[:share]]
    left_out = sum(max(0, len(kind) - share) for (kind, _), share in shares)
    return tuple(told) or (_account(incident),), left_out


def partition_of(region: str) -> Partition:
    """Name the partition of a region.

    >>> partition_of("cn-north-1")
    'aws-cn'
    """
    found = (name for start, name in _PARTITIONS.items() if region.startswith(start))
    return next(found, "aws")


def _contents(images: Iterable[ImageSeen]) -> dict[tuple[str | None, ...], list[ImageSeen]]:
    """Images by what they are, whatever their tags."""
    found: dict[tuple[str | None, ...], list[ImageSeen]] = {}
    for image in images:
        key = (image.machine_image_id, image.registry, image.repository, image.digest)
        known = image.digest or image.machine_image_id
        found.setdefault(key if known else (image.reference,), []).append(image)
    return found


def _image(images: Sequence[ImageSeen], incident: Incident) -> Resource:
    image = images[0]
    host = _HOST.fullmatch(image.registry or "")
    if host and image.repository:
        tags = [one.tag for one in images if one.tag]
        return _in_ecr(host, image.repository, image.digest, tags)
    region = _only(incident.regions, _REGION)
    if image.machine_image_id and image.machine_image_id.startswith("ami-") and region:
        name = f"arn:{partition_of(region)}:ec2:{region}::image/{image.machine_image_id}"
        return _resource("Other", name, region=region, details=_other(image))
    return _resource("Other", image.reference, details=_other(image))


def _in_ecr(
    host: re.Match[str], repository: str, digest: str | None, tags: Sequence[str]
) -> Resource:
    account, region = host[1], host[2]
    name = f"arn:{partition_of(region)}:ecr:{region}:{account}:repository/{repository}"
    if digest is None:
        return _resource("AwsEcrRepository", name, region=region)
    details = Details(
        aws_ecr_container_image=ContainerImage(
            registry_id=account,
            repository_name=_name(repository),
            image_digest=_name(digest),
            image_tags=tuple(map(_name, dict.fromkeys(tags[:TAGS]))),
        )
    )
    return _resource("AwsEcrContainerImage", f"{name}/{digest}", region=region, details=details)


def _other(image: ImageSeen) -> Details:
    return Details(other={"image": _name(image.reference, DETAIL)})


def _workload(label: str, incident: Incident) -> Resource:
    account, region = _only(incident.accounts, _ACCOUNT), _only(incident.regions, _REGION)
    for pattern, (kind, service, way) in _WORKLOADS.items():
        found = pattern.fullmatch(label)
        if found and account and region and incident.providers == ("aws",):
            arn = f"arn:{partition_of(region)}:{service}:{region}:{account}:{way}{found[1]}"
            return _resource(kind, arn, region=region)
    return _resource("Other", label, details=Details(other={"workload": _name(label, DETAIL)}))


def _principal(name: str, _incident: Incident) -> Resource:
    arn = parse_arn(name)
    kind = arn.resource.partition("/")[0] if arn and arn.service == "iam" else ""
    if kind in _IAM:
        return _resource(_IAM[kind], name, role="Actor")
    details = Details(other={"principal": _name(name, DETAIL)})
    return _resource("Other", name, role="Actor", details=details)


def _key(key: str, incident: Incident) -> Resource:
    whose = _only(incident.principals)
    used = AccessKey(access_key_id=key, principal_name=_name(whose) if whose else None)
    details = Details(aws_iam_access_key=used)
    return _resource("AwsIamAccessKey", f"AWS::IAM::AccessKey:{key}", "Actor", details=details)


def _account(incident: Incident) -> Resource:
    """Where it happened, if nothing else is told: a finding has one resource at least."""
    account = _only(incident.accounts, _ACCOUNT)
    if account:
        return _resource("AwsAccount", f"AWS::::Account:{account}")
    return _resource("Other", _only(incident.accounts) or f"incident {incident.id}")


def _resource(
    kind: Kind,
    name: str,
    role: Role = "Target",
    *,
    region: str | None = None,
    details: Details | None = None,
) -> Resource:
    arn = parse_arn(name)
    return Resource(
        type=kind,
        id=_name(name),
        partition=_KNOWN.get(arn.partition or "") if arn else None,
        region=region,
        resource_role=role,
        details=details,
    )


def _name(text: str, limit: int = NAME) -> str:
    r"""Cut after it is escaped: ``\u202e`` is six characters there.  What has nothing to see is no
    name, so it is quoted.
    """
    shown = visible(text[:limit])
    shown = shown if len(shown) <= limit else shown[: limit - 1] + "…"
    return shown if shown.strip() else repr(shown[: limit - 2])


def _only(names: tuple[str, ...], like: re.Pattern[str] | None = None) -> str | None:
    """The one of which there is no other, if it is ``like`` that."""
    if len(names) != 1 or (like and not like.fullmatch(names[0])):
        return None
    return names[0]
