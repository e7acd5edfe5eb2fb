"""Splunk's Cloud Infrastructure Data Model: one flat row an event, under Splunk's own field names.

The model had 4 datasets and 83 fields; its searches moved to the Common Information Model later:
https://docs.splunk.com/Documentation/CIM/latest/User/Overview.  What it got wrong is mended here:
an absent field is left out and never ``unknown``, ICMP is protocol 1, the role falls back to the
caller's own, an image of a registry has an ``image_id`` (its digest), and Azure has an account.
What Splunk's asset and identity look-ups fill in (``dest_bunit``, ``user_priority`` and the like)
is theirs.  A field with several values is a list, ``image_id{}`` in Splunk's words.
"""

from tidewaiter.exports.interface import Export
from tidewaiter.exports.members import Members, datasets, error_code, told
from tidewaiter.exports.splunk.authentication import authentication
from tidewaiter.exports.splunk.parts import EVERYWHERE, several
from tidewaiter.exports.splunk.traffic import traffic
from tidewaiter.exports.splunk.words import ACTIONS, DECISIONS, ENDINGS, TAGS, VENDORS
from tidewaiter.model import Dataset, Event

SOURCETYPE = "tidewaiter:event"


def row(event: Event) -> Members:
    """Return the fields that every row may have, and those of the event's datasets."""
    within = datasets(event)
    found = _event(event, within)
    for part in EVERYWHERE:
        found.update(part(event))
    if event.dataset is Dataset.AUTHENTICATION:
        found.update(authentication(event))
    if event.flow is not None:
        found.update(traffic(event, event.flow))
    return found


def _event(event: Event, within: tuple[Dataset, ...]) -> Members:
    tags = ["cloud", "infrastructure"]
    for dataset in within:
        tags += TAGS[dataset]
    return told(
        _time=event.time.timestamp(),
        sourcetype=SOURCETYPE,
        source=event.source,
        tag=tags,
        dataset=several(within),
        vendor=VENDORS.get(event.provider),
        vendor_product=event.service or event.source,
        account=event.account,
        region=event.region,
        event_name=event.operation,
        action=_action(event),
        outcome=event.outcome,
        msg=event.error,
        error_code=error_code(event),
        event_id=event.id,
        act=event.act,
        activity=event.activity,
        provider=event.provider,
        category=event.category,
        resource=event.target,
        awaits=event.awaits,
    )


def _action(event: Event) -> str | None:
    """Authentication's action is how it ended, Traffic's what was decided."""
    if event.dataset is Dataset.AUTHENTICATION:
        return ENDINGS[event.outcome]
    if event.dataset is Dataset.TRAFFIC:
        decided = event.flow and event.flow.action
        return DECISIONS.get(decided, decided) if decided else None
    return ACTIONS[event.activity]


EXPORT = Export(
    name="splunk",
    title="Splunk's Cloud Infrastructure Data Model",
    link="https://docs.splunk.com/Documentation/CIM/latest/User/Overview",
    convert=row,
)
