"""How Azure Monitor wraps records in an alert.

Event Grid events, in either schema, are no wrappers: their sources read them whole.
"""

from tidewaiter.envelopes.interface import OBJECT, Fields, Inner, Opened, Wrapper, is_object, member
from tidewaiter.sources.interface import Record, decode

_LINK = "https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema"


def _is_alert(fields: Fields) -> bool:
    return bytes(fields["schemaId"]).lower() == b'"azuremonitorcommonalertschema"'


def _alert(record: Record, path: str) -> Opened:
    inside = f"{path}.data"
    data = decode(OBJECT, member(record.fields, "data", path), inside)
    yield Inner(member(data, "alertContext", inside), f"{inside}.alertContext", record.context)


def _is_data(fields: Fields) -> bool:
    return is_object(fields, "alertContext") and {"alertContext", "essentials"}.issuperset(fields)


def _data(record: Record, path: str) -> Opened:
    yield Inner(record.fields["alertContext"], f"{path}.alertContext", record.context)


WRAPPERS = (
    Wrapper("schemaId", _LINK, _is_alert, _alert),
    Wrapper("alertContext", _LINK, _is_data, _data),
)
