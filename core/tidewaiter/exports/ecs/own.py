"""What ECS has no field for, whole, under our own name, as ECS asks custom fields to be.

https://www.elastic.co/docs/reference/ecs/ecs-custom-fields-in-ecs
"""

from tidewaiter.exports.members import Members, datasets, plain, told, zone_of
from tidewaiter.model import Event, Flow

# The parts whose every member we give as it is, beside what of them ECS knows.
_WHOLE = ("images", "origin", "grants", "changes", "workload", "stored", "session", "credential")


def tidewaiter(event: Event) -> Members:
    """Return ``tidewaiter.*``: the vocabulary, and the parts as our own model has them."""
    who, client, found = event.principal, event.client, event.report
    return told(
        activity=event.activity,
        act=event.act,
        dataset=datasets(event),
        category=event.category,
        target=event.target,
        awaits=event.awaits,
        provider=event.provider,
        principal=told(type=who and who.type, kind=who and who.kind, account=who and who.account),
        client=told(zone=client and zone_of(client.zone), family=client and client.family),
        report=plain(found) | told(counts=_counts(found.counts)) if found else None,
        flow=_flow(event.flow) if event.flow else None,
        **{part: plain(getattr(event, part)) for part in _WHOLE},
    )


def _flow(flow: Flow) -> Members:
    """Return only what ECS does not say of a flow: there are many."""
    return told(
        src=told(zone=zone_of(flow.src.zone), instance=flow.src.instance),
        dest=told(zone=zone_of(flow.dest.zone), instance=flow.dest.instance),
        action=flow.action,
        subnet=flow.subnet,
        tcp_flags=flow.tcp_flags,
    )


def _counts(counts: tuple[tuple[str, int], ...]) -> list[Members]:
    """Return pairs as objects: Elasticsearch takes no list of unlike things."""
    return [{"severity": word, "count": count} for word, count in counts]
