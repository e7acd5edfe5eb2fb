"""What the functions write into the log of Google Cloud is mailed, and counted."""

import logging
import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.infra.logging_filter import let_through
from tests.infra.terraform import Json, needed, planned
from tidewaiter.live.worker import Handled
from tidewaiter.news import Digest
from tidewaiter_gcp import accounts
from tidewaiter_gcp.mail_log import PART, PARTS, MailLog

pytestmark = needed

METRICS = Path(__file__).parents[2] / "docs" / "live.md"


class Written:
    """A log that keeps its entries, as Cloud Logging has them of a function."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def write(self, what: str, level: int, message: str, fields: Any) -> None:
        """Keep one entry."""
        self.entries.append(
            {
                "resource": {
                    "type": "cloud_run_revision",
                    "labels": {"service_name": "tidewaiter-worker"},
                },
                "severity": logging.getLevelName(level),
                "labels": {"tidewaiter": what},
                "jsonPayload": {"message": message, **msgspec.to_builtins(fields)},
            }
        )


def policies(plan: Json) -> dict[str, Json]:
    """The alert policies by their names."""
    return {
        one["values"]["display_name"].removeprefix("tidewaiter: "): one["values"]
        for one in planned(plan, "google_monitoring_alert_policy")
    }


def log_match(policy: Json) -> Json:
    """What a policy looks for in the log."""
    (condition,) = policy["conditions"]
    (match,) = condition["condition_matched_log"]
    return dict(match)


def mailed() -> Json:
    """The entry of a digest, as the functions write it."""
    log = Written()
    digest = Digest(
        day=date(2026, 3, 2), incidents={}, held={"tag-moved": 37}, quarantined=("no time",)
    )
    MailLog(log, "example-shop").send_digest(digest)  # type: ignore[arg-type]
    return log.entries[0]


def test_what_the_functions_mail_is_mailed(gcp: Json) -> None:
    """An entry of the sink passes the policy's filter, and no other entry does."""
    passes = let_through(log_match(policies(gcp)["incidents"])["filter"])
    entry = mailed()
    assert passes(entry)
    foreign = {**entry, "resource": {"type": "cloud_run_revision", "labels": {"service_name": "x"}}}
    assert not passes(foreign)
    assert not passes({**entry, "labels": {"tidewaiter": "remark"}})


def test_the_mail_says_all_that_fits(gcp: Json) -> None:
    """Labels and variables of the policy are the parts that the entry has, in their order."""
    policy = policies(gcp)["incidents"]
    extracted = log_match(policy)["label_extractors"]
    (document,) = policy["documentation"]
    entry = mailed()["jsonPayload"]["mail"]
    parts = [f"part{number + 1}" for number in range(PARTS)]
    assert extracted == {
        name: f"EXTRACT(jsonPayload.mail.{name})" for name in ["id", "subject", *parts]
    }
    assert extracted.keys() <= entry.keys()
    assert document["content"] == "".join(f"${{log.extracted_label.{part}}}" for part in parts)
    assert document["subject"] == "${log.extracted_label.subject}"
    assert "37" in entry["part1"]
    assert max(len(entry[part].encode()) for part in parts) <= PART


@pytest.mark.parametrize(
    ("alarm", "metric"),
    [("quarantined", "Quarantined"), ("bugs", "Bugs"), ("settings-refused", "SettingsRefused")],
)
def test_bad_news_in_the_log_is_mailed(gcp: Json, alarm: str, metric: str) -> None:
    """What the functions count passes the filter of its alarm, and what they do not count fails."""
    passes = let_through(log_match(policies(gcp)[alarm])["filter"])
    log, quiet = Written(), Written()
    handled = Handled()
    accounts.account(quiet, handled)  # type: ignore[arg-type]
    if metric == "SettingsRefused":
        accounts.refused(log, "a key that is none")  # type: ignore[arg-type]
    else:
        handled.counts[metric] += 1
        accounts.account(log, handled)  # type: ignore[arg-type]
    assert any(passes(entry) for entry in log.entries)
    assert not any(passes(entry) for entry in quiet.entries)


def test_every_metric_is_taken_out_of_the_log(gcp: Json) -> None:
    """The metrics are those of the page, each by the path at which the functions write it."""
    (table,) = re.findall(r"## Metrics\n(.*?)(?:\n## |\Z)", METRICS.read_text(), re.DOTALL)
    named = {
        name
        for row, what in re.findall(r"^\| (`.*?) \| (.*) \|$", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
        if not what.startswith("in Azure")
    }
    found = {one["values"]["name"]: one["values"] for one in planned(gcp, "google_logging_metric")}
    assert found.keys() == {f"tidewaiter/{name}" for name in named}
    log = Written()
    handled = Handled()
    handled.counts.update(dict.fromkeys(named, 1))
    accounts.account(log, handled)  # type: ignore[arg-type]
    for name in named:
        metric = found[f"tidewaiter/{name}"]
        assert metric["value_extractor"] == f"EXTRACT(jsonPayload.metrics.{name})"
        assert any(let_through(metric["filter"])(entry) for entry in log.entries)
