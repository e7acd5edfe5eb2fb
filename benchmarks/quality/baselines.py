"""The published logic of others, on the same records: what it would have told.

Each baseline is a function from a log to the moments of its alerts.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from benchmarks.quality.deliveries import Json, Label, Log
from benchmarks.quality.harness import Found, delay

_OPERATIONS = frozenset(
    """
    CreateImage RegisterImage CopyImage ImportImage ModifyImageAttribute PutImage
    CompleteLayerUpload InitiateLayerUpload
    """.split()
)
_AZURE = re.compile(
    r"microsoft.compute/(images|virtualmachines/capture)"
    r"|microsoft.containerregistry/registries/(push|importimage)",
    re.IGNORECASE,
)
_INTERNAL = re.compile(r"10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|AWS Internal")


class Outcome(Struct, kw_only=True):
    """What a baseline found of each attack, and how many alerts it raised in vain."""

    found: list[Found]
    alerts: int
    vain: int


def sumo(log: Log) -> Iterator[datetime]:
    """A list of operations of CloudTrail and the Activity Log; a row for each."""
    yield from (time for time, _ in _listed(log))


def sumo_external(log: Log) -> Iterator[datetime]:
    """The same, only where its ``IsExternal`` is 1."""
    yield from (time for time, address in _listed(log) if not _INTERNAL.match(address))


def _listed(log: Log) -> Iterator[tuple[datetime, str]]:
    for time, record in log.feeds.get("cloudtrail", ()):
        if record["eventName"] in _OPERATIONS:
            yield time, record["sourceIPAddress"]
    for time, record in log.feeds.get("activity", ()):
        if _AZURE.search(record["operationName"]):
            yield time, record["callerIpAddress"]


def uploads(log: Log) -> Iterator[datetime]:
    """A container was uploaded to ECR: any ``PutImage``."""
    for time, record in log.feeds.get("cloudtrail", ()):
        if record["eventName"] == "PutImage":
            yield time


def two_agents(log: Log) -> Iterator[datetime]:
    """Somebody called ECR with two user agents on one day."""
    agents: dict[tuple[str, str], set[str]] = defaultdict(set)
    for time, record in sorted(log.feeds.get("cloudtrail", ()), key=lambda entry: entry[0]):
        if record["eventSource"] == "ecr.amazonaws.com":
            who = record["userIdentity"]
            name = who.get("userName") or who["sessionContext"]["sessionIssuer"]["arn"]
            known = agents[name, time.date().isoformat()]
            before = len(known)
            known.add(record["userAgent"])
            if before == 1 and len(known) == 2:
                yield time


def naive(log: Log) -> Iterator[datetime]:
    """Any push of a manifest, in any registry."""
    yield from uploads(log)
    for time, record in log.feeds.get("acr", ()):
        told = record["properties"]
        if record["operationName"] == "Push" and "digest" in told:
            yield time
    for time, record in log.feeds.get("audit", ()):
        if record["protoPayload"]["methodName"] == "Docker-PutManifest":
            yield time
    for time, record in log.feeds.get("distribution", ()):
        if _pushes(record):
            yield time


def _pushes(record: Json) -> bool:
    return any(event["action"] == "push" for event in record["events"])


BASELINES: dict[str, Callable[[Log], Iterator[datetime]]] = {
    "S2 query, every row": sumo,
    "S2 query, IsExternal = 1": sumo_external,
    "S3, container uploaded": uploads,
    "S3, two user agents": two_agents,
    "any push": naive,
}


def outcome(log: Log, alerts: Callable[[Log], Iterator[datetime]]) -> Outcome:
    """Compare the alerts of a baseline with the truth."""
    by_label: dict[int, list[datetime]] = defaultdict(list)
    total = vain = 0
    for time in alerts(log):
        label = log.label_of(time)
        total += 1
        if label and label.attack:
            by_label[id(label)].append(time)
        else:
            vain += 1
    attacks = [label for label in log.labels if label.attack]
    found = [_first(label, by_label[id(label)]) for label in attacks]
    return Outcome(found=found, alerts=total, vain=vain)


def _first(label: Label, times: list[datetime]) -> Found:
    first = min(times, default=None)
    return Found(scenario=label.scenario, after=delay(label, first), incidents=len(times))


def said(after: timedelta | None) -> str:
    """Say a time as people do.

    >>> said(None), said(timedelta(seconds=6)), said(timedelta(days=-5)), said(timedelta(hours=3))
    ('-', 'at once', '5.0 days before', '3.0 h')
    """
    if after is None:
        return "-"
    seconds = abs(after.total_seconds())
    for unit, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.1f} {name}{' before' if after < timedelta(0) else ''}"
    return "at once"
