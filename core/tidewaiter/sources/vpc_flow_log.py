"""AWS's flow logs, of VPCs and of transit gateways: who sent how much to whom, and was it let in.

The log is text: a line per flow, whose fields the operator chooses.  The reading layer puts the
names to a line (:mod:`tidewaiter.envelopes.rows`), so a record is an object of texts.

Fields: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
Of transit gateways: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html

Not kept: az-id, sublocation, type, pkt-*-aws-service, traffic-path, encryption-status, container
ids, and what a transit gateway tells of both its sides.
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Endpoint, Event, Flow, Outcome, Workload, short_hash
from tidewaiter.sources.ecs_task_state_change import task_of
from tidewaiter.sources.flows import (
    Address,
    Count,
    Mask,
    Port,
    Protocol,
    action_of,
    direction_of,
    flags_of,
    outcome_of,
)
from tidewaiter.sources.interface import Ignored, Record, Source, decode, instant

LINK = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html"
WITHOUT_FLOW = frozenset(("NODATA", "SKIPDATA"))
UNKNOWN = "unknown"  # the account of an interface that belongs to a service of AWS
VERB = "flow log record"  # what AWS calls a line; a transit gateway's has no action
_ADDRESSES = frozenset(("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"))


class Row(Struct, frozen=True, rename=lambda name: name.replace("_", "-")):
    """One line; numbers are texts of digits, and ``-`` is null."""

    account_id: str | None = None
    interface_id: str | None = None
    srcaddr: Address | None = None
    dstaddr: Address | None = None
    srcport: Port | None = None
    dstport: Port | None = None
    protocol: Protocol | None = None
    packets: Count | None = None
    bytes: Count | None = None
    start: Count | None = None
    end: Count | None = None
    action: str | None = None
    log_status: str | None = None
    vpc_id: str | None = None
    subnet_id: str | None = None
    instance_id: str | None = None
    tcp_flags: Mask | None = None
    pkt_srcaddr: Address | None = None
    pkt_dstaddr: Address | None = None
    region: str | None = None
    flow_direction: str | None = None
    ecs_cluster_name: str | None = None
    ecs_cluster_arn: str | None = None
    ecs_service_name: str | None = None
    ecs_task_definition_arn: str | None = None
    ecs_task_arn: str | None = None
    ecs_task_id: str | None = None
    reject_reason: str | None = None
    resource_id: str | None = None
    tgw_id: str | None = None
    tgw_attachment_id: str | None = None


_ROW = msgspec.json.Decoder(Row, strict=False)


def claims(record: Record) -> bool:
    """Nobody else calls an address ``srcaddr``, alone or with a prefix."""
    return not _ADDRESSES.isdisjoint(record.fields)


def read(record: Record) -> Event | Ignored:
    """Read one flow; a line that tells of no traffic, or not of when, is ignored."""
    row = decode(_ROW, record.raw)
    if row.log_status in WITHOUT_FLOW:
        return Ignored(f"vpc_flow_log {row.log_status}")
    if row.start is None:
        return Ignored("vpc_flow_log without start")
    flow = _flow(row)
    outcome = outcome_of(flow.action)
    own = _own(row)
    return Event(
        id=own,
        act=own,
        time=instant(row.start, "$.start"),
        provider="aws",
        source="vpc_flow_log",
        activity=Activity.TRAFFIC_FLOWED,
        operation=row.action or VERB,
        outcome=outcome,
        error=row.reject_reason if outcome is Outcome.FAILURE else None,
        service="vpc-flow-logs.amazonaws.com",
        account=_account(row) or record.context.account,
        region=row.region or record.context.region,
        workload=_task(row),
        target=row.ecs_task_arn or row.resource_id or row.instance_id or row.tgw_id,
        flow=flow,
    )


def _own(row: Row) -> str:
    """Name a flow by what the default format tells of it, so that other formats name it alike."""
    return short_hash(
        "vpc_flow_log",
        f"{_device(row)} {row.srcaddr or row.pkt_srcaddr}"
        f" {row.dstaddr or row.pkt_dstaddr} {row.srcport} {row.dstport} {row.protocol}"
        f" {row.packets} {row.bytes} {row.start} {row.end} {row.action}",
    )


def _device(row: Row) -> str | None:
    """Traffic of a NAT gateway for a whole region is told without an interface."""
    return row.interface_id or row.tgw_attachment_id or row.resource_id


def _account(row: Row) -> str | None:
    return None if row.account_id == UNKNOWN else row.account_id


def _flow(row: Row) -> Flow:
    direction = direction_of(row.flow_direction)
    sent = row.instance_id if direction == "outbound" else None
    received = row.instance_id if direction == "inbound" else None
    return Flow(
        src=_endpoint(row.srcaddr, row.pkt_srcaddr, row.srcport, sent),
        dest=_endpoint(row.dstaddr, row.pkt_dstaddr, row.dstport, received),
        protocol=row.protocol,
        direction=direction,
        action=action_of(row.action),
        bytes=row.bytes,
        packets=row.packets,
        end=None if row.end is None else instant(row.end, "$.end"),
        tcp_flags=flags_of(row.tcp_flags),
        device=_device(row),
        network=row.vpc_id,
        subnet=row.subnet_id,
    )


def _endpoint(
    address: str | None, packet: str | None, port: int | None, instance: str | None
) -> Endpoint:
    """``address`` is as the interface has it, ``packet`` the one that is in the packet itself."""
    return Endpoint(
        address=address or packet,
        port=port,
        translated_address=packet if address and packet != address else None,
        instance=instance,
    )


def _task(row: Row) -> Workload | None:
    """Tell the ECS task behind the interface."""
    cluster = row.ecs_cluster_arn or row.ecs_cluster_name
    if not (cluster or row.ecs_task_definition_arn or row.ecs_service_name):
        return None
    group = f"service:{row.ecs_service_name}" if row.ecs_service_name else None
    return task_of(group, row.ecs_task_definition_arn, cluster)


SOURCE = Source(
    name="vpc_flow_log",
    provider="aws",
    title="AWS VPC flow log",
    link=LINK,
    claims=claims,
    read=read,
)
