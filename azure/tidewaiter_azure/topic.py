"""Incidents for programs, by a custom topic of Event Grid.

Each event holds, as its data, one line of ``docs/json.md``; subscriptions filter by its type and by
members of its data, such as ``data.severity``.
https://learn.microsoft.com/azure/event-grid/post-to-custom-topic
"""

from datetime import UTC, datetime

from msgspec import json

from tidewaiter.news import News
from tidewaiter.outputs.fitting import fitted
from tidewaiter_azure import log
from tidewaiter_azure.rest import Rest

PATIENCE = 20.0  # seconds for one event
SCOPE = "https://eventgrid.azure.net/.default"
_LARGEST = 1_000_000  # bytes of the data; an event has at most 1 MiB


class IncidentTopic:
    """Tells the subscribers of the topic that ``rest`` asks; its schema is Event Grid's own."""

    name = "incidents"

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def send(self, news: News) -> None:
        """Send the incident as it is now; what does not fit is named in its ``cut``."""
        event = {
            "id": news.id,
            "subject": f"/incidents/{news.incident.id}",
            "eventType": f"Tidewaiter.Incident{news.kind.capitalize()}",
            "eventTime": datetime.now(UTC).isoformat(),
            "dataVersion": "1",
            "data": json.decode(fitted(news.incident, _LARGEST)),
        }
        self._rest.ask("POST", "?api-version=2018-01-01", [event])
        log.told(news, self.name)
