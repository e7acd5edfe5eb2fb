"""What rows of the Traffic dataset say in their own way."""

from tidewaiter.exports.members import Members, ip, told, zone_of
from tidewaiter.model import Endpoint, Event, Flow


def traffic(event: Event, flow: Flow) -> Members:
    """Return the flow; bytes and packets are those of both directions, where both are counted."""
    return told(
        **_end("src", flow.src),
        **_end("dest", flow.dest),
        bytes=_sum(flow.bytes, flow.bytes_back),
        bytes_back=flow.bytes_back,
        packets=_sum(flow.packets, flow.packets_back),
        packets_back=flow.packets_back,
        duration=flow.end and (flow.end - event.time).total_seconds(),
        transport=flow.transport,
        protocol=flow.protocol,
        protocol_version=flow.ip_version,
        tcp_flag=flow.tcp_flags,
        direction=flow.direction,
        rule=flow.rule,
        dvc=flow.device,
        vpc=flow.network,
        subnet=flow.subnet,
        vlan=flow.vlan,
    )


def _end(side: str, end: Endpoint) -> Members:
    return {
        f"{side}": end.address or end.instance,
        f"{side}_ip": ip(end.address),
        f"{side}_port": end.port,
        f"{side}_translated_ip": end.translated_address,
        f"{side}_translated_port": end.translated_port,
        f"{side}_zone": zone_of(end.zone),
        f"{side}_instance": end.instance,
        f"{side}_country": end.country,
        f"{side}_asn": end.asn,
    }


def _sum(there: int | None, back: int | None) -> int | None:
    return there if back is None else (there or 0) + back
