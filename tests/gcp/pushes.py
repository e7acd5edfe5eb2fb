"""What triggers send: messages pushed by Pub/Sub, as they are and as CloudEvents."""

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

Json = dict[str, Any]

SUBSCRIPTION = "projects/example-shop/subscriptions/tidewaiter"
KIND = "google.cloud.pubsub.topic.v1.messagePublished"
SENT = "2026-02-03T14:02:11.123Z"


def push(record: Any) -> Json:
    """The body that Pub/Sub pushes for a message whose data is ``record``, or text as it stands.

    What is a push already stays what it is.
    """
    if isinstance(record, dict) and "message" in record and "subscription" in record:
        return record
    if isinstance(record, dict) and isinstance(record.get("message"), dict):
        return {"message": record["message"], "subscription": SUBSCRIPTION}
    text = record if isinstance(record, str) else json.dumps(record)
    number = str(int(sha256(text.encode()).hexdigest()[:12], 16))
    message = {
        "data": b64encode(text.encode()).decode(),
        "messageId": number,
        "message_id": number,
        "publishTime": SENT,
        "publish_time": SENT,
        "attributes": {},
    }
    return {"message": message, "subscription": SUBSCRIPTION}


def binary(told: Json) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a binary CloudEvent, as Eventarc sends it."""
    headers = {
        "ce_specversion": "1.0",
        "ce_type": KIND,
        "ce_source": "//pubsub.googleapis.com/projects/example-shop/topics/logs",
        "ce_id": told["message"]["messageId"],
        "ce_time": SENT,
    }
    return json.dumps(told).encode(), headers


def structured(told: Json) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a structured CloudEvent."""
    event = {
        "specversion": "1.0",
        "type": KIND,
        "source": "//pubsub.googleapis.com/projects/example-shop/topics/logs",
        "id": told["message"]["messageId"],
        "time": SENT,
        "datacontenttype": "application/json",
        "data": told,
    }
    return json.dumps(event).encode(), {"Content_Type": "application/cloudevents+json"}
