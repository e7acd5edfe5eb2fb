"""Artifact Analysis: what was found in an image, and that something was found.

Messages: https://cloud.google.com/artifact-analysis/docs/notifications
Occurrences: https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/projects.occurrences
The topics ``container-analysis-occurrences-v1`` and ``-notes-v1`` name an occurrence, not its
image; the occurrence itself, read from the API, is of the same act.
"""

import re

import msgspec
from msgspec import Struct, field

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Event, Image, Outcome, Report, Severity
from tidewaiter.references import parse_reference
from tidewaiter.sources.google_names import location_of
from tidewaiter.sources.interface import Record, Source, decode, moment

NAME = "container_analysis"

_ACTIVITIES = {  # by the occurrence's kind
    "VULNERABILITY": Activity.IMAGE_SCANNED,
    "VULNERABILITY_ASSESSMENT": Activity.IMAGE_SCANNED,
    "DISCOVERY": Activity.IMAGE_SCANNED,
    "PACKAGE": Activity.IMAGE_SCANNED,
    "PACKAGE_VULNERABILITY": Activity.IMAGE_SCANNED,  # of the first version of the API
    "COMPLIANCE": Activity.IMAGE_SCANNED,
    "SECRET": Activity.IMAGE_SCANNED,
    "SBOM_REFERENCE": Activity.IMAGE_SCANNED,
    "ATTESTATION": Activity.IMAGE_SCANNED,
    "DSSE_ATTESTATION": Activity.IMAGE_SCANNED,
    "BUILD": Activity.IMAGE_BUILT,
}
_SEVERITIES = {
    "MINIMAL": Severity.INFO,
    "LOW": Severity.LOW,
    "MEDIUM": Severity.MEDIUM,
    "HIGH": Severity.HIGH,
    "CRITICAL": Severity.CRITICAL,
}
_ANALYSIS = {
    "PENDING": Outcome.PENDING,
    "SCANNING": Outcome.PENDING,
    "FINISHED_FAILED": Outcome.FAILURE,
    "FINISHED_UNSUPPORTED": Outcome.FAILURE,
}
_NAME = re.compile(r"projects/(?P<project>[^/]+)/(?:locations/[^/]+/)?(?P<what>occurrences|notes)/")
_KNOWN = re.compile(r"(?:CVE-\d{4}-\d+|GHSA(?:-\w{4}){3})$")


class _Link(Struct):
    url: str | None = None


class _Vulnerability(Struct):
    severity: str | None = None
    effective: str | None = field(name="effectiveSeverity", default=None)
    short: str | None = field(name="shortDescription", default=None)
    links: list[_Link] | None = field(name="relatedUrls", default=None)


class _Status(Struct):
    message: str | None = None


class _Discovery(Struct):
    status: str | None = field(name="analysisStatus", default=None)
    error: _Status | None = field(name="analysisStatusError", default=None)


class _Discovered(Struct):
    discovered: _Discovery | None = None


class _Resource(Struct):
    uri: str | None = None


class _Occurrence(Struct):
    name: str
    kind: str | None = None
    notified: str | None = field(name="notificationTime", default=None)
    created: str | None = field(name="createTime", default=None)
    updated: str | None = field(name="updateTime", default=None)
    note: str | None = field(name="noteName", default=None)
    uri: str | None = field(name="resourceUri", default=None)
    resource: _Resource | None = None  # of the beta version of the API
    vulnerability: _Vulnerability | None = None
    discovery: _Discovery | None = None
    discovered: _Discovered | None = None  # of the beta version of the API


_OCCURRENCE = msgspec.json.Decoder(_Occurrence)


def claims(record: Record) -> bool:
    """A notification's three names, or those that every occurrence has."""
    fields = record.fields.keys()
    if fields >= {"name", "kind", "notificationTime"}:
        return True
    return fields >= {"name", "kind", "noteName"} and not fields.isdisjoint(
        {"resourceUri", "resource"}
    )


def read(record: Record) -> Event:
    """Read one.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    found = decode(_OCCURRENCE, record.raw)
    named = _NAME.match(found.name)
    if named is None:
        raise Malformed(f"not an occurrence: {found.name[:40]!r}", "$.name")
    attributes = dict(record.context.attributes)
    time, path = _time(found)
    kind = found.kind or "NOTE_KIND_UNSPECIFIED"
    activity = _ACTIVITIES.get(kind, Activity.RESOURCE_USED)
    uri = found.uri or (found.resource.uri if found.resource else None) or None
    image = _image(uri)
    discovery = found.discovery or (found.discovered or _Discovered()).discovered or _Discovery()
    outcome, error = _outcome(discovery)
    return Event(
        id=attributes.get("messageId") or f"{found.name}@{time}",
        act=f"gcp:{found.name}",
        time=moment(time, path),
        provider="gcp",
        source=NAME,
        # A note says what may be found in images, and is about none of them.
        activity=activity if named["what"] == "occurrences" else Activity.RESOURCE_CHANGED,
        operation=kind,
        outcome=outcome,
        error=error,
        service="containeranalysis.googleapis.com",
        account=named["project"],
        region=location_of(image.registry) if image else None,
        images=(image,) if image else (),
        target=None if image else uri,
        report=_report(found, discovery.status),
    )


def _time(found: _Occurrence) -> tuple[str, str]:
    """When it was said, and where that stands."""
    told = (
        (found.notified, "$.notificationTime"),
        (found.updated, "$.updateTime"),
        (found.created, "$.createTime"),
    )
    for value, path in told:
        if value:
            return value, path
    raise Malformed("the occurrence has no time", "$.createTime")


def _image(uri: str | None) -> Image | None:
    """Read ``https://host/path@sha256:…``; a file or a package is no image."""
    if uri is None or "@sha256:" not in uri:
        return None
    return parse_reference(uri.removeprefix("https://"))


def _outcome(discovery: _Discovery) -> tuple[Outcome, str | None]:
    outcome = _ANALYSIS.get(discovery.status or "", Outcome.SUCCESS)
    if outcome is not Outcome.FAILURE:
        return outcome, None
    told = discovery.error.message if discovery.error else None
    return outcome, told or discovery.status


def _report(found: _Occurrence, status: str | None) -> Report:
    about = found.vulnerability or _Vulnerability()
    names = (about.short, (found.note or "").rpartition("/")[2])
    known = dict.fromkeys(name for name in names if name and _KNOWN.match(name))
    link = next((one.url for one in about.links or () if one.url), None)
    return Report(
        id=found.name,
        type=found.kind or None,
        title=about.short or None,
        severity=_SEVERITIES.get(about.effective or "") or _SEVERITIES.get(about.severity or ""),
        vulnerabilities=tuple(known),
        rule=found.note or None,
        status=status.lower() if status else None,
        link=link,
    )


SOURCE = Source(
    name=NAME,
    provider="gcp",
    title="Artifact Analysis occurrences and their notifications",
    link="https://cloud.google.com/artifact-analysis/docs/notifications",
    claims=claims,
    read=read,
)
