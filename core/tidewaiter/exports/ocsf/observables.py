"""The values that one searches by, whatever the class: addresses, users, credentials, agents.

https://schema.ocsf.io/1.6.0/objects/observable
"""

from collections.abc import Iterator
from typing import Any

from tidewaiter.exports.members import Members

_SEARCHED: tuple[tuple[str, int, str], ...] = (
    ("src_endpoint.ip", 2, "IP Address"),
    ("dst_endpoint.ip", 2, "IP Address"),
    ("evidences.src_endpoint.ip", 2, "IP Address"),
    ("actor.user.name", 4, "User Name"),
    ("actor.user.uid", 31, "User Object: uid"),
    ("evidences.actor.user.uid", 31, "User Object: uid"),
    ("actor.session.credential_uid", 19, "User Credential ID"),
    ("http_request.user_agent", 16, "HTTP User-Agent"),
    ("resources.uid", 10, "Resource UID"),
)
_UNTOLD = "Unknown"


def observables(found: Members) -> list[Members]:
    """Return them with the paths where they stand in ``found``."""
    return [
        {"name": path, "type_id": type_id, "type": caption, "value": value}
        for path, type_id, caption in _SEARCHED
        for value in dict.fromkeys(_at(found, path.split(".")))
        if value != _UNTOLD
    ]


def _at(value: Any, path: list[str]) -> Iterator[str]:
    """Yield what stands at ``path``, in each member of a list on the way."""
    if isinstance(value, list):
        for member in value:
            yield from _at(member, path)
    elif not path:
        yield value
    elif path[0] in value:
        yield from _at(value[path[0]], path[1:])
