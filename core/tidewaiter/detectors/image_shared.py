"""An image was opened to everybody, or to somebody outside the organisation.

Sharing brings an implant to its victims, and takes a machine's disk out of the company.  Accounts,
tenants, projects and organisations that ``tidewaiter.toml`` names as ours are quiet, and so is
taking a share back.
"""

from collections.abc import Iterable

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.findings import Confidence
from tidewaiter.model import Activity, Event, Grant, Severity
from tidewaiter.ownership import is_ours
from tidewaiter.wording import shown


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find grants to those who are not ours."""
    foreign = [
        grant for grant in event.grants if not is_ours(grant, event, seen.settings.organization)
    ]
    if not foreign and event.grants:
        return
    what = shown(event.images[0]) if event.images else "an image"
    others = ", ".join(_named(grant) for grant in foreign) or "others unknown"
    yield Claim(
        reason=f"{what} shared with {others}",
        confidence=None if foreign else Confidence.LOW,
    )


def _named(grant: Grant) -> str:
    if grant.kind == "public":
        return "everybody"
    return f"{_WORDS.get(grant.kind, grant.kind)} {grant.to or '?'}"


_WORDS = {"unit": "organizational unit"}


DETECTOR = Detector(
    id="image-shared",
    title="An image was shared outside the organisation",
    headline="{image} was shared outside the organisation",
    techniques=("T1525", "T1537"),
    providers=frozenset({"aws", "azure", "gcp"}),
    needs=frozenset({Evidence.SHARES}),
    judges=frozenset({Activity.IMAGE_SHARED}),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    false_positives=(
        "The other account is ours, and not yet named in [organization].",
        "A product is published as an image on purpose.",
        "An image is handed to a supplier or an auditor.",
    ),
    blind_spots=(
        "A snapshot or disk shared instead of the image made of it.",
        "Google principals: a user's e-mail address does not tell its organisation.",
        "Copies that the other account made before the share was taken back.",
    ),
    steps=(
        "Take the share of {image} back, unless it was meant.",
        "Ask {principal} for the reason.",
        "Look for keys and data in it: the other side knows them now.",
    ),
    quiet_if="the other side is ours: name it in [organization] of tidewaiter.toml.",
    references=(
        "https://attack.mitre.org/techniques/T1537/",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html",
        "https://learn.microsoft.com/azure/virtual-machines/share-gallery",
    ),
    check=check,
)
