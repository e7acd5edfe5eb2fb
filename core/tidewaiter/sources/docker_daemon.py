"""Events of a docker daemon, as ``docker events --format '{{json .}}'`` prints them.

They never name who acted, nor what digest a push has: the registry's own log does.
Format: https://docs.docker.com/reference/cli/docker/system/events/
"""

import re
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from tidewaiter.errors import Malformed
from tidewaiter.model import Activity, Event, Image, Workload, short_hash
from tidewaiter.references import parse_reference
from tidewaiter.sources.interface import Ignored, Record, Source, decode, instant

_ACTIVITIES = {
    ("image", "push"): Activity.IMAGE_PUSHED,
    ("image", "pull"): Activity.IMAGE_PULLED,
    ("image", "tag"): Activity.IMAGE_BUILT,
    ("image", "build"): Activity.IMAGE_BUILT,
    ("image", "create"): Activity.IMAGE_BUILT,
    ("image", "import"): Activity.IMAGE_BUILT,
    ("image", "load"): Activity.IMAGE_BUILT,
    ("image", "commit"): Activity.IMAGE_BUILT,
    ("image", "delete"): Activity.IMAGE_DELETED,
    ("image", "untag"): Activity.IMAGE_UNTAGGED,
    ("container", "commit"): Activity.IMAGE_BUILT,
    ("container", "create"): Activity.WORKLOAD_DEPLOYED,
    ("container", "start"): Activity.WORKLOAD_DEPLOYED,
}
# The daemon's own image id; it is no manifest digest, so it says nothing to a registry.
_LOCAL_ID = re.compile(r"(sha256:)?[0-9a-f]{12,64}")
_SECOND = 1_000_000_000


class _Actor(Struct, rename="pascal"):
    id: str | None = msgspec.field(default=None, name="ID")
    attributes: dict[str, str] | None = None


class _Message(Struct, kw_only=True):
    type: str = msgspec.field(name="Type")
    action: str = msgspec.field(name="Action")
    actor: _Actor = msgspec.field(name="Actor")
    time: int | None = None
    nanoseconds: int | None = msgspec.field(default=None, name="timeNano")


_MESSAGE = msgspec.json.Decoder(_Message)


def claims(record: Record) -> bool:
    """The three members that every event of the engine has."""
    return record.fields.keys() >= {"Type", "Action", "Actor"}


def read(record: Record) -> Event | Ignored:
    """Read one event; all that is not about images or starting containers is ignored."""
    message = decode(_MESSAGE, record.raw)
    # exec_create and health_status carry free text after a colon.
    action = message.action.partition(":")[0].strip().lower()
    kind = message.type.lower()
    activity = _ACTIVITIES.get((kind, action))
    if activity is None:
        return Ignored(f"docker {kind} {action}")
    attributes = message.actor.attributes or {}
    image = _image(message.actor.id or "", attributes, container=kind == "container")
    time = _time(message)
    own = short_hash(
        "docker_daemon", kind, action, message.actor.id, attributes.get("name"), time.isoformat()
    )
    deployed = activity is Activity.WORKLOAD_DEPLOYED
    name = attributes.get("name") or message.actor.id or None
    return Event(
        id=own,
        act=f"registry:{own}",
        time=time,
        provider="registry",
        source="docker_daemon",
        activity=activity,
        operation=message.action,
        images=(image,) if image else (),
        workload=Workload(kind="container", name=name) if deployed else None,
        awaits="the registry's own log" if activity is Activity.IMAGE_PUSHED else None,
    )


def _time(message: _Message) -> datetime:
    if message.nanoseconds is None:
        if message.time is None:
            raise Malformed("an event without a time", "$.timeNano")
        return instant(message.time, "$.time")
    seconds, rest = divmod(message.nanoseconds, _SECOND)
    return instant(seconds, "$.timeNano") + timedelta(microseconds=rest // 1000)


def _image(actor: str, attributes: dict[str, str], *, container: bool) -> Image | None:
    """Pushes and pulls are named by the actor's id, where other actions have the local id."""
    if container:
        names = [attributes.get("imageRef"), attributes.get("image")]
    else:
        names = [actor, attributes.get("name")]
    found = next((name for name in names if name and not _LOCAL_ID.fullmatch(name)), None)
    return parse_reference(found) if found else None


SOURCE = Source(
    name="docker_daemon",
    provider="registry",
    title="Docker daemon events",
    link="https://docs.docker.com/reference/cli/docker/system/events/",
    claims=claims,
    read=read,
)
