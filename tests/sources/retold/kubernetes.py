"""One call to a cluster, written down as each of its keepers logs it.

https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs
https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging
"""

import base64
import gzip
import json
from typing import Any, NamedTuple

Json = dict[str, Any]

AUDIT_ID = "7c1e5d90-3b2a-4f68-9d17-0a4b6c8e2f31"
TIME = "2025-04-08T07:15:30.250000Z"
CLUSTER = "shop-1"
AGENT = "kubectl/v1.31.2 (linux/amd64) kubernetes/5864a46"
_RBAC = "rbac.authorization.k8s.io"
# How GKE spells the groups of the API in the names of methods.
_METHODS = {"": "core", _RBAC: "authorization.rbac", "certificates.k8s.io": "certificates"}
_CODES = {403: 7, 404: 5, 409: 6, 429: 8}  # https://google.aip.dev/193


class Act(NamedTuple):
    """A call: to a resource in a namespace or in none, or else to a path."""

    verb: str
    resource: str = ""
    name: str = ""
    subresource: str = ""
    namespace: str = "shop"
    group: str = ""
    request: Json | None = None
    response: Json | None = None
    code: int = 200
    message: str = ""
    path: str = ""
    user: str = "alice@example.com"
    annotations: Json = {}  # noqa: RUF012 - never changed

    @property
    def api(self) -> str:
        """Group and version."""
        return f"{self.group}/v1" if self.group else "v1"


def event(act: Act) -> Json:
    """The audit event itself."""
    found: Json = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse",
        "auditID": AUDIT_ID,
        "stage": "ResponseComplete",
        "requestURI": act.path or "/apis/...",
        "verb": act.verb,
        "user": {"username": act.user, "groups": ["system:authenticated"]},
        "sourceIPs": ["203.0.113.24"],
        "userAgent": AGENT,
        "responseStatus": {"metadata": {}, "code": act.code},
        "requestReceivedTimestamp": TIME,
        "stageTimestamp": "2025-04-08T07:15:30.261000Z",
        "annotations": {"authorization.k8s.io/decision": "allow", **act.annotations},
    }
    if act.resource:
        names = {"namespace": act.namespace, "name": act.name, "subresource": act.subresource}
        told = {"resource": act.resource, "apiGroup": act.group, "apiVersion": "v1", **names}
        found["objectRef"] = {name: value for name, value in told.items() if value}
    if act.message:
        found["responseStatus"] |= {"status": "Failure", "message": act.message}
    if act.request:
        found["requestObject"] = act.request
    if act.response:
        found["responseObject"] = act.response
    return found


def bare(act: Act) -> Json:
    """As the API server writes it into a file."""
    return event(act)


def webhook(act: Act) -> Json:
    """As the API server sends it to a webhook, with the stage before it left out."""
    return {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "items": [event(act)]}


def eks(act: Act) -> Json:
    """As CloudWatch Logs hands it to a function."""
    delivery = {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": f"/aws/eks/{CLUSTER}/cluster",
        "logStream": "kube-apiserver-audit-0123456789abcdef0123456789abcdef",
        "subscriptionFilters": ["everything"],
        "logEvents": [{"id": "1", "timestamp": 1744096530250, "message": json.dumps(event(act))}],
    }
    text = gzip.compress(json.dumps(delivery).encode())
    return {"awslogs": {"data": base64.b64encode(text).decode()}}


def aks(act: Act) -> Json:
    """As a diagnostic setting sends it to an Event Hub."""
    return {
        "records": [
            {
                "time": "2025-04-08T07:15:31.0000000Z",
                "category": "kube-audit",
                "operationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
                "resourceId": "/SUBSCRIPTIONS/00000000-0000-4000-8000-000000000001/RESOURCEGROUPS"
                f"/SHOP/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/{CLUSTER.upper()}",
                "properties": {"log": json.dumps(event(act)), "stream": "stdout", "pod": "api-5f"},
            }
        ]
    }


def gke(act: Act) -> Json:
    """As Google rewrites it."""
    method = f"io.k8s.{act.verb}"
    name = act.path.partition("?")[0].lstrip("/")
    if act.resource:
        group = _METHODS.get(act.group, act.group)
        words = ("io.k8s", group, "v1", act.resource, act.subresource, act.verb)
        method = ".".join(word for word in words if word)
        place = f"namespaces/{act.namespace}" if act.namespace else ""
        api = act.api if act.group else "core/v1"
        parts = (api, place, act.resource, act.name, act.subresource)
        name = "/".join(part for part in parts if part)
    payload: Json = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "authenticationInfo": {"principalEmail": act.user},
        "requestMetadata": {"callerIp": "203.0.113.24", "callerSuppliedUserAgent": AGENT},
        "serviceName": "k8s.io",
        "methodName": method,
        "resourceName": name,
        "status": {"code": _CODES[act.code], "message": act.message} if act.message else {},
    }
    if act.request:
        payload["request"] = {"@type": "k8s.io/Object", **act.request}
    if act.response:
        payload["response"] = {"@type": "k8s.io/Object", **act.response}
    return {
        "protoPayload": payload,
        "insertId": AUDIT_ID,
        "resource": {
            "type": "k8s_cluster",
            "labels": {"project_id": "shop", "location": "europe-west1", "cluster_name": CLUSTER},
        },
        "timestamp": TIME,
        "labels": {"authorization.k8s.io/decision": "allow", **act.annotations},
        "logName": "projects/shop/logs/cloudaudit.googleapis.com%2Factivity",
        "operation": {"id": AUDIT_ID, "producer": "k8s.io", "first": True, "last": True},
    }


_POD = {
    "kind": "Pod",
    "metadata": {"name": "web-1", "namespace": "shop"},
    "spec": {
        "initContainers": [{"name": "wait", "image": "busybox:1.36"}],
        "containers": [{"name": "web", "image": "registry.example.com/shop/web:7"}],
    },
}
_DEPLOYMENT = {
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"template": {"spec": {"containers": [{"image": "registry.example.com/shop/web:7"}]}}},
}
_BINDING = {
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "helpdesk"},
    "subjects": [
        {"kind": "User", "name": "mallory@example.com"},
        {"kind": "ServiceAccount", "name": "deployer", "namespace": "ci"},
        {"kind": "Group", "name": "system:unauthenticated"},
    ],
    "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "cluster-admin"},
}
_ROBOT = "system:serviceaccount:ci:deployer"

ACTS = {
    "pod created": Act("create", "pods", "web-1", request=_POD, response=_POD, code=201),
    "pod refused": Act(
        "create", "pods", "web-1", request=_POD, code=403, message="pods is forbidden"
    ),
    "pod of a set": Act(
        "create",
        "pods",
        request={
            **_POD,
            "metadata": {
                "generateName": "web-5d4f9c7b8-",
                "ownerReferences": [
                    {"kind": "ReplicaSet", "name": "web-5d4f9c7b8", "controller": True}
                ],
            },
        },
        code=201,
        user="system:serviceaccount:kube-system:replicaset-controller",
    ),
    "pod created, object not logged": Act("create", "pods", "web-1", code=201),
    "debug container added": Act(
        "patch",
        "pods",
        "web-1",
        "ephemeralcontainers",
        request={"spec": {"ephemeralContainers": [{"image": "registry.example.com/debug:1"}]}},
    ),
    "deployment patched": Act(
        "patch",
        "deployments",
        "web",
        group="apps",
        request={"spec": {"replicas": 5}},
        response=_DEPLOYMENT,
    ),
    "deployment scaled": Act(
        "patch", "deployments", "web", "scale", group="apps", request={"spec": {"replicas": 0}}
    ),
    "deployment deleted": Act("delete", "deployments", "web", group="apps", user=_ROBOT),
    "pod evicted": Act("create", "pods", "web-1", "eviction", request={"kind": "Eviction"}),
    "eviction refused": Act(
        "create", "pods", "web-1", "eviction", code=429, message="disruption budget"
    ),
    "shell opened": Act("create", "pods", "web-1", "exec", code=101),
    "shell opened by websocket": Act("get", "pods", "web-1", "exec", code=101),
    "port forwarded": Act("create", "pods", "web-1", "portforward", code=101),
    "secret read": Act("get", "secrets", "db"),
    "secrets listed everywhere": Act("list", "secrets", namespace=""),
    "secret not found": Act("get", "secrets", "db", code=404, message='secrets "db" not found'),
    "map changed": Act("update", "configmaps", "settings"),
    "role bound": Act(
        "create",
        "clusterrolebindings",
        "helpdesk",
        namespace="",
        group=_RBAC,
        request=_BINDING,
        response=_BINDING,
        code=201,
    ),
    "role bound in a namespace": Act(
        "create",
        "rolebindings",
        "helpdesk",
        group=_RBAC,
        request={**_BINDING, "kind": "RoleBinding"},
        code=201,
    ),
    "role changed": Act("update", "clusterroles", "viewer", namespace="", group=_RBAC),
    "token issued": Act(
        "create",
        "serviceaccounts",
        "robot",
        "token",
        request={"spec": {"audiences": ["vault"], "expirationSeconds": 3600}},
        code=201,
        annotations={"authentication.kubernetes.io/issued-credential-id": "JTI=0f6d1c52"},
    ),
    "node read": Act("get", "nodes", "node-7", namespace="", user="system:node:node-7"),
    "namespace deleted": Act("delete", "namespaces", "shop", namespace=""),
    "access asked": Act(
        "create", "selfsubjectaccessreviews", namespace="", group="authorization.k8s.io", code=201
    ),
    "health asked": Act("get", path="/readyz?verbose", user="system:anonymous"),
}
