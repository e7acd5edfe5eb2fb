"""Every other call of the resource manager: the verb ends in what it does to the resource.

https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
"""

from tidewaiter.model import Activity
from tidewaiter.sources.azure_activity import identities, lifecycles, storage
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs
from tidewaiter.sources.azure_activity.notices import NOTICES, UNJUDGED
from tidewaiter.sources.azure_activity.shapes import Entry
from tidewaiter.sources.telling import Told

__all__ = ["UNJUDGED", "VERBS", "told_of"]

VERBS: Verbs = {**lifecycles.VERBS, **storage.VERBS, **identities.VERBS}

_ENDINGS = {
    "write": Activity.RESOURCE_CHANGED,
    "delete": Activity.RESOURCE_DELETED,
    "read": Activity.RESOURCE_READ,
}
# How the names of actions begin: listKeys, getSecret and queryMetrics change nothing.
_BEGINNINGS = {
    ("list", "get", "read", "query", "search", "export", "retrieve"): Activity.RESOURCE_READ,
    ("delete", "purge", "remove"): Activity.RESOURCE_DELETED,
}


def told_of(operation: str, entry: Entry) -> Told:
    """Say what an operation that has nothing to do with images did."""
    notice = NOTICES.get(entry.category)
    if notice:
        return notice(entry)
    verb = operation.lower()
    tell = VERBS.get(verb)
    if tell:
        return tell(entry.asked)
    return storage.part_told(verb, entry.asked) or _call(verb, entry.asked)


def _call(verb: str, asked: Asked) -> Told:
    what, _, ending = verb.rpartition("/")
    activity = _ENDINGS.get(ending) or _action(what.rpartition("/")[2])
    if activity is Activity.RESOURCE_CHANGED and asked.created:
        activity = Activity.RESOURCE_CREATED
    return Told(activity, target=asked.resource)


def _action(name: str) -> Activity:
    found = (activity for words, activity in _BEGINNINGS.items() if name.startswith(words))
    return next(found, Activity.RESOURCE_USED)
