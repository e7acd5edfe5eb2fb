"""The page that newcomers follow in Google Cloud says what the module does, and its bill is added
up rightly.
"""

import re
from pathlib import Path

import pytest

from tests.infra.terraform import INFRA, Json, needed, planned

PAGE = Path(__file__).parents[2] / "docs" / "deploy-gcp.md"
DAYS = 30
KEPT = 100  # days
MILLION = 1e6


def table(first: str) -> dict[str, list[str]]:
    """The rows of the table whose first header begins with ``first``: by name, their cells."""
    blocks = re.findall(r"(?:^\|.*\n)+", PAGE.read_text(), re.MULTILINE)
    rows = next(block for block in blocks if block.startswith(f"| {first}")).splitlines()
    cells = [[cell.strip(" *") for cell in row.strip("|").split("|")] for row in rows[2:]]
    return {name: rest for name, *rest in cells}


def number(text: str) -> float:
    """The number that a cell begins with."""
    return float(text.split(maxsplit=1)[0])


def bill(events_a_day: float) -> dict[str, float]:
    """Add up what so many events cost, by the page's own prices and amounts."""
    price = {name: number(cells[0]) for name, cells in table("price").items()}
    need = {name: number(cells[0]) for name, cells in table("needed").items()}
    millions = events_a_day * DAYS / MILLION
    writes = need["documents written an event"]
    kept = events_a_day * KEPT * need["KB kept an event"] / MILLION  # GB
    second = price["Cloud Run processor"] + need["GB of the worker"] * price["Cloud Run memory"]
    rows = {
        "Firestore writes": millions * writes * price["Firestore write"],
        "Firestore reads": millions * need["documents read an event"] * price["Firestore read"],
        "Firestore deletions": millions * writes * price["Firestore deletion"],
        "Firestore storage and recovery": kept
        * (price["Firestore storage"] + price["Firestore point-in-time recovery"]),
        "Cloud Run": millions
        * (MILLION * need["worker seconds an event"] * second + price["Cloud Run request"]),
        "Pub/Sub": millions * need["KB of a message"] * 2 * price["Pub/Sub"],
        "Cloud Logging": millions * need["KB of logs an event"] * price["Cloud Logging"],
        "Data Access entries": millions
        * need["KB of a Data Access entry"]
        * price["Cloud Logging"],
        "alerts and jobs": need["alert conditions"] * price["alert condition"]
        + need["jobs"] * price["Cloud Scheduler"],
    }
    return {**rows, "together": sum(rows.values())}


@pytest.mark.parametrize(("column", "events_a_day"), [(0, 1e3), (1, 1e5), (2, 1e7)])
def test_the_bill_is_added_up_rightly(column: int, events_a_day: float) -> None:
    """Every amount follows from the prices and needs above it, to two digits."""
    told = table("a month, USD")
    for name, amount in bill(events_a_day).items():
        assert number(told[name][column]) == pytest.approx(amount, rel=0.02, abs=0.005), name


@needed
def test_the_page_counts_what_there_is(gcp_project: Json) -> None:
    """The numbers of conditions and jobs that are paid for are those of the plan."""
    policies = planned(gcp_project, "google_monitoring_alert_policy")
    conditions = sum(len(policy["values"]["conditions"]) for policy in policies)
    jobs = len(list(planned(gcp_project, "google_cloud_scheduler_job")))
    needs = table("needed")
    told = (number(needs["alert conditions"][0]), number(needs["jobs"][0]))
    assert told == (conditions, jobs)


@needed
def test_the_page_explains_every_alarm(gcp: Json) -> None:
    """Each alarm of the plan is in the table of alarms."""
    told = {name.strip("`…") for name in table("alarm")}
    names = {
        policy["values"]["display_name"].removeprefix("tidewaiter: ")
        for policy in planned(gcp, "google_monitoring_alert_policy")
    }
    assert {name for name in names if not name.endswith(tuple(told))} == {"incidents"}


def test_the_page_names_variables_that_there_are() -> None:
    """Every variable that the page sets exists in the example that it sets it for."""
    text = PAGE.read_text()
    example = (INFRA / "gcp" / "examples" / "single-project" / "variables.tf").read_text()
    module = (INFRA / "gcp" / "variables.tf").read_text()
    given = set(re.findall(r"-var '?(\w+)=", text))
    assert len(given) > 5
    assert {name for name in given if f'variable "{name}"' not in example} == set()
    named = {name.strip("`") for name in table("variable of the module")}
    assert {name for name in named if f'variable "{name}"' not in module} == set()
