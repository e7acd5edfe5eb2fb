"""The page about Azure says what the modules do, and its bill is added up rightly."""

import json
import re
from pathlib import Path

import pytest

from tests.infra.terraform import INFRA, Json, needed, planned
from tests.live.letterboxes import Mail, deliveries, worker
from tidewaiter_azure import log

PAGE = Path(__file__).parents[2] / "docs" / "deploy-azure.md"
DAYS = 30
KEPT = 100  # days
MILLION = 1e6
OFTEN = "PT5M"


def table(first: str) -> dict[str, list[str]]:
    """The rows of the table whose first header begins with ``first``: by name, their cells."""
    blocks = re.findall(r"(?:^\|.*\n)+", PAGE.read_text(), re.MULTILINE)
    rows = next(block for block in blocks if block.startswith(f"| {first}")).splitlines()
    cells = [[cell.strip(" *") for cell in row.strip("|").split("|")] for row in rows[2:]]
    return {name: rest for name, *rest in cells}


def number(text: str) -> float:
    """The number that a cell begins with."""
    return float(text.split(maxsplit=1)[0])


def bill(column: int, events_a_day: float) -> dict[str, float]:
    """Add up one column by the page's own prices and amounts."""
    price = {name: number(cells[0]) for name, cells in table("price").items()}
    need = {name: number(cells[0]) for name, cells in table("needed").items()}
    told = {name: number(cells[column]) for name, cells in table("a month, USD").items()}
    events = events_a_day * DAYS
    together = told["events an execution (assumed)"]
    clock = need["executions by the clock a month"]
    runs = events / together
    seconds = runs * max(1, together * need["seconds an event"]) + clock
    kept = events_a_day * KEPT * need["KB kept an event"] / MILLION  # GB
    rows = {
        "functions": seconds * need["GB of an instance"] * price["Functions, running"]
        + (runs + clock) * price["Functions, executions"] / MILLION,
        "Event Hub": told["throughput units (assumed)"] * price["Event Hub, throughput unit"]
        + events * price["Event Hub, events"] / MILLION,
        "table requests": events
        * need["table requests an event"]
        * price["table requests"]
        / MILLION,
        "table storage": kept * price["table storage"],
        "logs": (runs + clock) * need["KB of logs an execution"] / MILLION * price["logs"],
        "alarms": need["alarms, every five minutes"] * price["alarm, every five minutes"]
        + need["alarms, less often"] * price["alarm, less often"],
    }
    return {**rows, "together": sum(rows.values())}


@pytest.mark.parametrize(("column", "events_a_day"), [(0, 1e3), (1, 1e5), (2, 1e7)])
def test_the_bill_is_added_up_rightly(column: int, events_a_day: float) -> None:
    """Every amount follows from the prices and needs above it, to two digits."""
    told = table("a month, USD")
    for name, amount in bill(column, events_a_day).items():
        assert number(told[name][column]) == pytest.approx(amount, rel=0.02, abs=0.005), name


def alarms(plan: Json) -> dict[str, str]:
    """The alarms of a plan, and how often each looks."""
    return {
        one["values"]["name"].removeprefix("tidewaiter-"): one["values"]["evaluation_frequency"]
        for one in planned(plan, "azurerm_monitor_scheduled_query_rules_alert_v2")
    }


@needed
def test_the_page_counts_the_alarms_that_there_are(azure_subscription: Json) -> None:
    """The numbers of alarms that are paid for are those of the plan."""
    found = list(alarms(azure_subscription).values())
    told = {name: number(cells[0]) for name, cells in table("needed").items()}
    often = found.count(OFTEN)
    assert often == told["alarms, every five minutes"]
    assert len(found) - often == told["alarms, less often"]


@needed
def test_the_page_explains_every_alarm(azure_hub: Json) -> None:
    """Each alarm of the plan is in the table of alarms, and no other is."""
    told = {name.strip("`") for row in table("alarm") for name in row.split(", ")}
    assert alarms(azure_hub).keys() == told


@needed
def test_alarms_read_metrics_that_are_written(azure_hub: Json) -> None:
    """Every metric that a query of an alarm or of the workbook names is one that live.md or the
    functions write.
    """
    root = Path(__file__).parents[2]
    live = (root / "docs" / "live.md").read_text()
    code = "\n".join(file.read_text() for file in (root / "azure").rglob("*.py"))
    written = {
        name
        for row in re.findall(r"^\| (`[A-Z].*?) \|", live, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    } | set(re.findall(r"log\.count\((\w+)=", code))
    queries = [
        one["values"]["criteria"][0]["query"]
        for one in planned(azure_hub, "azurerm_monitor_scheduled_query_rules_alert_v2")
    ]
    (workbook,) = planned(azure_hub, "azurerm_application_insights_workbook")
    read = set(
        re.findall(r"told\.([A-Z]\w+)", "\n".join([*queries, workbook["values"]["data_json"]]))
    )
    assert len(read) > 8
    assert sorted(read - written) == []


@needed
def test_the_list_of_incidents_reads_what_is_logged(
    azure_hub: Json, caplog: pytest.LogCaptureFixture
) -> None:
    """Every member that the workbook's table shows stands in the line of an incident."""
    (workbook,) = planned(azure_hub, "azurerm_application_insights_workbook")
    first = json.loads(workbook["values"]["data_json"])["items"][0]["content"]["query"]
    box = Mail()
    assert worker(sinks=(box,)).work(deliveries("ami-from-snapshot")).well
    log.told(box.told[0], "mail")
    line = caplog.messages[-1]
    (start,) = re.findall(r"startswith '(.*?)'", first)
    assert line.startswith(start)
    assert set(re.findall(r"told\.(\w+)", first)) == set(json.loads(line)["incident"])


@needed
def test_parts_of_uris_are_no_words(azure_hub: Json) -> None:
    """``has`` finds whole words alone, and an alarm that finds nothing never rings."""
    found = planned(azure_hub, "azurerm_monitor_scheduled_query_rules_alert_v2")
    queries = [one["values"]["criteria"][0]["query"] for one in found]
    parts = [part for query in queries for part in re.findall(r"Uri (\w+) '(.*?)'", query)]
    assert sorted(parts) == [("contains", "/retry-poison/"), ("contains", "/undelivered/")]


def test_the_page_names_variables_that_there_are() -> None:
    """Every variable that the page sets exists in the example that it sets it for."""
    example = (INFRA / "azure/examples/single-subscription/variables.tf").read_text()
    given = set(re.findall(r"-var '?(\w+)=", PAGE.read_text()))
    assert {name for name in given if f'variable "{name}"' not in example} == set()
    hub = (INFRA / "azure/variables.tf").read_text()
    shared = (INFRA / "README.md").read_text()
    wanted = re.findall(r"^\| `(\w+)` \|", shared.partition("## One interface")[2], re.MULTILINE)
    assert [name for name in wanted if f'variable "{name}"' not in hub] == []
    outputs = (INFRA / "azure/outputs.tf").read_text()
    (line,) = re.findall(r"^And these outputs: (.*)$", shared, re.MULTILINE)
    assert [
        name for name in re.findall(r"`(\w+)`", line) if f'output "{name}"' not in outputs
    ] == []
