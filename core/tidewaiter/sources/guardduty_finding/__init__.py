"""EventBridge's "GuardDuty Finding": AWS's own detection says that something is wrong.

https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html

A finding is told again while it goes on, and in two accounts: the resource's own, and that of
GuardDuty's administrator.  So an act is one state of one finding.
"""

import msgspec
from msgspec.structs import replace

from tidewaiter.model import Activity, Client, Endpoint, Event, Flow, Report, Severity, short_hash
from tidewaiter.sources.eventbridge import Notice, Told, event_of, titled
from tidewaiter.sources.guardduty_finding.resources import (
    credential_of,
    images_of,
    principal_of,
    stored_of,
    target_of,
    workload_of,
)
from tidewaiter.sources.guardduty_finding.shapes import (
    Action,
    Address,
    Call,
    Connection,
    Domain,
    Finding,
    PortDetails,
    Resource,
    Service,
)
from tidewaiter.sources.interface import Record, Source, decode

__all__ = ["SOURCE"]

# https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
SEVERITIES = (
    (9.0, Severity.CRITICAL),
    (7.0, Severity.HIGH),
    (4.0, Severity.MEDIUM),
    (1.0, Severity.LOW),
)
PROTOCOLS = {"ICMP": 1, "TCP": 6, "UDP": 17}

_NOTICE = msgspec.json.Decoder(Notice[Finding])


def _read(record: Record) -> Event:
    notice = decode(_NOTICE, record.raw)
    finding = notice.detail
    resource = finding.resource or Resource()
    action = (finding.service or Service()).action or Action()
    workload, stored = workload_of(resource), stored_of(resource)
    connection = action.network_connection_action
    told = Told(
        activity=Activity.FINDING_REPORTED,
        operation="GuardDuty Finding",
        joins=short_hash(finding.arn or finding.id, finding.updated_at or notice.time),
        account=finding.account_id,
        images=images_of(finding),
        workload=workload,
        target=None if workload or stored else target_of(resource, action),
        stored=stored,
        report=_report(finding),
    )
    return replace(
        event_of(notice, "guardduty_finding", told),
        region=finding.region or notice.region or None,
        principal=principal_of(finding),
        credential=credential_of(finding),
        client=_client(action),
        flow=_flow(connection, resource) if connection else None,
    )


def _report(finding: Finding) -> Report:
    archived = (finding.service or Service()).archived
    reached = (word for least, word in SEVERITIES if finding.severity >= least)
    return Report(
        id=finding.id,
        type=finding.type,
        title=finding.title or None,
        severity=next(reached, Severity.INFO),
        status=None if archived is None else "archived" if archived else "active",
    )


def _client(action: Action) -> Client | None:
    """Name who came from outside; where the instance itself called out, the flow tells whom."""
    calls = (
        action.aws_api_call_action,
        action.kubernetes_api_call_action,
        action.rds_login_attempt_action,
    )
    call = next(filter(None, calls), None) or Call()
    named = (call.domain_details or Domain()).domain
    client = Client(
        _address(call.remote_ip_details) or named or _visitor(action) or None,
        call.user_agent or None,
    )
    return None if client == Client() else client


def _visitor(action: Action) -> str | None:
    probes = action.port_probe_action and action.port_probe_action.port_probe_details
    connection = action.network_connection_action
    if connection and connection.connection_direction == "INBOUND":
        return _address(connection.remote_ip_details)
    return _address(probes[0].remote_ip_details) if probes else None


def _address(told: Address | None) -> str | None:
    return (told and (told.v4 or told.v6)) or None


def _flow(connection: Connection, resource: Resource) -> Flow:
    inbound = connection.connection_direction == "INBOUND"
    known = connection.connection_direction in {"INBOUND", "OUTBOUND"}
    blocked = connection.blocked
    near = Endpoint(
        _address(connection.local_ip_details),
        (connection.local_port_details or PortDetails()).port,
        instance=(resource.instance_details and resource.instance_details.instance_id) or None,
    )
    far = Endpoint(
        _address(connection.remote_ip_details),
        (connection.remote_port_details or PortDetails()).port,
    )
    return Flow(
        src=far if inbound else near,
        dest=near if inbound else far,
        protocol=PROTOCOLS.get((connection.protocol or "").upper()),
        direction=(connection.connection_direction or "").lower() if known else None,
        action=None if blocked is None else "reject" if blocked else "accept",
    )


SOURCE = Source(
    name="guardduty_finding",
    provider="aws",
    title="EventBridge GuardDuty Finding",
    link="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html",
    claims=titled("aws.guardduty", "GuardDuty Finding"),
    read=_read,
)
