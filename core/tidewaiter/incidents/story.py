"""A group of findings told as an incident: who, from where, what, in which order, what to do."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from msgspec import Struct

from tidewaiter import topics
from tidewaiter.archive import Archive
from tidewaiter.attack import TECHNIQUES
from tidewaiter.detectors.interface import FAMILIAR
from tidewaiter.findings import Confidence, Decision, Finding, ImageSeen, Incident, TechniqueSeen
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.advice import Keys, as_logged, distinct, key_to_disable, quiet_if, steps
from tidewaiter.incidents.timeline import gather
from tidewaiter.memory.interface import EVER, Memory
from tidewaiter.model import Event, Image, Severity
from tidewaiter.status import CLOSED, decided, decisions
from tidewaiter.wording import shown, who

T = TypeVar("T")

_CONFIDENCE = tuple(Confidence)
MANY_REPOSITORIES = 5  # new to more of them in a day is one story


class Group(Struct, frozen=True):
    """The findings of one incident, in order of time, and its ids: the smallest is its own."""

    accusations: tuple[Accusation, ...]
    ids: tuple[str, ...]


def tell(archive: Archive, group: Group, related: tuple[str, ...]) -> Incident:
    """Return the incident of ``group``."""
    accusations = group.accusations
    timeline = gather(archive, accusations)
    events = [one.event for one in accusations]
    made = decisions(archive.memory, group.ids)
    return Incident(
        id=group.ids[0],
        title=_title(accusations),
        severity=severity_of(accusations),
        confidence=max((one.confidence for one in _leading(accusations)), key=_CONFIDENCE.index),
        status=_status(archive.memory, group, made),
        first_time=accusations[0].time,
        last_time=accusations[-1].time,
        providers=distinct(event.provider for event in events),
        accounts=distinct(event.account for event in events),
        regions=distinct(event.region for event in events),
        principals=distinct(
            event.principal.id if event.principal else None for event in _implanting(group)
        ),
        credentials=_credentials(group, timeline.keys),
        sources=timeline.sources,
        images=_images(accusations),
        workloads=distinct(_workload(one) for one in accusations),
        techniques=_techniques(accusations),
        findings=_findings(accusations),
        timeline=timeline.moments,
        next_steps=steps(accusations, timeline.keys),
        quiet_if=quiet_if(_leading(accusations), timeline.keys),
        merged=group.ids[1:],
        related=related,
        decisions=made,
    )


def severity_of(accusations: Sequence[Accusation]) -> Severity:
    """The highest of the findings, one step lower for those of low confidence; use raises it one
    step.

    Low stays low: an image that is hardly suspicious is no worse for running; unless the finding
    about its use says so.
    """
    implants = [one.weight for one in accusations if not one.detector.tells_of_use]
    uses = [one.weight for one in accusations if one.detector.tells_of_use]
    highest = max(implants or uses, key=lambda weight: weight.rank)
    if uses and implants and highest.rank >= Severity.MEDIUM.rank:
        return highest.step(1)
    return max([highest, *uses], key=lambda weight: weight.rank)


def _leading(accusations: Sequence[Accusation]) -> list[Accusation]:
    """The gravest findings, which give the incident its title and confidence."""
    implants = [one for one in accusations if not one.detector.tells_of_use] or list(accusations)
    highest = max(one.weight.rank for one in implants)
    return [one for one in implants if one.weight.rank == highest]


def _title(accusations: Sequence[Accusation]) -> str:
    return _newcomer(accusations) or _headline(accusations)


def _newcomer(accusations: Sequence[Accusation]) -> str | None:
    """A renamed role or new runner is new to many repositories in a day: one title says so."""
    new = [one for one in accusations if one.newcomer and one.image and one.pipeline]
    homes = {one.image.home for one in new if one.image}
    of_many = _of_one_story(new) or new[0].detector.of_many if new else ""
    if len(homes) <= (1 if _of_one_story(new) else MANY_REPOSITORIES):
        return None
    return f"{who(new[0].event)} {of_many.format(count=len(homes))}"


def _of_one_story(new: Sequence[Accusation]) -> str | None:
    """What is said of several repositories, if all that is new is one story."""
    known = {one.claim.story for one in new}
    first = new[0].claim.story if new else None
    return first.of_many if first and len(known) == 1 else None


def _headline(accusations: Sequence[Accusation]) -> str:
    leading = _leading(accusations)
    imaged = [one for one in leading if one.image]
    leader = next((one for one in imaged if one.image and one.image.tag), [*imaged, *leading][0])
    image = shown(leader.image) if leader.image else "a registry"
    if leader.image and leader.image.tag:
        image = image.partition(" ")[0]
    running = " and is running" if any(one.detector.tells_of_use for one in accusations) else ""
    return leader.detector.headline.format(image=image) + running


def _status(memory: Memory, group: Group, made: Sequence[Decision]) -> str:
    """An incident is open for 90 days after its last finding, by the clock of the logs, unless
    somebody closed it.
    """
    told = [(one.finding.id, one.detector.tells_of_use) for one in group.accusations]
    status = decided(memory, group.ids, made, told)
    if status in CLOSED:
        return status
    days = memory.recall((topics.CLOCK,), *EVER)[topics.CLOCK]
    expired = days and days[-1].time > group.accusations[-1].time + FAMILIAR
    return "expired" if expired else status or "open"


def _implanting(group: Group) -> Iterator[Event]:
    implants = [one.event for one in group.accusations if not one.detector.tells_of_use]
    yield from implants or [one.event for one in group.accusations]


def _workload(one: Accusation) -> str | None:
    return one.event.workload.label if one.event.workload else None


def _images(accusations: Sequence[Accusation]) -> tuple[ImageSeen, ...]:
    """Each image once for each of its tags; the record that tells its layers wins."""
    found: dict[tuple[str | None, str | None], Image] = {}
    for one in accusations:
        image = one.image
        if image is not None:
            known = found.get((image.key, image.tag))
            if known is None or (image.layers and not known.layers):
                found[image.key, image.tag] = image
    return tuple(_seen(image) for image in found.values())


def _seen(image: Image) -> ImageSeen:
    image = as_logged(image)
    return ImageSeen(
        reference=image.reference,
        registry=image.registry,
        repository=image.repository,
        tag=image.tag,
        digest=image.digest,
        layers=tuple(layer.digest for layer in image.layers),
        machine_image_id=image.machine_image,
    )


def _meant(one: Accusation) -> tuple[str, ...]:
    machine = one.image is not None and one.image.machine_image is not None
    return (machine and one.detector.machine_techniques) or one.detector.techniques


def _techniques(accusations: Sequence[Accusation]) -> tuple[TechniqueSeen, ...]:
    ids = distinct(technique for one in accusations for technique in _meant(one))
    return tuple(TechniqueSeen(technique, TECHNIQUES[technique].tactic) for technique in ids)


def _findings(accusations: Sequence[Accusation]) -> tuple[Finding, ...]:
    return tuple(one.finding for one in accusations)


def _credentials(group: Group, keys: Keys) -> tuple[str, ...]:
    """The keys that implanted: the lasting one before the session's that it was exchanged for."""
    found: list[str | None] = []
    for event in _implanting(group):
        session = event.credential.session if event.credential else None
        own = event.credential.id if event.credential else None
        found += [key_to_disable(event, keys), own, None if own else session]
    return distinct(found)
