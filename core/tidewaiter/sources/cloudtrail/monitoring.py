"""Calls that stop or start what tells us: trails, event rules, logs.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html,
https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
"""

import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Change
from tidewaiter.sources.amazon import last_part
from tidewaiter.sources.cloudtrail.call import Call, Reader, Told, Verbs, requested

MANAGEMENT = "Management"
# What a rule asks for that routes the events we live on.
_OF_IMAGES = re.compile(r'"aws\.(?:ecr|ec2|ecs|inspector2|guardduty|cloudtrail)"|via CloudTrail')
_TELLING = re.compile(r"/aws/eks/[^/]+/cluster$|cloudtrail|tidewaiter", re.IGNORECASE)


class Selector(Struct, rename="camel"):
    """What a trail records of management events, the older way."""

    read_write_type: str | None = None
    include_management_events: bool | None = None
    exclude_management_event_sources: tuple[str, ...] | None = None


class Condition(Struct):
    """One condition of the newer way."""

    field: str | None = None
    equals: tuple[str, ...] | None = None


class Advanced(Struct, rename="camel"):
    """What a trail records, the newer way: all conditions must fit."""

    field_selectors: tuple[Condition, ...] | None = None


class Logging(Struct):
    """Which logs of a cluster are switched on or off."""

    types: tuple[str, ...] | None = None
    enabled: bool | None = None


class ClusterLogging(Struct, rename="camel"):
    """Their list."""

    cluster_logging: tuple[Logging, ...] | None = None


class Request(Struct, rename="camel"):
    """What callers send, whatever the verb."""

    name: str | None = None
    trail_name: str | None = None
    event_data_store: str | None = None
    rule: str | None = None
    log_group_name: str | None = None
    subscription_arn: str | None = None
    topic_arn: str | None = None
    queue_url: str | None = None
    state: str | None = None
    event_pattern: str | None = None
    is_multi_region_trail: bool | None = None
    is_organization_trail: bool | None = None
    include_global_service_events: bool | None = None
    event_selectors: tuple[Selector, ...] | None = None
    advanced_event_selectors: tuple[Advanced, ...] | None = None
    logging: ClusterLogging | None = None

    @property
    def named(self) -> str | None:
        """The name, without the ARN or address that it may stand in."""
        names = (self.name, self.trail_name, self.event_data_store, self.rule, self.log_group_name)
        others = (self.topic_arn, self.queue_url)
        found = next((each for each in (*names, *others) if each), None)
        if found is None and self.subscription_arn:
            found = self.subscription_arn.rpartition(":")[0]  # the topic's
        if found is None or found == self.log_group_name:
            return found  # log groups have slashes in their names
        return (last_part(found) or found).rpartition(":")[2]


_REQUEST = msgspec.json.Decoder(Request)


def place_of(call: Call, name: str | None) -> str:
    """Say what was stopped or started, with account and region."""
    place = ", ".join(part for part in (call.account, call.aws_region) if part)
    return f"{name or ''} of {place}".strip()


def _told(call: Call, what: str, to: str | None) -> Told:
    request = requested(call, _REQUEST)
    changes = (Change(what, to, place_of(call, request.named)),) if to else ()
    return Told(activity=Activity.MONITORING_CHANGED, changes=changes, target=request.named)


def _set(what: str, to: str) -> Reader:
    return lambda call: _told(call, what, to)


def _trail(call: Call) -> Told:
    request = requested(call, _REQUEST)
    flags = (
        request.is_multi_region_trail,
        request.is_organization_trail,
        request.include_global_service_events,
    )
    to = "narrowed" if False in flags else "on" if True in flags else None
    return _told(call, "audit trail", to)


def _select(call: Call) -> Told:
    request = requested(call, _REQUEST)
    selectors, advanced = request.event_selectors, request.advanced_event_selectors
    if selectors is None and advanced is None:
        return _told(call, "audit selectors", None)
    whole = any(_is_whole(each) for each in selectors or ()) or any(
        _records_all(each) for each in advanced or ()
    )
    return _told(call, "audit selectors", "on" if whole else "narrowed")


def _is_whole(selector: Selector) -> bool:
    """KMS and RDS Data are told apart for their mass, and tell nothing of images."""
    return selector.include_management_events is not False and selector.read_write_type in {
        None,
        "All",
    }


def _records_all(selector: Advanced) -> bool:
    conditions = {each.field: each.equals or () for each in selector.field_selectors or ()}
    kept = MANAGEMENT in conditions.get("eventCategory", ())
    return kept and "readOnly" not in conditions and not conditions.get("eventSource")


def _rule(call: Call) -> Told:
    """Read a rule as it shall be; of others than those about images only an end is told."""
    request = requested(call, _REQUEST)
    if request.state == "DISABLED":
        return _told(call, "event rule", "off")
    ours = _OF_IMAGES.search(request.event_pattern or "")
    return _told(call, "event rule", "on" if ours else None)


def _cluster(call: Call) -> Told:
    logging = requested(call, _REQUEST).logging or ClusterLogging()
    audit = [each for each in logging.cluster_logging or () if "audit" in (each.types or ())]
    on = next((each.enabled for each in audit if each.enabled is not None), None)
    return _told(call, "audit configuration", None if on is None else "on" if on else "off")


def _drop(what: str, to: str = "removed") -> Reader:
    """Read the end of what may be anybody's: its name tells whether it is one of ours."""

    def read(call: Call) -> Told:
        request = requested(call, _REQUEST)
        return _told(call, what, to if _TELLING.search(request.named or "") else None)

    return read


CLOUDTRAIL: Verbs = {
    "CreateTrail": _set("audit trail", "added"),
    "StartLogging": _set("audit trail", "on"),
    "StopLogging": _set("audit trail", "off"),
    "DeleteTrail": _set("audit trail", "removed"),
    "UpdateTrail": _trail,
    "PutEventSelectors": _select,
    "DeleteEventDataStore": _set("audit trail", "removed"),
    "StopEventDataStoreIngestion": _set("audit trail", "off"),
    "StartEventDataStoreIngestion": _set("audit trail", "on"),
}
MONITORING: Mapping[str, Verbs] = {
    "cloudtrail.amazonaws.com": CLOUDTRAIL,
    "events.amazonaws.com": {
        "PutRule": _rule,
        "EnableRule": _set("event rule", "on"),
        "DisableRule": _set("event rule", "off"),
        "DeleteRule": _set("event rule", "removed"),
        "RemoveTargets": _set("event rule", "narrowed"),
    },
    "sns.amazonaws.com": {
        "Unsubscribe": _drop("subscription"),
        "DeleteTopic": _drop("subscription"),
    },
    "sqs.amazonaws.com": {
        "DeleteQueue": _drop("subscription"),
        "PurgeQueue": _drop("subscription", "narrowed"),  # what waited there is never judged
    },
    "logs.amazonaws.com": {
        "DeleteLogGroup": _drop("log sink"),
        "DeleteSubscriptionFilter": _drop("log sink"),
    },
    "eks.amazonaws.com": {"UpdateClusterConfig": _cluster},
}
