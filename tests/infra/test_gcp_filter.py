"""The sinks let through what the readers read, call by call."""

import json
import re
from itertools import product

import pytest

from tests.infra.events import is_needed
from tests.infra.gcp_methods import filter_of, methods, spellings
from tests.infra.logging_filter import Test, let_through, patterns
from tests.infra.terraform import Json, needed
from tidewaiter.sources import gcp_audit
from tidewaiter.sources.interface import record_of
from tidewaiter.sources.kubernetes_audit import admission, workloads
from tidewaiter.sources.kubernetes_audit.call import KINDS

pytestmark = needed

LONGEST = 20_000  # characters: https://cloud.google.com/logging/quotas

LEGACY = [
    f"projects/_/buckets/{region}artifacts.example-shop.{domain}appspot.com{rest}"
    for region in ("", "us.", "eu.", "asia.", "mars.")
    for domain in ("", "example.com.a.")
    for rest in (
        "",
        "/objects/containers/images/sha256:ab",
        "/objects/containers%2Fimages%2Fsha256:ab",
    )
]
NARROWED = {
    "storage.objects.create": [*LEGACY, "projects/_/buckets/example/objects/containers/images/x"],
    "storage.setIamPermissions": [*LEGACY, "projects/_/buckets/example"],
    "google.storage.objects.list": [*LEGACY, "projects/_/buckets/artifacts.example.com"],
    "google.pubsub.v1.Publisher.DeleteTopic": [
        f"projects/example-shop/topics/{name}"
        for name in (
            *("gcr", "cloud-builds", "container-analysis-occurrences-v1", "our-tidewaiter-events"),
            *("news", "gcr-mirror", "cloud-builds-old"),
        )
    ],
    "google.api.serviceusage.v1.ServiceUsage.DisableService": [
        f"projects/123456789012/services/{name}.googleapis.com"
        for name in ("containeranalysis", "containerscanning", "compute", "mycontainerscanning")
    ],
    "google.iam.v1.IAMPolicy.SetIamPolicy": [
        f"projects/example-shop/{what}/prod"
        for what in ("attestors", "notes", "locations/us/notes", "topics", "secrets/notes")
    ],
}
"""Methods of which only some resources matter, with such and others."""


@pytest.fixture(scope="module")
def passes(gcp: Json) -> Test:
    """What says of an entry whether the sinks let it through."""
    return let_through(filter_of(gcp))


def test_every_call_that_is_read_is_let_through(gcp: Json) -> None:
    """No reader waits for a method that the sinks refuse."""
    wanted = {
        (spell.__module__, name) for spell, readers in gcp_audit._SERVICES for name in readers
    }
    starts = product([*KINDS, "pods/ephemeralcontainers"], sorted(workloads._VERBS))
    guards = product(sorted(admission._GUARDS), sorted(admission._VERBS))
    wanted |= {("kubernetes", f"{verb} {kind}") for kind, verb in [*starts, *guards]}
    through = {spelling for method in methods(gcp) for spelling in spellings(method)}
    assert (sorted(wanted - through), len(wanted) > 120) == ([], True)


def test_every_call_that_is_let_through_is_read(gcp: Json) -> None:
    """No method is paid for that nobody reads."""
    found = methods(gcp)
    assert len(found) > 200
    assert [method for method in sorted(found) if not spellings(method)] == []


def test_patterns_hold_whole_methods(gcp: Json) -> None:
    """A method that has one of ours within it is none of ours."""
    assert [one for one in patterns(filter_of(gcp)) if not re.fullmatch(r"\^\(.*\)\$", one)] == []


def test_no_pattern_needs_a_backslash(gcp: Json) -> None:
    """Whether a text in a filter needs one backslash or two is nothing that one must know."""
    assert "\\" not in filter_of(gcp)


def test_every_sink_has_the_same_filter(
    gcp: Json, gcp_project: Json, gcp_organization: Json
) -> None:
    """One project, several and an organisation read the same, and it is not too long."""
    found = {filter_of(plan) for plan in (gcp, gcp_project, gcp_organization)}
    assert (len(found), len(found.pop()) <= LONGEST) == (1, True)


@pytest.mark.parametrize("method", NARROWED)
def test_of_everybodys_calls_only_ours_pass(passes: Test, method: str) -> None:
    """A call passes for a resource exactly if a detector needs it."""
    told = {}
    for resource in NARROWED[method]:
        payload = {"methodName": method, "resourceName": resource}
        entry = {"protoPayload": payload, "timestamp": "2026-03-02T10:00:00Z", "insertId": "a1"}
        told[resource] = (passes(entry), is_needed(record_of(json.dumps(entry))))
    assert {resource: both for resource, both in told.items() if both[0] != both[1]} == {}
    assert {wanted for _, wanted in told.values()} == {True, False}
