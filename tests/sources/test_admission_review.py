"""What golden pairs cannot say about admission reviews: they tell what the audit log tells."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.intake import interpret
from tidewaiter.model import Event, Outcome
from tidewaiter.sources import Context
from tidewaiter.sources.admission_review import SOURCE
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples"
TIME = "2025-06-12T18:04:09Z"
USER = {"username": "alice@example.com", "groups": ["system:authenticated"]}
METADATA = {"name": "web", "namespace": "shop", "creationTimestamp": TIME}
POD_SPEC = {"containers": [{"name": "web", "image": "registry.example.com/shop/web:7"}]}
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "pod": ("pods", "", {"metadata": METADATA, "spec": POD_SPEC}),
    "deployment": (
        "deployments",
        "",
        {"metadata": METADATA, "spec": {"template": {"spec": POD_SPEC}}},
    ),
    "cronjob": (
        "cronjobs",
        "",
        {
            "metadata": METADATA,
            "spec": {"jobTemplate": {"spec": {"template": {"spec": POD_SPEC}}}},
        },
    ),
    "pod without image": ("pods", "", {"metadata": METADATA, "spec": {"containers": [{}]}}),
    "eviction": ("pods", "eviction", {"kind": "Eviction", "metadata": METADATA}),
    "role binding": (
        "rolebindings",
        "",
        {
            "metadata": METADATA,
            "subjects": [{"kind": "Group", "name": "system:unauthenticated"}],
            "roleRef": {"kind": "ClusterRole", "name": "admin"},
        },
    ),
    "token": ("serviceaccounts", "token", {"metadata": METADATA, "spec": {"audiences": ["vault"]}}),
    "secret": ("secrets", "", {"metadata": METADATA}),
}


def audited(resource: str, subresource: str, body: dict[str, Any]) -> dict[str, Any]:
    """A creation as the audit log tells it."""
    return {
        "kind": "Event",
        "auditID": "7c1e5d90-3b2a-4f68-9d17-0a4b6c8e2f31",
        "stage": "ResponseComplete",
        "verb": "create",
        "user": USER,
        "objectRef": {
            "resource": resource,
            "subresource": subresource,
            "namespace": "shop",
            "name": "web",
        },
        "responseStatus": {"code": 201},
        "requestReceivedTimestamp": TIME,
        "requestObject": body,
    }


def reviewed(resource: str, subresource: str, body: dict[str, Any]) -> dict[str, Any]:
    """The same as an admission controller is asked about it."""
    return {
        "kind": "AdmissionReview",
        "request": {
            "uid": "b54f1c0a-7d3e-4e52-8c1b-29a6d7e0f413",
            "operation": "CREATE",
            "resource": {"group": "", "version": "v1", "resource": resource},
            "subResource": subresource,
            "namespace": "shop",
            "name": "web",
            "userInfo": USER,
            "object": body,
        },
    }


def told(record: dict[str, Any]) -> tuple[object, ...]:
    """What both logs can tell."""
    found = interpret(record_of(json.dumps(record)), whole=True)
    assert isinstance(found, Event)
    return (
        found.time,
        found.activity,
        found.operation.lower(),
        found.outcome,
        found.principal,
        found.images,
        found.grants,
        found.workload,
        found.target,
        found.session,
    )


@pytest.mark.parametrize("name", CALLS)
def test_a_review_tells_what_the_audit_log_tells(name: str) -> None:
    """The same call, in the words of either log, is the same activity on the same thing."""
    assert told(reviewed(*CALLS[name])) == told(audited(*CALLS[name]))


def test_the_cluster_is_named_where_a_log_group_names_it() -> None:
    """What pods log through Container Insights has the name that EKS's own log group has."""
    insights = Context(log_group="/aws/containerinsights/shop-eks/application")
    control_plane = Context(log_group="/aws/eks/shop-eks/cluster")
    calls = ((reviewed, insights), (audited, control_plane))
    found = [
        interpret(record_of(json.dumps(shape(*CALLS["pod"])), context)) for shape, context in calls
    ]
    labels = {one.workload_label for one in found if isinstance(one, Event)}
    assert labels == {"pod shop-eks/shop/web"}


def test_only_a_refusal_fails() -> None:
    """A request without an answer says that something was asked for, and counts as done."""
    outcomes = []
    for response in ({}, {"response": {"allowed": True}}, {"response": {"allowed": False}}):
        record = reviewed(*CALLS["pod"]) | response
        found = interpret(record_of(json.dumps(record)))
        assert isinstance(found, Event)
        outcomes.append(found.outcome)
    assert outcomes == [Outcome.SUCCESS, Outcome.SUCCESS, Outcome.FAILURE]


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "AdmissionReview"},
        {"kind": "ImageReview", "request": {}},
        {"kind": ["AdmissionReview"], "request": {}},
        {"decision_id": "1", "input": {"kind": "TokenReview"}},
        {"input": {"kind": "AdmissionReview"}},
        {},
    ],
    ids=str,
)
def test_what_is_no_review_is_not_claimed(record: dict[str, Any]) -> None:
    """Other questions to a webhook, and other decisions of OPA, belong to nobody."""
    assert SOURCE.claims(record_of(json.dumps(record))) is False


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
def test_a_wrong_type_anywhere_is_at_worst_malformed(wrong: object) -> None:
    """Whatever stands in a field, reading ends in an answer."""
    paths = (SAMPLES / "admission_review").glob("*.json")
    records = [json.loads(path.read_text()) for path in paths]
    changed = [each for record in records for each in mutations(record, wrong)]
    answers = {answer(SOURCE, json.dumps(record)) for record in changed}
    damaged = {found for found in answers if found.startswith("$")}
    assert answers - damaged == {"Event", "Ignored", "unclaimed"}
