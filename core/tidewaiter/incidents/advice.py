"""What a responder should do about an incident, and what would make a false alarm of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

from msgspec.structs import replace

from tidewaiter.incidents.accusation import Accusation
from tidewaiter.model import Event, Image, is_told
from tidewaiter.wording import shown

T = TypeVar("T")
Keys = Mapping[str, str]  # principal -> its lasting credential

_MOST_STEPS = 7  # more is not read at three in the morning


def steps(accusations: Sequence[Accusation], keys: Keys) -> tuple[str, ...]:
    """What to do: first about what runs, then about the gravest finding, each detector once."""
    gravest = sorted(_of_each_detector(accusations), key=lambda one: -one.weight.rank)
    lines = distinct(line for one in gravest for line in _filled(one, one.detector.steps, keys))
    last = _filled(gravest[0], ("See the whole history: tidewaiter show {subject}",), keys)
    return (*lines[:_MOST_STEPS], *_missing_logs(accusations), *last)


def _missing_logs(accusations: Sequence[Accusation]) -> tuple[str, ...]:
    """Name the logs that would have told who it was."""
    awaited = distinct(one.event.awaits for one in accusations)
    return tuple(f"The actor is unknown: only {log} would tell. Enable it." for log in awaited)


def quiet_if(leading: Sequence[Accusation], keys: Keys) -> tuple[str, ...]:
    """What would make a false alarm of it, for the gravest findings."""
    return distinct(
        line
        for one in _of_each_detector(leading)
        for line in _filled(one, (one.detector.quiet_if,), keys)
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


def key_to_disable(event: Event, keys: Keys) -> str | None:
    """The key to disable."""
    own = event.credential.id if event.credential else None
    return keys.get(event.principal.id, own) if event.principal else own


def _to_show(event: Event, image: Image | None) -> str | None:
    """What `tidewaiter show` is asked for: the image, else the credential, else the principal."""
    if image is not None:
        return image.machine_image or image.digest or image.tagged
    credential = event.credential.id if event.credential else None
    return credential or (event.principal.id if event.principal else None)


def _names(one: Accusation, keys: Keys) -> dict[str, str]:
    event, image = one.event, as_logged(one.image) if one.image else None
    known = {
        "image": shown(image) if image else None,
        "reference": image.reference if image else None,
        "home": image.home if image else None,
        "tag": image.tag if image else None,
        "digest": image.digest if image else None,
        "subject": _to_show(event, image),
        "previous": one.claim.previous,
        "principal": event.principal.label if event.principal else None,
        "credential": key_to_disable(event, keys),
        "workload": event.workload.label if event.workload else None,
        "awaits": event.awaits,
    }
    return {name: value for name, value in known.items() if value}


def as_logged(image: Image) -> Image:
    """Return ``image`` without what stands for a digest that no log tells."""
    return image if is_told(image.digest) else replace(image, digest=None)


def distinct(values: Iterable[T | None]) -> tuple[T, ...]:
    """Return what there is, each once, as first seen."""
    return tuple(dict.fromkeys(value for value in values if value))
