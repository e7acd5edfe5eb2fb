"""What an event was about, as OCSF's resources, and how it was asked for."""

from tidewaiter.exports.members import Members, error_code, name_of, plain, told
from tidewaiter.model import Event, Image, Session, Stored, Workload

TARGET, AFFECTED, RELATED = 1, 3, 4
_ROLES = {TARGET: "Target", AFFECTED: "Affected", RELATED: "Related"}


def resources(event: Event, role: int = TARGET) -> list[Members]:
    """Return the images, what runs them, and whatever else it was about."""
    found = [_image(image, role) for image in event.images]
    if event.origin is not None:
        found.append(_image(event.origin, RELATED))
    if event.workload is not None:
        found.append(_workload(event.workload, role))
    if event.stored is not None:
        found.append(_stored(event.stored, role))
    if event.target is not None:
        found.append(_resource(role, uid=event.target))
    return [one for one in found if "uid" in one or "name" in one]


def _resource(role: int, **members: object) -> Members:
    return told(role_id=role, role=_ROLES[role], **members)


def _image(image: Image, role: int) -> Members:
    """The content is what an image is known by; its name comes from people."""
    return _resource(
        role,
        uid=image.machine_image or image.digest,
        name=image.name if image.machine_image else name_of(image),
        type="machine image" if image.machine_image else "container image",
        version=image.tag,
        data=plain(image),
    )


def _workload(workload: Workload, role: int) -> Members:
    return _resource(
        role,
        name=workload.name or workload.label,
        type=workload.kind,
        namespace=workload.scope,
        data=told(
            definition=workload.definition,
            machine_type=workload.machine_type,
            status=workload.status,
        ),
    )


def _stored(stored: Stored, role: int) -> Members:
    in_bucket = stored.path is not None
    return _resource(
        role,
        name=stored.path or stored.bucket,
        type="object" if in_bucket else "bucket",
        namespace=stored.bucket if in_bucket else None,
        data=told(size=stored.size, digest=stored.digest, storage_class=stored.storage_class),
    )


def credential_given(made: Session | None) -> list[Members]:
    """Return the key or token that was given out other than by signing in."""
    if made is None or made.credential is None:
        return []
    return [_resource(TARGET, uid=made.credential, type="credential")]


def api(event: Event) -> Members:
    """Return the call; what was answered is only known of one that failed."""
    return told(
        operation=event.operation,
        service=told(name=event.service),
        response=told(error=error_code(event), error_message=event.error),
    )
