"""Topics of SNS: mails for people, and incidents as JSON for programs.

Both carry attributes by which a subscription can filter: ``severity``, ``kind`` and ``id``, and the
lists ``detector`` and ``account``.  ``sns:Publish`` on the topic is all that is needed, and on its
key ``kms:GenerateDataKey`` and ``kms:Decrypt``.
https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from tidewaiter.news import Digest, News
from tidewaiter.outputs import mail
from tidewaiter.outputs.escape import visible
from tidewaiter.outputs.fitting import fitted
from tidewaiter.outputs.jsonl import ascii_json
from tidewaiter.sources.amazon import parse_arn
from tidewaiter_aws.asking import ONCE, Asking

PATIENCE = 20.0  # seconds for one message; with the last attempt it stays below half a minute
_LARGEST = 262_144  # bytes of a message with its attributes
_ATTRIBUTES = 30_000  # bytes of the two lists together
_LONGEST = 200  # characters of one name in them: filters take 256


class Topic:
    """One topic; its client is made when there is something to send.

    Every method raises :class:`~tidewaiter.errors.Unavailable`, which names the topic and the
    reason, when SNS does not take a message: also if there is no such topic, or it is not for us.
    """

    def __init__(self, arn: str, client: Any = None, asking: Asking | None = None) -> None:
        self._arn = arn
        self._given = client
        self._asking = asking or Asking(patience=lambda: PATIENCE)

    @cached_property
    def _client(self) -> Any:
        if self._given is not None:
            return self._given
        import boto3  # it takes long, and most invocations tell nothing

        arn = parse_arn(self._arn)
        return boto3.client("sns", region_name=arn.region if arn else None, config=ONCE)

    def publish(
        self, message: str, attributes: Mapping[str, object], subject: str | None = None
    ) -> None:
        """Send one message; a repeated attempt may send it twice, with the same ``id``."""
        wanted: dict[str, Any] = {
            "TopicArn": self._arn,
            "Message": message,
            "MessageAttributes": attributes,
        }
        if subject is not None:
            wanted["Subject"] = subject
        self._asking.ask(self._arn, lambda: self._client.publish(**wanted))


class MailTopic:
    """Tells people by the subscriptions of a topic; ``memory`` is what they give ``--memory``."""

    name = "mail"

    def __init__(self, topic: Topic, memory: str = "FILE") -> None:
        self._topic = topic
        self._memory = memory

    def send(self, news: News) -> None:
        """Mail the story."""
        text = mail.body(news, self._memory)
        self._topic.publish(text, attributes(news), mail.subject(news))

    def send_digest(self, digest: Digest) -> None:
        """Mail what was worth no mail of its own; its kind is ``digest``."""
        told = {"kind": _text("digest"), "id": _text(f"digest-{digest.day}")}
        text = mail.digest_body(digest, self._memory)
        self._topic.publish(text, told, mail.digest_subject(digest))


class IncidentTopic:
    """Tells programs: each message is one line of ``docs/json.md``."""

    name = "incidents"

    def __init__(self, topic: Topic) -> None:
        self._topic = topic

    def send(self, news: News) -> None:
        """Send the incident as it is now; what does not fit is named in its ``cut``."""
        told = attributes(news)
        room = _LARGEST - sum(
            len(text.encode()) for name, value in told.items() for text in (name, *value.values())
        )
        self._topic.publish(fitted(news.incident, room), told)


def attributes(news: News) -> dict[str, dict[str, str]]:
    """Return what subscriptions filter by, in at most some 30 KB.

    A list that is empty is left out, as SNS takes none.
    """
    incident = news.incident
    lists = {
        "detector": dict.fromkeys(one.detector for one in incident.findings),
        "account": incident.accounts,
    }
    return {
        "severity": _text(str(incident.severity)),
        "kind": _text(str(news.kind)),
        "id": _text(news.id),
        **{name: _array(values) for name, values in lists.items() if values},
    }


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def _array(values: Iterable[str]) -> dict[str, str]:
    """A list for filters, which look for each of its members."""
    told: list[str] = []
    room = _ATTRIBUTES // 2
    for value in values:
        shown = visible(value, limit=_LONGEST)
        room -= len(ascii_json(shown)) + 1
        if room < 0:
            break
        told.append(shown)
    return {"DataType": "String.Array", "StringValue": ascii_json(told)}
