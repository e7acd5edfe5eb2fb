"""Google Kubernetes Engine: clusters and their pools of nodes, not what runs in them.

Methods: https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging
What runs in a cluster is logged as ``io.k8s.…``, and read by ``kubernetes_audit``.
"""

import re

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Workload
from tidewaiter.sources.gcp_audit.verbs import activity_of
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail

_METHOD = re.compile(r"google\.container\.v\w+\.ClusterManager\.(\w+)$")
_RESOURCE = re.compile(
    r"/?projects/[^/]+/(?:zones|locations|regions)/(?P<place>[^/]+)"
    r"(?:/clusters/(?P<cluster>[^/]+)(?:/nodePools/(?P<pool>[^/]+))?)?"
)
_ACTIVITIES = {  # a new one runs nothing yet
    Activity.RESOURCE_CREATED: Activity.RESOURCE_CREATED,
    Activity.RESOURCE_DELETED: Activity.WORKLOAD_DELETED,
}


class _Nodes(Struct):
    machine_type: str | None = field(name="machineType", default=None)


class _Named(Struct):
    name: str | None = None
    config: _Nodes | None = None
    nodes: _Nodes | None = field(name="nodeConfig", default=None)
    pools: list["_Pool"] | None = field(name="nodePools", default=None)


class _Pool(Struct):
    config: _Nodes | None = None


class _Request(Struct):
    cluster: _Named | str | None = None
    pool: _Named | None = field(name="nodePool", default=None)
    machine_type: str | None = field(name="machineType", default=None)


_REQUEST = msgspec.json.Decoder(_Request)


def other(entry: Entry) -> Detail | None:
    """Read what was done with a cluster or a pool of nodes."""
    found = _METHOD.match(entry.payload.method)
    done = activity_of(found[1]) if found else Activity.RESOURCE_READ
    if done is Activity.RESOURCE_READ:
        return None
    workload = _workload(entry)
    return Detail(
        _ACTIVITIES.get(done, Activity.WORKLOAD_CHANGED),
        workload=workload,
        target=None if workload.name else entry.payload.resource or None,
    )


def _workload(entry: Entry) -> Workload:
    request = part(_REQUEST, entry.payload.request, "request") or _Request()
    asked = request.cluster if isinstance(request.cluster, _Named) else _Named()
    where = _RESOURCE.match(entry.payload.resource or "")
    told = entry.label("cluster_name") or asked.name
    cluster = (where["cluster"] if where else None) or told
    pool = (where["pool"] if where else None) or entry.label("nodepool_name")
    pool = pool or (request.pool.name if request.pool else None)
    nodes = bool(pool or request.pool)
    return Workload(
        kind="gke node pool" if nodes else "gke cluster",
        name=pool if nodes else cluster,
        scope=cluster if nodes else entry.place,
        machine_type=request.machine_type or _machine_type(asked, request.pool),
    )


def _machine_type(cluster: _Named, pool: _Named | None) -> str | None:
    pools = [one.config for one in cluster.pools or ()]
    nodes = (pool.config if pool else None, cluster.nodes, *pools)
    return next((one.machine_type for one in nodes if one and one.machine_type), None)
