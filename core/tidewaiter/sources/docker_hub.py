"""Docker Hub's webhook: one push of one tag, without the digest.

Format: https://docs.docker.com/docker-hub/repos/manage/webhooks/
"""

import msgspec
from msgspec import Struct

from tidewaiter.model import Activity, Event, Principal, short_hash
from tidewaiter.references import parse_reference
from tidewaiter.sources.interface import Record, Source, decode, instant


class _Push(Struct):
    pushed_at: float  # seconds since 1970
    tag: str | None = None
    pusher: str | None = None


class _Repository(Struct):
    repo_name: str


class _Hook(Struct):
    push_data: _Push
    repository: _Repository


_HOOK = msgspec.json.Decoder(_Hook)


def claims(record: Record) -> bool:
    """A push and a repository."""
    return "push_data" in record.fields and "repository" in record.fields


def read(record: Record) -> Event:
    """Read one push; a missing tag means ``latest``."""
    hook = decode(_HOOK, record.raw)
    push = hook.push_data
    tag = f":{push.tag}" if push.tag else ""
    image = parse_reference(f"docker.io/{hook.repository.repo_name}{tag}")
    # The hook has no id of its own.
    own = short_hash("docker_hub", image.reference, repr(push.pushed_at), push.pusher)
    return Event(
        id=own,
        act=f"registry:{own}",
        time=instant(push.pushed_at, "$.push_data.pushed_at"),
        provider="registry",
        source="docker_hub",
        activity=Activity.IMAGE_PUSHED,
        operation="push",
        principal=Principal(id=push.pusher) if push.pusher else None,
        images=(image,),
    )


SOURCE = Source(
    name="docker_hub",
    provider="registry",
    title="Docker Hub webhooks",
    link="https://docs.docker.com/docker-hub/repos/manage/webhooks/",
    claims=claims,
    read=read,
)
