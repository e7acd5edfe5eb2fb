"""What golden pairs cannot say about registry notifications and the schemas that carry them."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.sources.wrong_types import WRONG, answer, mutations
from tidewaiter.model import Event
from tidewaiter.sources import acr_event_grid, distribution, docker_daemon, docker_hub
from tidewaiter.sources.interface import Source, record_of

SAMPLES = Path(__file__).parent.parent / "samples"
REGISTRY_LOG = "ACR resource log ContainerRegistryRepositoryEvents (diagnostic setting)"


def sample(case: str) -> dict[str, Any]:
    """One golden record, to be changed by a test."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{case}.json").read_text())
    return found


def event(source: Source, record: dict[str, Any]) -> Event:
    """What the reader makes of a record that must matter to it."""
    found = source.read(record_of(json.dumps(record)))
    assert isinstance(found, Event)
    return found


def test_event_grid_schema_and_cloud_events_give_one_event() -> None:
    """The two schemas of one event are equal in every field."""
    grid = event(acr_event_grid.SOURCE, sample("acr_event_grid/image-pushed"))
    cloud = event(acr_event_grid.SOURCE, sample("acr_event_grid/image-pushed-as-cloud-event"))
    assert cloud == grid


def test_event_grid_carries_a_registry_notification() -> None:
    """What Event Grid wraps is what the webhook sends: one act, one image, one client."""
    record = sample("acr_event_grid/image-pushed")
    grid = event(acr_event_grid.SOURCE, record)
    hook = event(distribution.SOURCE, record["data"])
    known = {
        "id": grid.id,
        "source": grid.source,
        "operation": grid.operation,
        "account": grid.account,
        "service": grid.service,
    }
    assert structs.replace(hook, **known) == grid


def test_an_event_grid_type_is_read_in_any_case() -> None:
    """Capitals change only the verbatim verb."""
    record = sample("acr_event_grid/image-pushed")
    shouted = {**record, "eventType": record["eventType"].upper()}
    plain = event(acr_event_grid.SOURCE, record)
    found = event(acr_event_grid.SOURCE, shouted)
    assert structs.replace(found, operation=plain.operation) == plain


def test_only_registries_with_an_audit_log_await_it() -> None:
    """A private registry has none; an ACR webhook awaits it when it names nobody."""
    cases = ("push-by-nobody", "acr-webhook-push", "acr-webhook-push-by-user")
    awaited = [event(distribution.SOURCE, sample(f"distribution/{case}")).awaits for case in cases]
    assert awaited == [None, REGISTRY_LOG, None]


def test_events_of_others_are_left_to_them() -> None:
    """Event Grid and CloudEvents carry much that is not the registry's."""
    record = sample("acr_event_grid/image-pushed")
    foreign = {**record, "eventType": "Microsoft.Storage.BlobCreated"}
    assert acr_event_grid.SOURCE.claims(record_of(json.dumps(foreign))) is False
    assert acr_event_grid.SOURCE.claims(record_of("{}")) is False


CASES = [
    (acr_event_grid.SOURCE, "acr_event_grid/image-pushed"),
    (acr_event_grid.SOURCE, "acr_event_grid/image-pushed-as-cloud-event"),
    (distribution.SOURCE, "distribution/push-with-references"),
    (distribution.SOURCE, "distribution/push-of-index"),
    (docker_daemon.SOURCE, "docker_daemon/container-start"),
    (docker_daemon.SOURCE, "docker_daemon/push"),
    (docker_hub.SOURCE, "docker_hub/push"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize(("source", "case"), CASES, ids=[case for _, case in CASES])
def test_wrong_types_at_any_depth_are_at_worst_malformed(
    source: Source, case: str, wrong: object
) -> None:
    """Log text is an attacker's: no value may raise anything else."""
    answers = {answer(source, json.dumps(bad)) for bad in mutations(sample(case), wrong)}
    assert {one for one in answers if one[0] != "$"} <= {"Event", "Ignored", "unclaimed"}
