"""Who pushed to a repository before, and from where: asked by several detectors of a newcomer.

A pipeline whose role was renamed comes from the network of the one before, and pushes to nothing
that the one before did not push to.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from tidewaiter.detectors.familiarity import days
from tidewaiter.detectors.hands import earlier
from tidewaiter.detectors.interface import Seen, Story
from tidewaiter.enrich.network import prefix
from tidewaiter.memory.interface import Point
from tidewaiter.model import PUTS, Activity, Event, Principal, Zone
from tidewaiter.topics import about, logins, pushers, reach


def _builds(account: str | None) -> str:
    """Every push by a pipeline of an account, as a late login of one may tell of another."""
    return f"builds {account}"


def facts(event: Event) -> Iterable[Point]:
    """Remember what pipelines push."""
    who = event.principal
    if event.activity in PUTS and who and who.is_pipeline:
        yield Point(_builds(who.account), "", event.time, event.act)


def revisits(event: Event) -> Iterable[str]:
    """A login tells from where its principal pushes, and so from where a successor may come."""
    who = event.principal
    if event.activity is Activity.REGISTRY_LOGIN and who:
        yield about(who.id)
        if who.is_pipeline:
            yield _builds(who.account)


def is_successor(event: Event, seen: Seen, home: str) -> bool:
    """Whether a pipeline comes from where another one of its account came that pushed there."""
    who, client = event.principal, seen.client()
    network = prefix(client.address) if client else None
    if who is None or network is None or not who.is_pipeline:
        return False
    known = [one for one in earlier(seen, home) if _precedes(one[2], who)]
    names = dict.fromkeys(before.id for _, _, before in known)
    told = (seen.event(point) for name in names for point in seen.aged(logins(name)))
    events = chain((pushed for _, pushed, _ in known), told)
    return any(prefix(one.client.address) == network for one in events if one and one.client)


def replaced(event: Event, seen: Seen, home: str) -> Principal | None:
    """Return the pipeline in the place of which a new one pushes: of those of its account that
    pushed there, the one that did so on most days, and to all else that the new one ever pushed to.
    """
    who = event.principal
    if who is None or not who.is_pipeline:
        return None
    reached = [point.value for point in seen.aged(reach(who.id)) if point.value != home]
    found: dict[str, list[tuple[Point, Principal]]] = defaultdict(list)
    for point, _, before in earlier(seen, home):
        if _precedes(before, who):
            found[before.id].append((point, before))
    for name in sorted(found, key=lambda one: (-days([p for p, _ in found[one]]), one)):
        if all(_pushed_to(seen, name, other) for other in reached):
            return found[name][-1][1]
    return None


def succession(event: Event, seen: Seen, home: str) -> Story | None:
    """Return the story of a pipeline that replaces another one: its role was renamed, or somebody
    wants it to look so.
    """
    old = replaced(event, seen, home)
    if old is None:
        return None
    name = f"{event.actor_id} instead of {old.id}"
    return Story(name, f"pushed to {{count}} repositories where {_braced(old.label)} did")


def _braced(label: str) -> str:
    """A label that holds braces stays what it is when a count is filled in."""
    return label.replace("{", "{{").replace("}", "}}")


def takes_over(event: Event, seen: Seen, home: str) -> bool:
    """Whether a new pipeline replaces another one, and comes as that one does from one of our own
    networks: those of hosted agents are shared with strangers.
    """
    client = seen.client()
    ours = client is not None and client.zone in {Zone.TRUSTED, Zone.INTERNAL}
    return ours and is_successor(event, seen, home) and replaced(event, seen, home) is not None


def _pushed_to(seen: Seen, who: str, home: str) -> bool:
    return any(point.value == who for point in seen.aged(pushers(home)))


def _precedes(before: Principal, who: Principal) -> bool:
    return before.is_pipeline and before.id != who.id and before.account == who.account
