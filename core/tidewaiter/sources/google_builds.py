"""A build of Cloud Build: what it made, from what, and as whom.

Build: https://cloud.google.com/build/docs/api/reference/rest/v1/projects.builds#Build
Cloud Audit Logs have it in a request, the topic ``cloud-builds`` sends it whole.
"""

from base64 import b64encode

from msgspec import Struct, field
from msgspec.structs import replace

from tidewaiter.model import Image, Stored
from tidewaiter.references import parse_reference


class _Built(Struct):
    name: str | None = None
    digest: str | None = None


class _Results(Struct):
    images: list[_Built] | None = None


class _Archive(Struct):
    bucket: str | None = None
    object: str | None = None
    generation: str | int | None = None


class _Source(Struct):
    archive: _Archive | None = field(name="storageSource", default=None)


class _Failure(Struct):
    detail: str | None = None


class Build(Struct):
    """The members of a build that tell what it made."""

    id: str | None = None
    name: str | None = None
    project: str | None = field(name="projectId", default=None)
    status: str | None = None
    status_detail: str | None = field(name="statusDetail", default=None)
    failure: _Failure | None = field(name="failureInfo", default=None)
    images: list[str] | None = None
    results: _Results | None = None
    source: _Source | None = None
    service_account: str | None = field(name="serviceAccount", default=None)
    created: str | None = field(name="createTime", default=None)
    started: str | None = field(name="startTime", default=None)
    finished: str | None = field(name="finishTime", default=None)


def built(build: Build) -> tuple[Image, ...]:
    """The images it pushed, with their digests, or else those that it is to push."""
    pushed = (build.results.images if build.results else None) or []
    found = [
        replace(parse_reference(one.name), digest=one.digest or None) for one in pushed if one.name
    ]
    named = () if found else build.images or ()
    return tuple(dict.fromkeys([*found, *(parse_reference(name) for name in named if name)]))


def source_of(build: Build) -> Stored | None:
    """The archive that it was built from, if it came from a bucket."""
    archive = build.source.archive if build.source else None
    if archive is None or not archive.bucket:
        return None
    generation = str(archive.generation) if archive.generation else None
    return Stored(bucket=archive.bucket, path=archive.object or None, digest=generation)


def operation_of(project: str, build: str) -> str:
    """The act that Cloud Audit Logs tell of, by the name of their long operation.

    >>> operation_of("shop", "b1")
    'gcp:cloudbuild.googleapis.com/operations/build/shop/YjE='
    """
    encoded = b64encode(build.encode("utf-8", "surrogatepass")).decode()
    return f"gcp:cloudbuild.googleapis.com/operations/build/{project}/{encoded}"
