"""The function app of the plan is the one that the code in azure/ is written for."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from deploy.package import CLOUDS
from tests.infra.azure_doors import templates
from tests.infra.terraform import INFRA, Json, needed, planned
from tidewaiter_azure.deployment import environment_of
from tidewaiter_azure.retry import POISON
from tidewaiter_azure.tables import open_address

pytestmark = needed

ROOT = Path(__file__).parents[2]
CODE = ROOT / "azure"
NOT_READ = {
    "TIDEWAITER_PACKAGE": "a new value restarts the app, which takes the new package then",
}
NOT_SET = {
    "TIDEWAITER_MANAGEMENT": "Azure's own endpoint is the default; tests name another",
}


@pytest.fixture(scope="module")
def site(azure_hub: Json) -> dict[str, Any]:
    """The function app."""
    (found,) = (one for one in templates(azure_hub, "app") if one["type"] == "Microsoft.Web/sites")
    return dict(found["properties"])


@pytest.fixture(scope="module")
def settings(site: dict[str, Any]) -> dict[str, str]:
    """Its environment."""
    return {one["name"]: one["value"] for one in site["siteConfig"]["appSettings"]}


def read() -> set[str]:
    """Every name of an environment variable of ours that the code has."""
    code = "\n".join(file.read_text() for file in CODE.rglob("*.py"))
    return set(re.findall(r"\bTIDEWAITER_\w+[A-Za-z]\b", code))


def functions() -> dict[str, str]:
    """The functions of the app, each with the text of its decorators."""
    tree = ast.parse((CODE / "function_app.py").read_text())
    return {
        one.name: "\n".join(map(ast.unparse, one.decorator_list))
        for one in tree.body
        if isinstance(one, ast.FunctionDef)
        and "app." in "".join(map(ast.unparse, one.decorator_list))
    }


def test_every_variable_that_is_read_is_set(settings: dict[str, str]) -> None:
    """What the code reads, or names as a connection, stands in the environment, and has a value."""
    names = {name.partition("__")[0] for name in settings} | settings.keys()
    assert sorted(read() - names - NOT_SET.keys()) == []
    assert [name for name, value in settings.items() if not value] == []


def test_every_variable_that_is_set_is_read(settings: dict[str, str]) -> None:
    """Nothing of ours stands in the environment for nobody; of a connection, the host reads it."""
    known = read()
    ours = {name for name in settings if name.startswith("TIDEWAITER_")}
    unread = {name for name in ours if not {name, name.partition("__")[0]} & known}
    assert unread == NOT_READ.keys()


def test_the_code_takes_the_environment(settings: dict[str, str], azure_subscription: Json) -> None:
    """The environment is understood, and names what the plan creates."""
    settings = {**settings, "TIDEWAITER_READ_MANIFESTS": "off"}
    told = environment_of(settings)
    containers = {
        one["values"]["name"] for one in planned(azure_subscription, "azurerm_storage_container")
    }
    queues = {one["values"]["name"] for one in planned(azure_subscription, "azurerm_storage_queue")}
    assert {told.quarantine, told.retry, told.outbox} <= containers
    assert queues == {told.retry, f"{told.retry}{POISON}"}
    assert told.settings == "blob://settings/tidewaiter.toml"
    assert told.mail_to == ("security@example.com",)
    assert told.subscriptions
    open_address(told.memory).close()


def test_the_places_are_planned(settings: dict[str, str], azure_hub: Json) -> None:
    """Memory, storage, Event Hub and topic of the environment are resources of the plan."""
    account, table = settings["TIDEWAITER_MEMORY"].removeprefix("aztables://").split("/")
    (created,) = templates(azure_hub, "memory")
    assert created["name"] == f"{account}/default/{table}"
    assert settings["TIDEWAITER_STORAGE__queueServiceUri"].split(".")[0] == f"https://{account}"
    assert settings["TIDEWAITER_STORAGE__blobServiceUri"].split(".")[0] == f"https://{account}"
    accounts = {one["values"]["name"] for one in planned(azure_hub, "azurerm_storage_account")}
    assert {account, settings["AzureWebJobsStorage__accountName"]} < accounts
    (hub,) = planned(azure_hub, "azurerm_eventhub")
    (namespace,) = planned(azure_hub, "azurerm_eventhub_namespace")
    (topic,) = planned(azure_hub, "azurerm_eventgrid_topic")
    assert settings["TIDEWAITER_EVENT_HUB"] == hub["values"]["name"]
    place = settings["TIDEWAITER_EVENTS__fullyQualifiedNamespace"].partition(".")[0]
    assert place == namespace["values"]["name"]
    endpoint = settings["TIDEWAITER_INCIDENT_TOPIC"].partition(".")[0]
    assert endpoint == f"https://{topic['values']['name']}"


def test_names_fit_where_they_stand(azure_hub: Json) -> None:
    """Accounts have 3 to 24 letters and digits, and the name of the app fits a host's."""
    accounts = [one["values"]["name"] for one in planned(azure_hub, "azurerm_storage_account")]
    assert [name for name in accounts if not re.fullmatch(r"[a-z0-9]{3,24}", name)] == []
    (app,) = (one for one in templates(azure_hub, "app") if one["type"] == "Microsoft.Web/sites")
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,58}[a-z0-9]", app["name"])


def test_what_calls_the_functions_calls_those_that_there_are(azure_group: Json) -> None:
    """Event Grid and action groups reach functions of the package."""
    found = functions()
    ends = {
        one["values"]["azure_function_endpoint"][0]["function_id"].rpartition("/")[2]
        for one in planned(azure_group, "azurerm_eventgrid_system_topic_event_subscription")
    }
    assert ends == {name for name, how in found.items() if "event_grid_trigger" in how}
    called = (INFRA / "azure" / "outputs.tf").read_text()
    (route,) = re.findall(r"azurewebsites\.net/api/([\w-]+)\?code=", called)
    assert [name for name, how in found.items() if f"route='{route}'" in how] == ["activity_log"]


def test_the_app_runs_what_the_package_was_built_for(site: dict[str, Any]) -> None:
    """Python has the version for which `make package` installs."""
    runtime = site["functionAppConfig"]["runtime"]
    assert runtime == {"name": "python", "version": CLOUDS["azure"].python}


def test_no_key_is_in_the_environment(settings: dict[str, str]) -> None:
    """Every connection names an identity, and none has a key; the host's is not even there empty,
    or it would be taken.
    """
    connections = {name.partition("__")[0] for name in settings if "__" in name}
    assert connections == {"AzureWebJobsStorage", "TIDEWAITER_EVENTS", "TIDEWAITER_STORAGE"}
    for name in connections:
        assert name not in settings
        assert settings[f"{name}__credential"] == "managedidentity"
        assert settings[f"{name}__clientId"] == settings["AZURE_CLIENT_ID"]
    keys = re.compile(r"AccountKey|SharedAccess|[?&]sig=", re.IGNORECASE)
    assert [name for name, value in settings.items() if keys.search(value)] == []
