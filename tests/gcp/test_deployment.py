"""What a function was deployed with, and what it writes of its work."""

import json
from typing import Any

import pytest

from tests.gcp.databases import new_collection, server
from tidewaiter.errors import Bug, Unavailable
from tidewaiter.live.interface import Delivery
from tidewaiter.live.worker import Handled
from tidewaiter.settings import Settings, SettingsError
from tidewaiter_gcp import accounts
from tidewaiter_gcp.deployment import Deployment, environment_of, project_of
from tidewaiter_gcp.log import Log

NEEDED = {
    "TIDEWAITER_MEMORY": "firestore://example-shop/points?database=logs",
    "TIDEWAITER_QUARANTINE": "example-quarantine",
}


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Our entries in the log."""
    found = [json.loads(one) for one in capsys.readouterr().err.splitlines()]
    return [one for one in found if "message" in one]


def test_what_is_not_said_is_usual() -> None:
    """Two variables are enough."""
    given = environment_of({**NEEDED, "TIDEWAITER_SETTINGS": ""})
    assert given.project == "example-shop"
    assert (given.settings, given.incident_topic, given.projects) == (None, None, ())
    assert given.read_occurrences


def test_all_can_be_said() -> None:
    """Projects are parted by commas or spaces."""
    given = environment_of(
        {
            **NEEDED,
            "TIDEWAITER_INCIDENT_TOPIC": "projects/example-shop/topics/incidents",
            "TIDEWAITER_SETTINGS": "gs://example-settings/tidewaiter.toml",
            "TIDEWAITER_READ_OCCURRENCES": "off",
            "TIDEWAITER_READ_MANIFESTS": "off",
            "TIDEWAITER_PROJECTS": "example-shop, example-other example-third",
        }
    )
    assert given.projects == ("example-shop", "example-other", "example-third")
    assert not given.read_occurrences
    assert given.settings == "gs://example-settings/tidewaiter.toml"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TIDEWAITER_MEMORY": ""}, "TIDEWAITER_MEMORY is not set"),
        ({"TIDEWAITER_QUARANTINE": ""}, "TIDEWAITER_QUARANTINE is not set"),
        ({"TIDEWAITER_READ_OCCURRENCES": "yes"}, "is 'yes'; it must be on or off"),
        ({"TIDEWAITER_READ_MANIFESTS": "on"}, "images cannot be read yet; it must be off"),
        ({"TIDEWAITER_SETTINGS": "here"}, "'here' is not gs://BUCKET/NAME"),
        ({"TIDEWAITER_INCIDENT_TOPIC": "here"}, "'here' is not projects/PROJECT/topics/NAME"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, str], said: str) -> None:
    """In one sentence."""
    with pytest.raises(SettingsError, match=said):
        Deployment(NEEDED | changed, Log())


def test_a_memory_that_cannot_be_is_refused() -> None:
    """The sentence names the form."""
    with pytest.raises(Unavailable, match="is not firestore://PROJECT/COLLECTION"):
        Deployment(NEEDED | {"TIDEWAITER_MEMORY": "firestore://example-shop"}, Log())


def test_the_project_is_known_whatever_else_is_wrong() -> None:
    """Traces are named by it."""
    assert project_of(NEEDED) == "example-shop"
    assert project_of({**NEEDED, "GOOGLE_CLOUD_PROJECT": "example-other"}) == "example-other"
    assert project_of({}) is None


@pytest.mark.parametrize("switch", ["on", "off"])
def test_a_worker_is_made_of_it(switch: str) -> None:
    """It works on the memory, and asks for nothing else before it needs it."""
    server()
    address = f"firestore://example-shop/{new_collection()}"
    variables = {"TIDEWAITER_MEMORY": address, "TIDEWAITER_READ_OCCURRENCES": switch}
    live = Deployment(NEEDED | variables, Log())
    assert (live.read_occurrence is not None) == (switch == "on")
    handled = live.worker(Settings()).work([Delivery("1", "one", lambda: [b'{"a": 1}'])])
    assert (handled.failed, handled.counts["Ignored"]) == ([], 1)
    assert live.settings.current().refused is None


def test_the_inventory_is_of_the_projects_that_are_named() -> None:
    """By default that of the memory."""
    server()
    address = f"firestore://example-shop/{new_collection()}"
    stock = Deployment(NEEDED | {"TIDEWAITER_MEMORY": address}, Log()).stock(lambda: 1.0)
    names = {next(iter(stock._parts())).name for _ in range(1)}
    assert names == {"example-shop disks"}
    several = {"TIDEWAITER_MEMORY": address, "TIDEWAITER_PROJECTS": "example-other"}
    stock = Deployment(NEEDED | several, Log()).stock(lambda: 1.0)
    assert next(iter(stock._parts())).name == "example-other disks"


def test_work_is_accounted_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts that are none are left out, and what a record said is escaped and cut."""
    handled = Handled(delays=[1.5, 20.0])
    handled.counts.update(Told=2, Quarantined=0)
    handled.note(Unavailable("\x1b[2J" + "x" * 1000))
    accounts.account(Log(), handled)
    counted, first, second, remark = written(capsys)
    assert counted["metrics"] == {"Told": 2, "Unavailable": 1}
    assert [one["metrics"] for one in (first, second)] == [{"Delay": 1.5}, {"Delay": 20.0}]
    assert remark["severity"] == "WARNING"
    assert remark["message"].startswith("\\x1b[2Jxxx")
    assert len(remark["message"]) < 520


def test_faults_of_our_own_are_errors(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody has to look."""
    handled = Handled()
    handled.note(Bug("a detector failed"))
    accounts.account(Log(), handled)
    assert [one["severity"] for one in written(capsys)] == ["INFO", "ERROR"]


@pytest.mark.parametrize(
    ("error", "name"),
    [(Unavailable("firestore: away"), "Unavailable"), (SettingsError("no"), "SettingsRefused")],
)
def test_what_could_not_be_done_is_counted(
    error: SettingsError | Unavailable, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message comes again."""
    accounts.unable(Log(), error)
    (entry,) = written(capsys)
    assert entry["metrics"] == {"HandedBack": 1, name: 1}
    assert entry["why"] == str(error)


def test_settings_that_are_refused_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    """With the reason, and a metric for the alarm."""
    accounts.refused(Log(), "notify.at: \x00")
    (entry,) = written(capsys)
    assert (entry["metrics"], entry["why"]) == ({"SettingsRefused": 1}, "notify.at: \\x00")
    assert entry["severity"] == "ERROR"
