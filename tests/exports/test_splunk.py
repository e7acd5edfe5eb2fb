"""Splunk: the model's own fields, flat, in its words, and without its faults."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from docs import mapping
from tests.exports.exported import NAMES, NOW, bare, complete, events, exported, of_samples
from tidewaiter.model import (
    Activity,
    Client,
    Credential,
    Dataset,
    Endpoint,
    Event,
    Flow,
    Grant,
    Image,
    Outcome,
    Principal,
    Session,
    Stored,
    Workload,
    Zone,
    dataset_of,
)

# The 83 rows of the model, and those of them that Splunk Enterprise Security fills in.
FROM_LISTS = """
    dest_bunit dest_priority dest_requires_av dest_should_timesync dest_should_update
    user_bunit user_category user_priority
""".split()
MODEL = {
    Dataset.COMPUTE: """
        account action dest event_name http_user_agent image_id instance_id instance_type msg region
        src src_user status user_type vendor vendor_product
        dest_bunit dest_priority dest_requires_av dest_should_timesync dest_should_update
        user_bunit user_category user_priority
    """,
    Dataset.STORAGE: """
        account acl_entity acl_permission action bucket_name event_name http_user_agent msg
        object_path region src src_user user_type vendor vendor_product
        user_bunit user_category user_priority
    """,
    Dataset.TRAFFIC: """
        action bytes dest dest_ip dest_port dest_translated_ip dest_translated_port dest_zone
        direction duration dvc packets protocol_version rule src src_ip src_port src_translated_ip
        src_translated_port src_zone tcp_flag transport vendor vendor_product vlan vpc
    """,
    Dataset.AUTHENTICATION: """
        action assumed_role_user dest event_name group_name http_user_agent mfa_auth msg region role
        src src_user user_type vendor vendor_product
    """,
}
OF_DATASET = {
    Dataset.COMPUTE: Activity.IMAGE_PUSHED,
    Dataset.STORAGE: Activity.OBJECT_WRITTEN,
    Dataset.TRAFFIC: Activity.TRAFFIC_FLOWED,
    Dataset.AUTHENTICATION: Activity.IDENTITY_ASSUMED,
}
GROUP = "/subscriptions/s/resourceGroups/Shop-RG/providers/microsoft.compute/x"


def unfit(row: Any) -> list[str]:
    """The fields that are not flat, or stand for something absent."""
    found = []
    for name, value in row.items():
        several = value if isinstance(value, list) else [value]
        if not several or not all(isinstance(one, str | int | float) for one in several):
            found.append(name)
    return found


@pytest.mark.parametrize("source", NAMES)
def test_every_sample_is_a_flat_row(source: str) -> None:
    """Every event of every golden sample is one object of plain values and lists of them."""
    found = [unfit(exported("splunk", event)) for event in of_samples(source)]
    assert found == [[]] * len(found)


@given(event=events())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_event_is_a_flat_row(event: Event) -> None:
    """Whatever stands in its fields, an event is one row with time, tags and action."""
    row = exported("splunk", event)
    assert unfit(row) == []
    assert row.keys() >= {"_time", "sourcetype", "source", "tag", "event_id", "act"}
    assert row["tag"][:2] == ["cloud", "infrastructure"]


@pytest.mark.parametrize("dataset", Dataset)
def test_every_field_of_the_model_is_filled(dataset: Dataset) -> None:
    """What the model has, a log that tells everything fills, except what look-ups fill in."""
    parts = mapping.SHAPES[OF_DATASET[dataset]]
    row = exported("splunk", mapping.complete(OF_DATASET[dataset], parts, target=GROUP))
    assert set(MODEL[dataset].split()) - row.keys() == set(MODEL[dataset].split()) & set(FROM_LISTS)


def test_the_model_has_83_rows() -> None:
    """No field of the archived model was forgotten."""
    assert sum(len(fields.split()) for fields in MODEL.values()) == 83


def test_nothing_is_called_unknown() -> None:
    """What is not told has no field, whatever the activity."""
    for activity in Activity:
        event = bare(activity, client=Client(zone=Zone.UNKNOWN), flow=Flow())
        row = exported("splunk", event)
        assert (
            row.keys() & {"src", "src_user", "account", "region", "vendor", "src_zone", "msg"}
            == set()
        )
        assert "unknown" not in row.values()


def test_tags_are_those_of_the_model() -> None:
    """Each dataset is found by the tags that the model demands."""
    tags = {
        Dataset.COMPUTE: ["compute"],
        Dataset.STORAGE: ["storage"],
        Dataset.TRAFFIC: ["network", "traffic"],
        Dataset.AUTHENTICATION: ["authentication"],
        None: [],
    }
    for activity in Activity:
        row = exported("splunk", bare(activity))
        assert row["tag"] == ["cloud", "infrastructure", *tags[dataset_of(activity)]]
        assert row.get("dataset") == dataset_of(activity)


def test_a_push_into_a_bucket_is_a_transaction_of_it_too() -> None:
    """A registry that keeps its images in a bucket is found in Compute and in Storage."""
    event = bare(
        Activity.IMAGE_PUSHED,
        stored=Stored(bucket="eu.artifacts.shop.appspot.com", path="containers/images/sha256:ab"),
        images=(Image(registry="eu.gcr.io", repository="shop/web", digest="sha256:ab"),),
    )
    row = exported("splunk", event)
    assert row["tag"] == ["cloud", "infrastructure", "compute", "storage"]
    assert row["dataset"] == ["Compute", "Storage"]
    assert row["action"] == "put"
    assert row["bucket_name"] == "eu.artifacts.shop.appspot.com"
    assert row["image_id"] == "sha256:ab"


ACTIONS = {
    Activity.IMAGE_PUSHED: "put",
    Activity.IMAGE_PULLED: "get",
    Activity.WORKLOAD_DEPLOYED: "run",
    Activity.WORKLOAD_STARTED: "start",
    Activity.WORKLOAD_STOPPED: "stop",
    Activity.WORKLOAD_DELETED: "terminate",
    Activity.IMAGE_CREATED: "create",
    Activity.BUCKET_CREATED: "create",
    Activity.OBJECT_READ: "get",
    Activity.OBJECT_WRITTEN: "put",
}


@pytest.mark.parametrize("activity", ACTIONS)
def test_actions_are_the_words_of_the_model(activity: Activity) -> None:
    """Where the model expects a word for what was done, it is that word."""
    assert exported("splunk", bare(activity))["action"] == ACTIONS[activity]


@pytest.mark.parametrize(
    "activity", [one for one in Activity if dataset_of(one) is Dataset.AUTHENTICATION]
)
@pytest.mark.parametrize(
    ("outcome", "action"),
    [(Outcome.SUCCESS, "success"), (Outcome.FAILURE, "failure"), (Outcome.PENDING, "pending")],
)
def test_the_action_of_authentication_is_how_it_ended(
    activity: Activity, outcome: Outcome, action: str
) -> None:
    """Success and failure are the model's words for any sign-in."""
    assert exported("splunk", bare(activity, outcome=outcome))["action"] == action


@pytest.mark.parametrize(
    ("told", "action"),
    [("accept", "ACCEPT"), ("reject", "REJECT"), ("audit", "audit"), (None, None)],
)
def test_the_action_of_traffic_is_what_was_decided(told: str | None, action: str | None) -> None:
    """Accepted or refused, in the model's words; nothing where the log tells nothing."""
    assert (
        exported("splunk", bare(Activity.TRAFFIC_FLOWED, flow=Flow(action=told))).get("action")
        == action
    )
    assert "action" not in exported("splunk", bare(Activity.TRAFFIC_FLOWED))


@pytest.mark.parametrize(
    ("protocol", "transport"), [(1, "icmp"), (6, "tcp"), (17, "udp"), (0, "0"), (254, "254")]
)
def test_protocols_are_those_of_iana(protocol: int, transport: str) -> None:
    """ICMP is 1, and not 0 as in the model; an unusual one keeps its number."""
    row = exported("splunk", bare(Activity.TRAFFIC_FLOWED, flow=Flow(protocol=protocol)))
    assert row["transport"] == transport


def test_a_flow_counts_both_directions() -> None:
    """Bytes are those of both, as the model has it; the duration is in seconds."""
    flow = Flow(
        src=Endpoint(instance="vm-1"),
        dest=Endpoint(address="198.51.100.7", port=443),
        bytes=10,
        packets=1,
        bytes_back=20,
        tcp_flags=("SYN", "FIN"),
        end=NOW.replace(second=41),
    )
    row = exported("splunk", bare(Activity.TRAFFIC_FLOWED, flow=flow))
    assert (row["bytes"], row["bytes_back"], row["packets"]) == (30, 20, 1)
    assert (row["src"], row["dest"], row["dest_ip"], row["dest_port"]) == (
        "vm-1",
        "198.51.100.7",
        "198.51.100.7",
        443,
    )
    assert (row["duration"], row["tcp_flag"]) == (30.0, ["SYN", "FIN"])


def test_a_role_falls_back_to_the_caller_s() -> None:
    """Who acts as a role has it, unless another is asked for."""
    ci = Principal(id="arn:aws:iam::111122223333:role/ci", name="role ci", type="AssumedRole")
    own = exported(
        "splunk", bare(Activity.IDENTITY_CHANGED, principal=ci, credential=Credential(mfa=False))
    )
    asked = exported(
        "splunk",
        bare(Activity.IDENTITY_ASSUMED, principal=ci, session=Session(role="r", user="r/ci")),
    )
    assert (own["role"], own["user"], own["mfa_auth"]) == (ci.id, "role ci", False)
    assert (asked["role"], asked["user"], asked["src_user"]) == ("r", "r/ci", ci.id)
    assert "role" not in exported(
        "splunk", bare(Activity.IDENTITY_CHANGED, principal=Principal(id="alice"))
    )


def test_a_sign_in_has_a_target() -> None:
    """The target is what was signed in to: an application, a resource, a registry, a service."""
    login = Activity.REGISTRY_LOGIN
    assert exported("splunk", bare(login, session=Session(target="app")))["dest"] == "app"
    assert (
        exported("splunk", bare(login, images=(Image(), Image(registry="r.example.com"))))["dest"]
        == "r.example.com"
    )
    assert (
        exported("splunk", bare(login, service="ecr.amazonaws.com"))["dest"] == "ecr.amazonaws.com"
    )
    azure = exported("splunk", bare(login, target=GROUP))
    assert (azure["dest"], azure["group_name"]) == (GROUP, "Shop-RG")


def test_dest_is_the_instance_or_the_image() -> None:
    """What it happened to: what runs, else the images, else the resource."""
    images = (
        Image(machine_image="ami-1"),
        Image(registry="r.example.com", repository="web", tag="v1"),
    )
    event = bare(
        Activity.IMAGE_SHARED,
        images=images,
        grants=(Grant("public"), Grant("account", "444455556666", "launch")),
    )
    row = exported("splunk", event)
    assert row["dest"] == row["image_id"] == ["ami-1", "r.example.com/web:v1"]
    assert (row["acl_entity"], row["acl_permission"]) == (["public", "444455556666"], "launch")
    runs = bare(
        Activity.WORKLOAD_STARTED, workload=Workload("ec2 instance", name="i-1"), images=images
    )
    assert exported("splunk", runs)["dest"] == "i-1"
    assert (
        exported("splunk", bare(Activity.WORKLOAD_STARTED, workload=Workload("pod")))["dest"]
        == "pod"
    )
    assert exported("splunk", bare(Activity.RESOURCE_READ, target="key/1"))["dest"] == "key/1"


def test_a_failure_tells_its_code() -> None:
    """The message is whole, and the code before it is a field of its own."""
    row = exported("splunk", bare(Activity.IMAGE_PUSHED, error="AccessDenied: not you"))
    assert (row["msg"], row["error_code"]) == ("AccessDenied: not you", "AccessDenied")
    assert "error_code" not in exported("splunk", bare(Activity.IMAGE_PUSHED, error="it is late"))


def test_complete_events_are_flat() -> None:
    """Whatever the activity, an event with everything is a flat row."""
    assert [unfit(exported("splunk", event)) for event in complete()] == [[]] * len(complete())
