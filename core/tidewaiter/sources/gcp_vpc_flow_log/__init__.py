"""Google Cloud's traffic: VPC Flow Logs, and the logs of firewall rules and of Cloud NAT.

https://cloud.google.com/vpc/docs/about-flow-logs-records
https://cloud.google.com/firewall/docs/vpc-log-format
https://cloud.google.com/firewall/docs/firewall-policy-log-format
https://cloud.google.com/nat/docs/monitoring

All come as log entries with a ``connection`` in their payload.  A flow log is a sample, counts one
direction at a time, and is written on each side that logs: traffic between two machines is told
twice.  Firewall and NAT tell of connections, and count nothing.

Not kept: round-trip times, groups of instances, Google's own services, and routing.
"""

import re
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Endpoint, Event, Flow, Workload, short_hash
from tidewaiter.sources.countries import alpha_2
from tidewaiter.sources.flows import action_of, direction_of, outcome_of
from tidewaiter.sources.gcp_vpc_flow_log.entries import (
    Entry,
    Gateway,
    Gke,
    Identifiers,
    Instance,
    Location,
    Network,
    Payload,
    Rule,
    entry_of,
)
from tidewaiter.sources.interface import Record, Source, moment

__all__ = ["SOURCE"]

# As seen from the machine that reports.  A gateway (SRC_GATEWAY) reports what passes through it.
DIRECTIONS = {"SRC": "outbound", "DEST": "inbound"}
_LOG = re.compile(
    rb'"[^"]*/logs/(?:compute|networkmanagement)\.googleapis\.com(?:%2F|/)'
    rb'(?:vpc_flows|firewall|nat_flows)"'
)
_ZONE = re.compile(r"-[a-z]$")


class _Side(Struct, frozen=True):
    """What is known of one end."""

    instance: Instance | None = None
    location: Location | None = None
    gke: Gke | None = None

    @property
    def machine(self) -> str | None:
        """The name of the virtual machine."""
        return self.instance.vm_name if self.instance else None

    @property
    def place(self) -> Location:
        """Where it is, as far as is known."""
        return self.location or Location()


class _Told(Struct, frozen=True, kw_only=True):
    """What the logs say each in its own way; ``own`` is the side of whoever reports."""

    operation: str
    src: _Side
    dest: _Side
    own: _Side
    vpc: Network | None
    device: str | None
    direction: str | None
    action: str | None
    rule: str | None = None
    region: str | None = None


def _sampled(payload: Payload) -> _Told:
    """VPC Flow Logs: ``reporter`` is the side that counted."""
    src = _Side(payload.src_instance, payload.src_location, payload.src_gke_details)
    dest = _Side(payload.dest_instance, payload.dest_location, payload.dest_gke_details)
    sent = (payload.reporter or "").startswith("SRC")
    own, passed = (src, payload.src_gateway) if sent else (dest, payload.dest_gateway)
    gateway = passed or Gateway()
    return _Told(
        operation="vpc_flows",
        src=src,
        dest=dest,
        own=own,
        vpc=payload.src_vpc if sent else payload.dest_vpc,
        device=own.machine or gateway.name,
        direction=DIRECTIONS.get(payload.reporter or ""),
        action=action_of(payload.disposition),
        region=gateway.location,
    )


def _decided(payload: Payload) -> _Told:
    """Firewall rules: one decides at ``instance``, which its direction makes one end or the other.

    Both ends are left unnamed where there is no direction.
    """
    rule = payload.rule_details or Rule()
    direction = direction_of(rule.direction)
    own = _Side(payload.instance)
    remote = _Side(payload.remote_instance, payload.remote_location)
    return _Told(
        operation=payload.disposition or "firewall",
        src={"outbound": own, "inbound": remote}.get(direction or "", _Side()),
        dest={"outbound": remote, "inbound": own}.get(direction or "", _Side()),
        own=own,
        vpc=payload.vpc,
        device=own.machine,
        direction=direction,
        action=action_of(payload.disposition),
        rule=rule.reference,
    )


def _translated(payload: Payload) -> _Told:
    """Cloud NAT: from ``endpoint`` on its way out, or dropped for want of a port."""
    own = _Side(payload.endpoint)
    target = payload.destination
    return _Told(
        operation="nat_flows",
        src=own,
        dest=_Side(target.instance, target.location) if target else _Side(),
        own=own,
        vpc=payload.vpc,
        device=(payload.gateway_identifiers or Identifiers()).gateway_name,
        direction="outbound",
        action=action_of(payload.allocation_status),
    )


TELL: dict[str, Callable[[Payload], _Told]] = {
    "vpc_flows": _sampled,
    "firewall": _decided,
    "nat_flows": _translated,
}


def claims(record: Record) -> bool:
    """The name of the log."""
    fields = record.fields
    return "jsonPayload" in fields and bool(_LOG.fullmatch(bytes(fields.get("logName", b""))))


def read(record: Record) -> Event:
    """Read one entry.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    entry = entry_of(record)
    told = TELL[entry.log_id](entry.payload)
    flow = _flow(entry.payload, told)
    time = _start(entry)
    # Copies in other people's data sets lack the id; the text names them as well.
    insert_id = entry.insert_id or short_hash(bytes(record.raw).decode("utf-8", "replace"))
    own = f"{insert_id}@{entry.timestamp or entry.payload.start_time}"
    return Event(
        id=own,
        act=f"gcp:{own}",
        time=time,
        provider="gcp",
        source="gcp_vpc_flow_log",
        activity=Activity.TRAFFIC_FLOWED,
        operation=told.operation,
        outcome=outcome_of(flow.action),
        service="compute.googleapis.com",
        account=entry.project or record.context.account,
        region=_region(entry, told),
        workload=_workload(told.own.gke),
        flow=flow,
    )


def _start(entry: Entry) -> datetime:
    if entry.payload.start_time:
        return moment(entry.payload.start_time, "$.jsonPayload.start_time")
    if entry.timestamp:
        return moment(entry.timestamp, "$.timestamp")
    raise Malformed("the entry has no timestamp", "$.timestamp")


def _region(entry: Entry, told: _Told) -> str | None:
    own = told.own.instance.region if told.own.instance else None
    place = own or told.region or entry.label("location") or entry.label("region")
    return None if place in {None, "global"} else _ZONE.sub("", place)


def _flow(payload: Payload, told: _Told) -> Flow:
    pair, end, vpc = payload.connection, payload.end_time, told.vpc or Network()
    return Flow(
        src=Endpoint(
            address=pair.src_ip,
            port=pair.src_port,
            translated_address=pair.nat_ip,
            translated_port=pair.nat_port,
            instance=_instance(told.src),
            country=alpha_2(told.src.place.country),
            asn=told.src.place.asn,
        ),
        dest=Endpoint(
            address=pair.dest_ip,
            port=pair.dest_port,
            instance=_instance(told.dest),
            country=alpha_2(told.dest.place.country),
            asn=told.dest.place.asn,
        ),
        protocol=pair.protocol,
        direction=told.direction,
        action=told.action,
        rule=told.rule,
        bytes=payload.bytes_sent,
        packets=payload.packets_sent,
        end=moment(end, "$.jsonPayload.end_time") if end else None,
        device=told.device,
        network=vpc.vpc_name,
        subnet=vpc.subnetwork_name,
    )


def _instance(side: _Side) -> str | None:
    """Name the pod, where there is one, instead of the machine that it shares with others."""
    pod = side.gke.pod if side.gke else None
    if pod is None or not pod.pod_name:
        return side.machine
    return f"{pod.pod_namespace}/{pod.pod_name}" if pod.pod_namespace else pod.pod_name


def _workload(gke: Gke | None) -> Workload | None:
    if gke is None or gke.pod is None:
        return None
    places = (gke.cluster.cluster_name if gke.cluster else None, gke.pod.pod_namespace)
    scope = "/".join(place for place in places if place)
    return Workload("pod", name=gke.pod.pod_name, scope=scope or None)


SOURCE = Source(
    name="gcp_vpc_flow_log",
    provider="gcp",
    title="Google Cloud VPC Flow Logs, firewall and NAT logs",
    link="https://cloud.google.com/vpc/docs/about-flow-logs-records",
    claims=claims,
    read=read,
)
