"""What golden pairs cannot say about the Kubernetes audit log: three wrappers, one meaning."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.sources.wrong_types import WRONG, answer, mutations
from tests.wrapping import log_group
from tidewaiter.envelopes import Found, unwrap
from tidewaiter.errors import Malformed
from tidewaiter.intake import interpret
from tidewaiter.model import Event
from tidewaiter.sources import Context, Ignored
from tidewaiter.sources.interface import record_of
from tidewaiter.sources.kubernetes_audit import SOURCE

SAMPLES = Path(__file__).parent.parent / "samples" / "kubernetes_audit"
EKS = Context(log_group="/aws/eks/shop/cluster", account="111122223333", region="eu-west-1")


def sample(case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{case}.json").read_text())
    return found


def event(record: dict[str, Any], context: Context = Context()) -> Event:
    """What the reader makes of a record that must matter to it."""
    found = SOURCE.read(record_of(json.dumps(record), context))
    assert isinstance(found, Event)
    return found


def told(found: Event) -> tuple[object, ...]:
    """What every wrapper carries; the cluster's name differs in the samples."""
    scope = (found.workload.scope or "").rpartition("/")[2] if found.workload else None
    return (
        found.time,
        found.activity,
        found.outcome,
        found.images,
        found.workload and (found.workload.kind, found.workload.name, scope),
        found.principal,
        found.client,
        found.service,
    )


def test_one_pod_reads_alike_from_every_wrapper() -> None:
    """Bare, EKS, AKS and GKE records of one creation tell the same where they carry the same."""
    bare = event(sample("pod-created"))
    expected = told(bare)
    assert told(event(sample("pod-created"), EKS)) == expected
    assert told(event(sample("aks-pod-created"))) == expected
    assert told(event(sample("gke-pod-created"))) == expected


def test_each_wrapper_names_its_provider() -> None:
    """A log group makes a bare event Amazon's; the other wrappers show by themselves."""
    found = [
        event(sample("pod-created")).provider,
        event(sample("pod-created"), EKS).provider,
        event(sample("aks-pod-created")).provider,
        event(sample("gke-pod-created")).provider,
    ]
    assert found == ["kubernetes", "aws", "azure", "gcp"]


def test_another_log_group_is_no_eks_cluster() -> None:
    """An event shipped to CloudWatch from elsewhere is not called Amazon's."""
    assert event(sample("pod-created"), Context(log_group="/var/log/k8s")).provider == "kubernetes"


def test_a_hundred_replicas_are_one_workload() -> None:
    """Pods of one deployment differ in name and hash, and are told as the deployment."""
    workloads = set()
    for number in range(100):
        record = sample("pod-of-replicaset")
        for side in ("requestObject", "responseObject"):
            owner = (
                f"web-{number % 9 + 1}c7b8d9f4" if number % 9 + 1 in (2, 4, 5, 6, 7, 8) else None
            )
            metadata = record[side]["metadata"]
            metadata["ownerReferences"][0]["name"] = owner or "web-5d4f9c7b8"
            metadata["name"] = f"web-5d4f9c7b8-{number}"
        workloads.add(event(record).workload)
    assert {workload.label for workload in workloads if workload} == {"deployment shop/web"}


def test_an_audit_id_is_the_act() -> None:
    """The same event from the bucket and from the stream is one act."""
    assert event(sample("pod-created")).act == event(sample("aks-pod-created")).act


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "Event", "apiVersion": "v1", "reason": "Pulled", "involvedObject": {}},
        {"kind": "AdmissionReview", "request": {}},
        {"category": "kube-apiserver", "properties": {"log": "I0514 started"}},
        {"category": 5},
        {"kind": {"Event": 1}, "verb": "x", "auditID": "y"},
        {"protoPayload": {"methodName": 5, "serviceName": "k8s.io"}},
        {"protoPayload": "text"},
        {},
    ],
    ids=lambda record: "-".join(record) or "empty",
)
def test_what_is_no_audit_event_is_not_claimed(record: dict[str, Any]) -> None:
    """Cluster events, admission reviews and other categories belong to somebody else."""
    assert SOURCE.claims(record_of(json.dumps(record))) is False


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: repr(value)[:12])
def test_a_wrong_type_anywhere_is_at_worst_malformed(wrong: object) -> None:
    """Whatever stands in a field, inside the embedded text too, reading ends in an answer."""
    records = [json.loads(path.read_text()) for path in SAMPLES.glob("*.json")]
    changed = [each for record in records for each in mutations(record, wrong)]
    changed += [
        {"category": "kube-audit", "properties": {"log": json.dumps(inner)}}
        for inner in mutations(sample("pod-created"), wrong)
    ]
    answers = {answer(SOURCE, json.dumps(record)) for record in changed}
    paths = {found for found in answers if found.startswith("$")}
    assert answers - paths == {"Event", "Ignored", "unclaimed"}


def test_a_deeply_nested_object_is_malformed() -> None:
    """Ten thousand nested templates neither overflow a stack nor pass for a pod."""
    raw = msgspec.json.encode(sample("pod-created")).decode()
    nested = '"requestObject":' + '{"spec":' * 10_000 + "{}" + "}" * 10_000 + ',"was":'
    with pytest.raises(Malformed):
        SOURCE.read(record_of(raw.replace('"requestObject":', nested)))


def lines(*texts: str) -> list[Event | Ignored]:
    """What a delivery of the control plane's log, line by line, is made into."""
    delivery = log_group({})
    delivery["logEvents"] = [
        {"id": str(number), "timestamp": 1770127331000, "message": line}
        for number, line in enumerate(texts)
    ]
    found = list(unwrap(json.dumps(delivery).encode()))
    return [
        interpret(one.record, whole=True) if isinstance(one, Found) else one
        for one in found
        if isinstance(one, Found | Ignored)
    ]


def test_a_log_stream_of_eks_holds_more_than_events() -> None:
    """Lines of the scheduler and the authenticator are counted beside the events of the audit."""
    scheduler = "I0408 07:15:30.250000       1 schedule_one.go:252] Successfully bound pod to node"
    authenticator = 'time="2025-04-08T07:15:30Z" level=info msg="access granted" uid=heptio'
    first, event, last = lines(scheduler, json.dumps(sample("deployment-scaled")), authenticator)
    assert (first, last) == (Ignored("cloudwatch logs text"), Ignored("cloudwatch logs text"))
    assert isinstance(event, Event)
    assert (event.provider, event.account, event.workload and event.workload.label) == (
        "aws",
        "123456789012",
        "deployment prod/shop/web",
    )


def test_a_webhook_delivers_a_list_of_events() -> None:
    """Each item of an ``EventList`` is told, and of three stages only the last."""
    stages = ("RequestReceived", "ResponseStarted", "ResponseComplete")
    whole = [{**sample("pod-attached"), "stage": stage} for stage in stages]
    # The list says what they are; the API server does not repeat it in each.
    items = [
        {name: each[name] for name in each if name not in {"kind", "apiVersion"}} for each in whole
    ]
    delivery = {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "items": items}
    found = [one for one in unwrap(json.dumps(delivery).encode()) if isinstance(one, Found)]
    told_of = [interpret(one.record, whole=True) for one in found]
    assert [one if isinstance(one, Ignored) else one.activity for one in told_of] == [
        Ignored("kubernetes audit stage RequestReceived"),
        Ignored("kubernetes audit stage ResponseStarted"),
        "resource.used",
    ]


@pytest.mark.parametrize("verb", ["get", "create", "connect"])
@pytest.mark.parametrize("subresource", ["exec", "attach", "portforward", "proxy"])
def test_a_way_into_a_pod_is_use_by_whatever_verb(verb: str, subresource: str) -> None:
    """Newer clients open a WebSocket with ``get`` where older ones used ``create``."""
    record = sample("pod-exec-over-websocket")
    record["verb"] = verb
    record["objectRef"]["subresource"] = subresource
    found = interpret(record_of(json.dumps(record)), whole=True)
    assert isinstance(found, Event)
    assert (found.activity, found.target) == ("resource.used", f"shop/pods/web-1/{subresource}")


@pytest.mark.parametrize("source", ["kubernetes_audit", "admission_review", "falco"])
def test_no_command_line_nor_token_is_told(source: str) -> None:
    """The samples hold secrets where people put them, and no event repeats one."""
    folder = SAMPLES.parent / source
    expected = sorted(folder.glob("*.expected.json"))
    secret = [path.name for path in expected if "not-a-" in path.read_text()]
    records = [path for path in folder.glob("*.json") if "not-a-" in path.read_text()]
    assert (secret, records != []) == ([], True)


@pytest.mark.parametrize(
    ("uri", "real"),
    [
        ("/api/v1/namespaces/shop/pods", True),
        ("/api/v1/namespaces/shop/pods?dryRun=All", False),
        ("/api/v1/namespaces/shop/pods?fieldManager=a&dryRun=All", False),
        ("/api/v1/namespaces/shop/pods?dryRun=%41ll", False),
        ("/api/v1/namespaces/shop/pods?fieldManager=a?dryRun=All", True),
        ("/api/v1/namespaces/shop/pods?fieldManager=a%26dryRun=All", True),
        ("/api/v1/namespaces/shop/pods?dryRun=All;x", True),
        ("/api/v1/namespaces/shop/pods?xdryRun=All", True),
        ("/api/v1/namespaces/dryRun=All/pods", True),
    ],
)
def test_only_what_the_server_takes_for_a_dry_run_is_one(uri: str, real: bool) -> None:
    """Nobody hides a deployment by writing ``dryRun=All`` where it has no meaning."""
    record = {**sample("pod-created"), "requestURI": uri}
    assert isinstance(SOURCE.read(record_of(json.dumps(record))), Event) == real


@pytest.mark.parametrize(
    ("addresses", "address"),
    [
        (["203.0.113.24"], "203.0.113.24"),
        (["203.0.113.24", "10.0.0.7"], "203.0.113.24"),
        (["198.51.100.20", "203.0.113.24"], "203.0.113.24"),
        (["198.51.100.20", "203.0.113.24", "10.0.0.7", "127.0.0.1"], "203.0.113.24"),
        (["203.0.113.24", "", "fd00::7"], "203.0.113.24"),
        (["10.1.2.3", "10.0.0.7"], "10.0.0.7"),
        (["2001:db8::9", "::1"], "2001:db8::9"),
        (["not an address", "10.0.0.7"], "10.0.0.7"),
        (["not an address"], "not an address"),
        (["203.0.113.24"] + ["10.0.0.7"] * 50, "10.0.0.7"),
    ],
)
def test_nobody_calls_from_where_a_header_says(addresses: list[str], address: str) -> None:
    """What the caller could write is believed only where proxies within the network follow it."""
    found = event({**sample("pod-created"), "sourceIPs": addresses})
    assert found.client is not None
    assert found.client.address == address
