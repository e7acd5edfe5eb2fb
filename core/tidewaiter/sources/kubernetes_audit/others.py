"""What else is done in a cluster: everything that starts no image, in the words of our model.

Verbs: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
Resources: https://kubernetes.io/docs/reference/kubernetes-api/
"""

from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.interface import Ignored, decode
from tidewaiter.sources.kubernetes_audit.access import bound, issued, reviewed
from tidewaiter.sources.kubernetes_audit.call import Call, absent
from tidewaiter.sources.kubernetes_audit.workloads import started

# Verbs of resources and, where there is none, HTTP methods in lower case; others use something.
VERBS = {
    "create": Activity.RESOURCE_CREATED,
    "get": Activity.RESOURCE_READ,
    "head": Activity.RESOURCE_READ,
    "options": Activity.RESOURCE_READ,
    "list": Activity.RESOURCE_READ,
    "watch": Activity.RESOURCE_READ,
    "update": Activity.RESOURCE_CHANGED,
    "patch": Activity.RESOURCE_CHANGED,
    "put": Activity.RESOURCE_CHANGED,
    "delete": Activity.RESOURCE_DELETED,
    "deletecollection": Activity.RESOURCE_DELETED,
}
_DELETING = frozenset({"delete", "deletecollection"})
_WRITING = frozenset({"create", "update", "patch", *_DELETING})

# Ways into a pod, node or service: by get or create, as the client's version likes.
_CONNECTING = frozenset({"exec", "attach", "portforward", "proxy"})

# Created to ask whether somebody may do something; nothing is stored.
_QUESTIONS = frozenset(
    {
        "localsubjectaccessreviews",
        "selfsubjectaccessreviews",
        "selfsubjectreviews",
        "selfsubjectrulesreviews",
        "subjectaccessreviews",
    }
)
# Who is who, and may do what; a signed certificate is a credential.
_IDENTITIES = frozenset({"certificatesigningrequests", "clusterroles", "roles", "serviceaccounts"})
_AWS_AUTH = "kube-system/configmaps/aws-auth"  # EKS: which IAM roles are which users and groups

_WORKLOADS: Mapping[str, Mapping[str | None, Activity]] = {
    "create": {
        None: Activity.WORKLOAD_DEPLOYED,
        "eviction": Activity.WORKLOAD_DELETED,
        "rollback": Activity.WORKLOAD_CHANGED,
    },
    "update": {
        None: Activity.WORKLOAD_CHANGED,
        "ephemeralcontainers": Activity.WORKLOAD_DEPLOYED,
        "resize": Activity.WORKLOAD_CHANGED,
        "scale": Activity.WORKLOAD_CHANGED,
    },
    "delete": {None: Activity.WORKLOAD_DELETED},
}
_LIKE = {"patch": "update", "deletecollection": "delete"}

_READERS: Mapping[str, Callable[[Call], Detail]] = {
    "clusterrolebindings": bound,
    "rolebindings": bound,
    "serviceaccounts/token": issued,
    "tokenreviews": reviewed,
}


class _Options(Struct):
    """``DeleteOptions``; an eviction has them inside."""

    dry_run: list[str] | None = field(name="dryRun", default=None)
    inside: "_Options | None" = field(name="deleteOptions", default=None)


_OPTIONS = msgspec.json.Decoder(_Options)


def told(call: Call) -> Detail | Ignored:
    """Read any call.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    if _is_rehearsal(call):
        return Ignored(f"{call.log} dry run")
    reader = _READERS.get(call.kind) if call.verb in _WRITING else None
    return reader(call) if reader else _plain(call)


def path_told(verb: str, path: str) -> Detail:
    """Read a call to something that is no resource: health, version, what the API offers.

    >>> path_told("get", "/healthz?verbose").target
    '/healthz'
    """
    # What is asked for after the path may be a secret.
    target = "/" + path.partition("?")[0].lstrip("/")
    return Detail(VERBS.get(verb, Activity.RESOURCE_USED), target=target)


def _plain(call: Call) -> Detail:
    activity = _activity(call)
    if activity is Activity.WORKLOAD_DEPLOYED:
        return Detail(activity, workload=started(call))
    if activity.startswith("workload."):
        return Detail(activity, workload=call.workload)
    workload = None if activity is Activity.RESOURCE_READ else call.workload
    return Detail(activity, target=call.target, workload=workload)


def _activity(call: Call) -> Activity:
    if call.subresource in _CONNECTING:
        return Activity.RESOURCE_USED
    if call.resource in _QUESTIONS and call.verb == "create":
        return Activity.RESOURCE_READ
    if call.verb in _WRITING and (call.resource in _IDENTITIES or call.target == _AWS_AUTH):
        return Activity.IDENTITY_CHANGED
    if call.workload:
        found = _WORKLOADS.get(_LIKE.get(call.verb, call.verb), {}).get(call.subresource)
        if found:
            return found
    return VERBS.get(call.verb, Activity.RESOURCE_USED)


def _is_rehearsal(call: Call) -> bool:
    """Whether the body says so; creations and changes say it in the address."""
    deletes = call.verb in _DELETING or call.subresource == "eviction"
    if not deletes or absent(call.request):
        return False
    options = decode(_OPTIONS, call.request, call.request_path)
    inside = options.inside or options
    return "All" in (inside.dry_run or options.dry_run or ())
