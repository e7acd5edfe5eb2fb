"""What a function says of its work: lines that Application Insights keeps as traces.

Metrics are one line of JSON for each invocation, ``{"tidewaiter": {"Records": 3, ...}}``, of which
queries make series as CloudWatch does of its embedded format; so nothing has to be sent by us.
Likewise ``{"incident": {...}}`` is one line for each time that an incident was told.
"""

import logging

import msgspec

from tidewaiter.live.worker import Handled
from tidewaiter.news import News
from tidewaiter.outputs.escape import visible

_LONGEST = 500  # characters of a remark; what a record said may be in it

logger = logging.getLogger("tidewaiter")
logger.setLevel(logging.INFO)
# The SDKs would write down every request with its headers.
logging.getLogger("azure").setLevel(logging.WARNING)


def count(**counts: float) -> None:
    """Write down metrics."""
    logger.info(msgspec.json.encode({"tidewaiter": counts}).decode())


def refused(reason: str) -> None:
    """Write down that settings cannot be used."""
    logger.error("settings refused: %s", visible(reason, limit=_LONGEST))
    count(SettingsRefused=1)


def told(news: News, sink: str) -> None:
    """Write down that an incident was told: lists of them are made of these lines."""
    incident = news.incident
    said = {
        "id": incident.id,
        "severity": incident.severity,
        "title": visible(incident.title, limit=_LONGEST),
        "kind": news.kind,
        "sink": sink,
    }
    logger.info(msgspec.json.encode({"incident": said}).decode())


def failed(error: Exception) -> None:
    """Write down why nothing could be done at all."""
    logger.error("failed: %s", visible(str(error), limit=_LONGEST))


def account(handled: Handled) -> None:
    """Write down metrics and remarks.  Of several delays the longest is told."""
    delays = {"Delay": max(handled.delays)} if handled.delays else {}
    count(**handled.counts, **delays)
    for remark in handled.remarks:
        logger.warning(visible(remark, limit=_LONGEST))
