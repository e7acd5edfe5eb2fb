"""A scanner found an image to be vulnerable: context for its story, and no evidence of an implant.

Scanners speak of every vulnerability, and again whenever one changes; here an image has one finding
however many there are, about the first report that is grave enough.  ``threshold`` says how grave
that is: 1 low, 2 medium, 3 high, 4 critical.
"""

from collections.abc import Iterable

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector, Seen, threshold_of
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event, Image, Report, Severity
from tidewaiter.topics import DAY
from tidewaiter.wording import shown

_OVER = frozenset({"closed", "suppressed", "resolved", "healthy", "notapplicable"})
_SCALE = {str(severity): severity for severity in Severity}


def _reported(key: str) -> str:
    """How grave the reports about an image were, once a day."""
    return f"vulnerable {key}"


def facts(event: Event) -> Iterable[Point]:
    """Remember how grave the report is."""
    worst = _worst(event)
    for key in _scanned(event) if worst else ():
        yield Point(_reported(key), str(worst), event.time, event.act, once=DAY)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find the first report about an image that is grave enough."""
    worst, least = _worst(event), threshold_of(DETECTOR, seen.settings)
    if event.report is None or worst is None or worst.rank < least:
        return
    for key, image in _scanned(event).items():
        known = seen.before(_reported(key))
        if all(_SCALE[point.value].rank < least for point in known):
            yield Claim(
                image=image,
                subject=key,
                reason=f"a scanner found in {shown(image)}: {_found(event.report, worst)}",
            )


def _scanned(event: Event) -> dict[str, Image]:
    """The images of a scan, each once, whatever tags it has."""
    images = reversed(event.images) if event.activity is Activity.IMAGE_SCANNED else ()
    return {image.key: image for image in images if image.key}


def _worst(event: Event) -> Severity | None:
    """The gravest that the report tells of, while it holds."""
    report = event.report
    if report is None or report.status in _OVER:
        return None
    counted = [_SCALE[name] for name, count in report.counts if count and name in _SCALE]
    told = [report.severity] if report.severity else []
    return max((*counted, *told), key=lambda severity: severity.rank, default=None)


def _found(report: Report, worst: Severity) -> str:
    """Say what was found, and how grave it is.

    >>> _found(Report(counts=(("critical", 3), ("high", 0))), Severity.CRITICAL)
    '3 critical'
    >>> _found(Report(title="CVE-2026-0001", severity=Severity.HIGH), Severity.HIGH)
    'CVE-2026-0001 (high)'
    """
    counts = [f"{count} {name}" for name, count in report.counts if count]
    names = report.title or ", ".join(report.vulnerabilities) or "a vulnerability"
    return ", ".join(counts) or f"{names} ({worst})"


DETECTOR = Detector(
    id="vulnerable-image",
    title="A scanner found an image to be vulnerable",
    headline="{image} is vulnerable, a scanner says",
    techniques=("T1525",),
    providers=frozenset({"aws", "azure", "gcp"}),
    needs=frozenset({Evidence.SCANS}),
    judges=frozenset({Activity.IMAGE_SCANNED}),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    false_positives=(
        "The vulnerable package is in the image and never used.",
        "The vulnerability has been known for long, and the risk was accepted.",
    ),
    blind_spots=(
        "An implant needs no vulnerability: a backdoor is in no scanner's list.",
        "Google's topic names an occurrence and not its image: read the occurrence from the API.",
        "Scanners that report elsewhere.",
    ),
    steps=(
        "Read the scanner's report about {image}; it says nothing about who put what there.",
        "Rebuild {image} on a repaired base.",
    ),
    quiet_if="scanners' findings about {home} are followed up elsewhere.",
    references=(
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
        "https://learn.microsoft.com/azure/defender-for-cloud/continuous-export",
        "https://cloud.google.com/artifact-analysis/docs/container-scanning-overview",
    ),
    facts=facts,
    check=check,
    threshold=Severity.HIGH.rank,
    evidence=False,
)
