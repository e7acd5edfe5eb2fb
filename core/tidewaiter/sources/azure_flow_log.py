"""Azure Network Watcher's flow logs: of virtual networks, and the older ones of security groups.

https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview#log-format
https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview#log-format

A record holds a minute of an interface, rule by rule; :mod:`tidewaiter.envelopes.microsoft` makes a
record of each flow, in which ``flowTuple`` is the text between commas.  A flow is told when it
begins (B), every five minutes while it continues (C), when it ends (E), or when it is denied (D).
Only C and E count, each from the one before: sums are right, but no record tells where its own
interval began, so that all stand at the time at which they were written.

Not kept: the id of the access control list, the state, and whether the flow was encrypted.
"""

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Endpoint, Event, Flow, short_hash
from tidewaiter.sources.azure_terms import segment
from tidewaiter.sources.flows import (
    Address,
    Count,
    Port,
    Protocol,
    action_of,
    direction_of,
    outcome_of,
)
from tidewaiter.sources.interface import Record, Source, decode, instant

COUNTED = frozenset("CE")
PROTOCOLS = {"T": 6, "U": 17}  # of security groups; virtual networks have IANA's numbers
UNSPECIFIED = "unspecified"  # the rule, where traffic was denied because it was not encrypted
_GROUPS = "networksecuritygroup"
_MILLISECONDS = 10**11  # security groups count seconds: the year 5138, or March 1973


class _Told(Struct, frozen=True):
    """A flow, and what its record said of all its flows."""

    tuple: str = field(name="flowTuple")
    category: str | None = None
    operation: str | None = field(name="operationName", default=None)
    rule: str | None = None
    mac: str | None = None
    mac_address: str | None = field(name="macAddress", default=None)
    group: str | None = field(name="resourceId", default=None)
    target: str | None = field(name="targetResourceID", default=None)


class _Ends(Struct, frozen=True, array_like=True):
    """How every tuple begins; the time is in seconds or in milliseconds."""

    time: Count
    src: Address
    dest: Address
    src_port: Port | None
    dest_port: Port | None


class _OfNetwork(_Ends, frozen=True, array_like=True):
    protocol: Protocol | None
    direction: str | None
    state: str
    encryption: str | None = None
    packets: Count | None = None
    bytes: Count | None = None
    packets_back: Count | None = None
    bytes_back: Count | None = None


class _OfGroup(_Ends, frozen=True, array_like=True):
    """Version 1 ends with the decision."""

    protocol: str | None
    direction: str | None
    decision: str
    state: str | None = None
    packets: Count | None = None
    bytes: Count | None = None
    packets_back: Count | None = None
    bytes_back: Count | None = None


_TOLD = msgspec.json.Decoder(_Told)
_OF_NETWORK = msgspec.json.Decoder(_OfNetwork, strict=False)
_OF_GROUP = msgspec.json.Decoder(_OfGroup, strict=False)
_ENCODER = msgspec.json.Encoder()


def claims(record: Record) -> bool:
    """One flow, as the wrapper makes it."""
    return "flowTuple" in record.fields


def read(record: Record) -> Event:
    """Read one flow.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    told = decode(_TOLD, record.raw)
    parts = _ENCODER.encode([part or None for part in told.tuple.split(",")])
    if (told.category or "").lower().startswith(_GROUPS):
        group = decode(_OF_GROUP, parts, "$.flowTuple")
        protocol = PROTOCOLS.get(group.protocol or "")
        return _event(told, group, protocol, action_of(group.decision))
    network = decode(_OF_NETWORK, parts, "$.flowTuple")
    action = "reject" if network.state == "D" else "accept"
    return _event(told, network, network.protocol, action)


def _event(
    told: _Told, flow: _OfNetwork | _OfGroup, protocol: int | None, action: str | None
) -> Event:
    target = told.target or told.group
    resource = (target or "").lower()
    device = told.mac or told.mac_address
    own = short_hash("azure_flow_log", resource, device, told.tuple)
    seconds = flow.time / 1000 if flow.time >= _MILLISECONDS else flow.time
    rule = told.rule or None
    return Event(
        id=own,
        act=own,
        time=instant(seconds, "$.flowTuple[0]"),
        provider="azure",
        source="azure_flow_log",
        activity=Activity.TRAFFIC_FLOWED,
        operation=told.operation or told.category or "FlowLogFlowEvent",
        outcome=outcome_of(action),
        service="microsoft.network",
        account=segment(resource, "subscriptions"),
        target=target or None,
        flow=Flow(
            src=Endpoint(address=flow.src, port=flow.src_port),
            dest=Endpoint(address=flow.dest, port=flow.dest_port),
            protocol=protocol,
            direction=direction_of(flow.direction),
            action=action,
            rule=None if rule == UNSPECIFIED else rule,
            bytes=_counted(flow, flow.bytes),
            packets=_counted(flow, flow.packets),
            bytes_back=_counted(flow, flow.bytes_back),
            packets_back=_counted(flow, flow.packets_back),
            device=device or None,
            network=segment(resource, "virtualnetworks"),
            subnet=segment(resource, "subnets"),
        ),
    )


def _counted(flow: _OfNetwork | _OfGroup, number: int | None) -> int | None:
    """Zero stands for "not counted" where a flow begins or is denied."""
    return number if flow.state in COUNTED else number or None


SOURCE = Source(
    name="azure_flow_log",
    provider="azure",
    title="Azure flow log",
    link="https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview",
    claims=claims,
    read=read,
)
