"""One call to the Kubernetes API, whatever told of it: an audit log or an admission controller."""

import re
from collections.abc import Mapping

from msgspec import Raw, Struct

from tidewaiter.model import Workload

KINDS = {
    "pods": "pod",
    "deployments": "deployment",
    "daemonsets": "daemonset",
    "statefulsets": "statefulset",
    "replicasets": "replicaset",
    "replicationcontrollers": "replicationcontroller",
    "jobs": "job",
    "cronjobs": "cronjob",
}
"""What runs images, by the plural under which the API knows it."""

ANYONE = frozenset({"system:unauthenticated", "system:anonymous"})
"""Who calls without showing who it is: https://kubernetes.io/docs/reference/access-authn-authz/rbac/"""

LONGEST_ERROR = 300  # characters

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference.html
_LOG_GROUP = re.compile(r"/aws/(?:eks/(?P<own>[^/]+)/cluster$|containerinsights/(?P<pods>[^/]+)/)")

_VALUE = re.compile(r"(?<=Invalid value): .*", re.DOTALL)


class Call(Struct, frozen=True):
    """One call; the paths name its objects in an error, ``log`` the log in a summary.

    ``anyone`` has the names that stand for everybody in the world.
    """

    verb: str
    resource: str
    subresource: str | None = None
    namespace: str | None = None
    name: str | None = None
    cluster: str | None = None
    request: Raw = Raw()
    response: Raw = Raw()
    request_path: str = "$.requestObject"
    response_path: str = "$.responseObject"
    annotations: Mapping[str, str | None] = {}
    anyone: frozenset[str] = ANYONE
    log: str = "kubernetes audit"

    @property
    def kind(self) -> str:
        """The resource with its subresource, as role-based access control names them: pods/exec."""
        return "/".join(part for part in (self.resource, self.subresource) if part)

    @property
    def operation(self) -> str:
        """The verb and what it was for."""
        return f"{self.verb} {self.kind}".strip()

    @property
    def target(self) -> str:
        """``namespace/resource/name/subresource``, as far as the call names them.

        A namespace is told to be in itself, but is in none.
        """
        namespace = None if self.resource == "namespaces" else self.namespace
        parts = (namespace, self.resource, self.name, self.subresource)
        return "/".join(part for part in parts if part)

    @property
    def scope(self) -> str | None:
        """Where a workload of this call runs: ``cluster/namespace``."""
        return "/".join(part for part in (self.cluster, self.namespace) if part) or None

    @property
    def workload(self) -> Workload | None:
        """What the call is about if that runs images; ``name`` is missing where it is about all."""
        kind = KINDS.get(self.resource)
        return Workload(kind=kind, name=self.name, scope=self.scope) if kind else None


def eks_cluster(log_group: str | None) -> str | None:
    """Name the cluster whose control plane, or pods, write to a log group of CloudWatch.

    >>> eks_cluster("/aws/eks/shop/cluster"), eks_cluster("/aws/containerinsights/shop/application")
    ('shop', 'shop')
    """
    found = _LOG_GROUP.match(log_group or "")
    return (found["own"] or found["pods"]) if found else None


def refusal_of(*words: str | int | None) -> str | None:
    """Say why a call failed, but not with which value: that may be a whole pod template, with
    whatever passwords stand in the environment of its containers.

    >>> refusal_of(422, 'Job "x" is invalid: spec.template: Invalid value: core.PodTemplateSpec{')
    '422: Job "x" is invalid: spec.template: Invalid value'
    """
    why = ": ".join(str(word) for word in words if word)
    return _VALUE.sub("", why)[:LONGEST_ERROR] or None


def absent(raw: Raw) -> bool:
    """Whether an object was not logged."""
    return bytes(raw) in (b"", b"null")


def is_json_patch(raw: Raw) -> bool:
    """Whether an object is a list of changes: https://www.rfc-editor.org/rfc/rfc6902."""
    return bytes(raw).lstrip().startswith(b"[")
