"""Where copied content comes from, and whether that is usual: asked by several detectors."""

from collections.abc import Iterable
from datetime import timedelta

from tidewaiter.detectors.interface import Seen
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event, Image
from tidewaiter.patterns import fits
from tidewaiter.publishers import is_own, publisher_of
from tidewaiter.topics import DAY, about, pushers

COPIES = frozenset({Activity.IMAGE_COPIED, Activity.IMAGE_CREATED})
_LONG = timedelta(days=3650)  # an image that was made here stays ours
_MADE = COPIES | {Activity.IMAGE_PUSHED}


def place_of(event: Event, image: Image) -> str:
    """The registry, or for machine images the account, that content comes into."""
    return image.registry or event.account or ""


def imported(home: str) -> str:
    """The publishers from whom content came into a repository, once a day."""
    return f"imported {home}"


def imports(place: str) -> str:
    """Who copied from which publisher into a registry or account, once a day."""
    return f"imports {place}"


def source_of(event: Event) -> str:
    """Name whose content it was; where its origin does not tell, what was done with it."""
    return str((event.origin and publisher_of(event.origin)) or event.activity)


def facts(event: Event) -> Iterable[Point]:
    """Remember from where content came."""
    source = source_of(event)
    for image in event.images if event.activity in COPIES else ():
        who = f"{event.actor_id} {source}"
        yield Point(imports(place_of(event, image)), who, event.time, event.act, once=DAY)
        if image.home and event.origin:
            yield Point(imported(image.home), source, event.time, event.act, once=DAY)


def is_expected(event: Event, image: Image, seen: Seen) -> bool:
    """Whether content of this origin belongs to us, comes from a mirror, or comes regularly."""
    who = f"{event.actor_id} {source_of(event)}"
    if any(point.value == who for point in seen.aged(imports(place_of(event, image)))):
        return True
    origin = event.origin
    if origin is None:
        return False
    return _is_ours(event, image, origin, seen) or _comes_regularly(event, image, seen)


def _comes_regularly(event: Event, image: Image, seen: Seen) -> bool:
    known = seen.aged(imported(image.home)) if image.home else ()
    return any(point.value == source_of(event) for point in known)


def _is_ours(event: Event, image: Image, origin: Image, seen: Seen) -> bool:
    """Whether the origin is a mirror, or in what is ours: as said, or because its log arrives."""
    publisher = publisher_of(origin)
    own = publisher is not None and (
        publisher == publisher_of(image) or is_own(publisher, event, seen.settings.organization)
    )
    mirrors = seen.settings.registries.mirrors
    return (
        own
        or any(fits(name, mirrors) for name in (origin.home, origin.machine_image, origin.name))
        or _was_made_here(origin, seen)
    )


def _was_made_here(origin: Image, seen: Seen) -> bool:
    if origin.home:
        return bool(seen.aged(pushers(origin.home)))
    made = seen.before(about(origin.machine_image), _LONG) if origin.machine_image else ()
    return any(point.value in _MADE for point in made)
