"""Who may do what in Google Cloud, as the plans say it."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.infra.terraform import Json, needed, planned

pytestmark = needed

GCP = Path(__file__).parents[2] / "gcp"
PERMISSION = re.compile(r"\b[a-z]+\.[a-zA-Z]+\.(?:[a-z][a-zA-Z]+\b|\{[a-z,]+\})")
SERVICES = (
    "artifactregistry",
    "compute",
    "containeranalysis",
    "datastore",
    "pubsub",
    "run",
    "storage",
)
NOT_CALLED = {
    "run.routes.invoke": "Pub/Sub and Cloud Scheduler call the functions",
    "iam.serviceAccounts.getOpenIdToken": "Pub/Sub signs its pushes",
    "pubsub.subscriptions.consume": "Pub/Sub moves what failed",
    "artifactregistry.repositories.downloadArtifacts": "images can be read in a later version",
}
"""What is allowed, and no line of code asks for, each with the reason."""
GOOGLES_ROLES = {
    "roles/artifactregistry.writer": "the image of a function is pushed into our repository",
    "roles/logging.logWriter": "a build writes its log",
    "roles/storage.objectViewer": "the sources lie in a bucket of Cloud Functions'",
}
"""The roles that are not ours, each with the reason why the builder has it."""


class Given(NamedTuple):
    """A role that is given to a member, and the type of what it is given for."""

    type: str
    role: str
    member: str
    condition: str | None


def roles(plan: Json) -> dict[str, list[str]]:
    """Our own roles by their full names: the permissions in each."""
    found = {}
    types = ("google_project_iam_custom_role", "google_organization_iam_custom_role")
    for role in planned(plan, *types):
        values = role["values"]
        parent = (
            f"projects/{values['project']}"
            if "project" in values
            else f"organizations/{values['org_id']}"
        )
        found[f"{parent}/roles/{values['role_id']}"] = values["permissions"]
    return found


def given(plan: Json) -> Iterator[Given]:
    """Every role that the plan gives to somebody."""
    for one in planned(plan):
        values = one["values"]
        if "role" in values and "member" in values:
            (condition,) = [each["expression"] for each in values.get("condition") or ()] or [None]
            yield Given(one["type"], values["role"], values["member"], condition)


def told() -> set[str]:
    """The permissions that the code says it needs."""
    texts = (file.read_text() for file in GCP.rglob("*.py"))
    found = set()
    for text in texts:
        for named in PERMISSION.findall(text):
            head, brace, last = named.partition("{")
            lasts = last.rstrip("}").split(",") if brace else [""]
            found |= {head + each for each in lasts if named.split(".")[0] in SERVICES}
    return {name for name in found if not name.endswith((".com", ".dev"))}


@pytest.fixture(params=["gcp", "gcp_project", "gcp_organization"])
def plan(request: pytest.FixtureRequest) -> Json:
    """Each of the plans."""
    return dict(request.getfixturevalue(request.param))


def test_no_permission_has_a_wildcard(plan: Json) -> None:
    """Every permission is written out."""
    found = roles(plan)
    assert len(found) >= 9
    assert [name for name, may in found.items() if any("*" in each for each in may)] == []


def test_every_role_is_our_own_or_has_a_reason(plan: Json) -> None:
    """What is given is one of our roles, or one of the three that builds need."""
    used = {one.role for one in given(plan)}
    assert used == roles(plan).keys() | GOOGLES_ROLES.keys()
    others = {one.member.split("@")[0] for one in given(plan) if one.role in GOOGLES_ROLES}
    assert others == {"serviceAccount:tidewaiter-builder"}


def test_nobody_is_everybody(plan: Json) -> None:
    """Roles are given to service accounts, and to nobody else."""
    assert [one for one in given(plan) if not one.member.startswith("serviceAccount:")] == []


def test_what_a_whole_project_is_given_for_is_narrow(plan: Json) -> None:
    """Beside a build's log, a project's bindings have a condition, or let somebody look."""
    looking = re.compile(r"\.(?:get|list|downloadArtifacts)$")
    may = roles(plan)
    wide = [
        one
        for one in given(plan)
        if one.type in {"google_project_iam_member", "google_organization_iam_member"}
        and one.condition is None
        and not all(looking.search(each) for each in may.get(one.role, ["other"]))
    ]
    assert {one.role for one in wide} == {"roles/logging.logWriter"}


def test_all_that_the_code_asks_for_is_allowed_and_nothing_else(gcp: Json) -> None:
    """No function asks for what no role allows, and no role allows what no function asks for."""
    allowed = {each for may in roles(gcp).values() for each in may}
    wanted = told()
    assert wanted >= {"datastore.entities.list", "pubsub.topics.publish", "storage.objects.get"}
    assert sorted(wanted - allowed) == []
    assert allowed - wanted == NOT_CALLED.keys()


def test_each_function_may_do_its_work_and_no_more(gcp: Json) -> None:
    """Only the inventory lists, only the worker reads occurrences and manifests."""
    may = roles(gcp)
    by_account: dict[str, set[str]] = {}
    for one in given(gcp):
        name = one.member.partition("@")[0].rpartition("-")[2]
        by_account.setdefault(name, set()).update(may.get(one.role, ()))
    memory = {f"datastore.entities.{each}" for each in "create delete get list update".split()}
    all_do = memory | {
        "pubsub.topics.publish",
        "storage.objects.create",
        "storage.objects.delete",
        "storage.objects.get",
    }
    assert by_account["tick"] == all_do
    assert by_account["worker"] - all_do == {
        "artifactregistry.repositories.downloadArtifacts",
        "containeranalysis.occurrences.get",
    }
    listing = by_account["inventory"] - all_do
    assert {each.rpartition(".")[2] for each in listing} == {"list"}
    assert by_account["caller"] == {"run.routes.invoke"}


def test_what_is_off_is_not_allowed(gcp_project: Json) -> None:
    """Without the switch, nobody reads manifests."""
    allowed = {each for may in roles(gcp_project).values() for each in may}
    assert "artifactregistry.repositories.downloadArtifacts" not in allowed


def test_every_watched_project_can_be_looked_into(gcp: Json, gcp_organization: Json) -> None:
    """What is watched is given for each project that is named, or for the whole organisation."""
    found = {
        (one.role.split("/")[1], one.role.rpartition("tidewaiter_")[2])
        for one in given(gcp)
        if one.type == "google_project_iam_member" and one.condition is None
    }
    watching = {"list", "read_occurrences", "read_manifests"}
    assert found - {("logging.logWriter", "roles/logging.logWriter")} == set(
        product({"example-shop", "example-mill"}, watching)
    )
    whole = {one.role for one in given(gcp_organization) if "organization" in one.type}
    assert {role.rpartition("/")[0] for role in whole} == {"organizations/123456789012/roles"}


def test_everything_has_labels(gcp: Json) -> None:
    """Whatever can be labelled is."""
    names = ("labels", "user_labels")
    unlabelled = [
        one["address"]
        for one in planned(gcp)
        for name in names
        if name in one["values"]
        and not (name == "labels" and "user_labels" in one["values"])
        and (one["values"][name] or {}).get("application") != "tidewaiter"
    ]
    assert unlabelled == []
