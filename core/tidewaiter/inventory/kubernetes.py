"""What ``kubectl get pods -A -o json`` lists: what runs now, as the node resolved it.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus
"""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.json import Decoder
from msgspec.structs import replace

from tidewaiter.decoding import decode
from tidewaiter.inventory.interface import Place, Reader, Thing, Time, utc
from tidewaiter.model import Image, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.kubernetes_audit.workloads import Owner, owner_of


class _Container(Struct):
    name: str
    image: str | None = None
    image_id: str | None = field(name="imageID", default=None)


class _Spec(Struct, frozen=True):
    containers: tuple[_Container, ...] = ()
    init: tuple[_Container, ...] = field(name="initContainers", default=())


class _Status(Struct, frozen=True):
    started: Time = field(name="startTime", default=None)
    containers: tuple[_Container, ...] = field(name="containerStatuses", default=())
    init: tuple[_Container, ...] = field(name="initContainerStatuses", default=())


class _Metadata(Struct):
    name: str
    namespace: str | None = None
    owners: list[Owner] | None = field(name="ownerReferences", default=None)


class _Pod(Struct):
    metadata: _Metadata
    spec: _Spec = _Spec()
    status: _Status = _Status()


class _Pods(Struct):
    items: tuple[_Pod, ...]


_PODS = Decoder(_Pods)


def _pods(raw: bytes, place: Place) -> Iterator[Thing]:
    for pod in decode(_PODS, raw).items:
        kind, name = owner_of(pod.metadata.owners or []) or ("pod", pod.metadata.name)
        scope = "/".join(part for part in (place.cluster, pod.metadata.namespace) if part)
        yield Thing(
            provider="kubernetes",
            images=tuple(_images(pod)),
            since=utc(pod.status.started),
            workload=Workload(kind, name, scope or None),
            account=place.account,
        )


def _images(pod: _Pod) -> Iterator[Image]:
    """The images as the pod names them, with the digests that the node found."""
    found = {one.name: one.image_id for one in (*pod.status.containers, *pod.status.init)}
    for one in (*pod.spec.containers, *pod.spec.init):
        if one.image:
            image = parse_reference(one.image)
            digest = (found.get(one.name) or "").rpartition("@")[2]
            yield replace(image, digest=image.digest or digest or None)


MEMBERS: dict[str, Reader] = {"items": _pods}
"""The readers, by the member that only their listing has."""
