"""Image work came from outside the networks that are ours.

By itself this is information: people work from home, and hosted build agents live in other
people's networks.  It stands in the story of its image, beside what others say of it; that their
low findings weigh more from outside is the operator's policy (``policy.py``).  Where no network is
named as trusted, everything is outside, and nothing is said.
"""

from collections.abc import Iterable

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.enrich.login import TOKEN_LIFE
from tidewaiter.enrich.network import is_external
from tidewaiter.findings import Confidence
from tidewaiter.model import Activity, Event, Severity
from tidewaiter.topics import about


def revisits(event: Event) -> Iterable[str]:
    """A login tells from where its principal pushes."""
    if event.activity is Activity.REGISTRY_LOGIN and event.principal:
        yield about(event.principal.id)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find work on an image from an address outside."""
    image = next((image for image in event.images if image.runnable), None)
    client = seen.client()
    if image is None or client is None or not seen.settings.networks.trusted:
        return
    if is_external(client.zone):
        name = event.principal.label if event.principal else "somebody unknown"
        place = ", ".join(filter(None, (client.country, client.network)))
        yield Claim(
            image=image,
            reason=(
                f"{name} worked from {client.address}{f' ({place})' if place else ''}, "
                "which is in no trusted or private network"
            ),
        )


DETECTOR = Detector(
    id="external-source",
    title="Work on an image from outside the trusted networks",
    headline="{image} was worked on from outside the trusted networks",
    techniques=("T1525", "T1078.004"),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.CLIENTS}),
    judges=frozenset(
        {
            Activity.IMAGE_PUSHED,
            Activity.IMAGE_COPIED,
            Activity.IMAGE_CREATED,
            Activity.IMAGE_SHARED,
        }
    ),
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    false_positives=(
        "People work from home or on the way.",
        "Build agents are hosted by somebody else, whose networks are not named as trusted.",
    ),
    blind_spots=(
        "Nothing is judged until [networks] trusted names a network.",
        "Whoever is inside: on a stolen laptop, or on a machine of ours.",
        "Clouds hide the address of some calls; without a login before, nobody can tell.",
    ),
    steps=("Find out whose network it is, and whether {principal} uses it.",),
    quiet_if="the network is ours: name it in [networks] trusted of tidewaiter.toml.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://attack.mitre.org/techniques/T1078/004/",
    ),
    revisits=revisits,
    span=TOKEN_LIFE,
    check=check,
)
