"""What Google's module plans fits the code that it deploys."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.infra.terraform import Json, needed, planned
from tidewaiter.settings import SettingsError
from tidewaiter_gcp import firestore_documents
from tidewaiter_gcp.deployment import environment_of
from tidewaiter_gcp.firestore import open_address

pytestmark = needed

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "gcp" / "main.py"


def functions(plan: Json) -> dict[str, Json]:
    """The functions by their entry points."""
    return {
        one["values"]["build_config"][0]["entry_point"]: one["values"]
        for one in planned(plan, "google_cloudfunctions2_function")
    }


def test_every_function_that_there_is_is_deployed(gcp: Json) -> None:
    """The entry points are those of the code."""
    named = set(re.findall(r"@functions_framework\.http\ndef (\w+)", MAIN.read_text()))
    assert functions(gcp).keys() == named


def test_the_environment_is_what_the_code_reads(gcp_project: Json) -> None:
    """Every variable that the code reads is set, and all of them together are understood."""
    given = functions(gcp_project)["worker"]["service_config"][0]["environment_variables"]
    code = "\n".join(file.read_text() for file in (ROOT / "gcp").rglob("*.py"))
    ours = {name for name in given if name.startswith("TIDEWAITER_")}
    assert ours == set(re.findall(r'"(TIDEWAITER_[A-Z_]+)"', code))
    told = environment_of(given)
    assert (told.incident_topic, told.projects) == (
        "projects/example-shop/topics/tidewaiter-incidents",
        ("example-shop",),
    )
    open_address(told.memory).close()


def test_manifests_are_switched_on_when_it_is_asked_for(gcp: Json) -> None:
    """The switch reaches the code, which says that it is too early."""
    given = functions(gcp)["worker"]["service_config"][0]["environment_variables"]
    with pytest.raises(SettingsError, match="TIDEWAITER_READ_MANIFESTS"):
        environment_of(given)


def test_the_runtime_is_the_packages(gcp: Json) -> None:
    """The functions run on the version of Python that the package is made for."""
    from deploy.package import CLOUDS

    runtime = f"python{CLOUDS['gcp'].python.replace('.', '')}"
    assert {one["build_config"][0]["runtime"] for one in functions(gcp).values()} == {runtime}


def test_the_collection_is_as_the_memory_writes_it(gcp: Json) -> None:
    """The field by which points expire is the one that the memory writes."""
    fields = {
        one["values"]["field"]: one["values"] for one in planned(gcp, "google_firestore_field")
    }
    assert fields.keys() == {"*", "expires"}
    assert fields["expires"]["ttl_config"]
    assert "expires" in (firestore_documents.__doc__ or "")
    (memory,) = planned(gcp, "google_firestore_database")
    address = functions(gcp)["worker"]["service_config"][0]["environment_variables"][
        "TIDEWAITER_MEMORY"
    ]
    assert address == f"firestore://example-shop/points?database={memory['values']['name']}"
    assert {one["collection"] for one in fields.values()} == {"points"}


def test_every_feed_of_every_project_is_read(gcp: Json, gcp_organization: Json) -> None:
    """The worker is given what the services tell in each project, and the audit logs."""
    feeds = ("cloud-builds", "container-analysis-occurrences-v1", "gcr")

    def subscribed(plan: Json, project: str) -> set[str]:
        found = planned(plan, "google_pubsub_subscription")
        topics = {one["values"]["topic"] for one in found if one["values"]["push_config"]}
        start = f"projects/{project}/topics/"
        return {topic.removeprefix(start) for topic in topics if topic.startswith(start)}

    ours = {"tidewaiter-events", "tidewaiter-legacy"}
    assert subscribed(gcp, "example-shop") == {*feeds, *ours}
    assert subscribed(gcp, "example-mill") == set(feeds)
    assert subscribed(gcp_organization, "example-watch") == {*feeds, "tidewaiter-events"}
    assert subscribed(gcp_organization, "example-mill") == set(feeds)


def test_topics_that_are_there_are_not_made(gcp: Json, gcp_organization: Json) -> None:
    """Only what nobody made yet is made, and nothing that Container Analysis makes."""
    names = {one["values"]["name"] for one in planned(gcp, "google_pubsub_topic")}
    assert not [name for name in names if name.startswith("container-analysis")]
    made = [
        one["values"]["name"]
        for plan in (gcp, gcp_organization)
        for one in planned(plan, "google_pubsub_topic")
        if one["values"]["project"] == "example-mill"
    ]
    assert made == ["cloud-builds"]


def test_pushes_are_logged_wherever_they_are_read(gcp: Json, gcp_organization: Json) -> None:
    """Each project with a sink, or the organisation, has DATA_WRITE switched on."""

    def types(plan: Json, kind: str, key: str) -> dict[str, set[str]]:
        return {
            f"{one['values'][key]} {one['values']['service'].partition('.')[0]}": {
                each["log_type"] for each in one["values"]["audit_log_config"]
            }
            for one in planned(plan, kind)
        }

    both = {"DATA_READ", "DATA_WRITE"}
    assert types(gcp, "google_project_iam_audit_config", "project") == {
        "example-shop artifactregistry": both,
        "example-mill artifactregistry": both,
        "example-shop storage": {"DATA_WRITE"},
    }
    found = types(gcp_organization, "google_organization_iam_audit_config", "org_id")
    assert found == {"123456789012 artifactregistry": both}


def test_a_function_has_time_for_what_it_is_given(gcp: Json) -> None:
    """The function knows its timeout, and Cloud Scheduler waits for longer."""
    timeouts = {
        name: one["service_config"][0]["timeout_seconds"] for name, one in functions(gcp).items()
    }
    jobs = {
        one["values"]["name"].removeprefix("tidewaiter-"): one["values"]["attempt_deadline"]
        for one in planned(gcp, "google_cloud_scheduler_job")
    }
    told = {
        name: int(one["service_config"][0]["environment_variables"]["CLOUD_RUN_TIMEOUT_SECONDS"])
        for name, one in functions(gcp).items()
    }
    assert told == timeouts
    assert jobs == {name: f"{timeouts[name] + 30}s" for name in ("tick", "inventory")}
    assert timeouts["tick"] < timedelta(minutes=5).seconds
