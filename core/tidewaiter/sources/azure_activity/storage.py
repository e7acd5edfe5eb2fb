"""Storage accounts and the containers and shares in them.

https://learn.microsoft.com/azure/role-based-access-control/permissions/storage

A bucket of ours is an account, or ``account/container``: containers are named within an account
only.  What happens to the blobs inside is told by the account's own resource log.
"""

from collections.abc import Callable

from tidewaiter.model import Activity, Grant, Session, Stored
from tidewaiter.sources.azure_activity.bodies import Asked, Verbs
from tidewaiter.sources.azure_terms import segment
from tidewaiter.sources.telling import Told

_ACCOUNT = "microsoft.storage/storageaccounts"
_CONTAINER = f"{_ACCOUNT}/blobservices/containers"
_SHARE = f"{_ACCOUNT}/fileservices/shares"

# What an anonymous reader may do: https://learn.microsoft.com/rest/api/storagerp/blob-containers
_OPENED = {"container": "Container", "blob": "Blob"}


def stored_of(resource: str) -> Stored:
    """Name the account, and the container or share in it."""
    inside = segment(resource, "containers") or segment(resource, "shares")
    account = segment(resource, "storageaccounts")
    return Stored(bucket="/".join(part for part in (account, inside) if part) or None)


def _bucket(activity: Activity) -> Callable[[Asked], Told]:
    def read(asked: Asked) -> Told:
        return Told(activity, target=asked.resource, stored=stored_of(asked.resource))

    return read


def _written(asked: Asked) -> Told:
    opened = _OPENED.get((asked.first("properties.publicAccess") or "").lower())
    if opened:
        grants = (Grant("public", permission=opened),)
        stored = stored_of(asked.resource)
        return Told(Activity.STORAGE_SHARED, grants=grants, target=asked.resource, stored=stored)
    return _bucket(Activity.BUCKET_CREATED if asked.created else Activity.BUCKET_CHANGED)(asked)


def _credential(method: str) -> Callable[[Asked], Told]:
    """The answer acts in the account's own name: what a session as a role is elsewhere."""

    def read(asked: Asked) -> Told:
        session = Session(
            credential=asked.first("keyToSign"),
            method=method,
            target=segment(asked.resource, "storageaccounts"),
        )
        stored = stored_of(asked.resource)
        return Told(
            Activity.IDENTITY_ASSUMED, target=asked.resource, stored=stored, session=session
        )

    return read


def _key_changed(asked: Asked) -> Told:
    """https://learn.microsoft.com/rest/api/storagerp/storage-accounts/regenerate-key ."""
    session = Session(
        credential=asked.first("keyName"), target=segment(asked.resource, "storageaccounts")
    )
    return Told(
        Activity.IDENTITY_CHANGED,
        target=asked.resource,
        stored=stored_of(asked.resource),
        session=session,
    )


def part_told(verb: str, asked: Asked) -> Told | None:
    """Tell of what is no bucket but belongs to one: its policies, endpoints, services."""
    if not verb.startswith(f"{_ACCOUNT}/"):
        return None
    configured = verb.endswith(("/write", "/delete"))
    return _bucket(Activity.BUCKET_CHANGED if configured else Activity.RESOURCE_USED)(asked)


VERBS: Verbs = {
    f"{_ACCOUNT}/write": _written,
    f"{_ACCOUNT}/delete": _bucket(Activity.BUCKET_DELETED),
    f"{_CONTAINER}/write": _written,
    f"{_CONTAINER}/delete": _bucket(Activity.BUCKET_DELETED),
    f"{_SHARE}/write": _written,
    f"{_SHARE}/delete": _bucket(Activity.BUCKET_DELETED),
    f"{_ACCOUNT}/read": _bucket(Activity.BUCKET_LISTED),
    f"{_CONTAINER}/read": _bucket(Activity.BUCKET_LISTED),
    f"{_SHARE}/read": _bucket(Activity.BUCKET_LISTED),
    f"{_ACCOUNT}/listkeys/action": _credential("account key"),
    f"{_ACCOUNT}/listaccountsas/action": _credential("account SAS"),
    f"{_ACCOUNT}/listservicesas/action": _credential("service SAS"),
    f"{_ACCOUNT}/regeneratekey/action": _key_changed,
    f"{_ACCOUNT}/rotatekey/action": _key_changed,
    f"{_ACCOUNT}/revokeuserdelegationkeys/action": _key_changed,
}
