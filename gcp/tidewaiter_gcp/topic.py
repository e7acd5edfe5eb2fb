"""A topic of Pub/Sub: incidents as JSON for programs.

Messages carry attributes by which a subscription can filter (equal, beginning with, or there at
all): ``severity``, ``kind``, ``id``, and one ``detector.NAME`` and ``account.NAME`` for each.
``pubsub.topics.publish`` on the topic is needed.  https://cloud.google.com/pubsub/quotas
"""

import re
from base64 import b64encode
from collections.abc import Iterable

import msgspec

from tidewaiter.news import News
from tidewaiter.outputs.escape import visible
from tidewaiter.outputs.fitting import fitted
from tidewaiter.settings import SettingsError
from tidewaiter_gcp.services import Services

PATIENCE = 20.0  # seconds for one message; with the last attempt it stays below half a minute
_LARGEST = 7_000_000  # bytes of an incident: a request has at most 10 MB, and base64 takes a third
_MANY = 40  # attributes of one kind; a message has at most 100
_LONGEST = 200  # characters of a name; the name of an attribute has at most 256 bytes
_NAME = re.compile(r"projects/[a-z0-9.:-]{4,80}/topics/[A-Za-z][A-Za-z0-9._~+%-]{2,254}")


class IncidentTopic:
    """Tells programs: each message is one line of ``docs/json.md``."""

    name = "incidents"

    def __init__(self, topic: str, services: Services) -> None:
        """``topic`` is ``projects/PROJECT/topics/NAME``, or a ``SettingsError`` is raised."""
        if not _NAME.fullmatch(topic):
            raise SettingsError(f"{topic!r} is not projects/PROJECT/topics/NAME")
        self._topic = topic
        self._services = services

    def send(self, news: News) -> None:
        """Send the incident as it is now; what does not fit is named in its ``cut``.

        Raises :class:`~tidewaiter.errors.Unavailable`.  A repeated attempt may send it twice, with
        the same ``id``.
        """
        data = b64encode(fitted(news.incident, _LARGEST).encode()).decode()
        message = {"data": data, "attributes": attributes(news)}
        body = msgspec.json.encode({"messages": [message]})
        self._services.post("pubsub", f"/v1/{self._topic}:publish", body)


def attributes(news: News) -> dict[str, str]:
    """Return what subscriptions filter by."""
    incident = news.incident
    return {
        "severity": str(incident.severity),
        "kind": str(news.kind),
        "id": news.id,
        **_each("detector", (one.detector for one in incident.findings)),
        **_each("account", incident.accounts),
    }


def _each(kind: str, names: Iterable[str]) -> dict[str, str]:
    """Filters look for an attribute, and into no list."""
    found = list(dict.fromkeys(names))[:_MANY]
    return {f"{kind}.{_ascii(name)}"[:_LONGEST]: "true" for name in found}


def _ascii(name: str) -> str:
    return visible(name, _LONGEST).encode("ascii", "backslashreplace").decode()
