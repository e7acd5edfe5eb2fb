"""The page that newcomers follow says what the modules do, and its bill is added up rightly."""

import re
from pathlib import Path

import pytest

from tests.infra.terraform import INFRA, Json, needed, planned

PAGE = Path(__file__).parents[2] / "docs" / "deploy-aws.md"
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


def bill(column: int, events_a_day: float) -> dict[str, float]:
    """Add up one column by the page's own prices and amounts."""
    price = {name: number(cells[0]) for name, cells in table("price").items()}
    need = {name: number(cells[0]) for name, cells in table("needed").items()}
    told = {name: number(cells[column]) for name, cells in table("a month, USD").items()}
    events = events_a_day * DAYS
    kept = events_a_day * KEPT * need["KB kept an event"] / MILLION  # GB
    calls = events / told["events an invocation (assumed)"]
    polls = need["empty polls, millions of SQS requests a month"]
    seconds = events * need["worker seconds an event"]  # of one GB
    rows = {
        "DynamoDB writes": events
        * need["write units an event"]
        * price["DynamoDB write"]
        / MILLION,
        "DynamoDB reads": events * need["read units an event"] * price["DynamoDB read"] / MILLION,
        "DynamoDB storage and recovery": kept
        * (price["DynamoDB storage"] + price["DynamoDB point-in-time recovery"]),
        "Lambda": seconds * price["Lambda on arm64"] + calls * price["Lambda request"] / MILLION,
        "SQS": (events * told["SQS requests an event (assumed)"] / MILLION + polls)
        * price["SQS request"],
        "CloudWatch logs": events
        * need["KB of logs an event"]
        / MILLION
        * price["CloudWatch logs"],
        "alarms, metrics and key": need["alarms"] * price["CloudWatch alarm"]
        + need["metrics"] * price["CloudWatch metric"]
        + price["KMS key"],
    }
    forwarded = events * price["EventBridge, forwarded"] / MILLION
    together = sum(rows.values())
    return {
        **rows,
        "together": together,
        "of other accounts or regions, if all are forwarded": forwarded,
    }


@pytest.mark.parametrize(("column", "events_a_day"), [(0, 1e3), (1, 1e5), (2, 1e7)])
def test_the_bill_is_added_up_rightly(column: int, events_a_day: float) -> None:
    """Every amount follows from the prices and needs above it, to two digits."""
    told = table("a month, USD")
    for name, amount in bill(column, events_a_day).items():
        assert number(told[name][column]) == pytest.approx(amount, rel=0.02, abs=0.005), name


@needed
def test_the_page_counts_the_alarms_that_there_are(single_account: Json) -> None:
    """The number of alarms that are paid for is that of the plan."""
    alarms = list(planned(single_account, "aws_cloudwatch_metric_alarm"))
    assert len(alarms) == number(table("needed")["alarms"][0])


@needed
def test_the_page_explains_every_alarm(hub: Json) -> None:
    """Each alarm of the plan is in the table of alarms."""
    told = {name.strip("`…") for row in table("alarm") for name in row.split(", ")}
    names = {
        alarm["values"]["alarm_name"].removeprefix("tidewaiter-")
        for alarm in planned(hub, "aws_cloudwatch_metric_alarm")
    }
    unexplained = {name for name in names if not name.endswith(tuple(told))}
    assert unexplained == set()


def test_the_page_names_variables_that_there_are() -> None:
    """Every variable that the page sets exists in the example that it sets it for."""
    text = PAGE.read_text()
    example = (INFRA / "aws" / "examples" / "single-account" / "variables.tf").read_text()
    hub = (INFRA / "aws" / "variables.tf").read_text()
    given = set(re.findall(r"-var '?(\w+)=", text))
    assert {name for name in given if f'variable "{name}"' not in example} == set()
    named = {name.strip("`") for name in table("variable of the module")}
    assert {name for name in named if f'variable "{name}"' not in hub} == set()


@pytest.mark.parametrize("example", ["single-account", "organization"])
def test_the_page_names_outputs_that_there_are(example: str) -> None:
    """Whoever applied an example can ask it for every output that the page sends him to."""
    outputs = (INFRA / "aws" / "examples" / example / "outputs.tf").read_text()
    named = set(re.findall(r"output `(\w+)`|terraform output -raw (\w+)", PAGE.read_text()))
    names = {one or other for one, other in named}
    assert names >= {"quarantine", "worker_role"}
    assert {name for name in names if f'output "{name}"' not in outputs} == set()


def test_the_page_names_queues_that_there_are() -> None:
    """What failed is moved from the queue of failures to that of events."""
    source, goal = re.findall(r"-arn arn:aws:sqs:[a-z0-9-]+:\d+:tidewaiter-(\w+)", PAGE.read_text())
    queues = (INFRA / "aws" / "queue.tf").read_text()
    assert (source, f'"${{var.name}}-{source}"' in queues) == ("failures", True)
    assert f"{{ {goal} = {{ batch" in queues
