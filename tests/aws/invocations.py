"""What Lambda invokes a function with, written by hand for several tests."""

import json
from typing import Any
from urllib.parse import quote_plus

from msgspec import Struct

Json = dict[str, Any]

BUCKET = "example-trail"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:tidewaiter-events"
SENT = 1770127331000  # milliseconds; 2026-02-03T14:02:11Z


class Context(Struct):
    """What Lambda tells a function about the invocation."""

    function_name: str = "tidewaiter-worker"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:111122223333:function:tidewaiter-worker"
    aws_request_id: str = "11111111-2222-4333-8444-555555555555"
    remaining: int = 60_000  # milliseconds

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still run."""
        return self.remaining


def messages(*bodies: Any) -> Json:
    """A batch of a queue; text is a body as it stands."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "EXAMPLE",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"SentTimestamp": str(SENT), "ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": QUEUE,
                "awsRegion": "eu-west-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def on_bus(record: Json) -> Json:
    """A CloudTrail record as EventBridge delivers it."""
    service = str(record["eventSource"]).removesuffix(".amazonaws.com")
    return {
        "version": "0",
        "id": "22222222-3333-4444-8555-666666666666",
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{service}",
        "account": "111122223333",
        "time": record["eventTime"],
        "region": "eu-west-1",
        "resources": [],
        "detail": record,
    }


def notified(key: str, version: str | None = None, happened: str = "ObjectCreated:Put") -> Json:
    """A notification of S3 about one object."""
    versioned = {} if version is None else {"versionId": version}
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "eu-west-1",
                "eventTime": "2026-02-03T14:02:11.000Z",
                "eventName": happened,
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "bucket": {"name": BUCKET, "arn": f"arn:aws:s3:::{BUCKET}"},
                    "object": {"key": quote_plus(key, safe="/"), "size": 1024, **versioned},
                },
            }
        ]
    }


def created(key: str, version: str | None = None) -> Json:
    """S3's event on EventBridge about one object."""
    versioned = {} if version is None else {"version-id": version}
    return {
        "version": "0",
        "id": "33333333-4444-4555-8666-777777777777",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2026-02-03T14:02:11Z",
        "region": "eu-west-1",
        "resources": [f"arn:aws:s3:::{BUCKET}"],
        "detail": {
            "version": "0",
            "bucket": {"name": BUCKET},
            "object": {"key": key, "size": 1024, **versioned},
            "reason": "PutObject",
        },
    }


def trail(*keys: str) -> Json:
    """CloudTrail's notice of new files."""
    return {"s3Bucket": BUCKET, "s3ObjectKey": list(keys)}


def mailed(message: Any) -> Json:
    """What a topic puts into a queue."""
    return {
        "Type": "Notification",
        "MessageId": "44444444-5555-4666-8777-888888888888",
        "TopicArn": "arn:aws:sns:eu-west-1:111122223333:trail",
        "Message": json.dumps(message),
        "Timestamp": "2026-02-03T14:02:11.000Z",
    }
