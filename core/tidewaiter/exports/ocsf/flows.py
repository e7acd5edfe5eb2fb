"""Network Activity (4001): packets that flowed, or were refused.

https://schema.ocsf.io/1.6.0/classes/network_activity
"""

from tidewaiter.exports.members import Members, milliseconds, plain, told
from tidewaiter.exports.ocsf.classes import REJECT
from tidewaiter.exports.ocsf.frame import frame
from tidewaiter.exports.ocsf.what import api, resources
from tidewaiter.exports.ocsf.who import end
from tidewaiter.model import Event, Flow

_OTHER = 99
_DIRECTIONS = {"inbound": (1, "Inbound"), "outbound": (2, "Outbound")}
_VERSIONS: dict[str, Members] = {
    "ipv4": {"protocol_ver_id": 4, "protocol_ver": "Internet Protocol version 4 (IPv4)"},
    "ipv6": {"protocol_ver_id": 6, "protocol_ver": "Internet Protocol version 6 (IPv6)"},
}
_FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128}
_DECISIONS: dict[str, Members] = {
    "accept": {
        "action_id": 1,
        "action": "Allowed",
        "disposition_id": 1,
        "disposition": "Allowed",
    },
    REJECT: {
        "action_id": 2,
        "action": "Denied",
        "disposition_id": 2,
        "disposition": "Blocked",
    },
}


def flow(event: Event) -> Members:
    """Return both ends, what went between them, and what the firewall said to it."""
    seen = event.flow or Flow()
    shared = frame(event, left=_left(event, seen))
    controlled = _control(seen)
    if controlled:
        shared["metadata"].setdefault("profiles", []).append("security_control")
    return shared | told(
        **controlled,
        **_ends(seen),
        connection_info=_connection(seen),
        traffic=_traffic(seen),
        start_time=seen.end and milliseconds(event.time),
        end_time=seen.end and milliseconds(seen.end),
        duration=seen.end and max(0, milliseconds(seen.end) - milliseconds(event.time)),
        api=api(event) if "cloud" in shared else None,
    )


def _control(seen: Flow) -> Members:
    """The profile of a security control: what was decided, and by which rule."""
    rule = told(firewall_rule=told(name=seen.rule))
    if seen.action is None:
        return rule
    return rule | _DECISIONS.get(seen.action, {"action_id": _OTHER, "action": seen.action})


def _ends(seen: Flow) -> Members:
    """The reporting interface is that of whoever receives inbound or sends outbound packets."""
    ends = {"src_endpoint": end(seen.src), "dst_endpoint": end(seen.dest)}
    here = {"inbound": "dst_endpoint", "outbound": "src_endpoint"}.get(seen.direction or "")
    if here:
        ends[here] |= told(
            interface_uid=seen.device,
            vpc_uid=seen.network,
            subnet_uid=seen.subnet,
            vlan_uid=seen.vlan,
        )
    return ends


def _connection(seen: Flow) -> Members:
    direction_id, direction = _DIRECTIONS.get(seen.direction or "", (0, "Unknown"))
    flags = sum(_FLAGS.get(flag, 0) for flag in set(seen.tcp_flags))
    return told(
        direction_id=direction_id,
        direction=direction,
        protocol_num=seen.protocol,
        protocol_name=seen.transport,
        tcp_flags=flags if seen.tcp_flags else None,
        **_VERSIONS.get(seen.ip_version or "", {}),
    )


def _traffic(seen: Flow) -> Members:
    return told(
        bytes=_sum(seen.bytes, seen.bytes_back),
        bytes_out=seen.bytes,
        bytes_in=seen.bytes_back,
        packets=_sum(seen.packets, seen.packets_back),
        packets_out=seen.packets,
        packets_in=seen.packets_back,
    )


def _sum(there: int | None, back: int | None) -> int | None:
    return there if back is None else (there or 0) + back


def _left(event: Event, seen: Flow) -> Members:
    """Network Activity has no caller; and a port behind a translation has no place either."""
    unplaced = seen.direction not in _DIRECTIONS
    return told(
        principal=plain(event.principal),
        credential=plain(event.credential),
        client=plain(event.client),
        src_translated_port=seen.src.translated_port,
        dst_translated_port=seen.dest.translated_port,
        device=seen.device if unplaced else None,
        network=seen.network if unplaced else None,
        subnet=seen.subnet if unplaced else None,
        vlan=seen.vlan if unplaced else None,
        session=plain(event.session),
        report=plain(event.report),
        resources=resources(event),
    )
