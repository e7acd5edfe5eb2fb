"""What clouds, queues and shippers wrap around a record, written by hand for several tests."""

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any, NamedTuple

Json = dict[str, Any]

RECORD: Json = {
    "eventVersion": "1.09",
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice"},
    "eventTime": "2026-02-03T14:02:11Z",
    "eventSource": "ecr.amazonaws.com",
    "eventName": "BatchGetImage",
    "awsRegion": "eu-west-1",
    "requestParameters": {"repositoryName": "prod/web", "imageIds": [{"imageTag": "latest"}]},
    "eventID": "11111111-2222-4333-8444-555555555555",
    "recipientAccountId": "111122223333",
}


def text(value: Any) -> str:
    """JSON as the clouds write it."""
    return json.dumps(value, separators=(",", ":"))


def packed(value: Any) -> str:
    """JSON in base64."""
    return base64.b64encode(text(value).encode()).decode()


def squeezed(value: Any) -> str:
    """JSON in gzip in base64."""
    return base64.b64encode(gzip.compress(text(value).encode())).decode()


def log_group(value: Any) -> Json:
    """A delivery of CloudWatch Logs, decoded."""
    return {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/aws/eks/prod/cluster",
        "logStream": "kube-apiserver-audit-1",
        "logEvents": [{"id": "1", "timestamp": 1770127331000, "message": text(value)}],
    }


def message(value: Any) -> Json:
    """A Pub/Sub message."""
    return {
        "data": packed(value),
        "attributes": {"eventType": "OBJECT_FINALIZE"},
        "messageId": "99",
        "publishTime": "2026-02-03T14:02:11Z",
    }


class Wrapper(NamedTuple):
    """How a record is wrapped, and where it then stands; some hold nothing but objects."""

    wrap: Callable[[Any], Any]
    path: str
    only_objects: bool = False


def _bus(value: Any) -> Json:
    return {
        "version": "0",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ecr",
        "account": "444455556666",
        "region": "us-east-1",
        "detail": value,
    }


def _cloud_event(**data: Any) -> Json:
    kind = "google.cloud.audit.log.v1.written"
    return {"specversion": "1.0", "type": kind, "id": "7", "source": "//example.com", **data}


def _notification(value: Any) -> Json:
    topic = "arn:aws:sns:eu-west-1:111122223333:trail"
    return {"Type": "Notification", "TopicArn": topic, "Message": text(value)}


def _entry(**raw: str) -> Json:
    return {"file": "a.json", "record": 3, "path": "$", "reason": "cut off", **raw}


WRAPPERS = {
    "delivery": Wrapper(lambda x: {"Records": [x]}, ".Records[0]"),
    "lookup-events": Wrapper(
        lambda x: {"Events": [{"EventId": "1", "CloudTrailEvent": text(x)}]},
        ".Events[0].CloudTrailEvent",
    ),
    "sqs": Wrapper(
        lambda x: {"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": text(x)}]},
        ".Records[0].body",
    ),
    "receive-message": Wrapper(
        lambda x: {"Messages": [{"MessageId": "1", "ReceiptHandle": "h", "Body": text(x)}]},
        ".Messages[0].Body",
    ),
    "sns": Wrapper(
        lambda x: {"Records": [{"EventSource": "aws:sns", "Sns": _notification(x)}]},
        ".Records[0].Sns.Message",
    ),
    "sns-http": Wrapper(_notification, ".Message"),
    "eventbridge": Wrapper(_bus, ".detail", only_objects=True),
    "subscription": Wrapper(
        lambda x: {"awslogs": {"data": squeezed(log_group(x))}},
        ".awslogs.data.logEvents[0].message",
    ),
    "log-events": Wrapper(log_group, ".logEvents[0].message"),
    "filter-log-events": Wrapper(
        lambda x: {"events": [{"message": text(x), "timestamp": 1, "ingestionTime": 2}]},
        ".events[0].message",
    ),
    "kinesis": Wrapper(
        lambda x: {"Records": [{"eventSource": "aws:kinesis", "kinesis": {"data": packed(x)}}]},
        ".Records[0].kinesis.data",
    ),
    "kinesis-gzip": Wrapper(
        lambda x: {"Records": [{"eventSource": "aws:kinesis", "kinesis": {"data": squeezed(x)}}]},
        ".Records[0].kinesis.data",
    ),
    "firehose": Wrapper(
        lambda x: {"records": [{"recordId": "1", "data": packed(x)}]}, ".records[0].data"
    ),
    "event-hub": Wrapper(lambda x: {"records": [x]}, ".records[0]"),
    "azure-rest": Wrapper(lambda x: {"value": [x], "nextLink": None}, ".value[0]"),
    "azure-resource-graph": Wrapper(
        lambda x: {"totalRecords": 1, "count": 1, "data": [x], "facets": []}, ".data[0]"
    ),
    "azure-cli-graph": Wrapper(
        lambda x: {"count": 1, "data": [x], "skip_token": None, "total_records": 1}, ".data[0]"
    ),
    "google-entries": Wrapper(lambda x: {"entries": [x], "nextPageToken": "t"}, ".entries[0]"),
    "array": Wrapper(lambda x: [x], "[0]"),
    "arrays": Wrapper(lambda x: [[x]], "[0][0]"),
    "items": Wrapper(lambda x: {"kind": "EventList", "items": [x]}, ".items[0]"),
    "distribution": Wrapper(lambda x: {"events": [x]}, ".events[0]"),
    "alert": Wrapper(
        lambda x: {
            "schemaId": "azureMonitorCommonAlertSchema",
            "data": {"essentials": {}, "alertContext": x},
        },
        ".data.alertContext",
    ),
    "alert-data": Wrapper(
        lambda x: {"essentials": {}, "alertContext": x}, ".alertContext", only_objects=True
    ),
    "cloud-event": Wrapper(lambda x: _cloud_event(data=x), ".data"),
    "cloud-event-base64": Wrapper(lambda x: _cloud_event(data_base64=packed(x)), ".data_base64"),
    "push": Wrapper(
        lambda x: {"message": message(x), "subscription": "projects/p/subscriptions/s"},
        ".message.data",
    ),
    "pull": Wrapper(
        lambda x: {"receivedMessages": [{"ackId": "a", "message": message(x)}]},
        ".receivedMessages[0].message.data",
    ),
    "message": Wrapper(message, ".data"),
    "filebeat": Wrapper(lambda x: {"@timestamp": "t", "message": text(x)}, ".message"),
    "json-file": Wrapper(lambda x: {"log": text(x) + "\n", "stream": "stdout"}, ".log"),
    "splunk": Wrapper(lambda x: {"preview": False, "result": {"_raw": text(x)}}, ".result._raw"),
    "splunk-results": Wrapper(lambda x: {"results": [{"_raw": text(x)}]}, ".results[0]._raw"),
    "collector": Wrapper(lambda x: {"event": x, "sourcetype": "aws:cloudtrail"}, ".event"),
    "collector-text": Wrapper(lambda x: {"event": text(x), "host": "h"}, ".event"),
    "quarantine": Wrapper(lambda x: _entry(raw=text(x)), ".raw"),
    "quarantine-bytes": Wrapper(lambda x: _entry(raw_base64=packed(x)), ".raw_base64"),
}
