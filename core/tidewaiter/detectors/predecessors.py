"""Who pushed to a repository before, and from where: asked by several detectors of a newcomer.

A pipeline whose role was renamed comes from the network of the one before; where many people push,
one more is no wonder.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from tidewaiter.detectors.familiarity import days
from tidewaiter.detectors.interface import Seen
from tidewaiter.enrich.network import prefix
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event, Principal, PrincipalKind
from tidewaiter.topics import about, logins, pushers

_PUTS = frozenset({Activity.IMAGE_PUSHED, Activity.IMAGE_COPIED})


def _builds(account: str | None) -> str:
    """Every push by a pipeline of an account, as a late login of one may tell of another."""
    return f"builds {account}"


def facts(event: Event) -> Iterable[Point]:
    """Remember what pipelines push."""
    who = event.principal
    if event.activity in _PUTS and who and _is_pipeline(who):
        yield Point(_builds(who.account), "", event.time, event.act)


def revisits(event: Event) -> Iterable[str]:
    """A login tells from where its principal pushes, and so from where a successor may come."""
    who = event.principal
    if event.activity is Activity.REGISTRY_LOGIN and who:
        yield about(who.id)
        if _is_pipeline(who):
            yield _builds(who.account)


def is_successor(event: Event, seen: Seen, home: str) -> bool:
    """Whether a pipeline comes from where another one of its account came that pushed there."""
    who, client = event.principal, seen.client()
    network = prefix(client.address) if client else None
    if who is None or network is None or not _is_pipeline(who):
        return False
    earlier = [one for one in _earlier(seen, home) if _precedes(one[2], who)]
    names = dict.fromkeys(before.id for _, _, before in earlier)
    told = (seen.event(point) for name in names for point in seen.aged(logins(name)))
    events = chain((pushed for _, pushed, _ in earlier), told)
    return any(prefix(one.client.address) == network for one in events if one and one.client)


def is_pushed_by_hand(seen: Seen, home: str) -> bool:
    """Whether others than pipelines pushed there on so many days as make a repository known."""
    by_hand = [point for point, _, who in _earlier(seen, home) if not _is_pipeline(who)]
    return days(by_hand) >= seen.settings.learning.days


def _earlier(seen: Seen, home: str) -> Iterator[tuple[Point, Event, Principal]]:
    for point in seen.aged(pushers(home)):
        event = seen.event(point)
        if event and event.principal:
            yield point, event, event.principal


def _precedes(before: Principal, who: Principal) -> bool:
    return _is_pipeline(before) and before.id != who.id and before.account == who.account


def _is_pipeline(who: Principal) -> bool:
    return who.kind is PrincipalKind.PIPELINE
