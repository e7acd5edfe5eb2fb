"""Falco's alerts: what a rule saw a container, or somebody at the Kubernetes API, do.

Format: https://falco.org/docs/concepts/outputs/formatting/ (``json_output``)
Fields: https://falco.org/docs/reference/rules/supported-fields/
Falcosidekick adds an id: https://github.com/falcosecurity/falcosidekick

Command lines, and the ``output`` that repeats them, are never read: passwords stand in them.
"""

import re

import msgspec
from msgspec import Raw, Struct, field
from msgspec.structs import replace

from tidewaiter.model import (
    Activity,
    Event,
    Image,
    Principal,
    Report,
    Severity,
    Workload,
    short_hash,
)
from tidewaiter.references import parse_reference
from tidewaiter.sources.interface import Ignored, Record, Source, decode, moment
from tidewaiter.sources.kubernetes_audit.call import eks_cluster
from tidewaiter.sources.kubernetes_audit.principals import client_of, cluster_principal

NAME = "falco"

# https://falco.org/docs/concepts/rules/basic-elements/#priority
SEVERITIES = {
    "emergency": Severity.CRITICAL,
    "alert": Severity.CRITICAL,
    "critical": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "notice": Severity.LOW,
    "informational": Severity.INFO,
    "info": Severity.INFO,
    "debug": Severity.INFO,
}
# Plugins read the logs of clouds; everything else is seen where containers run.
PROVIDERS = {"aws_cloudtrail": "aws", "gcp_auditlog": "gcp"}

# As Falco writes it, as copies and its gRPC interface spell it.
_FIELDS = ("output_fields", "outputfields", "outputFields")
_UNTOLD = ("", "<NA>")
_LIST = re.compile(r"[(),\s]+")  # older versions print a list of names as (one,two)

_Names = str | list[str | None] | None


class _Alert(Struct):
    rule: str
    priority: str
    time: str
    uuid: str | None = None
    source: str | None = None
    hostname: str | None = None
    tags: list[str] | None = None


class _Fields(Struct):
    """The fields that tell of what and of whom; every rule chooses its own."""

    container_id: str | None = field(name="container.id", default=None)
    container: str | None = field(name="container.name", default=None)
    image: str | None = field(name="container.image", default=None)
    repository: str | None = field(name="container.image.repository", default=None)
    tag: str | None = field(name="container.image.tag", default=None)
    digest: _Names = field(name="container.image.digest", default=None)
    namespace: str | None = field(name="k8s.ns.name", default=None)
    pod: str | None = field(name="k8s.pod.name", default=None)
    user: str | None = field(name="ka.user.name", default=None)
    agent: str | None = field(name="ka.useragent", default=None)
    addresses: _Names = field(name="ka.sourceips", default=None)
    images: _Names = field(name="ka.req.pod.containers.image", default=None)
    target_namespace: str | None = field(name="ka.target.namespace", default=None)
    target_resource: str | None = field(name="ka.target.resource", default=None)
    target_name: str | None = field(name="ka.target.name", default=None)
    target_subresource: str | None = field(name="ka.target.subresource", default=None)


_ALERT = msgspec.json.Decoder(_Alert)
_OUTPUT_FIELDS: msgspec.json.Decoder[_Fields | None] = msgspec.json.Decoder(_Fields | None)


def claims(record: Record) -> bool:
    """A rule that fired at a time, with its priority, and what it says."""
    fields = record.fields
    named = "rule" in fields and "priority" in fields and "time" in fields
    return named and ("output" in fields or any(name in fields for name in _FIELDS))


def read(record: Record) -> Event | Ignored:
    """Read one alert.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    alert = decode(_ALERT, record.raw)
    if alert.source == "internal":  # about Falco itself: dropped events, statistics, a test
        return Ignored("falco internal")
    found = _fields_of(record)
    time = moment(alert.time, "$.time")
    cluster = eks_cluster(record.context.log_group)
    # Falco gives no id; two forms of one alert differ in how they write the time.
    where = (alert.hostname, _told(found.container_id), _told(found.pod))
    act = short_hash(NAME, time.isoformat(), alert.rule, *where)
    return Event(
        id=alert.uuid or act,
        act=f"falco:{act}",
        time=time,
        provider=PROVIDERS.get(alert.source or "") or ("aws" if cluster else "kubernetes"),
        source=NAME,
        activity=Activity.FINDING_REPORTED,
        operation=alert.rule,
        service=NAME,
        account=record.context.account,
        region=record.context.region,
        principal=_principal(found),
        client=client_of(_names(found.addresses), _told(found.agent)),
        images=_images(found),
        workload=_workload(found, cluster, alert.hostname),
        target=_target(found),
        report=_report(alert),
    )


def _fields_of(record: Record) -> _Fields:
    name = next((name for name in _FIELDS if name in record.fields), None)
    raw = record.fields[name] if name else Raw(b"null")
    return decode(_OUTPUT_FIELDS, raw, f"$.{name}") or _Fields()


def _told(text: str | None) -> str | None:
    return None if text is None or text.strip() in _UNTOLD else text.strip()


def _names(told: _Names) -> list[str]:
    listed = _LIST.split(told) if isinstance(told, str) else told or []
    return [name for one in listed if (name := _told(one))]


def _principal(found: _Fields) -> Principal | None:
    """Who called the API; a process's user is known in its container only, and is nobody here."""
    user = _told(found.user)
    return cluster_principal(user) if user else None


def _images(found: _Fields) -> tuple[Image, ...]:
    asked = tuple(parse_reference(name) for name in dict.fromkeys(_names(found.images)))
    name = _told(found.repository)
    if name is None:
        whole = _told(found.image)
        named = whole and not whole.startswith("sha256:")  # an image without a name
        return (parse_reference(whole),) if whole and named else asked
    # What is not told of a running container is not "latest".
    digest = next(iter(_names(found.digest)), None)
    image = replace(parse_reference(name), tag=_told(found.tag), digest=digest)
    return (image,)


def _workload(found: _Fields, cluster: str | None, host: str | None) -> Workload | None:
    pod, container = _told(found.pod), _told(found.container)
    if pod:
        scope = "/".join(part for part in (cluster, _told(found.namespace)) if part)
        return Workload(kind="pod", name=pod, scope=scope or None)
    if container and container != "host":  # which stands for what runs outside of containers
        return Workload(kind="container", name=container, scope=host or None)
    return None


def _target(found: _Fields) -> str | None:
    """As the audit log's own reader tells it."""
    parts = (
        found.target_namespace,
        found.target_resource,
        found.target_name,
        found.target_subresource,
    )
    return "/".join(told for part in parts if (told := _told(part))) or None


def _report(alert: _Alert) -> Report:
    """The rule's name is for people, too; the tactic is among the tags: ``mitre_execution``."""
    tags = alert.tags or ()
    return Report(
        id=alert.uuid or None,
        type=next((tag for tag in tags if tag.startswith("mitre_")), None),
        title=alert.rule,
        severity=SEVERITIES.get(alert.priority.lower()),
        rule=alert.rule,
    )


SOURCE = Source(
    name=NAME,
    provider="kubernetes",
    title="Falco alerts (also from Falcosidekick)",
    link="https://falco.org/docs/concepts/outputs/formatting/",
    claims=claims,
    read=read,
)
