"""What starts to run an image: machines, scale sets, container groups, container apps.

https://learn.microsoft.com/azure/templates/microsoft.compute/virtualmachines and its neighbours
"""

from collections.abc import Callable

from tidewaiter.model import Activity, Workload
from tidewaiter.references import parse_reference
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs
from tidewaiter.sources.azure_activity.machine_images import machine_image
from tidewaiter.sources.azure_terms import segment
from tidewaiter.sources.telling import Told


def workload_of(asked: Asked, kind: str, depth: int = 1) -> Workload:
    """Name what runs, by its last ``depth`` names: the third machine of a set is ``web-set/3``.

    Its size is told in the bodies of a machine and of a scale set.
    """
    size = "sku.name" if kind == "scale set" else "properties.hardwareProfile.vmSize"
    return Workload(
        kind=kind,
        name="/".join(asked.resource.split("/")[1 - 2 * depth :: 2]),
        scope=segment(asked.resource, "resourcegroups"),
        machine_type=asked.first(size),
    )


def _machine_started(kind: str, profile: str) -> Callable[[Asked], Told]:
    """Make a reader for what boots from ``<profile>.imageReference``."""

    def read(asked: Asked) -> Told:
        reference = f"{profile}.imageReference"
        found = asked.first(
            f"{reference}.id",
            f"{reference}.sharedGalleryImageId",
            f"{reference}.communityGalleryImageId",
        )
        version = asked.first(f"{reference}.exactVersion")
        # Without a version the newest one is used, and only the answer tells which that was.
        if (
            found
            and version
            and "/galleries/" in found.lower()
            and "/versions/" not in found.lower()
        ):
            found = f"{found}/versions/{version}"
        images = (machine_image(found),) if found else ()
        return Told(Activity.WORKLOAD_DEPLOYED, images, workload=workload_of(asked, kind))

    return read


def _containers_started(kind: str, holder: str, image: str) -> Callable[[Asked], Told]:
    """Make a reader for what runs the containers (and init containers) below ``holder``."""

    def read(asked: Asked) -> Told:
        names = asked.texts(f"{holder}.initContainers.{image}")
        names += asked.texts(f"{holder}.containers.{image}")
        images = tuple(dict.fromkeys(map(parse_reference, names)))
        return Told(Activity.WORKLOAD_DEPLOYED, images, workload=workload_of(asked, kind))

    return read


_TEMPLATE = "properties.template"

VERBS: Verbs = {
    "microsoft.compute/virtualmachines/write": _machine_started(
        "virtual machine", "properties.storageProfile"
    ),
    "microsoft.compute/virtualmachinescalesets/write": _machine_started(
        "scale set", "properties.virtualMachineProfile.storageProfile"
    ),
    "microsoft.containerinstance/containergroups/write": _containers_started(
        "container group", "properties", "properties.image"
    ),
    "microsoft.app/containerapps/write": _containers_started("container app", _TEMPLATE, "image"),
    "microsoft.app/jobs/write": _containers_started("container app job", _TEMPLATE, "image"),
}
