"""What keeps images out of a cluster: admission webhooks and policies, and their removal.

https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
Kyverno, Gatekeeper and Sigstore keep theirs as resources of their own.
"""

from tidewaiter.model import Activity, Change
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.interface import Ignored
from tidewaiter.sources.kubernetes_audit.call import Call
from tidewaiter.sources.kubernetes_audit.workloads import deployed

_GUARDS = frozenset(
    {
        "clusterimagepolicies",  # Sigstore's policy controller
        "clusterpolicies",  # Kyverno
        "constrainttemplates",  # Gatekeeper
        "imagevalidatingpolicies",  # Kyverno
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "validatingwebhookconfigurations",
    }
)
_VERBS = {"create": "on", "delete": "off", "deletecollection": "off"}


def guarded(call: Call) -> Detail | None:
    """Read that a guard was put up or taken away; ``None`` for any other call."""
    if call.resource not in _GUARDS or call.subresource or call.verb not in _VERBS:
        return None
    of = " of ".join(part for part in (call.target, call.cluster) if part)
    change = Change("image admission", _VERBS[call.verb], of)
    return Detail(Activity.REGISTRY_CHANGED, changes=(change,), target=call.target)


def watched(call: Call) -> Detail | Ignored:
    """Read what starts to run, or what could have kept it from running.

    Raises :class:`~tidewaiter.errors.Malformed` with the path.
    """
    return guarded(call) or deployed(call)
