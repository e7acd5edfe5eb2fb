"""The parts of an event as ECS's field sets."""

from typing import Any

from tidewaiter.exports.members import Members, email, error_code, ip, severity_of, told
from tidewaiter.model import Activity, Client, Endpoint, Event, Flow

_CLOUDS = frozenset({"aws", "azure", "gcp"})
_MACHINES = frozenset({"ec2 instance", "virtual machine", "gce instance"})


def one_or_all(values: list[Any]) -> Any:
    """Return each value once; where there is only one, it is no list."""
    found = list(dict.fromkeys(value for value in values if value))
    return found[0] if len(found) == 1 else found


def cloud(event: Event) -> Members:
    """Return where it happened; Elastic's own integrations call a Google project both names."""
    runs = event.workload
    machine = runs.name if runs is not None and runs.kind in _MACHINES else None
    return told(
        provider=event.provider if event.provider in _CLOUDS else None,
        account=told(id=event.account),
        project=told(id=event.account if event.provider == "gcp" else None),
        region=event.region,
        service=told(name=event.service),
        instance=told(id=machine),
        machine=told(type=runs and runs.machine_type),
    )


def user(event: Event) -> Members:
    """Return who acted; whoever takes on a role acts as another."""
    who, made = event.principal, event.session
    became = made is not None and (made.role or made.user)
    return told(
        id=who and who.id,
        name=who and who.label,
        email=who and (email(who.id) or email(who.name)),
        effective=told(
            id=made.user or made.role,
            name=made.role or made.user,
            roles=[made.role] if made.role else None,
        )
        if made and became
        else None,
    )


def source(event: Event) -> Members:
    """Return the caller's end, or the sender's."""
    if event.flow is not None:
        return _end(event.flow.src) | told(bytes=event.flow.bytes, packets=event.flow.packets)
    client = event.client or Client()
    place = _place(client.country, client.asn, client.network)
    return told(address=client.address, ip=ip(client.address), **place)


def destination(event: Event) -> Members:
    """Return the receiver's end of a flow."""
    if event.flow is None:
        return {}
    flow = event.flow
    return _end(flow.dest) | told(bytes=flow.bytes_back, packets=flow.packets_back)


def _end(end: Endpoint) -> Members:
    return told(
        address=end.address,
        ip=ip(end.address),
        port=end.port,
        nat=told(ip=ip(end.translated_address), port=end.translated_port),
        **_place(end.country, end.asn, None),
    )


def _place(country: str | None, asn: int | None, network: str | None) -> Members:
    organization = told(name=network)
    return told(
        geo=told(country_iso_code=country),
        **{"as": told(number=asn, organization=organization)},
    )


def user_agent(event: Event) -> Members:
    """Return the program; its name is the one that we recognise."""
    client = event.client or Client()
    return told(original=client.user_agent, name=client.tool, version=client.version)


def network(event: Event) -> Members:
    """Return what went between both ends."""
    flow = event.flow
    if flow is None:
        return {}
    return told(
        transport=flow.transport,
        iana_number=None if flow.protocol is None else str(flow.protocol),
        type=flow.ip_version,
        direction=flow.direction,
        bytes=_sum(flow.bytes, flow.bytes_back),
        packets=_sum(flow.packets, flow.packets_back),
        name=flow.network,
        vlan=told(id=flow.vlan),
    )


def _sum(there: int | None, back: int | None) -> int | None:
    return there if back is None else (there or 0) + back


def observer(event: Event) -> Members:
    """Return the interface that reported a flow."""
    device = told(interface=told(id=event.flow and event.flow.device))
    direction = event.flow.direction if event.flow else None
    side = {"inbound": "ingress", "outbound": "egress"}.get(direction or "")
    return told(**{side: device}) if side else told(name=event.flow and event.flow.device)


def container(event: Event) -> Members:
    """Return the images of containers; what is an image of a machine has no field in ECS."""
    images = [image for image in event.images if not image.machine_image]
    return told(
        image=told(
            name=one_or_all([image.home for image in images]),
            tag=_all([image.tag for image in images]),
            hash=told(all=_all([image.digest for image in images])),
        )
    )


def _all(values: list[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def orchestrator(event: Event) -> Members:
    """Return what runs in a cluster; a virtual machine is no business of an orchestrator."""
    runs = event.workload
    if runs is None or runs.kind in _MACHINES:
        return {}
    return told(
        resource=told(type=runs.kind, name=runs.name),
        **_cluster(event, runs.kind, runs.scope or ""),
    )


def _cluster(event: Event, kind: str, scope: str) -> Members:
    if event.service == "k8s.io" or event.provider == "kubernetes":
        cluster, _, namespace = scope.rpartition("/")
        return told(
            type="kubernetes", namespace=namespace or None, cluster=told(name=cluster or None)
        )
    if kind.startswith("ecs "):  # Amazon's
        return told(type="ecs", cluster=told(name=scope or None))
    return {}


def file(event: Event) -> Members:
    """Return an object in a bucket."""
    stored = event.stored
    return told(path=stored and stored.path, size=stored and stored.size)


def rule(event: Event) -> Members:
    """Return the rule that found or decided something."""
    by = (event.report and event.report.rule) or (event.flow and event.flow.rule)
    return told(name=by)


def vulnerability(event: Event) -> Members:
    """Return what a scan found in an image."""
    found = event.report
    if found is None or event.activity is not Activity.IMAGE_SCANNED:
        return {}
    names = found.vulnerabilities
    return told(
        id=one_or_all(list(names)),
        enumeration="CVE" if names and all(map(_is_cve, names)) else None,
        report_id=found.id,
        severity=severity_of(found),
    )


def _is_cve(name: str) -> bool:
    return name.upper().startswith("CVE-")


def error(event: Event) -> Members:
    """Return why it failed."""
    return told(message=event.error, code=error_code(event))


def related(event: Event) -> Members:
    """Return every address, user, hash and instance, each once, to search in one place."""
    flow = event.flow or Flow()
    ends = (flow.src, flow.dest)
    addresses = [event.client.address if event.client else None]
    addresses += [address for end in ends for address in (end.address, end.translated_address)]
    who, made, runs = event.principal, event.session, event.workload
    return told(
        ip=_all([ip(address) for address in addresses]),
        user=_all(
            [*((who.id, who.name) if who else ()), *((made.role, made.user) if made else ())]
        ),
        hash=_all([_hex(image.digest) for image in event.images]),
        hosts=_all([end.instance for end in ends] + [runs.name if runs else None]),
    )


def _hex(digest: str | None) -> str | None:
    """Return the digest without its algorithm: so hashes stand in ``related.hash``."""
    return (digest or "").rpartition(":")[2] or None
