"""The same act, told in two shapes of one log, is one act and equal in all that both tell.

``retold`` writes each act down by hand, once for each shape; nothing of it is asked of the readers.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from msgspec import structs

from tests.sources.retold import amazon, azure, google, kubernetes, registries
from tests.sources.retold.telling import contradictions, omissions, told
from tidewaiter.model import Event, Workload

Shape = Callable[[Any], Any]


class Group(NamedTuple):
    """Shapes of one log, the fullest first.

    By a shape's name: ``differs`` are fields that it tells in its own way, ``lacks`` those that it
    cannot tell, ``adds`` those that only it can.  Everything else has to be equal.
    """

    acts: Mapping[str, Any]
    shapes: tuple[Shape, ...]
    differs: Mapping[str, set[str]] = {}
    lacks: Mapping[str, set[str]] = {}
    adds: Mapping[str, set[str]] = {}
    aligned: Callable[[Event], Event] = lambda event: event


def in_lower_case(event: Event) -> Event:
    """Azure's shapes write operations in different case."""
    return structs.replace(event, operation=event.operation.lower())


def without_cluster(event: Event) -> Event:
    """Only a wrapper knows the name of the cluster."""
    scope = event.workload.scope if event.workload else None
    if event.workload is None or scope is None:
        return event
    scope = scope.removeprefix(f"{kubernetes.CLUSTER}/")
    return structs.replace(event, workload=structs.replace(event.workload, scope=scope))


GROUPS = {
    "azure_activity": Group(
        azure.ACTS,
        (azure.rest, azure.event_hub, azure.storage, azure.table, azure.alert),
        differs={
            "event_hub": {"id"},  # it does not tell the event's own
            "storage": {"id"},
            "alert": {"activity"},  # that a container was opened stands in the body
        },
        lacks={
            "alert": {
                "client",
                # What only the bodies tell.
                "region",
                "images",
                "images.0.repository",
                "images.0.tag",
                "origin",
                "grants",
                "changes",
                "workload.machine_type",
            }
        },
        aligned=in_lower_case,
    ),
    "acr_logs": Group(registries.LOGGED, (registries.diagnostic, registries.row)),
    "acr_event_grid": Group(registries.ACTS, (registries.event_grid, registries.cloud_event)),
    "distribution": Group(registries.ACTS, (registries.webhook, registries.notification)),
    "acr": Group(
        registries.ACTS,
        (registries.event_grid, registries.webhook),
        differs={"webhook": {"source", "operation"}},
        lacks={"webhook": {"service", "account"}},
    ),
    "cloudtrail": Group(
        amazon.ACTS,
        (
            amazon.bare,
            amazon.delivery,
            amazon.bus,
            amazon.looked_up,
            amazon.published,
            amazon.streamed,
        ),
    ),
    "s3_object_event": Group(
        amazon.PUTS,
        (amazon.notification, amazon.on_bus),
        # On the bus, only the account of the caller is told.
        differs={"on_bus": {"id", "operation", "principal.id", "principal.type"}},
        adds={"on_bus": {"account", "awaits", "principal.account"}},
    ),
    "kubernetes_audit": Group(
        kubernetes.ACTS,
        (kubernetes.bare, kubernetes.webhook, kubernetes.eks, kubernetes.aks, kubernetes.gke),
        # Google numbers entries itself, and errors as its other services do.
        differs={
            "eks": {"provider"},
            "aks": {"provider"},
            "gke": {"provider", "id", "act", "operation", "error"},
        },
        adds={"eks": {"account"}, "aks": {"account"}, "gke": {"account", "region"}},
        aligned=without_cluster,
    ),
    "gcr_topic": Group(google.MESSAGES, (google.pushed, google.pulled, google.triggered)),
    "gcs_notification": Group(
        google.PUTS,
        (
            google.notification,
            google.notification_pulled,
            google.cloud_event,
            google.notification_of_attributes,
        ),
        differs={"cloud_event": {"id", "operation"}},
        lacks={
            "notification_of_attributes": {
                "stored.size",
                "stored.digest",
                "stored.storage_class",
            }
        },
    ),
    "gcp_audit": Group(
        google.CALLS,
        (google.entry, google.exported, google.exported_and_pulled, google.audit_event),
    ),
}
CASES = [
    pytest.param(group, act, shape, id=f"{name}-{shape.__name__}-{title}".replace(" ", "_"))
    for name, group in GROUPS.items()
    for shape in group.shapes[1:]
    for title, act in group.acts.items()
]


def compared(group: Group, act: Any, shape: Shape) -> tuple[set[str], set[str], set[str]]:
    """What ``shape`` tells otherwise than the fullest one, leaves out, and adds."""
    full, other = (group.aligned(told(write(act))) for write in (group.shapes[0], shape))
    return contradictions(full, other), omissions(full, other), omissions(other, full)


@pytest.mark.parametrize(("group", "act", "shape"), CASES)
def test_one_act_in_two_shapes_is_told_alike(group: Group, act: Any, shape: Shape) -> None:
    """Nothing is contradicted, and nothing left out or added but what has to be."""
    name = shape.__name__
    different, missing, more = compared(group, act, shape)
    assert different - group.differs.get(name, set()) == set()
    assert missing - group.lacks.get(name, set()) == set()
    assert more - group.adds.get(name, set()) == set()


@pytest.mark.parametrize(
    ("group", "shape"),
    [
        pytest.param(group, shape, id=f"{name}-{shape.__name__}")
        for name, group in GROUPS.items()
        for shape in group.shapes[1:]
    ],
)
def test_no_exception_is_made_without_need(group: Group, shape: Shape) -> None:
    """Every field that a shape may tell otherwise, leave out or add, it does for some act."""
    name = shape.__name__
    found = [compared(group, act, shape) for act in group.acts.values()]
    different, missing, more = (set().union(*sets) for sets in zip(*found, strict=True))
    assert different == group.differs.get(name, set())
    assert missing == group.lacks.get(name, set())
    assert more == group.adds.get(name, set())


@pytest.mark.parametrize("name", GROUPS)
def test_the_fullest_shape_tells_each_act_apart(name: str) -> None:
    """The acts are many: each differs from all others in what it tells."""
    group = GROUPS[name]
    events = [told(group.shapes[0](act)) for act in group.acts.values()]
    assert len(set(map(repr, events))) == len(events)
    assert len({event.activity for event in events}) > 1


@pytest.mark.parametrize("shape", [kubernetes.eks, kubernetes.aks, kubernetes.gke])
def test_a_wrapper_names_the_cluster(shape: Shape) -> None:
    """Two clusters have namespaces and deployments of one name."""
    workload = told(shape(kubernetes.ACTS["deployment patched"])).workload
    assert workload == Workload(kind="deployment", name="web", scope="shop-1/shop")


def test_differences_are_found() -> None:
    """The comparison sees what is told otherwise, what only one tells, and nothing else."""
    full = told(kubernetes.bare(kubernetes.ACTS["pod created"]))
    assert isinstance(full.workload, Workload)
    other = structs.replace(
        full,
        client=None,
        images=full.images[:1],
        workload=structs.replace(full.workload, kind="job", name=None),
    )
    assert contradictions(full, other) == {"images", "workload.kind"}
    assert omissions(full, other) == {"client", "workload.name"}
    assert contradictions(full, full) == omissions(full, full) == set()
