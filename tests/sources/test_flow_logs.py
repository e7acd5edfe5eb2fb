"""Flow logs of all clouds: what golden pairs cannot say."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.envelopes import Damaged, Found, Unwrapped, unwrap
from tidewaiter.intake import interpret
from tidewaiter.model import Category, Dataset, Event, Flow
from tidewaiter.sources import azure_flow_log, gcp_vpc_flow_log, vpc_flow_log
from tidewaiter.sources.interface import Context, record_of

SAMPLES = Path(__file__).parent.parent / "samples"
SOURCES = (azure_flow_log.SOURCE, gcp_vpc_flow_log.SOURCE, vpc_flow_log.SOURCE)
ROW = json.loads((SAMPLES / "vpc_flow_log" / "accepted.json").read_text())
SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001"
NETWORK = f"{SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Network/virtualNetworks/main"


def flow_of(value: Any, context: Context = Context()) -> Event:
    """What one record says."""
    told = interpret(record_of(json.dumps(value), context), whole=True)
    assert isinstance(told, Event)
    return told


def unwrapped(value: Any) -> list[Unwrapped]:
    """All that is in a delivery."""
    return list(unwrap(json.dumps(value).encode()))


@pytest.mark.parametrize(
    "more",
    [
        {"version": "5", "vpc-id": "vpc-0123456789abcdef0", "flow-direction": "ingress"},
        {"version": "3", "pkt-srcaddr": "203.0.113.40", "tcp-flags": "2"},
        {"account-id": None},
    ],
)
def test_one_flow_has_one_act_in_every_format(more: dict[str, str | None]) -> None:
    """A flow that two flow logs tell, in the default and in another format, is one act."""
    default, custom = flow_of(ROW), flow_of({**ROW, **more})
    assert default.act == custom.act
    assert default.time == custom.time
    assert isinstance(default.flow, Flow)
    assert isinstance(custom.flow, Flow)
    assert default.flow.src.address == custom.flow.src.address
    assert default.flow.bytes == custom.flow.bytes


@pytest.mark.parametrize(
    "other", [{"bytes": "4250"}, {"start": "1770127299"}, {"action": "REJECT"}, {"dstport": "80"}]
)
def test_another_flow_is_another_act(other: dict[str, str]) -> None:
    """Flows that differ in what the default format tells are two acts."""
    assert flow_of(ROW).act != flow_of({**ROW, **other}).act


def test_wrappers_tell_whose_flow_it_is() -> None:
    """Account and region come from the wrapper where the row does not tell them."""
    told = flow_of({**ROW, "account-id": "unknown"}, Context("444455556666", "eu-west-1"))
    assert (told.account, told.region) == ("444455556666", "eu-west-1")
    assert flow_of(ROW, Context("444455556666")).account == "111122223333"


def test_flows_are_traffic() -> None:
    """A flow belongs to the dataset Traffic, and to networks."""
    told = flow_of(ROW)
    assert (told.dataset, told.category) == (Dataset.TRAFFIC, Category.NETWORK)


VNET = {
    "time": "2026-02-03T14:02:00.0000000Z",
    "flowLogVersion": 4,
    "flowLogGUID": "00000000-0000-4000-8000-00000000000f",
    "macAddress": "001122AABBCC",
    "category": "FlowLogFlowEvent",
    "flowLogResourceID": f"{SUBSCRIPTION}/flowLogs/main",
    "targetResourceID": NETWORK,
    "operationName": "FlowLogFlowEvent",
    "flowRecords": {
        "flows": [
            {
                "aclID": "00000000-0000-4000-8000-0000000000ac",
                "flowGroups": [
                    {
                        "rule": "DefaultRule_AllowInternetOutBound",
                        "flowTuples": [
                            "1770127300599,192.0.2.6,198.51.100.180,23956,443,6,O,B,NX,0,0,0,0",
                            "1770127300606,192.0.2.6,198.51.100.180,23956,443,6,O,E,NX,3,767,2,9",
                        ],
                    },
                    {"rule": "None"},
                ],
            },
            {"aclID": "unspecified", "flowGroups": None},
            {
                "flowGroups": [
                    {"flowTuples": ["1770127300,192.0.2.6,192.0.2.7,1,2,6,I,D,NX,,,,", 5]}
                ],
            },
        ]
    },
}
NSG = {
    "time": "2026-02-03T14:02:00.0000000Z",
    "systemId": "00000000-0000-4000-8000-00000000000e",
    "macAddress": "001122AABBCC",
    "category": "NetworkSecurityGroupFlowEvent",
    "resourceId": f"{SUBSCRIPTION}/NETWORKSECURITYGROUPS/WEB".upper(),
    "operationName": "NetworkSecurityGroupFlowEvents",
    "properties": {
        "Version": 2,
        "flows": [
            {
                "rule": "DefaultRule_DenyAllInBound",
                "flows": [
                    {
                        "mac": "001122AABBCC",
                        "flowTuples": [
                            "1770127303,203.0.113.86,192.0.2.4,58412,3389,T,I,D,B,,,,",
                            "1770127304,203.0.113.86,192.0.2.4,58413,3389,T,I,D,B,,,,",
                        ],
                    },
                    {"mac": None, "flowTuples": None},
                ],
            },
            {"rule": "None", "flows": None},
        ],
    },
}


def told(value: Any) -> list[tuple[str, str | None, str | None, int | None]]:
    """Path, rule, action and port of each flow of a delivery."""
    events = []
    for one in unwrapped(value):
        assert isinstance(one, Found)
        event = interpret(one.record, whole=True)
        assert isinstance(event, Event)
        assert event.flow is not None
        events.append((one.path, event.flow.rule, event.flow.action, event.flow.src.port))
    return events


def test_a_record_of_a_virtual_network_holds_many_flows() -> None:
    """Each tuple is a record of its own, with its rule and its place."""
    good: Any = json.loads(json.dumps(VNET))
    good["flowRecords"]["flows"][2]["flowGroups"][0]["flowTuples"].pop()
    inside = "$.records[0].flowRecords.flows"
    rule = "DefaultRule_AllowInternetOutBound"
    assert told({"records": [good]}) == [
        (f"{inside}[0].flowGroups[0].flowTuples[0]", rule, "accept", 23956),
        (f"{inside}[0].flowGroups[0].flowTuples[1]", rule, "accept", 23956),
        (f"{inside}[2].flowGroups[0].flowTuples[0]", None, "reject", 1),
    ]


def test_a_record_of_a_security_group_holds_many_flows() -> None:
    """Each tuple is a record of its own, with its rule and its place."""
    inside = "$.records[0].properties.flows[0].flows[0].flowTuples"
    assert told({"records": [NSG]}) == [
        (f"{inside}[0]", "DefaultRule_DenyAllInBound", "reject", 58412),
        (f"{inside}[1]", "DefaultRule_DenyAllInBound", "reject", 58413),
    ]


def test_a_broken_flow_does_not_lose_the_others() -> None:
    """A tuple of a wrong type is malformed, alone."""
    found = [one.record for one in unwrapped(VNET) if isinstance(one, Found)]
    assert [answer(azure_flow_log.SOURCE, bytes(one.raw).decode()) for one in found] == [
        "Event",
        "Event",
        "Event",
        "$.flowTuple",
    ]


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ({**VNET, "flowRecords": 5}, "$.flowRecords", "Expected `object`, got `int`"),
        (
            {**VNET, "flowRecords": {"flows": [{"flowGroups": [{"rule": "x" * 2000}]}]}},
            "$.flowRecords.flows[0].flowGroups[0].rule",
            "Expected `str` of length <= 1024",
        ),
        ({**VNET, "macAddress": "0" * 2000}, "$.macAddress", "longer than 1024 bytes"),
        ({**NSG, "properties": None}, "$.properties", "Expected `object`, got `null`"),
        (
            {name: value for name, value in NSG.items() if name != "properties"},
            "$",
            "Object missing required field `properties`",
        ),
    ],
)
def test_a_broken_record_is_kept_whole(value: Any, path: str, reason: str) -> None:
    """A record that cannot be taken apart is damage; what is long is not repeated for each flow."""
    (found,) = unwrapped(value)
    assert isinstance(found, Damaged)
    assert (found.error.path, found.error.reason) == (path, reason)
    assert bytes(found.raw) == json.dumps(value).encode()


@pytest.mark.parametrize("mark", ["flowRecords", "systemId"])
def test_others_may_use_the_same_words(mark: str) -> None:
    """A record that shares a member with flow logs stays whole."""
    (found,) = unwrapped({mark: {}, "category": "NetworkSecurityGroupEvent"})
    assert isinstance(found, Found)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_wrong_types_are_malformed(source: Any) -> None:
    """Whatever stands in whatever member of a sample, the answer is an event or a path."""
    for sample in sorted((SAMPLES / source.name).glob("*.json")):
        if sample.name.endswith(".expected.json"):
            continue
        whole = json.loads(sample.read_text())
        for wrong in WRONG:
            for changed in mutations(whole, wrong):
                told = answer(source, json.dumps(changed))
                assert told in {"Event", "Ignored", "unclaimed"} or told.startswith("$")


@pytest.mark.parametrize("value", [VNET, NSG], ids=["network", "group"])
def test_wrong_types_in_a_delivery_are_damage(value: Any) -> None:
    """Whatever stands in whatever member of a record with many flows, nothing raises."""
    for wrong in WRONG:
        for changed in mutations(value, wrong):
            for one in unwrapped(changed):
                if isinstance(one, Found):
                    told = answer(azure_flow_log.SOURCE, bytes(one.record.raw).decode())
                    assert told in {"Event", "unclaimed"} or told.startswith("$")
