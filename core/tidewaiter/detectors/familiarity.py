"""What is usual for a repository: questions that several detectors ask of the same sightings."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tidewaiter.detectors.interface import Seen
from tidewaiter.memory.interface import Point
from tidewaiter.model import Image, Principal
from tidewaiter.topics import pushers, stock, tags_of, told


def days(points: Sequence[Point]) -> int:
    """Return on how many different days (UTC) the points were seen."""
    return len({point.time.date() for point in points})


def not_known(home: str, seen: Seen) -> str | None:
    """Return why the repository is not yet known, ``None`` when it is: pushes on so many
    different days as the settings say (five).
    """
    known, needed = days(seen.aged(pushers(home))), seen.settings.learning.days
    if known >= needed:
        return None
    return f"{home} has pushes on {counted(known)}, and is known after {needed}"


def move_not_known(home: str, seen: Seen, principal: Principal | None) -> str | None:
    """Return why it is not known what is usual for a repository's tags, ``None`` when it is.

    Where an inventory tells what the tags point to, a repository in which nothing moved of late is
    known at once, and another as soon as one who pushes there is.  Not so for pipelines, and for
    whom no log names: they may always have pushed there.
    """
    held = not_known(home, seen)
    listed = seen.before(stock(home))
    dated = [point for point in listed if point.note]
    pipeline = principal is None or principal.is_pipeline
    if held is None or not listed or pipeline:
        return held
    still = timedelta(days=seen.settings.learning.days)
    long_standing = bool(dated) and dated[-1].time - datetime.fromisoformat(dated[-1].note) >= still
    return None if long_standing or seen.aged(pushers(home)) else held


def was_there(image: Image, seen: Seen) -> bool:
    """Whether the repository had this very content before: a new tag brings nothing new."""
    key = image.key or ""  # of which nothing is known
    made = any(point.value == "made" for point in seen.before(told(key)))
    return made or bool(seen.aged(tags_of(key)))


def counted(earlier: int) -> str:
    """Say a number of earlier days.

    >>> counted(1), counted(4)
    ('1 earlier day', '4 earlier days')
    """
    return f"{earlier} earlier day{'' if earlier == 1 else 's'}"
