"""ECS: only its own fields and values, of its types; and our own of one type each."""

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from docs import mapping
from tests.exports.exported import NAMES, NOW, bare, complete, events, exported, of_samples
from tidewaiter.model import (
    Activity,
    Client,
    Endpoint,
    Event,
    Flow,
    Image,
    Outcome,
    Principal,
    Report,
    Session,
    Severity,
    Workload,
)

# https://www.elastic.co/docs/reference/ecs/ecs-field-reference: type; [] where it is always a list.
FIELDS = {
    "@timestamp": "date",
    "cloud.account.id": "keyword",
    "cloud.instance.id": "keyword",
    "cloud.machine.type": "keyword",
    "cloud.project.id": "keyword",
    "cloud.provider": "keyword",
    "cloud.region": "keyword",
    "cloud.service.name": "keyword",
    "container.image.hash.all": "keyword[]",
    "container.image.name": "keyword",
    "container.image.tag": "keyword[]",
    "destination.address": "keyword",
    "destination.as.number": "long",
    "destination.bytes": "long",
    "destination.geo.country_iso_code": "keyword",
    "destination.ip": "ip",
    "destination.nat.ip": "ip",
    "destination.nat.port": "long",
    "destination.packets": "long",
    "destination.port": "long",
    "ecs.version": "keyword",
    "error.code": "keyword",
    "error.message": "match_only_text",
    "event.action": "keyword",
    "event.category": "keyword[]",
    "event.dataset": "keyword",
    "event.duration": "long",
    "event.end": "date",
    "event.id": "keyword",
    "event.kind": "keyword",
    "event.module": "keyword",
    "event.outcome": "keyword",
    "event.provider": "keyword",
    "event.reason": "keyword",
    "event.severity": "long",
    "event.start": "date",
    "event.type": "keyword[]",
    "event.url": "keyword",
    "file.path": "keyword",
    "file.size": "long",
    "message": "match_only_text",
    "network.bytes": "long",
    "network.direction": "keyword",
    "network.iana_number": "keyword",
    "network.name": "keyword",
    "network.packets": "long",
    "network.transport": "keyword",
    "network.type": "keyword",
    "network.vlan.id": "keyword",
    "observer.egress.interface.id": "keyword",
    "observer.ingress.interface.id": "keyword",
    "observer.name": "keyword",
    "orchestrator.cluster.name": "keyword",
    "orchestrator.namespace": "keyword",
    "orchestrator.resource.name": "keyword",
    "orchestrator.resource.type": "keyword",
    "orchestrator.type": "keyword",
    "related.hash": "keyword[]",
    "related.hosts": "keyword[]",
    "related.ip": "ip[]",
    "related.user": "keyword[]",
    "rule.name": "keyword",
    "source.address": "keyword",
    "source.as.number": "long",
    "source.as.organization.name": "keyword",
    "source.bytes": "long",
    "source.geo.country_iso_code": "keyword",
    "source.ip": "ip",
    "source.nat.ip": "ip",
    "source.nat.port": "long",
    "source.packets": "long",
    "source.port": "long",
    "user.effective.id": "keyword",
    "user.effective.name": "keyword",
    "user.effective.roles": "keyword[]",
    "user.email": "keyword",
    "user.id": "keyword",
    "user.name": "keyword",
    "user_agent.name": "keyword",
    "user_agent.original": "keyword",
    "user_agent.version": "keyword",
    "vulnerability.enumeration": "keyword",
    "vulnerability.id": "keyword",
    "vulnerability.report_id": "keyword",
    "vulnerability.severity": "keyword",
}
# These may have several values: Elasticsearch takes a list anywhere.
SEVERAL = {"container.image.name", "vulnerability.id"}

# https://www.elastic.co/docs/reference/ecs/ecs-allowed-values-event-kind, ...-outcome
KINDS = {"alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error"}
OUTCOMES = {"failure", "success", "unknown"}
# https://www.elastic.co/docs/reference/ecs/ecs-allowed-values-event-category, with what it expects
# of event.type.  What is about processes, files of Windows and the like is left out.
CATEGORIES = {
    "api": "access admin allowed change creation deletion denied end info start user",
    "authentication": "start end info",
    "configuration": "access change creation deletion info",
    "file": "access change creation deletion info",
    "host": "access change end info start",
    "iam": "admin change creation deletion group info user",
    "intrusion_detection": "allowed denied info",
    "network": "access allowed connection denied end info protocol start",
    "session": "start end info",
    "vulnerability": "info",
}


def fits(kind: str, value: Any) -> bool:
    """Whether Elasticsearch takes ``value`` for a field of this type."""
    if kind == "long":
        return type(value) is int
    if kind == "date":
        return datetime.fromisoformat(value).tzinfo is not None
    if kind == "ip":
        return "%" not in value and is_address(value)
    return isinstance(value, str)


def is_address(text: str) -> bool:
    """Whether it is one, of either kind."""
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def wrong(document: Any) -> Iterator[str]:
    """Yield the fields that are none of ECS, or of another type or form."""
    for path, values in fields(document):
        if path.startswith("tidewaiter."):
            continue
        kind, _, listed = FIELDS.get(path, "").partition("[")
        if not kind:
            yield f"{path} is not in ECS"
        elif isinstance(values, list) != bool(listed) and path not in SEVERAL:
            yield f"{path} is {values}"
        elif not all(fits(kind, one) for one in (values if isinstance(values, list) else [values])):
            yield f"{path} is {values}, not of type {kind}"


def fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each field with its value, or its values."""
    if not isinstance(value, dict):
        yield path, value
        return
    for key, member in value.items():
        yield from fields(member, f"{path}.{key}" if path else key)


def mistakes(document: Any) -> list[str]:
    """All that is not as ECS has it."""
    found = list(wrong(document))
    event = document["event"]
    expected = {kind for name in event["category"] for kind in CATEGORIES[name].split()}
    found += [f"event.type is {kind}" for kind in event["type"] if kind not in expected]
    if not (event["kind"] in KINDS and event["outcome"] in OUTCOMES):
        found.append(f"{event['kind']}, {event['outcome']}")
    return found


@pytest.mark.parametrize("source", NAMES)
def test_every_sample_is_ecs(source: str) -> None:
    """Every event of every golden sample has fields, types and words of ECS alone."""
    found = [mistakes(exported("ecs", event)) for event in of_samples(source)]
    assert found == [[]] * len(found)


def test_complete_and_bare_events_are_ecs() -> None:
    """Whatever the activity, an event with everything is ECS, and so is one with nothing."""
    told = [*complete(), *map(bare, Activity)]
    assert [found for one in told if (found := mistakes(exported("ecs", one)))] == []


@given(event=events())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_event_is_ecs(event: Event) -> None:
    """Whatever stands in its fields, an event is ECS."""
    assert mistakes(exported("ecs", event)) == []


def test_mistakes_are_found() -> None:
    """A field that is not in ECS, a wrong type, a list too many and a wrong word are mistakes."""
    document = exported("ecs", mapping.complete(Activity.IMAGE_PUSHED))
    assert mistakes(document) == []
    for field, value in {
        "source": {"ip": "AWS Internal"},
        "host": {"x": 1},
        "message": ["x"],
        "file": {"size": "1"},
        "cloud": {"region": 1},
    }.items():
        assert len(mistakes(document | {field: value})) == 1, field
    assert mistakes(document | {"event": document["event"] | {"type": ["end", "group"]}}) == [
        "event.type is group"
    ]


def test_no_row_of_the_table_is_dead() -> None:
    """Each field of the table is filled by some event."""
    told = [*complete(), *some()]
    seen = {path for event in told for path, _ in fields(exported("ecs", event))}
    assert set(FIELDS) - seen == set()


def some() -> Iterator[Event]:
    """Events that are told in a way of their own."""
    yield bare(
        Activity.WORKLOAD_DEPLOYED,
        provider="gcp",
        account="shop",
        service="k8s.io",
        workload=Workload("pod", name="web", scope="shop-gke/shop"),
    )
    yield bare(Activity.TRAFFIC_FLOWED, flow=Flow(device="eni-1", direction="outbound"))
    yield bare(Activity.TRAFFIC_FLOWED, flow=Flow(device="eni-1"))
    yield bare(Activity.IMAGE_PULLED, principal=Principal(id="alice@example.com"))


def test_our_own_fields_have_one_type_each() -> None:
    """A field of ours is never text here and a number or an object there: it could not be kept."""
    kinds: dict[str, set[str]] = {}
    every = [event for name in NAMES for event in of_samples(name)]
    for event in (*every, *complete()):
        for path, values in mapping.flat(exported("ecs", event)["tidewaiter"]).items():
            kinds.setdefault(path.replace("[]", ""), set()).update(
                type(one).__name__ for one in values
            )
    assert {path: found for path, found in kinds.items() if len(found) > 1} == {}
    assert [path for path in kinds if any(other.startswith(f"{path}.") for other in kinds)] == []


def test_a_push_is_told_in_the_vendor_s_words() -> None:
    """Rules for Elastic's integrations find the vendor's verb; our word stands beside it."""
    event = bare(
        Activity.IMAGE_PUSHED,
        provider="aws",
        source="cloudtrail",
        service="ecr.amazonaws.com",
        operation="PutImage",
        outcome=Outcome.PENDING,
        client=Client(address="AWS Internal", user_agent="AWS Internal"),
        images=(
            Image(registry="r.example.com", repository="web", tag="v1", digest="sha256:ab"),
            Image(registry="r.example.com", repository="api", digest="sha256:cd"),
            Image(machine_image="ami-1"),
        ),
    )
    document = exported("ecs", event)
    assert document["event"] == {
        "kind": "event",
        "category": ["api"],
        "type": ["creation"],
        "action": "PutImage",
        "outcome": "unknown",
        "provider": "ecr.amazonaws.com",
        "module": "tidewaiter",
        "dataset": "tidewaiter.cloudtrail",
        "id": "id-1",
    }
    assert document["source"] == {"address": "AWS Internal"}
    assert document["container"]["image"] == {
        "name": ["r.example.com/web", "r.example.com/api"],
        "tag": ["v1"],
        "hash": {"all": ["sha256:ab", "sha256:cd"]},
    }
    assert document["related"] == {"hash": ["ab", "cd"]}
    assert document["tidewaiter"]["activity"] == "image.pushed"
    assert document["tidewaiter"]["images"][2] == {"machine_image": "ami-1"}
    assert "user" not in document


def test_who_takes_on_a_role_acts_as_another() -> None:
    """The effective user is the role, or the temporary user that was made of it."""
    role = Session(role="role/admin", user="admin/alice")
    told = exported(
        "ecs", bare(Activity.IDENTITY_ASSUMED, principal=Principal(id="alice"), session=role)
    )
    assert told["user"] == {
        "id": "alice",
        "name": "alice",
        "effective": {"id": "admin/alice", "name": "role/admin", "roles": ["role/admin"]},
    }
    only = exported("ecs", bare(Activity.IDENTITY_ASSUMED, session=Session(user="admin/alice")))
    assert only["user"] == {"effective": {"id": "admin/alice", "name": "admin/alice"}}
    assert "user" not in exported(
        "ecs", bare(Activity.IDENTITY_SIGNED_IN, session=Session(method="saml"))
    )


@pytest.mark.parametrize(
    ("workload", "orchestrator"),
    [
        (
            Workload("pod", name="web", scope="shop-gke/shop"),
            {"type": "kubernetes", "namespace": "shop", "cluster": {"name": "shop-gke"}},
        ),
        (Workload("pod", name="web", scope="shop"), {"type": "kubernetes", "namespace": "shop"}),
        (Workload("pod", name="web"), {"type": "kubernetes"}),
    ],
)
def test_a_pod_has_a_place(workload: Workload, orchestrator: dict[str, Any]) -> None:
    """The scope of what runs in Kubernetes is its cluster and its namespace."""
    told = exported(
        "ecs", bare(Activity.WORKLOAD_DEPLOYED, provider="kubernetes", workload=workload)
    )
    assert told["orchestrator"] == orchestrator | {"resource": {"type": "pod", "name": "web"}}


def test_other_workloads_have_other_places() -> None:
    """A service of Amazon's ECS has a cluster, a function nothing, a machine is an instance."""
    found = [
        exported("ecs", bare(Activity.WORKLOAD_DEPLOYED, provider="aws", workload=workload))
        for workload in (
            Workload("ecs service", name="web", scope="prod"),
            Workload("lambda function", name="f"),
            Workload("ec2 instance", name="i-1", machine_type="t3.large"),
        )
    ]
    assert found[0]["orchestrator"]["cluster"] == {"name": "prod"}
    assert found[1]["orchestrator"] == {"resource": {"type": "lambda function", "name": "f"}}
    assert "orchestrator" not in found[2]
    assert found[2]["cloud"] == {
        "provider": "aws",
        "instance": {"id": "i-1"},
        "machine": {"type": "t3.large"},
    }


def test_a_flow_lasts_and_is_judged() -> None:
    """Nanoseconds, both directions, and whether it was let through."""
    flow = Flow(
        src=Endpoint(address="fe80::1%eth0"),
        action="accept",
        protocol=1,
        bytes=1,
        bytes_back=2,
        end=NOW.replace(second=12),
    )
    told = exported("ecs", bare(Activity.TRAFFIC_FLOWED, flow=flow))
    assert told["event"]["type"] == ["connection", "allowed"]
    assert told["event"]["duration"] == 1_000_000_000
    assert told["network"] == {"transport": "icmp", "iana_number": "1", "type": "ipv6", "bytes": 3}
    assert told["source"] == {"address": "fe80::1%eth0", "ip": "fe80::1", "bytes": 1}


def test_findings_are_alerts_and_scans_are_states() -> None:
    """What another product detected is an alert; what a scan counted is a state of its image."""
    report = Report(severity=Severity.HIGH, vulnerabilities=("CVE-2026-1", "GHSA-1"), title="Bad")
    finding = exported("ecs", bare(Activity.FINDING_REPORTED, report=report))
    scan = exported("ecs", bare(Activity.IMAGE_SCANNED, report=report))
    assert (finding["event"]["kind"], finding["event"]["severity"], finding["message"]) == (
        "alert",
        3,
        "Bad",
    )
    assert "vulnerability" not in finding
    assert scan["event"]["kind"] == "state"
    assert scan["vulnerability"] == {"id": ["CVE-2026-1", "GHSA-1"], "severity": "high"}
    assert exported("ecs", bare(Activity.IMAGE_SCANNED))["event"]["kind"] == "event"
