"""Calls to Amazon EC2 that make, share, change or remove machine images (AMIs).

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html; lists are written the
EC2 way, ``{"items": [...]}``.
"""

import msgspec
from msgspec import Struct

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Change, Grant, Image
from tidewaiter.sources.cloudtrail.call import Call, Reader, Told, Verbs, answered, requested

CHANGING = (
    "DisableImage",
    "DisableImageDeprecation",
    "DisableImageDeregistrationProtection",
    "EnableImage",
    "EnableImageDeprecation",
    "EnableImageDeregistrationProtection",
)
GUARDING = {
    "DisableImageBlockPublicAccess": ("off", "machine images"),
    "EnableImageBlockPublicAccess": ("on", "machine images"),
    "DisableSnapshotBlockPublicAccess": ("off", "snapshots"),
    "EnableSnapshotBlockPublicAccess": ("on", "snapshots"),
}
"""Whether a whole account and region may make something public: on or off, and for what."""


class Disk(Struct, rename="camel"):
    """A disk of a new image."""

    snapshot_id: str | None = None


class Device(Struct, rename="camel"):
    """Where a disk is mounted."""

    ebs: Disk | None = None


class Devices(Struct):
    """``{"items": [...]}``."""

    items: tuple[Device, ...] | None = None


class Permission(Struct, rename="camel"):
    """Whom a launch permission names: exactly one member is there."""

    user_id: str | None = None
    group: str | None = None
    organization_arn: str | None = None
    organizational_unit_arn: str | None = None


class Permissions(Struct):
    """``{"items": [...]}``."""

    items: tuple[Permission, ...] | None = None


class LaunchPermission(Struct):
    """What is added to and removed from the launch permissions."""

    add: Permissions | None = None
    remove: Permissions | None = None


class Request(Struct, rename="camel"):
    """What callers send, whatever the verb."""

    image_id: str | None = None
    name: str | None = None
    instance_id: str | None = None
    image_location: str | None = None
    block_device_mapping: Devices | None = None
    source_image_id: str | None = None
    bucket: str | None = None
    object_key: str | None = None
    launch_permission: LaunchPermission | None = None
    snapshot_id: str | None = None
    create_volume_permission: LaunchPermission | None = None
    # The older form of ModifyImageAttribute names one operation for all.
    attribute_type: str | None = None
    operation_type: str | None = None
    user_ids: tuple[str, ...] | None = None
    user_groups: tuple[str, ...] | None = None


class Answer(Struct, rename="camel"):
    """What EC2 answers."""

    image_id: str | None = None
    import_task_id: str | None = None
    object_key: str | None = None


_REQUEST = msgspec.json.Decoder(Request)
_ANSWER = msgspec.json.Decoder(Answer)


def _made(request: Request, answer: Answer) -> tuple[Image, ...]:
    """Name the new image; a failed call has a name at most, an import only its task at first."""
    name = request.name or answer.import_task_id or None
    image = Image(machine_image=answer.image_id or None, name=name)
    return () if image == Image() else (image,)


def _source(request: Request) -> Image | None:
    """Name what an image was made from: an instance, a file in S3 or the first disk's snapshot."""
    devices = (request.block_device_mapping and request.block_device_mapping.items) or ()
    snapshots = [each.ebs.snapshot_id for each in devices if each.ebs and each.ebs.snapshot_id]
    stored = _stored(request.bucket, request.object_key)
    name = request.instance_id or request.image_location or stored or next(iter(snapshots), None)
    return Image(name=name) if name else None


def _stored(bucket: str | None, key: str | None) -> str | None:
    return f"s3://{bucket}/{key}" if bucket and key else None


def _create(call: Call) -> Told:
    request, answer = requested(call, _REQUEST), answered(call, _ANSWER)
    return Told(
        activity=Activity.IMAGE_CREATED, images=_made(request, answer), origin=_source(request)
    )


def _copy(call: Call) -> Told:
    request, answer = requested(call, _REQUEST), answered(call, _ANSWER)
    source = request.source_image_id
    return Told(
        activity=Activity.IMAGE_COPIED,
        images=_made(request, answer),
        origin=Image(machine_image=source) if source else None,
    )


def _store(call: Call) -> Told:
    """Read the writing of an image to S3, from where anybody with the file can restore it."""
    request, answer = requested(call, _REQUEST), answered(call, _ANSWER)
    target = _stored(request.bucket, answer.object_key) or request.bucket
    return Told(
        activity=Activity.IMAGE_COPIED,
        images=(Image(name=target),) if target else (),
        origin=Image(machine_image=request.image_id) if request.image_id else None,
    )


def _about(activity: Activity) -> Reader:
    return lambda call: Told(activity=activity, images=_named(requested(call, _REQUEST)))


def _named(request: Request) -> tuple[Image, ...]:
    return (Image(machine_image=request.image_id),) if request.image_id else ()


def _modify(call: Call) -> Told:
    request = requested(call, _REQUEST)
    if not request.image_id and not call.failed:
        raise Malformed("no image is named", "$.requestParameters.imageId")
    added, removed = _permissions(request)
    activity = Activity.IMAGE_CHANGED
    if added:
        activity = Activity.IMAGE_SHARED
    elif removed:
        activity = Activity.IMAGE_UNSHARED
    return Told(activity=activity, images=_named(request), grants=added or removed)


def _modify_snapshot(call: Call) -> Told:
    """Read who may use a snapshot, which may be the disk of an image."""
    request = requested(call, _REQUEST)
    change = request.create_volume_permission or LaunchPermission()
    added, removed = grants_of(change.add), grants_of(change.remove)
    images = (Image(name=request.snapshot_id),) if request.snapshot_id else ()
    activity = Activity.IMAGE_SHARED if added else Activity.IMAGE_UNSHARED
    return Told(activity=activity, images=images, grants=added or removed)


def _permissions(request: Request) -> tuple[tuple[Grant, ...], tuple[Grant, ...]]:
    """Tell whom the call adds and whom it removes."""
    change = request.launch_permission or LaunchPermission()
    added, removed = grants_of(change.add), grants_of(change.remove)
    older = [Permission(user_id=each) for each in request.user_ids or ()]
    older += [Permission(group=each) for each in request.user_groups or ()]
    named = grants_of(Permissions(tuple(older)))
    if request.operation_type == "remove":
        return added, removed + named
    return added + named, removed


def grants_of(permissions: Permissions | None) -> tuple[Grant, ...]:
    """Tell whom permissions name, of an image or of a snapshot."""
    items = (permissions and permissions.items) or ()
    return tuple(grant for each in items for grant in _grant(each))


def _grant(permission: Permission) -> list[Grant]:
    grants = []
    if permission.user_id:
        grants.append(Grant("account", permission.user_id))
    if permission.group:  # "all" is the only group there is
        grants.append(Grant("public"))
    if permission.organization_arn:
        grants.append(Grant("organization", permission.organization_arn))
    if permission.organizational_unit_arn:
        grants.append(Grant("unit", permission.organizational_unit_arn))
    return grants


def _leave(call: Call) -> Told:
    """Read an account's refusal of an image that was shared with it."""
    grants = (Grant("account", call.account),) if call.account else ()
    images = _named(requested(call, _REQUEST))
    return Told(activity=Activity.IMAGE_UNSHARED, images=images, grants=grants)


def _guard(to: str, what: str) -> Reader:
    def read(call: Call) -> Told:
        place = " ".join(part for part in (call.account, call.aws_region) if part)
        change = Change("public access block", to, f"{what} of {place}")
        return Told(activity=Activity.REGISTRY_CHANGED, changes=(change,))

    return read


VERBS: Verbs = {
    "CreateImage": _create,
    "RegisterImage": _create,
    "ImportImage": _create,
    "CreateRestoreImageTask": _create,
    "CopyImage": _copy,
    "CreateStoreImageTask": _store,
    "ModifyImageAttribute": _modify,
    "ModifySnapshotAttribute": _modify_snapshot,
    # Its one attribute is launchPermission: back to private.
    "ResetImageAttribute": _about(Activity.IMAGE_UNSHARED),
    "CancelImageLaunchPermission": _leave,
    "DeregisterImage": _about(Activity.IMAGE_DELETED),
    "DescribeImages": lambda _: Told(activity=Activity.REGISTRY_LISTED),
    **dict.fromkeys(CHANGING, _about(Activity.IMAGE_CHANGED)),
    **{verb: _guard(to, what) for verb, (to, what) in GUARDING.items()},
}
