"""Machine images: managed images, versions in a gallery, captured machines, shared galleries.

https://learn.microsoft.com/azure/role-based-access-control/permissions/compute
"""

from tidewaiter.model import Activity, Grant, Image
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs, nodes_at, texts_of
from tidewaiter.sources.azure_terms import last_segment
from tidewaiter.sources.telling import Told


def machine_image(resource: str) -> Image:
    """Return the image (machine, disk) of a resource id or of a blob's address."""
    # Blob addresses are case-sensitive, resource ids are not; a query is the blob's signature.
    blob = resource.partition("?")[0]
    key = resource.lower().rstrip("/") if resource.startswith("/") else blob
    return Image(machine_image=key, name=last_segment(key))


def _origin(asked: Asked) -> Image | None:
    found = asked.first(
        "properties.sourceVirtualMachine.id",
        "properties.storageProfile.source.id",
        "properties.storageProfile.source.virtualMachineId",
        "properties.publishingProfile.source.managedImage.id",
        "properties.storageProfile.osDiskImage.source.id",
        "properties.storageProfile.osDiskImage.source.uri",
        "properties.storageProfile.osDisk.snapshot.id",
        "properties.storageProfile.osDisk.managedDisk.id",
        "properties.storageProfile.osDisk.blobUri",
    )
    return machine_image(found) if found else None


def _created(asked: Asked) -> Told:
    image = machine_image(asked.resource)
    return Told(Activity.IMAGE_CREATED, (image,), origin=_origin(asked))


def _deleted(asked: Asked) -> Told:
    return Told(Activity.IMAGE_DELETED, (machine_image(asked.resource),))


def _captured(asked: Asked) -> Told:
    # The resource is the machine; the image is a disk in a storage account, which the answer names.
    disk = "properties.storageProfile.osDisk.image.uri"
    found = asked.first(f"resources.{disk}", f"properties.output.resources.{disk}")
    machine = machine_image(asked.resource)
    prefix = asked.first("vhdPrefix")  # the disk's name begins so
    image = machine_image(found) if found else Image(name=prefix or f"disk of {machine.name}")
    return Told(Activity.IMAGE_CREATED, (image,), origin=machine)


_GROUPS = {"subscriptions": "subscription", "aadtenants": "tenant"}


def _gallery_shared(asked: Asked) -> Told:
    """https://learn.microsoft.com/rest/api/compute/gallery-sharing-profile/update ."""
    kind = (asked.first("operationType") or "").lower()
    grants: list[Grant] = [Grant("public")] if kind == "enablecommunity" else []
    for group in asked.nodes("groups"):
        named = "".join(texts_of(nodes_at(group, "type"))).lower()
        if named == "community":
            grants.append(Grant("public"))
        elif named in _GROUPS:
            grants += [Grant(_GROUPS[named], to.lower()) for to in texts_of(nodes_at(group, "ids"))]
    if kind == "reset":  # from everybody: the last record, which has no body, must learn it
        grants = [Grant("public")]
    closing = kind in {"remove", "reset"}
    activity = Activity.IMAGE_UNSHARED if closing else Activity.IMAGE_SHARED
    return Told(activity, (machine_image(asked.resource),), grants=tuple(grants))


def _gallery_changed(asked: Asked) -> Told:
    return Told(Activity.REGISTRY_CHANGED, (machine_image(asked.resource),))


VERBS: Verbs = {
    "microsoft.compute/images/write": _created,
    "microsoft.compute/images/delete": _deleted,
    "microsoft.compute/galleries/images/versions/write": _created,
    "microsoft.compute/galleries/images/versions/delete": _deleted,
    "microsoft.compute/virtualmachines/capture/action": _captured,
    "microsoft.compute/galleries/share/action": _gallery_shared,
    "microsoft.compute/galleries/write": _gallery_changed,
    "microsoft.compute/galleries/delete": _gallery_changed,
}
