"""What guards the images of a repository of Artifact Registry.

https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories
Members that are false are left out of a record; an update says in its mask what it changes.
"""

import re

import msgspec
from msgspec import Raw, Struct, field

from tidewaiter.model import Change, Image
from tidewaiter.sources.google_entries import Entry, part

_MASKED = re.compile(r"docker_?config", re.IGNORECASE)
_PUBLIC = {"DOCKER_HUB": "docker.io"}


class _Docker(Struct):
    immutable: bool | None = field(name="immutableTags", default=None)


class _Uri(Struct):
    uri: str | None = None


class _Source(Struct):
    public: str | None = field(name="publicRepository", default=None)
    custom: _Uri | None = field(name="customRepository", default=None)


class _Remote(Struct):
    docker: _Source | None = field(name="dockerRepository", default=None)
    common: _Uri | None = field(name="commonRepository", default=None)


class _Repository(Struct):
    docker: _Docker | None = field(name="dockerConfig", default=None)
    remote: _Remote | None = field(name="remoteRepositoryConfig", default=None)


class _Request(Struct):
    repository: _Repository | None = None
    mask: Raw = field(name="updateMask", default=Raw())


_REQUEST = msgspec.json.Decoder(_Request)


def guarded(entry: Entry, images: tuple[Image, ...], *, creates: bool) -> tuple[Change, ...]:
    """Tell what a call sets of a repository."""
    request = _requested(entry)
    repository = request.repository
    if repository is None or not images:
        return ()
    home = images[0].home
    asked = bool(_MASKED.search(bytes(request.mask).decode("utf-8", "replace")))
    found = []
    if repository.docker or asked:
        immutable = repository.docker is not None and repository.docker.immutable
        found.append(Change("tag immutability", "on" if immutable else "off", home, not asked))
    if creates and repository.remote:
        found.append(Change("pull-through", "added", home))
    return tuple(found)


def source_of(entry: Entry) -> Image | None:
    """Name the registry of which a new repository passes images on."""
    repository = _requested(entry).repository
    remote = (repository and repository.remote) or _Remote()
    docker = remote.docker or _Source()
    uris = (one.uri for one in (docker.custom, remote.common) if one)
    name = _PUBLIC.get(docker.public or "") or next(filter(None, uris), None)
    host, _, path = (name or "").rpartition("://")[2].rstrip("/").partition("/")
    return Image(registry=host.lower(), repository=path or None) if host else None


def _requested(entry: Entry) -> _Request:
    return part(_REQUEST, entry.payload.request, "request") or _Request()
