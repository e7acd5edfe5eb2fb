"""Settings that change: what detectors ask of what a call sets, and of what was set before.

Tools state whole configurations again and again; only what differs from what was known is news.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from tidewaiter.detectors.interface import Seen
from tidewaiter.memory.interface import Point
from tidewaiter.model import Change, Event

KNOWN = timedelta(days=400)  # settings are seldom touched: a year, and what it takes to notice


def setting(change: Change) -> str:
    """The values that one setting had."""
    return f"setting {change.what} {change.of or ''}"


def set_to(event: Event, kinds: Collection[str]) -> Iterable[Point]:
    """Remember what ``event`` sets, of these kinds of settings."""
    for change in event.changes:
        if change.what in kinds:
            yield Point(setting(change), change.to, event.time, event.act)


def topics_of(event: Event, kinds: Collection[str]) -> list[str]:
    """The settings of which a later value may be news, or none, because of this one."""
    return [setting(change) for change in event.changes if change.what in kinds]


def value_before(change: Change, seen: Seen) -> str | None:
    """What was last known of the setting; ``None`` if nothing."""
    known = seen.before(setting(change), KNOWN)
    return known[-1].value if known else None


def is_news(change: Change, seen: Seen) -> bool:
    """Whether the setting changed: a mere statement is news only where it differs from what was
    known, or names something never heard of.
    """
    before = value_before(change, seen)
    if before is None:
        return not change.stated or change.to == "added"
    return before != change.to
