"""Who may do what in Azure, as the plans say it."""

import json
import re
from pathlib import Path

import pytest

from tests.infra.azure_doors import templates
from tests.infra.terraform import Json, needed, planned
from tidewaiter_azure import inventory

pytestmark = needed

ROOT = Path(__file__).parents[2]
CODE = ROOT / "azure" / "tidewaiter_azure"
BROAD = {
    "Communication and Email Service Owner": "the service takes no narrower role",
    "Monitoring Contributor": "Azure Policy writes diagnostic settings by it",
    "Storage Blob Data Owner": "the host's own account, in which it manages leases",
    "Azure Event Hubs Data Owner": "Azure Policy reads the key of the Event Hub by it",
}
"""The roles that end in Owner or Contributor without naming data, each with the reason."""
SERVICES = {
    "azure.data.tables": "Storage Table Data Contributor",
    "azure.storage.blob": "Storage Blob Data Contributor",
    "azure.storage.queue": "Storage Queue Data Contributor",
    "https://eventgrid.azure.net": "EventGrid Data Sender",
    "https://communication.azure.com": "Communication and Email Service Owner",
}
"""What the code asks (a client's package, or the scope of its tokens), and the role for it."""
OF_THE_HOST = {
    "Azure Event Hubs Data Receiver": "the host reads the Event Hub",
    "Monitoring Metrics Publisher": "the host writes the logs",
    "Storage Blob Data Owner": "its leases and keys",
    "Storage Blob Data Reader": "of the settings, which nobody shall write",
}
"""What the identity may, and no line of code asks for, each with the reason."""
IN_REGISTRIES = {
    "Microsoft.ContainerRegistry/registries/pull/read",
    "Microsoft.ContainerRegistry/registries/catalog/read",
    "Microsoft.ContainerRegistry/registries/repositories/metadata/read",
}
"""What a registry wants of whoever lists it, in either of its two modes."""


@pytest.fixture(params=["azure_hub", "azure_subscription", "azure_group"])
def plan(request: pytest.FixtureRequest) -> Json:
    """Each of the plans."""
    return dict(request.getfixturevalue(request.param))


def roles(plan: Json, prefix: str = "") -> list[tuple[str, str, str]]:
    """Address, role and scope of the assignments whose address has ``prefix`` in it."""
    return [
        (one["address"], one["values"]["role_definition_name"] or "", one["values"]["scope"])
        for one in planned(plan, "azurerm_role_assignment")
        if prefix in one["address"]
    ]


def test_no_role_is_a_broad_one(plan: Json) -> None:
    """Nobody owns, changes or reads whole resources, but for what is listed with a reason."""
    whole = {"Reader", "User Access Administrator"}
    found = {
        role
        for _, role, _ in roles(plan)
        if role in whole or (role.endswith(("Owner", "Contributor")) and "Data Contr" not in role)
    }
    assert found <= BROAD.keys()


def test_every_reason_is_still_needed(azure_subscription: Json) -> None:
    """No role keeps its exception once nobody has it."""
    assert {role for _, role, _ in roles(azure_subscription)} >= BROAD.keys()


def test_the_identity_reaches_what_is_ours_alone(azure_hub: Json) -> None:
    """Every role of the functions is for one of our own parts, and the data ones for a container,
    queue or table of it; only the inventory looks into subscriptions.
    """
    ours = re.compile(r"/subscriptions/[^/]+/resourceGroups/tidewaiter/providers/")
    for address, role, scope in roles(azure_hub, "azurerm_role_assignment.this"):
        assert ours.match(scope), address
        if role.startswith("Storage") and "host" not in scope:
            assert re.search(r"/(containers|queues|tables)/[\w-]+$", scope), address
    wide = [address for address, _, scope in roles(azure_hub) if not ours.match(scope)]
    assert {address.partition("[")[0] for address in wide} == {"azurerm_role_assignment.inventory"}
    assert len(wide) == 3


def asked() -> set[str]:
    """What of Azure the code asks."""
    code = "\n".join(file.read_text() for file in CODE.glob("*.py"))
    packages = set(re.findall(r"from (azure\.(?:data|storage)\.\w+) import", code))
    scopes = set(re.findall(r'SCOPE = "(https://[\w.]+?)/+\.default"', code))
    return packages | scopes


def test_all_that_the_code_asks_is_allowed_and_nothing_else(azure_hub: Json) -> None:
    """The functions have a role for every service that the code asks, and none that nobody uses."""
    allowed = {role for _, role, _ in roles(azure_hub, "azurerm_role_assignment.this")}
    assert asked() == SERVICES.keys()
    wanted = {SERVICES[one] for one in asked()}
    assert sorted(wanted - allowed) == []
    assert allowed - wanted == OF_THE_HOST.keys()


def test_settings_are_read_and_not_written(azure_hub: Json) -> None:
    """Of our containers the functions write those that they must, and only read the settings."""
    found = {
        scope.rpartition("/")[2]: role
        for _, role, scope in roles(azure_hub, "azurerm_role_assignment.this")
        if "/containers/" in scope
    }
    writes = "Storage Blob Data Contributor"
    assert found == {
        "settings": "Storage Blob Data Reader",
        "quarantine": writes,
        "retry": writes,
        "outbox": writes,
    }


def listed() -> set[str]:
    """The permissions behind the listings of the inventory."""
    code = Path(inventory.__file__).read_text().replace("{_COMPUTE}", "Microsoft.Compute")
    kinds = set(re.findall(r"Microsoft\.[A-Z]\w+/\w+", code))
    below = {"Microsoft.Compute/galleries/images", "Microsoft.Compute/galleries/images/versions"}
    assert "/images" in code
    assert "/versions" in code
    return {f"{kind}/read" for kind in kinds | below}


def test_the_inventory_may_list_what_it_lists(azure_hub: Json, azure_subscription: Json) -> None:
    """Its role has all that the code lists, reads alone, and manifests with their switch alone."""
    for plan, content in ((azure_hub, True), (azure_subscription, False)):
        (role,) = planned(plan, "azurerm_role_definition")
        (may,) = role["values"]["permissions"]
        granted = {*may["actions"], *may["data_actions"]}
        read = "Microsoft.ContainerRegistry/registries/repositories/content/read"
        assert granted - {read} == listed() | IN_REGISTRIES
        assert (read in granted) == content
        assert [one for one in granted if "*" in one or not one.endswith("/read")] == []


def test_policies_may_set_what_they_set_and_no_more(azure_group: Json) -> None:
    """Azure Policy sets diagnostic settings below the group, and reads the Event Hub's key."""
    found = {
        (role, scope.split("/")[-2]) for _, role, scope in roles(azure_group, "module.policy.")
    }
    assert found == {
        ("Monitoring Contributor", "managementGroups"),
        ("Azure Event Hubs Data Owner", "namespaces"),
    }
    for policy in planned(azure_group, "azurerm_policy_definition"):
        rule = json.loads(policy["values"]["policy_rule"])
        ids = rule["then"]["details"]["roleDefinitionIds"]
        assert len(ids) == len({role for role, _ in found})


def test_event_grid_may_only_keep_what_it_cannot_deliver(azure_group: Json) -> None:
    """Each registry's topic writes to one container, in an account that has nothing else."""
    found = roles(azure_group, "azurerm_role_assignment.undelivered")
    assert {(role, scope.rpartition("/")[2]) for _, role, scope in found} == {
        ("Storage Blob Data Contributor", "undelivered")
    }
    assert len(found) == 3
    accounts = {scope.split("/")[8] for _, _, scope in found}
    kept = [
        one["values"]["name"]
        for one in planned(azure_group, "azurerm_storage_container")
        if one["values"]["storage_account_id"].rpartition("/")[2] in accounts
    ]
    assert kept == ["undelivered"]


def test_everything_has_tags(plan: Json) -> None:
    """Whatever can be tagged is, in templates, too."""
    untagged = [
        resource["address"]
        for resource in planned(plan)
        if "tags" in resource["values"]
        and "data." not in resource["address"]
        and not (resource["values"]["tags"] or {}).get("Application", "").startswith("tidewaiter")
    ]
    assert untagged == []
    for name in ("app", "alerts"):
        tops = [one for one in templates(plan, name) if "location" in one]
        assert [one["name"] for one in tops if "Application" not in one["tags"]] == []
