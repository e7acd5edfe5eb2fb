"""What is usual for a repository: questions that several detectors ask of the same sightings."""

from collections.abc import Sequence

from tidewaiter.detectors.interface import Seen
from tidewaiter.memory.interface import Point
from tidewaiter.topics import pushers


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


def counted(earlier: int) -> str:
    """Say a number of earlier days.

    >>> counted(1), counted(4)
    ('1 earlier day', '4 earlier days')
    """
    return f"{earlier} earlier day{'' if earlier == 1 else 's'}"
