"""Artifact Registry: pushes and pulls (Data Access logs) and what is done through its API.

Methods: https://cloud.google.com/artifact-registry/docs/audit-logging
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import unquote

import msgspec
from msgspec import Struct, field

from tidewaiter.model import Activity, Image
from tidewaiter.sources.gcp_audit.guards import guarded, source_of
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail
from tidewaiter.sources.google_names import docker_path, registry_host
from tidewaiter.sources.google_policies import opened

_DOCKER = {  # the docker protocol; layers' blobs served and HEAD requests tell nothing more
    "Docker-PutManifest": Activity.IMAGE_PUSHED,
    "Docker-GetManifest": Activity.IMAGE_PULLED,
    "Docker-GetTags": Activity.REGISTRY_LISTED,
    "Docker-Catalog": Activity.REGISTRY_LISTED,
    "Docker-StartUpload": Activity.LAYER_UPLOADED,
    "Docker-FinishUpload": Activity.LAYER_UPLOADED,
    "Docker-DeleteManifest": Activity.IMAGE_DELETED,
    "Docker-DeleteTag": Activity.IMAGE_UNTAGGED,
    "Docker-CreateOnPush": Activity.REGISTRY_CHANGED,
    "VirtualRepo-Auth": Activity.REGISTRY_LOGIN,
}
_API = {  # google.devtools.artifactregistry.<version>.ArtifactRegistry.<method>
    "DeleteTag": Activity.IMAGE_UNTAGGED,
    "DeleteVersion": Activity.IMAGE_DELETED,
    "BatchDeleteVersions": Activity.IMAGE_DELETED,
    "DeletePackage": Activity.IMAGE_DELETED,
    "ListDockerImages": Activity.REGISTRY_LISTED,
    "ListPackages": Activity.REGISTRY_LISTED,
    "ListRepositories": Activity.REGISTRY_LISTED,
    "ListTags": Activity.REGISTRY_LISTED,
    "ListVersions": Activity.REGISTRY_LISTED,
    "DeleteRepository": Activity.REGISTRY_CHANGED,
}
_API_NAME = re.compile(r"google\.devtools\.artifactregistry\.v\w+\.ArtifactRegistry\.(\w+)$")
_URL = re.compile(
    r"(?:https?://(?P<host>[^/]+))?/v2/(?P<path>.+?)/(?P<what>manifests|blobs|tags)/(?P<ref>.+)$"
)
_RESOURCE = re.compile(
    r"/?projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)"
    r"(?:/repositories/(?P<repository>[^/]+)"
    r"(?:/(?:dockerImages|packages)/(?P<image>[^/]+)"
    r"(?:/(?P<what>versions|tags)/(?P<ref>[^/]+))?)?)?$"
)


class _Tag(Struct):
    name: str | None = None
    version: str | None = None


class _Request(Struct):
    url: str | None = field(name="requestUrl", default=None)
    name: str | None = None
    names: list[str] | None = None
    parent: str | None = None
    repository_id: str | None = field(name="repositoryId", default=None)
    tag_id: str | None = field(name="tagId", default=None)
    tag: _Tag | None = None


class _Result(Struct):
    digest: str | None = None


_REQUEST = msgspec.json.Decoder(_Request)
_RESULT = msgspec.json.Decoder(_Result)


def method(name: str) -> str | None:
    """Spell an API method without its package and version; the docker ones stay as they are."""
    found = _API_NAME.match(name)
    return f"API.{found[1]}" if found else name


def image_named(resource: str | None) -> Image:
    """Read ``projects/P/locations/L/repositories/R/dockerImages/I@sha256:…`` and its relatives.

    The image's own slashes arrive escaped (``team%2Fweb``); an empty image means it names none.
    """
    found = _RESOURCE.match(resource or "")
    if found is None or found["repository"] is None:
        return Image()
    name, _, digest = unquote(found["image"] or "").partition("@")
    name, _, tag = name.partition(":")
    ref = unquote(found["ref"] or "")
    return Image(
        registry=registry_host(found["location"], found["repository"]),
        repository=docker_path(found["project"], found["repository"], name or None),
        tag=(ref if found["what"] == "tags" else tag) or None,
        digest=(ref if found["what"] == "versions" else digest) or None,
    )


def _docker(activity: Activity, entry: Entry) -> Detail:
    request = part(_REQUEST, entry.payload.request, "request") or _Request()
    image = _requested(image_named(entry.payload.resource), entry, request.url)
    if activity is Activity.IMAGE_PUSHED and not image.digest:
        image = msgspec.structs.replace(image, digest=_resulting_digest(entry))
    return Detail(activity, images=(image,) if image.home else ())


def _requested(image: Image, entry: Entry, url: str | None) -> Image:
    """Complete what the resource names by what the URL asks for: the URL has the tag."""
    found = _URL.match((url or "").partition("?")[0])
    if found is None:
        return image
    reference = unquote(found["ref"]) if found["what"] == "manifests" else ""
    by_digest = ":" in reference  # no tag has a colon
    return msgspec.structs.replace(
        image,
        registry=image.registry or (found["host"] or "").lower() or None,
        repository=_url_repository(entry, unquote(found["path"])),
        tag=image.tag if by_digest else reference or image.tag,
        digest=reference if by_digest else image.digest,
    )


def _url_repository(entry: Entry, path: str) -> str:
    """Drop a ``gcr.io`` repository's own name from a path, if it was asked for in the long form."""
    found = _RESOURCE.match(entry.payload.resource or "")
    if found and found["repository"]:
        short = docker_path(found["project"], found["repository"])
        long = f"{found['project'].replace(':', '/')}/{found['repository']}/"
        if path.startswith(long):
            return f"{short}/{path.removeprefix(long)}"
    return path


def _resulting_digest(entry: Entry) -> str | None:
    for raw, name in ((entry.payload.response, "response"), (entry.payload.metadata, "metadata")):
        result = part(_RESULT, raw, name)
        if result and result.digest:
            return result.digest
    return None


def _tagged(entry: Entry) -> Detail:
    """A tag that is set through the API puts other content under a name: a push without upload."""
    request = part(_REQUEST, entry.payload.request, "request") or _Request()
    tag = request.tag or _Tag()
    named = image_named(tag.name or entry.payload.resource)
    version = image_named(tag.version)
    image = msgspec.structs.replace(
        version if version.home else named if named.home else image_named(request.parent),
        tag=request.tag_id or named.tag,
        digest=version.digest,
    )
    return Detail(Activity.IMAGE_PUSHED, images=(image,) if image.home else ())


def _called(activity: Activity, entry: Entry) -> Detail:
    request = part(_REQUEST, entry.payload.request, "request") or _Request()
    names = request.names or [request.name or entry.payload.resource or request.parent or ""]
    images = (image_named(name) for name in names)
    found = tuple(image for image in images if image.home) or (image_named(entry.payload.resource),)
    return Detail(activity, images=tuple(image for image in found if image.home))


def _set(entry: Entry, *, creates: bool) -> Detail:
    detail = _called(Activity.REGISTRY_CHANGED, entry)
    if creates:
        detail = msgspec.structs.replace(detail, images=_made(entry) or detail.images)
    changes = guarded(entry, detail.images, creates=creates)
    origin = source_of(entry) if creates else None
    return msgspec.structs.replace(detail, changes=changes, origin=origin)


def _made(entry: Entry) -> tuple[Image, ...]:
    """Name a new repository: the resource of the call is the location that it is in."""
    request = part(_REQUEST, entry.payload.request, "request") or _Request()
    image = image_named(f"{request.parent}/repositories/{request.repository_id}")
    return (image,) if request.repository_id and image.home else ()


def _opened(entry: Entry) -> Detail:
    detail = _called(Activity.REGISTRY_CHANGED, entry)
    return msgspec.structs.replace(detail, grants=opened(entry))


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    **{name: partial(_docker, activity) for name, activity in _DOCKER.items()},
    **{f"API.{name}": partial(_called, activity) for name, activity in _API.items()},
    "API.CreateTag": _tagged,
    "API.UpdateTag": _tagged,
    "API.CreateRepository": partial(_set, creates=True),
    "API.UpdateRepository": partial(_set, creates=False),
    "API.SetIamPolicy": _opened,
}
