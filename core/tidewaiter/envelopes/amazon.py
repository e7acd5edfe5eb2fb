"""How AWS wraps records on their way to a function, a queue or a bucket."""

from msgspec.structs import replace

from tidewaiter.envelopes.interface import (
    OBJECT,
    Fields,
    Inner,
    Opened,
    Wrapper,
    anything,
    elements,
    embedded,
    is_json_text,
    is_list,
    is_object,
    is_text,
    member,
    optional_text,
    text,
)
from tidewaiter.envelopes.payloads import payload
from tidewaiter.envelopes.rows import is_row, row
from tidewaiter.sources.interface import Context, Ignored, Record, decode

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html"


def _is(fields: Fields, name: str, value: bytes) -> bool:
    return bytes(fields.get(name, b"")) == value


def _delivery(record: Record, path: str) -> Opened:
    yield from elements(record.fields, "Records", path, record.context)


def _looked_up(record: Record, path: str) -> Opened:
    yield embedded(record.fields, "CloudTrailEvent", path, record.context)


def _queued(record: Record, path: str) -> Opened:
    yield embedded(record.fields, "body", path, record.context)


def _received(record: Record, path: str) -> Opened:
    yield embedded(record.fields, "Body", path, record.context)


def _published(record: Record, path: str) -> Opened:
    yield Inner(member(record.fields, "Sns", path), f"{path}.Sns", record.context)


def _is_notification(fields: Fields) -> bool:
    return is_text(fields, "Message") and "TopicArn" in fields


def _notified(record: Record, path: str) -> Opened:
    topic = optional_text(record.fields, "TopicArn", path)
    # Who subscribes or unsubscribes gets a message, too.
    kind = optional_text(record.fields, "Type", path) or "Notification"
    if kind != "Notification":
        yield Ignored(f"sns {kind}")
        return
    yield embedded(record.fields, "Message", path, _with(record.context, topic=topic))


def _is_from_cloudtrail(fields: Fields) -> bool:
    title = bytes(fields.get("detail-type", b""))
    return title.endswith(b' via CloudTrail"') and is_object(fields, "detail")


def _bus(record: Record, path: str) -> Opened:
    context = _with(
        record.context,
        account=optional_text(record.fields, "account", path),
        region=optional_text(record.fields, "region", path),
    )
    yield Inner(record.fields["detail"], f"{path}.detail", context)


def _subscription(record: Record, path: str) -> Opened:
    inside = f"{path}.awslogs"
    fields = decode(OBJECT, member(record.fields, "awslogs", path), inside)
    yield Inner(payload(fields, "data", inside), f"{inside}.data", record.context)


def _log_events(record: Record, path: str) -> Opened:
    kind = optional_text(record.fields, "messageType", path)
    if kind == "CONTROL_MESSAGE":  # CloudWatch Logs tests whether the destination can be reached
        yield Ignored("cloudwatch logs control message")
        return
    context = _with(
        record.context,
        log_group=optional_text(record.fields, "logGroup", path),
        account=optional_text(record.fields, "owner", path),
    )
    yield from elements(record.fields, "logEvents", path, context)


def _is_log_event(fields: Fields) -> bool:
    return is_text(fields, "message") and "timestamp" in fields and _LOG_EVENT.issuperset(fields)


# Of a subscription, and of `aws logs filter-log-events` and `get-log-events`.
_LOG_EVENT = frozenset(
    ("id", "timestamp", "message", "extractedFields", "ingestionTime", "logStreamName", "eventId")
)


def _log_event(record: Record, path: str) -> Opened:
    # A log group holds lines of text beside records: the EKS control plane writes both.
    if is_json_text(record.fields, "message"):
        yield embedded(record.fields, "message", path, record.context)
        return
    found = row(text(record.fields, "message", path).encode(), record.context.flow_formats)
    if isinstance(found, bytes):
        yield Inner(found, f"{path}.message", record.context)
    else:
        yield found or Ignored("cloudwatch logs text")


def _stream(record: Record, path: str) -> Opened:
    inside = f"{path}.kinesis"
    fields = decode(OBJECT, record.fields["kinesis"], inside)
    yield Inner(payload(fields, "data", inside), f"{inside}.data", record.context)


def _is_published_row(fields: Fields) -> bool:
    return len(fields) == 1 and is_row(fields, "message")


def _published_row(record: Record, path: str) -> Opened:
    yield embedded(record.fields, "message", path, record.context)


def _firehose(record: Record, path: str) -> Opened:
    yield Inner(payload(record.fields, "data", path), f"{path}.data", record.context)


def _with(
    context: Context,
    account: str | None = None,
    region: str | None = None,
    log_group: str | None = None,
    topic: str | None = None,
) -> Context:
    return replace(
        context,
        account=account or context.account,
        region=region or context.region,
        log_group=log_group or context.log_group,
        topic=topic or context.topic,
    )


WRAPPERS = (
    Wrapper("Records", f"{_LAMBDA}lambda-services.html", anything, _delivery),
    Wrapper(
        "CloudTrailEvent",
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html",
        anything,
        _looked_up,
    ),
    Wrapper(
        "body",
        f"{_LAMBDA}with-sqs.html",
        lambda fields: _is(fields, "eventSource", b'"aws:sqs"'),
        _queued,
    ),
    Wrapper(
        "Body",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html",
        lambda fields: "ReceiptHandle" in fields,
        _received,
    ),
    Wrapper("Sns", f"{_LAMBDA}with-sns.html", anything, _published),
    Wrapper(
        "Message",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html",
        _is_notification,
        _notified,
    ),
    Wrapper(
        "detail",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html",
        _is_from_cloudtrail,
        _bus,
    ),
    Wrapper("awslogs", f"{_LAMBDA}services-cloudwatchlogs.html", anything, _subscription),
    Wrapper("logEvents", _LOGS, lambda fields: is_list(fields, "logEvents"), _log_events),
    Wrapper("message", _LOGS, _is_log_event, _log_event),
    Wrapper(
        "message",
        "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-firehose.html",
        _is_published_row,
        _published_row,
    ),
    Wrapper(
        "kinesis",
        f"{_LAMBDA}with-kinesis.html",
        lambda fields: is_object(fields, "kinesis"),
        _stream,
    ),
    Wrapper(
        "recordId",
        "https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html",
        lambda fields: is_text(fields, "data"),
        _firehose,
    ),
)
