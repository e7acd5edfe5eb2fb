"""From one call to the Kubernetes API to what starts to run, and under whose name.

A hundred replicas are one workload: a pod is told as what it belongs to.
https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
"""

import re

import msgspec
from msgspec import Raw, Struct, field

from tidewaiter.model import Activity, Change, Image, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.interface import Ignored, decode
from tidewaiter.sources.kubernetes_audit.call import KINDS, Call, absent, is_json_patch
from tidewaiter.sources.pod_templates import Marks, Shape, breaks_glass, images_in

_VERBS = frozenset({"create", "update", "patch"})
# Of all subresources only this one brings an image; pods/status repeats it with every heartbeat.
_SUBRESOURCES = (None, "ephemeralcontainers")
# The alphabet of generated names: https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand
_TEMPLATE_HASH = re.compile(r"-[bcdfghjklmnpqrstvwxz2456789]{5,10}$")


class Owner(Struct):
    """What an object belongs to."""

    kind: str
    name: str
    controller: bool | None = None


class _Metadata(Marks):
    name: str | None = None
    generate_name: str | None = field(name="generateName", default=None)
    namespace: str | None = None
    owners: list[Owner] | None = field(name="ownerReferences", default=None)


class _Object(Shape):
    metadata: _Metadata | None = None


class _Operation(Struct):
    path: str | None = None
    value: Raw = Raw()


_OBJECT = msgspec.json.Decoder(_Object)
_PATCH = msgspec.json.Decoder(list[_Operation])
_TEXT = msgspec.json.Decoder(str)


def deployed(call: Call) -> Detail | Ignored:
    """Read what a call starts.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    relevant = call.verb in _VERBS and call.subresource in _SUBRESOURCES
    if not relevant or call.resource not in KINDS:
        return Ignored(f"{call.log} {call.kind}")
    if absent(call.request) and absent(call.response):
        return Ignored(f"{call.log} without object")
    asked = _decoded(call.request, call.request_path)
    answered = _decoded(call.response, call.response_path)
    images = images_in(asked) or images_in(answered) or _patched(call)
    if not images:
        return Ignored(f"{call.log} without image")
    workload = _workload(call, _metadata(answered), _metadata(asked))
    broken = breaks_glass(asked, answered)
    changes = (Change("image admission", "broken", workload.label),) if broken else ()
    return Detail(Activity.WORKLOAD_DEPLOYED, images=images, changes=changes, workload=workload)


def started(call: Call) -> Workload:
    """Name what a call starts, where its images are not told.

    Raises :class:`~tidewaiter.errors.Malformed` with the path.
    """
    asked = _decoded(call.request, call.request_path)
    answered = _decoded(call.response, call.response_path)
    return _workload(call, _metadata(answered), _metadata(asked))


def _decoded(raw: Raw, path: str) -> _Object | None:
    return None if absent(raw) or is_json_patch(raw) else decode(_OBJECT, raw, path)


def _metadata(told: _Object | None) -> _Metadata:
    return (told.metadata if told else None) or _Metadata()


def _patched(call: Call) -> tuple[Image, ...]:
    """Images that a JSON patch sets one by one."""
    if not is_json_patch(call.request):
        return ()
    operations = decode(_PATCH, call.request, call.request_path)
    texts = (
        decode(_TEXT, each.value, f"{call.request_path}[...].value")
        for each in operations
        if (each.path or "").endswith("/image") and not absent(each.value)
    )
    return tuple(parse_reference(text) for text in dict.fromkeys(texts) if text)


def _workload(call: Call, answered: _Metadata, asked: _Metadata) -> Workload:
    own = answered.name or asked.name or call.name or asked.generate_name
    kind, name = owner_of(answered.owners or asked.owners or []) or (KINDS[call.resource], own)
    namespace = call.namespace or answered.namespace or asked.namespace
    scope = "/".join(part for part in (call.cluster, namespace) if part)
    return Workload(kind=kind, name=name or None, scope=scope or None)


def owner_of(owners: list[Owner]) -> tuple[str, str] | None:
    """Return kind and name of what the controller works for; a node is where a static pod runs, not
    what it belongs to.
    """
    owner = next((each for each in owners if each.controller), owners[0] if owners else None)
    if owner is None or owner.kind == "Node":
        return None
    if owner.kind == "ReplicaSet" and _TEMPLATE_HASH.search(owner.name):
        return "deployment", _TEMPLATE_HASH.sub("", owner.name)
    return owner.kind.lower(), owner.name
