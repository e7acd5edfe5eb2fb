"""Who may do what in AWS, as the plans say it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import botocore.session
import pytest
from botocore import xform_name

from tests.infra.terraform import Json, needed, planned

pytestmark = needed

KEY_POLICY = "in a key's policy, the key itself has no other name"
EVERYTHING = {
    "ec2:DescribeImages": "EC2 grants its Describe calls for everything or nothing",
    "ec2:DescribeInstances": "EC2 grants its Describe calls for everything or nothing",
    "ecs:DescribeTaskDefinition": "ECS grants it for everything or nothing",
    "ecs:ListClusters": "a list of all clusters is of none in particular",
    "lambda:ListFunctions": "a list of all functions is of none in particular",
}
"""The actions that may name ``*``, each with the reason why AWS has no narrower resource."""
EVERYBODY = {
    "Organization": "the condition names the organisation",
    "OnlyEncrypted": "it denies",
}
"""The statements that may name ``*`` as principal, each with the reason."""


AWS = Path(__file__).parents[2] / "aws"
NAMED_OTHERWISE = {"s3:ListObjectsV2": "s3:ListBucket", "s3:HeadObject": "s3:GetObject"}
NOT_DEPLOYED = {
    "ssm:GetParameter": "the module keeps the settings in a bucket",
}
"""What the code can do, and the functions need not be allowed, each with the reason."""
NOT_CALLED = {
    "logs:": "Lambda writes the log",
    "sqs:": "Lambda takes from the queue, and puts into that of failures",
    "kms:": "the services encrypt and decrypt in the functions' name",
    "s3:GetObjectVersion": "S3 asks for it where an object is read by its version",
}
"""What the functions are allowed, and no line of code asks for, each with the reason."""


class Statement(NamedTuple):
    """A statement of a policy, and the resource of the plan whose policy it is."""

    address: str
    type: str
    said: dict[str, Any]

    @property
    def actions(self) -> list[str]:
        """Its actions, as a list."""
        return listed(self.said["Action"])

    @property
    def resources(self) -> list[str | None]:
        """Its resources; ``None`` for what has no name before it is created (a key)."""
        return listed(self.said.get("Resource", []))


def listed(said: Any) -> list[Any]:
    """What IAM writes as one, or as a list."""
    return said if isinstance(said, list) else [said]


def statements(plan: Json) -> Iterator[Statement]:
    """Every statement of every policy of a plan."""
    for resource in planned(plan):
        for name in ("policy", "assume_role_policy"):
            text = resource["values"].get(name)
            if isinstance(text, str) and '"Statement"' in text:
                for one in json.loads(text)["Statement"]:
                    yield Statement(resource["address"], resource["type"], one)


@pytest.fixture(params=["hub", "single_account", "organization"])
def plan(request: pytest.FixtureRequest) -> Json:
    """Each of the plans."""
    return dict(request.getfixturevalue(request.param))


def test_no_action_has_a_wildcard(plan: Json) -> None:
    """Every action is written out."""
    found = list(statements(plan))
    assert len(found) > 20
    assert [one.address for one in found if any("*" in action for action in one.actions)] == []


def test_everything_is_allowed_only_where_aws_knows_nothing_narrower(plan: Json) -> None:
    """The resource ``*`` stands in the key's own policy, and beside actions that are listed with
    their reason.
    """
    unreasoned = [
        (one.address, action)
        for one in statements(plan)
        for action in one.actions
        if "*" in one.resources and one.type != "aws_kms_key" and action not in EVERYTHING
    ]
    assert unreasoned == []


def test_every_reason_is_still_needed(hub: Json) -> None:
    """No action keeps its exception once nobody uses it."""
    used = {action for one in statements(hub) if "*" in one.resources for action in one.actions}
    assert {action for action in used if not action.startswith("kms:")} == set(EVERYTHING)


def test_only_named_statements_are_for_everybody(plan: Json) -> None:
    """A principal ``*`` denies, or has the organisation as its condition."""
    found = {
        one.said["Sid"]: one.said["Effect"] == "Deny" or "Condition" in one.said
        for one in statements(plan)
        if one.said.get("Principal") == "*"
    }
    assert (found.keys() <= EVERYBODY.keys(), all(found.values())) == (True, True)


def test_services_are_let_in_for_ours_alone(hub: Json) -> None:
    """Queues and topics take only what our own rules, buckets and alarms send."""
    doors = [
        one
        for one in statements(hub)
        if one.type in {"aws_sqs_queue_policy", "aws_sns_topic_policy"}
    ]
    sources = {
        source
        for one in doors
        for test in one.said["Condition"].values()
        for source in listed(test.get("aws:SourceArn", []))
    }
    ours = ("arn:aws:events:", "arn:aws:s3:::example-trail", "arn:aws:cloudwatch:")
    assert len(doors) == 4
    assert [each for each in sources if not each.startswith(ours) or each.endswith(":*")] == []
    assert all("/tidewaiter-" in each for each in sources if ":rule/" in each)


def test_a_bucket_of_that_name_in_another_account_is_not_let_in(hub: Json) -> None:
    """The name of a bucket says nothing of whose it is."""
    (door,) = (
        one
        for one in statements(hub)
        if one.type == "aws_sqs_queue_policy"
        and one.said["Principal"] == {"Service": "s3.amazonaws.com"}
    )
    assert door.said["Condition"]["StringEquals"] == {"aws:SourceAccount": "000000000000"}


def test_the_inventory_lists_its_own_region_alone(hub: Json) -> None:
    """Nothing that has a name can be listed anywhere else."""
    listable = [
        resource
        for one in statements(hub)
        if one.address == 'aws_iam_role_policy.function["inventory"]'
        and one.said["Sid"].startswith("List")
        for resource in one.resources
        if resource != "*"
    ]
    assert len(listable) == 4
    assert [each for each in listable if each and ":us-east-1:000000000000:" not in each] == []


def test_every_rule_may_send(hub: Json) -> None:
    """The queue's policy names every rule of both buses, and no other."""
    rules = {
        f"rule/{'' if bus == 'default' else f'{bus}/'}{name}"
        for bus, name in (
            (rule["values"]["event_bus_name"], rule["values"]["name"])
            for rule in planned(hub, "aws_cloudwatch_event_rule")
        )
    }
    policies = {
        resource["index"]: json.loads(resource["values"]["policy"])
        for resource in planned(hub, "aws_sqs_queue_policy")
        if "index" in resource
    }
    named = policies["events"]["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert {each.split(":", 5)[5] for each in named} == rules


def test_each_function_may_do_its_work_and_no_more(hub: Json) -> None:
    """Only the worker receives, only the inventory lists, and none may change what it watches."""
    may: dict[str, set[str]] = {}
    for one in statements(hub):
        if one.address.startswith("aws_iam_role_policy.function"):
            name = one.address.split('"')[1]
            may.setdefault(name, set()).update(one.actions)
    received = {name for name, actions in may.items() if "sqs:ReceiveMessage" in actions}
    listing = {name for name, actions in may.items() if "ecr:DescribeRepositories" in actions}
    assert set(may) == {"worker", "tick", "inventory"}
    assert (received, listing) == ({"worker"}, {"inventory"})
    services = {action.split(":")[0] for actions in may.values() for action in actions}
    watched = {
        action
        for actions in may.values()
        for action in actions
        if action.startswith(("ecr:", "ec2:", "ecs:", "lambda:"))
    }
    reading = ("BatchGet", "Describe", "Get", "List")
    assert [each for each in watched if not each.split(":")[1].startswith(reading)] == []
    assert services == {
        "dynamodb", "ec2", "ecr", "ecs", "kms", "lambda", "logs", "s3", "securityhub", "sns", "sqs",
    }  # fmt: skip


def called() -> set[str]:
    """The actions behind all calls of AWS in aws/: methods of its clients, and calls by name."""
    code = "\n".join(file.read_text() for file in AWS.rglob("*.py"))
    services = set(re.findall(r'client\(\s*"(\w+)"', code))
    verbs = set(re.findall(r"\.(\w+)\(", code))
    by_name = set(re.findall(r'\(\s*"(\w+)",\s*"(\w+)"', code))  # ("ecr", "describe_images", ...
    session = botocore.session.get_session()
    known = services | {service for service, _ in by_name} & set(session.get_available_services())
    actions = set()
    for service in known:
        model = session.get_service_model(service)
        prefix = model.metadata.get("signingName", service)
        for operation in model.operation_names:
            verb = xform_name(operation)
            if (service, verb) in by_name or (service in services and verb in verbs):
                actions.add(f"{prefix}:{operation}")
    return {NAMED_OTHERWISE.get(action, action) for action in actions}


def test_all_that_the_code_calls_is_allowed_and_nothing_else(hub: Json) -> None:
    """No function asks AWS for what no role may do, and no role may do what no function asks."""
    allowed = {
        action
        for one in statements(hub)
        if one.address.startswith("aws_iam_role_policy.function")
        for action in one.actions
    }
    wanted = called()
    assert wanted >= {"dynamodb:Query", "s3:GetObject", "ecr:DescribeImages", "ecs:ListTasks"}
    assert sorted(wanted - allowed - NOT_DEPLOYED.keys()) == []
    needless = {action for action in allowed - wanted if not action.startswith(tuple(NOT_CALLED))}
    assert needless == set()


def test_what_is_off_is_not_allowed(single_account: Json) -> None:
    """Without their switches, nobody reads manifests or tells Security Hub."""
    worker = {
        action
        for one in statements(single_account)
        if 'aws_iam_role_policy.function["worker"]' in one.address
        for action in one.actions
    }
    assert worker & {"ecr:BatchGetImage", "securityhub:BatchImportFindings"} == set()


def test_everything_has_tags(hub: Json) -> None:
    """Whatever can be tagged is."""
    untagged = [
        resource["address"]
        for resource in planned(hub)
        if "tags" in resource["values"]
        and (resource["values"]["tags"] or {}).get("Application") != "tidewaiter"
    ]
    assert untagged == []
