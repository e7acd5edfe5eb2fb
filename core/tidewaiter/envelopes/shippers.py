"""How log shippers, exports and plain lists wrap records; and our own quarantine file."""

from collections.abc import Callable

from tidewaiter.envelopes.interface import (
    Fields,
    Inner,
    Opened,
    Wrapper,
    elements,
    embedded,
    is_json_text,
    is_list,
    is_object,
    is_text,
)
from tidewaiter.envelopes.payloads import payload
from tidewaiter.envelopes.rows import is_row
from tidewaiter.reading.salvaging import LISTS
from tidewaiter.sources.interface import Record

# Where a list stands under a name, who writes it so.
_LINKS = {
    "records": "https://learn.microsoft.com/azure/azure-monitor/essentials/resource-logs-schema",
    "Events": "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html",
    "events": "https://distribution.github.io/distribution/about/notifications/",
    "items": "https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#webhook-backend",
    "value": "https://learn.microsoft.com/rest/api/monitor/activity-logs/list",
    "results": "https://docs.splunk.com/Documentation/Splunk/latest/Search/ExportdatausingSplunkWeb",
    "Messages": "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html",
    "receivedMessages": "https://cloud.google.com/pubsub/docs/reference/rest/v1/PullResponse",
}


def _list(name: str, link: str, *beside: str) -> Wrapper:
    """Make a wrapper whose member ``name`` is a list, told by one of the members ``beside``."""

    def fits(fields: Fields) -> bool:
        return is_list(fields, name) and any(other in fields for other in beside)

    def spread(record: Record, path: str) -> Opened:
        yield from elements(record.fields, name, path, record.context)

    return Wrapper(name, link, fits, spread)


def _embedding(name: str, link: str, *beside: str) -> Wrapper:
    """Make a wrapper whose member ``name`` is JSON text or a row of a flow log, told by one of the
    members ``beside``.
    """

    def fits(fields: Fields) -> bool:
        if not any(other in fields for other in beside):
            return False
        return is_json_text(fields, name) or is_row(fields, name)

    def unpack(record: Record, path: str) -> Opened:
        yield embedded(record.fields, name, path, record.context)

    return Wrapper(name, link, fits, unpack)


def _opening(name: str) -> Callable[[Record, str], Opened]:
    def unpack(record: Record, path: str) -> Opened:
        yield Inner(record.fields[name], f"{path}.{name}", record.context)

    return unpack


def _is_raw_result(fields: Fields) -> bool:
    return is_object(fields, "result") and b'"_raw"' in bytes(fields["result"])


def _is_collected(fields: Fields) -> bool:
    inside = is_object(fields, "event") or is_list(fields, "event")
    return inside and not _COLLECTORS.isdisjoint(fields)


def _is_quarantined(fields: Fields) -> bool:
    return {"file", "record", "reason"} <= fields.keys() and (
        is_text(fields, "raw") or is_text(fields, "raw_base64")
    )


def _quarantined(record: Record, path: str) -> Opened:
    if "raw" in record.fields:
        yield embedded(record.fields, "raw", path, record.context)
    else:
        yield Inner(
            payload(record.fields, "raw_base64", path), f"{path}.raw_base64", record.context
        )


# Splunk's collector; collections of sample events, which name the kind of log.
_COLLECTORS = frozenset(("sourcetype", "host", "log_types"))

_QUARANTINE = "tidewaiter/quarantine.py"
_FILEBEAT = "https://www.elastic.co/guide/en/beats/filebeat/current/exported-fields-log.html"
_JSON_FILE = "https://docs.docker.com/engine/logging/drivers/json-file/"
_LOGGING = "https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list"
_RESOURCE_GRAPH = (
    "https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources"
)
_SPLUNK = "https://docs.splunk.com/Documentation/Splunk/latest/RESTREF/RESTsearch"
_COLLECTOR = (
    "https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector"
)

WRAPPERS = (
    *(_list(name, _LINKS[name], name) for name in LISTS if name in _LINKS),
    _list("data", _RESOURCE_GRAPH, "total_records", "totalRecords"),
    _list("entries", _LOGGING, "entries"),
    _embedding("message", _FILEBEAT, "@timestamp"),
    _embedding("log", _JSON_FILE, "stream"),
    _embedding("_raw", _SPLUNK, "_raw"),
    Wrapper("result", _SPLUNK, _is_raw_result, _opening("result")),
    _embedding("event", _COLLECTOR, "sourcetype", "host"),
    Wrapper("event", _COLLECTOR, _is_collected, _opening("event")),
    Wrapper("reason", _QUARANTINE, _is_quarantined, _quarantined),
)
