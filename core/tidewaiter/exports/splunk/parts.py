"""The parts of an event as flat fields; a part that is not there gives none."""

from collections.abc import Callable, Iterable

from tidewaiter.exports.members import Members, ip, name_of, severity_of, told, zone_of
from tidewaiter.model import Event, Image


def several(values: Iterable[object]) -> object:
    """Return what is there, each value once: one as it is, several as a list."""
    found = list(dict.fromkeys(value for value in values if value is not None))
    return found[0] if len(found) == 1 else found


def who(event: Event) -> Members:
    """Who acted, with what."""
    caller, credential = event.principal, event.credential
    return told(
        src_user=caller and caller.id,
        src_user_name=caller and caller.name,
        user=caller and caller.label,
        user_type=caller and caller.type,
        user_account=caller and caller.account,
        user_kind=caller and caller.kind,
        credential_id=credential and credential.id,
        session=credential and credential.session,
        session_name=credential and credential.issued_to,
        mfa_auth=credential and credential.mfa,
    )


def whence(event: Event) -> Members:
    """From where, by what program."""
    client = event.client
    return told(
        src=client and client.address,
        src_ip=client and ip(client.address),
        src_zone=client and zone_of(client.zone),
        src_country=client and client.country,
        src_asn=client and client.asn,
        src_network=client and client.network,
        http_user_agent=client and client.user_agent,
        client_family=client and client.family,
        client_tool=client and client.tool,
        client_version=client and client.version,
    )


def images(event: Event) -> Members:
    """What it was about; the digest is what an image of a registry is known by."""
    return told(
        image_id=several(map(_id, event.images)),
        image_registry=several(image.registry for image in event.images),
        image_repository=several(image.repository for image in event.images),
        image_tag=several(image.tag for image in event.images),
        image_digest=several(image.digest for image in event.images),
        image_name=several(image.name for image in event.images),
        image_media_type=several(image.media_type for image in event.images),
        image_artifact=several(image.artifact for image in event.images),
        image_children=several(digest for image in event.images for digest in image.children),
        layers=[layer.digest for image in event.images for layer in image.layers],
        layer_sizes=[
            layer.size for image in event.images for layer in image.layers if layer.size is not None
        ],
        origin_image=event.origin and (event.origin.reference or event.origin.name),
    )


def _id(image: Image) -> str | None:
    return image.machine_image or image.digest or name_of(image)


def workload(event: Event) -> Members:
    """What runs the images, or could; ``dest`` is this, or else what it was done to."""
    what = event.workload
    return told(
        dest=(what and (what.name or what.kind)) or several(map(_id, event.images)) or event.target,
        instance_id=what and what.name,
        instance_type=what and what.machine_type,
        status=what and what.status,
        workload_kind=what and what.kind,
        workload_scope=what and what.scope,
        workload_definition=what and what.definition,
    )


def stored(event: Event) -> Members:
    """A bucket or object."""
    what = event.stored
    return told(
        bucket_name=what and what.bucket,
        object_path=what and what.path,
        object_size=what and what.size,
        object_digest=what and what.digest,
        storage_class=what and what.storage_class,
    )


def grants(event: Event) -> Members:
    """To whom something was opened; everybody has no name but a kind."""
    return told(
        acl_entity=several(grant.to or grant.kind for grant in event.grants),
        acl_kind=several(grant.kind for grant in event.grants),
        acl_permission=several(grant.permission for grant in event.grants),
    )


def changes(event: Event) -> Members:
    """Settings that guard images, or by which we see."""
    return told(
        setting=several(change.what for change in event.changes),
        setting_value=several(change.to for change in event.changes),
        setting_of=several(change.of for change in event.changes),
        setting_stated=several("yes" if change.stated else None for change in event.changes),
    )


def session(event: Event) -> Members:
    """What an authentication led to, or which key was given out."""
    made = event.session
    return told(
        assumed_role_user=made and made.user,
        role=made and made.role,
        role_account=made and made.account,
        issued_credential_id=made and made.credential,
        identity_provider=made and made.provider,
        authentication_method=made and made.method,
        session_target=made and made.target,
        session_seconds=made and made.lasts,
    )


def report(event: Event) -> Members:
    """What another product found."""
    found = event.report
    return told(
        finding_id=found and found.id,
        finding_type=found and found.type,
        signature=found and found.title,
        severity=found and severity_of(found),
        finding_counts=found and [f"{word}={count}" for word, count in found.counts],
        cve=found and several(found.vulnerabilities),
        rule=found and found.rule,
        finding_status=found and found.status,
        finding_link=found and found.link,
    )


EVERYWHERE: tuple[Callable[[Event], Members], ...] = (
    who,
    whence,
    images,
    workload,
    stored,
    grants,
    changes,
    session,
    report,
)
