"""A whole deployment at moto: table, buckets, topics, and queues that hear what the topics say."""

import json
from collections.abc import Iterable
from itertools import count
from typing import Any

import boto3
import msgspec
from msgspec import Struct

from tests.aws.buckets import contents, environment, new_bucket, s3
from tests.aws.tables import REGION, endpoint, memory_in, new_table, shared_client
from tidewaiter_aws.dynamodb import DynamodbMemory
from tidewaiter_aws.dynamodb_items import LEASE

ACCOUNT = "123456789012"  # moto's
ELSEWHERE = "eu-central-1"  # a Security Hub apart from that of other tests

_numbers = count(1)


class Heard(Struct, frozen=True):
    """What a topic said: a mail's subject and body, or JSON for machines."""

    subject: str | None
    text: str
    attributes: dict[str, str]


class Cloud:
    """What the functions were deployed beside; AWS is one account here, and all tests share it."""

    def __init__(self, region: str = REGION) -> None:
        """Have topics and Security Hub in ``region``."""
        session = boto3.Session("testing", "testing", region_name=region)
        self._region = region
        self._sns = session.client("sns", endpoint_url=endpoint())
        self._sqs = session.client("sqs", endpoint_url=endpoint())
        self._hub = session.client("securityhub", endpoint_url=endpoint())
        self._queues: dict[str, str] = {}
        self.table = new_table()
        self.quarantine = new_bucket()
        self.settings = new_bucket()
        self.mail = self._topic("mail")
        self.incidents = self._topic("incidents")

    def _topic(self, kind: str) -> str:
        name = f"{kind}-{next(_numbers)}"
        url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = f"arn:aws:sns:{self._region}:{ACCOUNT}:{name}"
        self._queues[arn] = url
        self.open_topic(arn)
        return arn

    @property
    def environment(self) -> dict[str, str]:
        """What Terraform would put into the environment of the functions, and where AWS is."""
        return {
            **environment(),
            "TIDEWAITER_MEMORY": f"dynamodb://{self.table}",
            "TIDEWAITER_SETTINGS": f"s3://{self.settings}/tidewaiter.toml",
            "TIDEWAITER_QUARANTINE": self.quarantine,
            "TIDEWAITER_MAIL_TOPIC": self.mail,
            "TIDEWAITER_INCIDENT_TOPIC": self.incidents,
            "TIDEWAITER_SECURITY_HUB": "on",
            "TIDEWAITER_READ_MANIFESTS": "off",
            "POWERTOOLS_SERVICE_NAME": "tidewaiter",
            "POWERTOOLS_METRICS_NAMESPACE": "Tidewaiter",
            "LOG_LEVEL": "INFO",
        }

    def heard(self, topic: str) -> list[Heard]:
        """Take what ``topic`` said since somebody asked last, in order."""
        found = []
        while batch := self._received(topic):
            found += [_heard(json.loads(one["Body"])) for one in batch]
        return found

    def _received(self, topic: str) -> Iterable[Any]:
        url = self._queues[topic]
        batch = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for one in batch:
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return batch

    def close_topic(self, topic: str) -> None:
        """Let nobody publish to ``topic`` any more."""
        self._sns.delete_topic(TopicArn=topic)

    def open_topic(self, topic: str) -> None:
        """Have the topic, and its queue hear it."""
        self._sns.create_topic(Name=topic.rpartition(":")[2])
        url = self._queues[topic]
        attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        queue = attributes["Attributes"]["QueueArn"]
        self._sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    def findings(self, incident: str) -> list[dict[str, Any]]:
        """What Security Hub was told of ``incident``, by whomever: there is one for an account."""
        found = msgspec.convert(self._hub.get_findings()["Findings"], list[dict[str, Any]])
        return [one for one in found if incident in one["Id"]]

    @property
    def memory(self) -> DynamodbMemory:
        """The memory of the functions."""
        return memory_in(self.table)

    def let_leases_end(self) -> None:
        """Let the minute pass for which a lease holds."""
        for item in shared_client().scan(TableName=self.table)["Items"]:
            if item["order"]["S"] == LEASE:
                key = {name: item[name] for name in ("topic", "order")}
                shared_client().delete_item(TableName=self.table, Key=key)

    def kept(self) -> dict[str, bytes]:
        """What lies in quarantine."""
        return contents(self.quarantine)

    def configure(self, text: str) -> None:
        """Write the settings."""
        s3().put_object(Bucket=self.settings, Key="tidewaiter.toml", Body=text.encode())


def _heard(told: dict[str, Any]) -> Heard:
    given = told.get("MessageAttributes", {})
    attributes = {name: str(one["Value"]) for name, one in given.items()}
    return Heard(told.get("Subject"), told["Message"], attributes)
