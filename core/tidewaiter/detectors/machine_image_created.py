"""A machine image was made: the first half of an implant in virtual machines.

``CreateImage`` of a running, backdoored instance, or an image registered from a prepared snapshot,
waits in the account until a template or a person launches it.  Image builders and disaster
recovery make images every night: principals that always do are quiet, and pipelines and services,
and what only copies an image and is not known to be a person, are held back until the account is
known.
"""

from collections.abc import Iterable

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import counted, days
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.enrich.client import IMAGE_BUILDERS
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import NOBODY, Activity, Event, Severity
from tidewaiter.topics import DAY, children_of, index_of, makers
from tidewaiter.wording import shown


def _makes_one(event: Event) -> bool:
    """Only machine images are created; what is copied may be a container's.

    The log of an import knows its task alone, that of a captured machine often the machine alone.
    """
    copied = event.activity is Activity.IMAGE_COPIED
    made = any(image.machine_image for image in event.images)
    return made if copied else event.activity is Activity.IMAGE_CREATED


def _unknown(account: str | None) -> str:
    """Every machine image of which a feed hides the maker."""
    return f"made by somebody {account or ''}"


def facts(event: Event) -> Iterable[Point]:
    """Remember the maker."""
    if _makes_one(event):
        who = event.actor_id
        yield Point(makers(event.account), who, event.time, event.act, once=DAY)
        if event.principal is None:
            yield Point(_unknown(event.account), _shown(event), event.time, event.act)
        yield from _other_names(event)


def _other_names(event: Event) -> Iterable[Point]:
    """Workloads may name an image by its number: one image with it, as children with an index."""
    for image in event.images:
        if image.machine_image:
            for number in image.children:
                yield Point(index_of(number), image.machine_image, event.time, event.act)
                yield Point(children_of(image.machine_image), number, event.time, event.act)


def _shown(event: Event) -> str:
    return shown(event.images[0]) if event.images else "an image"


def revisits(event: Event) -> Iterable[str]:
    """Once a log tells makers here, an image of an unknown one is no longer usual."""
    return [_unknown(event.account)] if _makes_one(event) and event.principal else []


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Compare the maker with those that make images anyway."""
    if not _makes_one(event):
        return
    who = event.actor_id
    usual = {point.value for point in seen.aged(makers(event.account))}
    if _is_usual(who, usual):
        return
    builder = event.client is not None and event.client.family in IMAGE_BUILDERS
    origin = f" out of {shown(event.origin)}" if event.origin else ""
    yield Claim(
        held=_not_known(event, seen) if _is_automatic(event, builder=builder) else None,
        image=event.images[0] if event.images else None,
        reason=(f"{_shown(event)} made{origin} ({event.operation}) by {_maker(event)}"),
        confidence=Confidence.LOW if builder or event.principal is None else None,
    )


def _is_automatic(event: Event, *, builder: bool) -> bool:
    """Not every log tells the program: then what kind of principal it is decides; of a role that
    may be anybody's, that it only copies what is there.
    """
    who = event.principal
    copied = event.activity is Activity.IMAGE_COPIED
    return who is not None and (who.is_machine or ((builder or copied) and not who.is_person))


def _maker(event: Event) -> str:
    if event.principal is None:
        return "somebody unknown: no log tells who"
    return f"{event.principal.label}, who made no machine image here in the last 90 days"


def _not_known(event: Event, seen: Seen) -> str | None:
    """A machine may always have made images here: it takes some nights to know."""
    known = days(seen.aged(makers(event.account)))
    if known >= seen.settings.learning.days:
        return None
    first = f"{event.account} has images of {counted(known)}"
    return f"{first}, and is known after {seen.settings.learning.days}"


def _is_usual(who: str, known: set[str]) -> bool:
    """An unknown maker is usual only where no log ever tells one: else the telling record may yet
    come.
    """
    return who in known and (who != NOBODY or known == {NOBODY})


DETECTOR = Detector(
    id="machine-image-created",
    title="A machine image was made by someone who does not usually make them",
    headline="A machine image, {image}, was made by an unusual principal",
    techniques=("T1525",),
    providers=frozenset({"aws", "azure", "gcp"}),
    needs=frozenset({Evidence.MACHINE_IMAGES}),
    judges=frozenset({Activity.IMAGE_CREATED, Activity.IMAGE_COPIED}),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "An image builder or backup job runs for the first time, or under a new role.",
        "An operator captures a machine before a risky change.",
        "The security team takes an image of a machine for forensics.",
    ),
    blind_spots=(
        "A stolen credential of the image builder itself.",
        "A pipeline's stolen credential, while the account is not known yet: it is held back.",
        "So are copies by a role that may be anybody's.",
        "What is in the image: no log tells.",
        "A snapshot that is changed and attached without an image being made of it.",
    ),
    steps=(
        "Ask {principal} what {image} was made for.",
        "If nobody knows of it: keep its snapshot for forensics, deregister the image.",
    ),
    quiet_if="{principal} made it for a known purpose: recovery, forensics, a golden image.",
    references=(
        "https://attack.mitre.org/techniques/T1525/",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/creating-an-ami-ebs.html",
        "https://cloud.google.com/compute/docs/images/create-custom",
    ),
    facts=facts,
    revisits=revisits,
    check=check,
)
