"""Defender for Cloud's assessments: which vulnerabilities an image has, in a registry or running.

They come by continuous export (to an Event Hub in camelCase or PascalCase, to Log Analytics as
SecurityRecommendation and SecurityNestedRecommendation) and as rows of Azure Resource Graph:
https://learn.microsoft.com/azure/defender-for-cloud/continuous-export
https://learn.microsoft.com/azure/defender-for-cloud/subassessment-rest-api
https://learn.microsoft.com/rest/api/defenderforcloud/sub-assessments

An assessment is of a resource and its sub-assessments are the findings; either may name an image.
What names none is advice about other resources, and ignored.
"""

from collections import Counter

from tidewaiter.model import Activity, Event, Image, Report, Workload, short_hash
from tidewaiter.references import parse_reference
from tidewaiter.sources.azure_members import Members
from tidewaiter.sources.azure_terms import last_segment, registry_host, segment, severity_of
from tidewaiter.sources.interface import Ignored, Record, Source, moment

_PREFIX = b'"microsoft.security/'
_ALERTS = b'/alerts"'  # have a source of their own
_TABLES = {b'"securityrecommendation"', b'"securitynestedrecommendation"'}
_TIMES = ("SubAssessmentTimeGeneration", "StatusChangeDate", "FirstEvaluationDate", "timeGenerated")


def claims(record: Record) -> bool:
    """A resource's type, or a row's table."""
    fields = record.fields
    kind = bytes(fields.get("type", fields.get("Type", b""))).lower()
    return kind in _TABLES or (kind.startswith(_PREFIX) and not kind.endswith(_ALERTS))


def read(record: Record) -> Event | Ignored:
    """Read one assessment or finding about an image."""
    own = Members(record.fields)
    kind = (own.text("type") or "").lower()
    nested = kind.endswith(("/subassessments", "nestedrecommendation"))
    if not nested and not kind.endswith(("/assessments", "recommendation")):
        return Ignored("defender posture")  # scores, standards and the like
    enrichment = own.inner("securityEventDataEnrichment", "assessmentEventDataEnrichment")
    if (enrichment.text("action") or "").lower() == "delete":
        return Ignored("defender assessment withdrawn")
    body = own.inner("properties").over(own)
    details = body.inner("additionalData", "RecommendationAdditionalData")
    images = _images(own, body, details)
    if not images:
        return Ignored("defender assessment of no image")
    return _event(own, body, details, images, nested=nested)


def _event(
    own: Members, body: Members, details: Members, images: tuple[Image, ...], *, nested: bool
) -> Event | Ignored:
    status = body.inner("status")
    # An assessment's times stand in its status, those of a row beside it.
    times = body.over(status)
    told = times.text(*_TIMES)
    if told is None:
        return Ignored("defender assessment of no time")  # lists of the REST API: what is, not when
    time = moment(told, times.path(*_TIMES))
    report = _report(own, body, details, status)
    resource = _resource(own)
    own_id = short_hash(
        "assessment", resource, report.id, report.status, time.isoformat(), images[0].reference
    )
    subscription = segment(resource, "subscriptions") or own.text(
        "subscriptionId", "RecommendationSubscriptionId", "_SubscriptionId"
    )
    return Event(
        id=own_id,
        act=f"azure:assessment:{own_id}",
        time=time,
        provider="azure",
        source=SOURCE.name,
        activity=Activity.IMAGE_SCANNED,
        operation=f"Microsoft.Security/assessments{'/subAssessments' if nested else ''}",
        service="microsoft.security",
        account=subscription.lower() if subscription else None,
        images=images,
        workload=_workload(details),
        report=report,
    )


def _resource(own: Members) -> str:
    """The assessed resource; a row has it alone, elsewhere it begins the assessment's id."""
    found = own.text("_ResourceId") or own.text("id") or own.text("AssessedResourceId") or ""
    return found.lower().partition("/providers/microsoft.security/assessments/")[0]


def _images(own: Members, body: Members, details: Members) -> tuple[Image, ...]:
    """Name the image once for every tag."""
    artifact = details.inner("artifactDetails").over(details)
    found = _image(own, body, artifact)
    if found is None:
        return ()
    tags: list[str | None] = [*artifact.texts("tags")] or [found.tag]
    return tuple(Image(found.registry, found.repository, tag, found.digest) for tag in tags)


def _image(own: Members, body: Members, artifact: Members) -> Image | None:
    uri = artifact.text("imageUri")
    if uri:
        return parse_reference(uri)
    repository = artifact.text("repositoryName")
    digest = artifact.text("digest", "imageDigest")
    if repository is None:
        assessed = body.text("AssessedResourceId") or body.inner("resourceDetails").text("id")
        # An image is no resource of Azure: /repositories/shop/web/images/sha256:...
        repository, _, digest = (
            (assessed or "").partition("/repositories/")[2].rpartition("/images/")
        )
        if not repository:
            return None
    resource = _resource(own)
    host = registry_host(resource) if "/registries/" in resource else None
    registry = artifact.text("registryHost") or host
    return Image(registry.lower() if registry else None, repository, digest=digest or None)


def _report(own: Members, body: Members, details: Members, status: Members) -> Report:
    vulnerability = details.inner("vulnerabilityDetails")
    known = details.each("CVEs")
    severity = (
        status.text("severity")
        or vulnerability.text("severity")
        or details.text("HighestSeverity")
        or body.text("RecommendationSeverity")
        or body.inner("metadata").text("severity")
    )
    named = (
        vulnerability.text("cveId"),
        *(one.text("CVE", "title") for one in (*known, *details.each("cve"))),
        body.text("VulnerabilityId") or own.inner("properties").text("id"),
    )
    severities = (one.text("severity") for one in known)
    counts = Counter(severity.lower() for severity in severities if severity)
    cves = dict.fromkeys(name for name in named if name and name.upper().startswith("CVE-"))
    return Report(
        id=own.text("NestedRecommendationId", "name") or last_segment(_assessment(own)) or None,
        type=details.text("assessedResourceType"),
        title=body.text("displayName", "RecommendationDisplayName", "RecommendationName"),
        severity=severity_of(severity),
        counts=tuple(sorted(counts.items())),
        vulnerabilities=tuple(cves),
        rule=segment(_assessment(own), "assessments"),
        status=(status.text("code") or body.text("RecommendationState") or "").lower() or None,
        link=body.text("RecommendationLink") or body.inner("links").text("azurePortal"),
    )


def _assessment(own: Members) -> str:
    """The id of the assessment, whose own name is the same in every subscription."""
    parent = own.text("ParentRecommendationId", "id", "RecommendationId") or ""
    return (parent if "/" in parent else f"assessments/{parent}").lower()


def _workload(details: Members) -> Workload | None:
    """Where a running image was found; names of pods have their random parts starred out."""
    where = details.inner("kubernetesDetails").over(details)
    name = where.text("controllerName") or where.text("podName")
    if name is None:
        return None
    kind = where.text("controllerKind", "controllerType") if where.text("controllerName") else None
    scope = (where.text("clusterName", "K8sClusterName"), where.text("namespace"))
    return Workload(
        kind=(kind or "pod").lower(), name=name, scope="/".join(filter(None, scope)) or None
    )


SOURCE = Source(
    name="defender_assessment",
    provider="azure",
    title="Defender for Cloud assessments",
    link="https://learn.microsoft.com/azure/defender-for-cloud/continuous-export",
    claims=claims,
    read=read,
)
