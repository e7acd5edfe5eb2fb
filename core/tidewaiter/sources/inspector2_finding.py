"""EventBridge's "Inspector2 Finding": Amazon Inspector found, or no longer finds, a vulnerability.

https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html

A finding is told again whenever it changes, and in two accounts: the resource's own, and that of
Inspector's delegated administrator.  So an act is one state of one finding.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Event, Image, Report, Severity, Workload, short_hash
from tidewaiter.sources.amazon import ecr_host, ecr_images, parse_arn
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.interface import Record, Source, decode

SEVERITIES = {  # "UNTRIAGED" says that nobody knows yet
    "INFORMATIONAL": Severity.INFO,
    "LOW": Severity.LOW,
    "MEDIUM": Severity.MEDIUM,
    "HIGH": Severity.HIGH,
    "CRITICAL": Severity.CRITICAL,
}


class ContainerImage(Struct, frozen=True, rename="camel"):
    """An image, as ``awsEcrContainerImage`` or, of any cloud, as ``image``.

    ``registry`` is an account of AWS, or another cloud's host.
    """

    repository_name: str | None = None
    registry: str | None = None
    image_hash: str | None = None
    image_digest: str | None = None
    image_tags: tuple[str, ...] | None = None


class Instance(Struct, frozen=True, rename="camel"):
    """A virtual machine of EC2."""

    image_id: str | None = None
    type: str | None = None


class Function(Struct, frozen=True, rename="camel"):
    """A function of Lambda."""

    function_name: str | None = None


class Details(Struct, frozen=True, rename="camel"):
    """One member is there, by the type of the resource; those of AWS come beside ``image``."""

    aws_ecr_container_image: ContainerImage | None = None
    image: ContainerImage | None = None
    aws_ec2_instance: Instance | None = None
    aws_lambda_function: Function | None = None


class Resource(Struct, frozen=True):
    """What is vulnerable; ``id`` is an ARN, an instance's or AMI's id, or an Azure resource id."""

    id: str
    type: str | None = None
    details: Details | None = None


class PackageVulnerability(Struct, frozen=True, rename="camel"):
    """A vulnerable package."""

    vulnerability_id: str | None = None
    related_vulnerabilities: tuple[str, ...] | None = None
    source_url: str | None = None


class CodeVulnerability(Struct, frozen=True, rename="camel"):
    """A vulnerable line of a function."""

    rule_id: str | None = None


class Detail(Struct, frozen=True, rename="camel"):
    """One finding."""

    finding_arn: str
    type: str
    aws_account_id: str | None = None
    title: str | None = None
    severity: str | None = None
    status: str | None = None
    updated_at: str | None = None
    resources: tuple[Resource, ...] | None = None
    package: PackageVulnerability | None = field(name="packageVulnerabilityDetails", default=None)
    code: CodeVulnerability | None = field(name="codeVulnerabilityDetails", default=None)


_NOTICE = msgspec.json.Decoder(Notice[Detail])


def _read(record: Record) -> Event:
    notice = decode(_NOTICE, record.raw)
    detail = notice.detail
    resources = detail.resources or ()
    scanned = tuple(image for each in resources for image in _scanned(each, notice.region))
    workload = next(filter(None, map(_workload, resources)), None)
    images = scanned or tuple(_machine_images(resources))
    known = images or workload
    told = Told(
        joins=short_hash(detail.finding_arn, detail.updated_at or notice.time),
        activity=Activity.IMAGE_SCANNED if scanned else Activity.FINDING_REPORTED,
        operation="Inspector2 Finding",
        account=detail.aws_account_id,
        images=images,
        workload=workload,
        target=None if known else next((each.id for each in resources if each.id), None),
        report=_report(detail),
    )
    return event_of(notice, "inspector2_finding", told)


def _scanned(resource: Resource, region: str | None) -> tuple[Image, ...]:
    """Name the image that was scanned, once for every tag."""
    if resource.type == "MACHINE_IMAGE":
        return (Image(machine_image=resource.id),) if resource.id else ()
    details = resource.details or Details()
    told = details.aws_ecr_container_image or details.image
    if told is None:
        return ()
    registry, digest = _registry(told, resource, region), told.image_hash or told.image_digest
    return ecr_images(registry, told.repository_name, digest, told.image_tags)


def _registry(told: ContainerImage, resource: Resource, region: str | None) -> str | None:
    if told.registry and "." in told.registry:
        return told.registry.lower()
    arn = parse_arn(resource.id)
    if arn is None:
        return ecr_host(told.registry, region)
    return ecr_host(told.registry or arn.account, arn.region or region)


def _workload(resource: Resource) -> Workload | None:
    details = resource.details or Details()
    if details.aws_ec2_instance:
        machine_type = details.aws_ec2_instance.type or None
        return Workload("ec2 instance", name=resource.id or None, machine_type=machine_type)
    if details.aws_lambda_function:
        return Workload("lambda function", name=details.aws_lambda_function.function_name or None)
    return None


def _machine_images(resources: Iterable[Resource]) -> Iterable[Image]:
    """Name what the instances were started from, each once."""
    machines = (each.details.aws_ec2_instance for each in resources if each.details)
    ids = dict.fromkeys(machine.image_id for machine in machines if machine)
    return (Image(machine_image=each) for each in ids if each)


def _report(detail: Detail) -> Report:
    package = detail.package or PackageVulnerability()
    related = (each for each in package.related_vulnerabilities or () if each.startswith("CVE-"))
    vulnerabilities = dict.fromkeys((package.vulnerability_id, *related))
    return Report(
        id=detail.finding_arn,
        type=detail.type,
        title=detail.title or None,
        severity=SEVERITIES.get(detail.severity or ""),
        vulnerabilities=tuple(each for each in vulnerabilities if each),
        rule=(detail.code and detail.code.rule_id) or None,
        status=(detail.status or "").lower() or None,
        link=package.source_url or None,
    )


SOURCE = Source(
    name="inspector2_finding",
    provider="aws",
    title="EventBridge Inspector2 Finding",
    link="https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html",
    claims=titled("aws.inspector2", "Inspector2 Finding"),
    read=_read,
)
