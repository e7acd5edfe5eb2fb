"""What guards a container registry, or opens one: its settings, tokens, webhooks and cache rules.

https://learn.microsoft.com/rest/api/containerregistry/registries/create
"""

from tidewaiter.model import Change
from tidewaiter.sources.azure_activity.bodies import Asked, nodes_at
from tidewaiter.sources.azure_terms import last_segment, registry_host

_SETTINGS = {
    "admin user": "properties.adminUserEnabled",
    "anonymous pull": "properties.anonymousPullEnabled",
    "quarantine": "properties.policies.quarantinePolicy.status",
    "content trust": "properties.policies.trustPolicy.status",
    "export": "properties.policies.exportPolicy.status",
    "network rules": "properties.networkRuleSet.defaultAction",  # for all that no rule names
    "public network access": "properties.publicNetworkAccess",
}
_WORDS = {
    True: "on",
    False: "off",
    "enabled": "on",
    "disabled": "off",
    "deny": "on",
    "allow": "off",
}
_PARTS = {
    "tokens": ("registry token", "token"),
    "scopemaps": ("registry token", "scope map"),  # what tokens may do
    "webhooks": ("webhook", "webhook"),
    "cacherules": ("pull-through", "cache rule"),
}
"""Replications are none: they take a registry to another region, and to nobody else."""


def settings_of(asked: Asked) -> tuple[Change, ...]:
    """Read a registry's settings.

    An answer, and a request that makes a registry, state all of them; a request without a location
    changes those that it names.
    """
    patched = asked.request is not None and not nodes_at(asked.request, "location")
    found: dict[str, Change] = {}
    for body, stated in ((asked.response, True), (asked.request, not patched)):
        for what, path in _SETTINGS.items():
            to = next((word for node in nodes_at(body, path) if (word := _word(node))), None)
            if to and (what not in found or not stated):
                found[what] = Change(what, to, registry_host(asked.resource), stated)
    return tuple(found.values())


def _word(node: object) -> str | None:
    if isinstance(node, str):
        return _WORDS.get(node.lower())
    return _WORDS.get(node) if isinstance(node, bool) else None


def part_of(asked: Asked, part: str, verb: str) -> tuple[Change, ...]:
    """Tell that a part of a registry was made or deleted; to write it again is no news."""
    if part not in _PARTS:
        return ()
    what, kind = _PARTS[part]
    of = f"{kind} {last_segment(asked.resource)} of {registry_host(asked.resource)}"
    to = "added" if verb == "write" else "removed"
    return (Change(what, to, of, stated=True),)


def password_of(asked: Asked) -> tuple[Change, ...]:
    """Tell that a new password was made: of the admin user, or of a token."""
    token = asked.first("tokenId")
    whose = f"token {last_segment(token)}" if token else "admin user"
    of = f"password of {whose} of {registry_host(asked.resource)}"
    return (Change("registry token", "added", of),)
