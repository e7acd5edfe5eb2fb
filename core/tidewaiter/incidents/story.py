"""A group of findings told as an incident: who, from where, what, in which order, what to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tidewaiter import topics
from tidewaiter.archive import Archive
from tidewaiter.attack import TECHNIQUES
from tidewaiter.detectors.interface import FAMILIAR
from tidewaiter.findings import Confidence, Finding, ImageSeen, Incident, Severity, TechniqueSeen
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.timeline import gather
from tidewaiter.memory.interface import EVER, Memory
from tidewaiter.model import UNKNOWN_DIGEST, Event, Image
from tidewaiter.wording import shown

T = TypeVar("T")
Keys = Mapping[str, str]  # principal -> its lasting credential

_CONFIDENCE = tuple(Confidence)
_MOST_STEPS = 7  # more is not read at three in the morning


class Group(Struct, frozen=True):
    """The findings of one incident, in order of time, and its ids: the smallest is its own."""

    accusations: tuple[Accusation, ...]
    ids: tuple[str, ...]


def tell(archive: Archive, group: Group, related: tuple[str, ...]) -> Incident:
    """Return the incident of ``group``."""
    accusations = group.accusations
    timeline = gather(archive, accusations)
    events = [one.event for one in accusations]
    return Incident(
        id=group.ids[0],
        title=_title(accusations),
        severity=severity_of(accusations),
        confidence=max((one.confidence for one in _leading(accusations)), key=_CONFIDENCE.index),
        status=_status(archive.memory, accusations),
        first_time=accusations[0].time,
        last_time=accusations[-1].time,
        providers=_distinct(event.provider for event in events),
        accounts=_distinct(event.account for event in events),
        regions=_distinct(event.region for event in events),
        principals=_distinct(
            event.principal.id if event.principal else None for event in _implanting(group)
        ),
        credentials=_credentials(group, timeline.keys),
        sources=timeline.sources,
        images=_images(accusations),
        workloads=_distinct(_workload(one) for one in accusations),
        techniques=_techniques(accusations),
        findings=_findings(accusations),
        timeline=timeline.moments,
        next_steps=_steps(accusations, timeline.keys),
        quiet_if=_quiet_if(accusations, timeline.keys),
        merged=group.ids[1:],
        related=related,
    )


def severity_of(accusations: Sequence[Accusation]) -> Severity:
    """The highest of the findings, one step lower for those of low confidence; use raises it one
    step.

    Low stays low: an image that is hardly suspicious is no worse for running.
    """
    implants = [one.weight for one in accusations if not one.detector.tells_of_use]
    highest = max(implants or [one.weight for one in accusations], key=lambda weight: weight.rank)
    used = any(one.detector.tells_of_use for one in accusations)
    raised = used and bool(implants) and highest.rank >= Severity.MEDIUM.rank
    return highest.step(1) if raised else highest


def _leading(accusations: Sequence[Accusation]) -> list[Accusation]:
    """The gravest findings, which give the incident its title and confidence."""
    implants = [one for one in accusations if not one.detector.tells_of_use] or list(accusations)
    highest = max(one.weight.rank for one in implants)
    return [one for one in implants if one.weight.rank == highest]


def _title(accusations: Sequence[Accusation]) -> str:
    leader = _leading(accusations)[0]
    image = shown(leader.image) if leader.image else "a registry"
    if leader.image and leader.image.tag:
        image = image.partition(" ")[0]
    running = " and is running" if any(one.detector.tells_of_use for one in accusations) else ""
    return leader.detector.headline.format(image=image) + running


def _status(memory: Memory, accusations: Sequence[Accusation]) -> str:
    """An incident is open for 90 days after its last finding, by the clock of the logs."""
    days = memory.recall((topics.CLOCK,), *EVER)[topics.CLOCK]
    return "expired" if days and days[-1].time > accusations[-1].time + FAMILIAR else "open"


def _implanting(group: Group) -> Iterator[Event]:
    implants = [one.event for one in group.accusations if not one.detector.tells_of_use]
    yield from implants or [one.event for one in group.accusations]


def _distinct(values: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


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
    image = _as_logged(image)
    return ImageSeen(
        reference=image.reference,
        registry=image.registry,
        repository=image.repository,
        tag=image.tag,
        digest=image.digest,
        layers=tuple(layer.digest for layer in image.layers),
        machine_image_id=image.machine_image,
    )


def _as_logged(image: Image) -> Image:
    """Return ``image`` without what stands for a digest that no log tells."""
    unknown = image.digest is not None and image.digest.startswith(UNKNOWN_DIGEST)
    return replace(image, digest=None) if unknown else image


def _meant(one: Accusation) -> tuple[str, ...]:
    machine = one.image is not None and one.image.machine_image is not None
    return (machine and one.detector.machine_techniques) or one.detector.techniques


def _techniques(accusations: Sequence[Accusation]) -> tuple[TechniqueSeen, ...]:
    ids = _distinct(technique for one in accusations for technique in _meant(one))
    return tuple(TechniqueSeen(technique, TECHNIQUES[technique].tactic) for technique in ids)


def _findings(accusations: Sequence[Accusation]) -> tuple[Finding, ...]:
    return tuple(one.finding for one in accusations)


def _steps(accusations: Sequence[Accusation], keys: Keys) -> tuple[str, ...]:
    """What to do: first about what runs, then about the gravest finding, each detector once."""
    gravest = sorted(_of_each_detector(accusations), key=lambda one: -one.weight.rank)
    lines = _distinct(line for one in gravest for line in _filled(one, one.detector.steps, keys))
    last = _filled(gravest[0], ("See the whole history: tidewaiter show {subject}",), keys)
    return (*lines[:_MOST_STEPS], *_missing_logs(accusations), *last)


def _missing_logs(accusations: Sequence[Accusation]) -> tuple[str, ...]:
    """Name the logs that would have told who it was."""
    awaited = _distinct(one.event.awaits for one in accusations)
    return tuple(f"The actor is unknown: only {log} would tell. Enable it." for log in awaited)


def _quiet_if(accusations: Sequence[Accusation], keys: Keys) -> tuple[str, ...]:
    """What would make a false alarm of it, for the gravest findings."""
    leading = _of_each_detector(_leading(accusations))
    return _distinct(
        line for one in leading for line in _filled(one, (one.detector.quiet_if,), keys)
    )


def _of_each_detector(accusations: Iterable[Accusation]) -> list[Accusation]:
    """The last finding of each detector: what was done last is what has to be undone."""
    return list({one.detector.id: one for one in accusations}.values())


def _filled(one: Accusation, lines: Iterable[str], keys: Keys) -> Iterator[str]:
    """Fill the names in ``lines``; one that needs a name nobody knows is left out."""
    names = _names(one, keys)
    for line in lines:
        with suppress(KeyError):
            yield line.format_map(names)


def _credentials(group: Group, keys: Keys) -> tuple[str, ...]:
    """The keys that implanted: the lasting one before the session's that it was exchanged for."""
    found: list[str | None] = []
    for event in _implanting(group):
        session = event.credential.session if event.credential else None
        own = event.credential.id if event.credential else None
        found += [_key(event, keys), own, None if own else session]
    return _distinct(found)


def _key(event: Event, keys: Keys) -> str | None:
    """The key to disable."""
    own = event.credential.id if event.credential else None
    return keys.get(event.principal.id, own) if event.principal else own


def _to_show(event: Event, image: Image | None) -> str | None:
    """What `tidewaiter show` is asked for: the image, else the credential, else the principal."""
    if image is not None:
        tagged = f"{image.home}:{image.tag}" if image.tag else None
        return image.machine_image or image.digest or tagged
    credential = event.credential.id if event.credential else None
    return credential or (event.principal.id if event.principal else None)


def _names(one: Accusation, keys: Keys) -> dict[str, str]:
    event, image = one.event, _as_logged(one.image) if one.image else None
    known = {
        "image": shown(image) if image else None,
        "reference": image.reference if image else None,
        "home": image.home if image else None,
        "tag": image.tag if image else None,
        "digest": image.digest if image else None,
        "subject": _to_show(event, image),
        "previous": one.claim.previous,
        "principal": (event.principal.name or event.principal.id) if event.principal else None,
        "credential": _key(event, keys),
        "workload": event.workload.label if event.workload else None,
        "awaits": event.awaits,
    }
    return {name: value for name, value in known.items() if value}
