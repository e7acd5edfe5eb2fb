"""Where people push by hand: asked by several detectors of one more of them.

A repository may be a place where people try things.  One more of them there is no wonder, as long
as nothing runs what they try; what starts to run is told then, by ``suspicious-image-deployed``.
"""

from collections.abc import Iterator

from tidewaiter.detectors.familiarity import days
from tidewaiter.detectors.interface import Seen
from tidewaiter.memory.interface import Point
from tidewaiter.model import Event, Principal
from tidewaiter.topics import pushers, runs


def earlier(seen: Seen, home: str) -> Iterator[tuple[Point, Event, Principal]]:
    """Yield who pushed to a repository, at least a day ago, with the pushes that tell so."""
    for point in seen.aged(pushers(home)):
        event = seen.event(point)
        if event and event.principal:
            yield point, event, event.principal


def is_pushed_by_hand(seen: Seen, home: str) -> bool:
    """Whether others than pipelines pushed there on so many days as make a repository known."""
    by_hand = [point for point, _, who in earlier(seen, home) if not who.is_pipeline]
    return days(by_hand) >= seen.settings.learning.days


def is_left_to_people(seen: Seen, home: str) -> bool:
    """Whether nobody but people ever pushed there, on so many days as make a repository known."""
    known = tuple(earlier(seen, home))
    return days([point for point, _, _ in known]) >= seen.settings.learning.days and all(
        who.is_person for _, _, who in known
    )


def is_tried_out(seen: Seen, home: str) -> bool:
    """Whether the repository is left to people, and nothing of it ran before."""
    return not seen.before(runs(home)) and is_left_to_people(seen, home)
