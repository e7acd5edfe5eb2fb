"""How Azure Monitor wraps records in an alert, and how Network Watcher packs flows into records.

Event Grid events, in either schema, are no wrappers: their sources read them whole.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct, field

from tidewaiter.envelopes.interface import OBJECT, Fields, Inner, Opened, Wrapper, is_object, member
from tidewaiter.errors import Malformed
from tidewaiter.sources.interface import Context, Record, decode

_LINK = "https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema"
_WATCHER = "https://learn.microsoft.com/azure/network-watcher/"

# What is said once for many flows is repeated with each of them, so it must not be long: names of
# rules have 80 characters at most, and resource ids hardly 500.
_LONGEST = 1024

_Name = Annotated[str, Meta(max_length=_LONGEST)]
_Tuples = list[Raw] | None
_About = dict[str, Raw | str | None]


class _Group(Struct):
    rule: _Name | None = None
    tuples: _Tuples = field(name="flowTuples", default=None)


class _Acl(Struct):
    acl: _Name | None = field(name="aclID", default=None)
    groups: list[_Group] | None = field(name="flowGroups", default=None)


class _FlowRecords(Struct):
    flows: list[_Acl] | None = None


class _Interface(Struct):
    mac: _Name | None = None
    tuples: _Tuples = field(name="flowTuples", default=None)


class _Rule(Struct):
    rule: _Name | None = None
    flows: list[_Interface] | None = None


class _Properties(Struct):
    flows: list[_Rule] | None = None


_FLOW_RECORDS = msgspec.json.Decoder(_FlowRecords)
_PROPERTIES = msgspec.json.Decoder(_Properties)
_ENCODER = msgspec.json.Encoder()
_TOLD = ("category", "operationName", "macAddress", "resourceId", "targetResourceID")


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


def _is_flow_log(fields: Fields) -> bool:
    return bytes(fields.get("category", b"")).lower() == b'"flowlogflowevent"'


def _flow_log(record: Record, path: str) -> Opened:
    inside = f"{path}.flowRecords"
    found = decode(_FLOW_RECORDS, record.fields["flowRecords"], inside)
    about = _about(record.fields, path)
    for one, acl in enumerate(found.flows or ()):
        for other, group in enumerate(acl.groups or ()):
            place = f"{inside}.flows[{one}].flowGroups[{other}]"
            told = {**about, "aclID": acl.acl, "rule": group.rule}
            yield from _flows(told, group.tuples, place, record.context)


def _is_group_log(fields: Fields) -> bool:
    return bytes(fields.get("category", b"")).lower() == b'"networksecuritygroupflowevent"'


def _group_log(record: Record, path: str) -> Opened:
    inside = f"{path}.properties"
    found = decode(_PROPERTIES, member(record.fields, "properties", path), inside)
    about = _about(record.fields, path)
    for one, rule in enumerate(found.flows or ()):
        for other, interface in enumerate(rule.flows or ()):
            place = f"{inside}.flows[{one}].flows[{other}]"
            told = {**about, "rule": rule.rule, "mac": interface.mac}
            yield from _flows(told, interface.tuples, place, record.context)


def _about(fields: Fields, path: str) -> _About:
    """Return what a record says of all its flows.  Raises :class:`Malformed` if it is long."""
    about: _About = {name: fields[name] for name in _TOLD if name in fields}
    for name in about:
        if len(bytes(fields[name])) > _LONGEST:
            raise Malformed(f"longer than {_LONGEST} bytes", f"{path}.{name}")
    return about


def _flows(about: _About, tuples: _Tuples, path: str, context: Context) -> Iterator[Inner]:
    """Yield a record of its own for each flow, in which ``flowTuple`` is its text."""
    for index, flow in enumerate(tuples or ()):
        raw = _ENCODER.encode({**about, "flowTuple": flow})
        yield Inner(raw, f"{path}.flowTuples[{index}]", context)


WRAPPERS = (
    Wrapper("schemaId", _LINK, _is_alert, _alert),
    Wrapper("alertContext", _LINK, _is_data, _data),
    Wrapper("flowRecords", f"{_WATCHER}vnet-flow-logs-overview", _is_flow_log, _flow_log),
    Wrapper("systemId", f"{_WATCHER}nsg-flow-logs-overview", _is_group_log, _group_log),
)
