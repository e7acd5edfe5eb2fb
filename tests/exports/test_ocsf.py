"""OCSF: every event is valid by the schema itself, and what ids mean stands beside them."""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from ocsf_json_schema import (  # type: ignore[import-untyped]
    OcsfJsonSchemaEmbedded,
    get_ocsf_schema,
)

from docs import mapping
from tests.exports.exported import NAMES, bare, complete, events, exported, of_samples
from tidewaiter.model import (
    Activity,
    Client,
    Credential,
    Endpoint,
    Event,
    Flow,
    Image,
    Outcome,
    Principal,
    Report,
    Session,
    Severity,
    Stored,
    Zone,
)

SCHEMA = get_ocsf_schema(version="1.6.0")
EMBEDDED = OcsfJsonSchemaEmbedded(SCHEMA)
OTHER = 99


@cache
def validator(class_uid: int, profiles: tuple[str, ...]) -> Draft202012Validator:
    """The schema of a class with its profiles."""
    name = EMBEDDED.lookup_class_name_from_uid(class_uid)
    return Draft202012Validator(EMBEDDED.get_class_schema(name, list(profiles)))


def errors(record: Any) -> list[str]:
    """All that the schema has against ``record``, and siblings that do not say the same."""
    profiles = tuple(record["metadata"].get("profiles", ()))
    found = validator(record["class_uid"], profiles).iter_errors(record)
    told = [f"{error.json_path}: {error.message}" for error in found]
    name = EMBEDDED.lookup_class_name_from_uid(record["class_uid"])
    return told or list(unlike(record, SCHEMA["classes"][name]))


def unlike(record: Any, kind: Any) -> Iterator[str]:
    """Yield each id whose caption is not what stands beside it; 99 has a word of the log.

    So has the type of a user ("AWS IAM User", says the schema).
    """
    for name, value in record.items():
        known = kind["attributes"].get(name, {})
        beside = record.get(known.get("sibling"))
        if "enum" in known and beside is not None and value != OTHER and kind["name"] != "user":
            caption = known["enum"][str(value)]["caption"]
            if caption != beside:
                yield f"{name}: {value} is {caption}, not {beside}"
        below = SCHEMA["objects"].get(known.get("object_type"))
        if below:
            for one in value if isinstance(value, list) else [value]:
                yield from unlike(one, below)


@pytest.mark.parametrize("source", NAMES)
def test_every_sample_is_valid(source: str) -> None:
    """Every event of every golden sample has what OCSF requires, and nothing it does not know."""
    found = [errors(exported("ocsf", event)) for event in of_samples(source)]
    assert found == [[]] * len(found)


def test_complete_and_bare_events_are_valid() -> None:
    """Whatever the activity, an event with everything is valid, and so is one with nothing."""
    told = [*complete(), *map(bare, Activity)]
    assert [(one.activity, wrong) for one in told if (wrong := errors(exported("ocsf", one)))] == []


@given(event=events())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_event_is_valid(event: Event) -> None:
    """Whatever stands in its fields, an event is valid."""
    assert errors(exported("ocsf", event)) == []


@pytest.mark.parametrize("place", ["", "actor.user", "metadata", "resources", "cloud.account"])
def test_the_validator_rejects_what_is_unknown(place: str) -> None:
    """A field that the schema does not have is an error at any depth."""
    record = exported("ocsf", mapping.complete(Activity.IMAGE_PUSHED))
    inside = record
    for name in filter(None, place.split(".")):
        inside = inside[name][0] if isinstance(inside[name], list) else inside[name]
    inside["no_such_field"] = 1
    assert len(errors(record)) == 1


@pytest.mark.parametrize(
    "activity",
    [
        Activity.IMAGE_PUSHED,
        Activity.IDENTITY_ASSUMED,
        Activity.TRAFFIC_FLOWED,
        Activity.FINDING_REPORTED,
    ],
)
def test_the_validator_rejects_what_is_missing(activity: Activity) -> None:
    """Without any one of the fields that the class requires, an event is invalid."""
    record = exported("ocsf", mapping.complete(activity))
    required = validator(record["class_uid"], tuple(record["metadata"]["profiles"])).schema[
        "required"
    ]
    assert set(required) > {"activity_id", "category_uid", "class_uid", "cloud", "metadata", "time"}
    for name in set(required) - {"class_uid", "metadata"}:
        without = copy.copy(record)
        del without[name]
        assert any("is a required property" in error for error in errors(without)), name


def test_the_validator_rejects_wrong_values() -> None:
    """A wrong type, an id that there is not, no address, and a caption of another id are errors."""
    record = exported("ocsf", mapping.complete(Activity.IMAGE_PUSHED))
    for place, wrong in {
        "time": "now",
        "severity_id": 7,
        "severity": "High",
        "type_uid": 1,
    }.items():
        assert errors(record | {place: wrong}) != [], place
    assert errors(record | {"src_endpoint": {"ip": "AWS Internal"}}) != []
    assert errors(record | {"src_endpoint": {}}) != []


def test_ids_fit_together() -> None:
    """The type is the class and the activity, and the class is of the category."""
    for event in complete():
        record = exported("ocsf", event)
        assert record["type_uid"] == record["class_uid"] * 100 + record["activity_id"]
        assert record["category_uid"] == record["class_uid"] // 1000
        known = SCHEMA["classes"][EMBEDDED.lookup_class_name_from_uid(record["class_uid"])]
        assert record["class_name"] == known["caption"]
        assert record["category_name"] == known["category_name"]
        assert (
            record["type_name"]
            == known["attributes"]["type_uid"]["enum"][str(record["type_uid"])]["caption"]
        )


def test_classes_are_the_four() -> None:
    """Sign-ins, traffic and findings have classes of their own; everything else is a call."""
    found: dict[int, set[str]] = {}
    for activity in Activity:
        found.setdefault(exported("ocsf", bare(activity))["class_uid"], set()).add(activity)
    assert found.pop(3002) == {"registry.login", "identity.signed_in", "identity.assumed"}
    assert found.pop(4001) == {"traffic.flowed"}
    assert found.pop(2004) == {"finding.reported"}
    assert set(found) == {6003}


def test_a_call_tells_who_what_and_where() -> None:
    """A push by a role in its session is told under OCSF's names."""
    event = bare(
        Activity.IMAGE_PUSHED,
        provider="aws",
        source="cloudtrail",
        service="ecr.amazonaws.com",
        account="111122223333",
        region="eu-west-1",
        error="AccessDenied: no",
        outcome=Outcome.FAILURE,
        principal=Principal(
            id="arn:aws:iam::111122223333:user/alice",
            name="alice",
            type="IAMUser",
            account="111122223333",
        ),
        credential=Credential(id="AKIAIOSFODNN7EXAMPLE", mfa=False),
        client=Client(address="203.0.113.9", user_agent="docker/27", zone=Zone.UNKNOWN),
        images=(Image(registry="r.example.com", repository="web", tag="v1", digest="sha256:ab"),),
    )
    alice = {
        "uid": "arn:aws:iam::111122223333:user/alice",
        "name": "alice",
        "type": "IAMUser",
        "type_id": 0,
        "account": {"uid": "111122223333", "type": "AWS Account", "type_id": 10},
    }
    assert exported("ocsf", event) == {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 6,
        "category_name": "Application Activity",
        "class_uid": 6003,
        "class_name": "API Activity",
        "type_uid": 600301,
        "type_name": "API Activity: Create",
        "severity_id": 1,
        "severity": "Informational",
        "time": 1770127331340,
        "status_id": 2,
        "status": "Failure",
        "status_detail": "AccessDenied: no",
        "metadata": {
            "version": "1.6.0",
            "product": {"name": "AWS CloudTrail", "uid": "cloudtrail", "vendor_name": "AWS"},
            "profiles": ["cloud"],
            "uid": "id-1",
            "correlation_uid": "act-1",
            "event_code": "push",
            "log_name": "cloudtrail",
            "original_time": "2026-02-03T14:02:11.340538Z",
        },
        "cloud": {
            "provider": "AWS",
            "account": {"uid": "111122223333", "type_id": 10, "type": "AWS Account"},
            "region": "eu-west-1",
        },
        "actor": {
            "user": alice,
            "session": {"credential_uid": "AKIAIOSFODNN7EXAMPLE", "is_mfa": False},
        },
        "api": {
            "operation": "push",
            "service": {"name": "ecr.amazonaws.com"},
            "response": {"error": "AccessDenied", "error_message": "AccessDenied: no"},
        },
        "src_endpoint": {"ip": "203.0.113.9"},
        "http_request": {"user_agent": "docker/27"},
        "resources": [
            {
                "role_id": 1,
                "role": "Target",
                "uid": "sha256:ab",
                "name": "r.example.com/web:v1",
                "type": "container image",
                "version": "v1",
                "data": {
                    "registry": "r.example.com",
                    "repository": "web",
                    "tag": "v1",
                    "digest": "sha256:ab",
                },
            }
        ],
        "unmapped": {"activity": "image.pushed", "dataset": "Compute", "category": "Compute"},
        "observables": [
            {"name": "src_endpoint.ip", "type_id": 2, "type": "IP Address", "value": "203.0.113.9"},
            {"name": "actor.user.name", "type_id": 4, "type": "User Name", "value": "alice"},
            {
                "name": "actor.user.uid",
                "type_id": 31,
                "type": "User Object: uid",
                "value": alice["uid"],
            },
            {
                "name": "actor.session.credential_uid",
                "type_id": 19,
                "type": "User Credential ID",
                "value": "AKIAIOSFODNN7EXAMPLE",
            },
            {
                "name": "http_request.user_agent",
                "type_id": 16,
                "type": "HTTP User-Agent",
                "value": "docker/27",
            },
            {"name": "resources.uid", "type_id": 10, "type": "Resource UID", "value": "sha256:ab"},
        ],
    }


def test_what_a_log_hides_is_unknown_where_ocsf_insists() -> None:
    """Without caller and client, actor and source are unknown, and nothing else is."""
    record = exported("ocsf", bare(Activity.IMAGE_PUSHED))
    assert record["actor"] == {"user": {"name": "Unknown", "type_id": 0}}
    assert record["src_endpoint"] == {"name": "Unknown", "type_id": 0}
    assert {"cloud", "observables", "resources"} & record.keys() == set()
    assert "profiles" not in record["metadata"]


def test_a_session_without_a_name_is_an_actor() -> None:
    """Where only the key is told, no unknown user stands beside it."""
    record = exported("ocsf", bare(Activity.IMAGE_PULLED, credential=Credential(id="key-1")))
    assert record["actor"] == {"session": {"credential_uid": "key-1"}}


def test_a_directory_belongs_to_a_tenant() -> None:
    """The account of a sign-in to Entra is a tenant, of anything else at Azure a subscription."""
    told = [
        exported("ocsf", bare(Activity.RESOURCE_READ, provider="azure", account="a", service=name))
        for name in ("microsoft.aadiam", "microsoft.compute")
    ]
    types = [record["cloud"]["account"]["type"] for record in told]
    assert types == ["Microsoft Entra tenant", "Azure Subscription"]


def test_who_is_behind_a_finding_can_be_searched() -> None:
    """Caller and address of the evidence are among the observables."""
    event = bare(
        Activity.FINDING_REPORTED,
        principal=Principal(id="alice"),
        client=Client(address="203.0.113.9"),
    )
    found = [(one["name"], one["value"]) for one in exported("ocsf", event)["observables"]]
    assert found == [
        ("evidences.src_endpoint.ip", "203.0.113.9"),
        ("evidences.actor.user.uid", "alice"),
    ]


def test_a_service_is_no_address() -> None:
    """What stands in the place of an address is the name of a service."""
    event = bare(Activity.IMAGE_PUSHED, client=Client(address="AWS Internal", asn=64500))
    assert exported("ocsf", event)["src_endpoint"] == {
        "svc_name": "AWS Internal",
        "autonomous_system": {"number": 64500},
    }


def test_taking_on_a_role_switches_the_account() -> None:
    """The user is who one is now, the actor who one was."""
    event = bare(
        Activity.IDENTITY_ASSUMED,
        provider="aws",
        principal=Principal(id="alice"),
        session=Session(
            role="role/admin",
            account="444455556666",
            user="admin/alice",
            credential="ASIAEXAMPLE",
            provider="idp.example.com",
            method="SAML 2.0",
            lasts=60,
        ),
    )
    record = exported("ocsf", event)
    assert record["account_switch_type_id"] == 2
    assert record["user"] == {
        "uid": "admin/alice",
        "name": "role/admin",
        "account": {"uid": "444455556666", "type_id": 10, "type": "AWS Account"},
    }
    assert record["actor"] == {
        "user": {"uid": "alice", "type_id": 0},
        "idp": {"name": "idp.example.com"},
    }
    assert record["session"] == {
        "credential_uid": "ASIAEXAMPLE",
        "uid_alt": "admin/alice",
        "expiration_time": record["time"] + 60_000,
    }
    assert (record["auth_protocol_id"], record["auth_protocol"]) == (5, "SAML")


@pytest.mark.parametrize(
    ("service", "named"),
    [(None, "Distribution registry"), ("signin.amazonaws.com", "signin.amazonaws.com")],
)
def test_a_sign_in_is_at_a_service(service: str | None, named: str) -> None:
    """OCSF wants a service: the target, else the service, else the product that logged it."""
    record = exported(
        "ocsf",
        bare(
            Activity.REGISTRY_LOGIN,
            service=service,
            images=(Image(), Image(registry="r.example.com")),
        ),
    )
    assert record["service"]["name"].startswith(named)
    assert record["dst_endpoint"] == {"hostname": "r.example.com"}
    assert "account_switch_type_id" not in record


def test_an_unusual_proof_keeps_its_name() -> None:
    """A method that OCSF has no id for is told in the log's word."""
    record = exported(
        "ocsf", bare(Activity.IDENTITY_SIGNED_IN, session=Session(method="device code"))
    )
    assert (record["auth_protocol_id"], record["auth_protocol"]) == (OTHER, "device code")


def test_a_flow_stands_at_the_end_that_reported_it() -> None:
    """The interface is the receiver's for inbound packets; a translated address is in between."""
    flow = Flow(
        src=Endpoint(address="2001:db8::1", port=40000, translated_address="192.0.2.4"),
        dest=Endpoint(address="2001:db8::2", port=443, instance="i-1"),
        protocol=6,
        direction="inbound",
        action="reject",
        rule="deny-all",
        bytes=40,
        packets=1,
        tcp_flags=("SYN", "ACK"),
        device="eni-1",
        network="vpc-1",
    )
    record = exported("ocsf", bare(Activity.TRAFFIC_FLOWED, provider="aws", flow=flow))
    assert record["type_name"] == "Network Activity: Refuse"
    assert record["src_endpoint"] == {
        "ip": "2001:db8::1",
        "port": 40000,
        "intermediate_ips": ["192.0.2.4"],
    }
    assert record["dst_endpoint"] == {
        "ip": "2001:db8::2",
        "port": 443,
        "instance_uid": "i-1",
        "interface_uid": "eni-1",
        "vpc_uid": "vpc-1",
    }
    assert record["connection_info"] == {
        "direction_id": 1,
        "direction": "Inbound",
        "protocol_num": 6,
        "protocol_name": "tcp",
        "protocol_ver_id": 6,
        "protocol_ver": "Internet Protocol version 6 (IPv6)",
        "tcp_flags": 18,
    }
    assert record["traffic"] == {"bytes": 40, "bytes_out": 40, "packets": 1, "packets_out": 1}
    assert record["metadata"]["profiles"] == ["cloud", "security_control"]
    assert (record["action"], record["disposition"]) == ("Denied", "Blocked")
    assert record["firewall_rule"] == {"name": "deny-all"}


def test_another_decision_keeps_its_word() -> None:
    """What was neither accepted nor refused is told in the log's word."""
    record = exported("ocsf", bare(Activity.TRAFFIC_FLOWED, flow=Flow(action="audit")))
    assert (record["action_id"], record["action"]) == (OTHER, "audit")
    assert "disposition_id" not in record
    assert errors(record) == []


def test_a_flow_of_no_direction_keeps_its_interface() -> None:
    """Where no direction is told, nobody knows whose the interface is."""
    flow = Flow(device="eni-1", bytes=1, bytes_back=2)
    record = exported("ocsf", bare(Activity.TRAFFIC_FLOWED, flow=flow))
    assert record["unmapped"]["device"] == "eni-1"
    assert record["connection_info"] == {"direction_id": 0, "direction": "Unknown"}
    assert record["traffic"] == {"bytes": 3, "bytes_out": 1, "bytes_in": 2}
    assert "profiles" not in record["metadata"]
    assert exported("ocsf", bare(Activity.TRAFFIC_FLOWED))["dst_endpoint"]["name"] == "Unknown"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, (1, "New", "Create")),
        ("active", (1, "New", "Create")),
        ("suppressed", (3, "Suppressed", "Create")),
        ("resolved", (4, "Resolved", "Close")),
        ("archived", (5, "Archived", "Close")),
        ("complete", (99, "complete", "Create")),
    ],
)
def test_findings_have_a_state(status: str | None, expected: tuple[int, str, str]) -> None:
    """A product's word for the state of a finding is OCSF's where there is one."""
    record = exported("ocsf", bare(Activity.FINDING_REPORTED, report=Report(status=status)))
    assert (record["status_id"], record["status"], record["activity_name"]) == expected
    assert errors(record) == []


def test_a_scan_is_a_finding_about_its_image() -> None:
    """What a scan counts says how bad it is; ids of vendors are advisories."""
    report = Report(
        counts=(("low", 2), ("critical", 0), ("odd", 1)), vulnerabilities=("CVE-2026-1", "GHSA-1")
    )
    event = bare(Activity.IMAGE_SCANNED, report=report, images=(Image(digest="sha256:ab"), Image()))
    record = exported("ocsf", event)
    assert (record["class_uid"], record["severity"]) == (2004, "Low")
    assert record["vulnerabilities"] == [
        {"cve": {"uid": "CVE-2026-1"}},
        {"advisory": {"uid": "GHSA-1"}},
    ]
    assert [(one["uid"], one["role"]) for one in record["resources"]] == [("sha256:ab", "Affected")]
    assert record["finding_info"]["uid"] == "act-1"
    assert record["evidences"] == [{"api": {"operation": "push"}}]
    assert record["is_alert"] is False


def test_the_worst_word_of_a_product_counts_only_where_it_does_not_say() -> None:
    """A severity that is told stands; one that nothing tells is unknown."""
    told = Report(severity=Severity.MEDIUM, counts=(("critical", 1),))
    assert exported("ocsf", bare(Activity.FINDING_REPORTED, report=told))["severity"] == "Medium"
    assert exported("ocsf", bare(Activity.FINDING_REPORTED))["severity"] == "Unknown"


def test_a_key_that_was_given_out_is_a_resource() -> None:
    """Who makes an access key is told with the key's id."""
    event = bare(
        Activity.IDENTITY_CHANGED,
        target="user/bob",
        session=Session(credential="AKIAI44QH8DHBEXAMPLE"),
        stored=Stored(bucket="b"),
    )
    found = exported("ocsf", event)["resources"]
    assert [(one.get("uid"), one.get("type")) for one in found] == [
        (None, "bucket"),
        ("user/bob", None),
        ("AKIAI44QH8DHBEXAMPLE", "credential"),
    ]
