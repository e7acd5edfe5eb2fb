"""Cloud Build: who had an image built.

Methods: https://cloud.google.com/build/docs/securing-builds/view-audit-logs
The build itself, and the digest of what it made, come by the topic that ``cloud_build`` reads.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from tidewaiter.model import Activity
from tidewaiter.sources.google_builds import Build, built, source_of
from tidewaiter.sources.google_entries import Entry, part
from tidewaiter.sources.google_events import Detail

_METHOD = re.compile(r"google\.devtools\.cloudbuild\.v\w+\.CloudBuild\.(\w+)$")


class _Holder(Build):
    build: Build | None = None


class _Operation(_Holder):
    metadata: _Holder | None = None


_REQUEST = msgspec.json.Decoder(_Holder)
_RESPONSE = msgspec.json.Decoder(_Operation)


def method(name: str) -> str | None:
    """Spell a method without its package and version: ``CloudBuild.CreateBuild``."""
    found = _METHOD.match(name)
    return f"CloudBuild.{found[1]}" if found else None


def _built(entry: Entry) -> Detail | None:
    """A build that names no image is a job like any other."""
    request = part(_REQUEST, entry.payload.request, "request") or _Holder()
    response = part(_RESPONSE, entry.payload.response, "response") or _Operation()
    metadata = response.metadata or _Holder()
    # The answer knows more; running a trigger asks for nothing but the trigger.
    for build in (response, metadata.build, request.build):
        images = built(build) if build else ()
        if build and images:
            return Detail(
                Activity.IMAGE_BUILT,
                images=images,
                stored=source_of(build),
                target=entry.label("build_id") or build.id or None,
            )
    return None


READERS: Mapping[str, Callable[[Entry], Detail | None]] = {
    f"CloudBuild.{verb}": _built
    for verb in ("CreateBuild", "RetryBuild", "RunBuildTrigger", "ApproveBuild")
}
