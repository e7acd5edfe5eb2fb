"""What a change in Entra ID gave to whom, as its audit log writes it.

Targets have ``modifiedProperties``, whose ``oldValue`` and ``newValue`` are JSON in strings; the
names of the properties are documented nowhere and were learned from records.
"""

import re

import msgspec

from tidewaiter.model import Grant
from tidewaiter.sources.azure_members import Members

# What names the thing that was given, and what may name its receiver by id; where nothing does, the
# receiver is the target that can hold something.
_GIVEN = {
    "role.displayname": (),
    "group.displayname": (),
    "approle.value": ("serviceprincipal.objectid", "user.objectid", "group.objectid"),
    "delegatedpermissiongrant.scope": ("serviceprincipal.objectid",),
    "consentaction.permissions": (),
}
_KEYS = "keydescription"
_OWNABLE = ("application", "serviceprincipal", "group", "device")
_HOLDERS = {"user", "serviceprincipal", "group", "application", "device"}

_KEY = re.compile(r"KeyIdentifier=([0-9A-Fa-f-]{36})")
_SCOPE = re.compile(r"Scope: *([^,\]]+)")
_VALUE: msgspec.json.Decoder[str | list[str]] = msgspec.json.Decoder(str | list[str])

_WANTED = {
    *_GIVEN,
    *(receiver for receivers in _GIVEN.values() for receiver in receivers),
    *(f"{kind}.displayname" for kind in _OWNABLE),
    _KEYS,
}

Changes = dict[str, tuple[str, str]]  # old and new value, by the property's lower-case name


def changes_of(targets: list[Members]) -> Changes:
    """Read the properties that we know, of all targets; of two of one name, the first."""
    found: Changes = {}
    for target in targets:
        for one in target.each("modifiedProperties"):
            name = (one.text("displayName") or "").lower()
            if name in _WANTED and name not in found:
                found[name] = (_value(one, "oldValue"), _value(one, "newValue"))
    return found


def _value(one: Members, name: str) -> str:
    text = one.text(name) or ""
    try:
        value = _VALUE.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return text
    return value if isinstance(value, str) else "\n".join(value)


def grants_of(operation: str, targets: list[Members], changes: Changes) -> tuple[Grant, ...]:
    """Say who received what, or lost it: the operation's name tells which."""
    holder = _holder(targets)
    if " owner " in operation.lower():
        return (Grant("principal", holder, _owned(changes)),)
    for name, receivers in _GIVEN.items():
        if name in changes:
            # Of a permission for an application, the first target is what it may now do things to.
            last = _holder(targets[::-1]) if receivers else holder
            to = (_named(changes, receivers) or "").lower() or last
            return tuple(Grant("principal", to, given) for given in _given(name, *changes[name]))
    # Privileged Identity Management has the role among the targets, and no properties.
    roles = [one.text("displayName") for one in targets if _type(one) == "role"]
    role = next(iter(roles), None)
    return (Grant("principal", holder, role),) if role and holder else ()


def _owned(changes: Changes) -> str:
    what = _named(changes, tuple(f"{kind}.displayname" for kind in _OWNABLE))
    return f"Owner of {what}" if what else "Owner"


def _given(name: str, old: str, new: str) -> list[str]:
    """Scopes are told with those that were there before; a role or a group has spaces."""
    if name == "consentaction.permissions":
        scope = _SCOPE.search(new)
        return (scope[1] if scope else "").split()
    if name != "delegatedpermissiongrant.scope":
        return [text for text in (new or old,) if text]
    before, after = old.split(), new.split()
    changed = set(before) ^ set(after) or {*before, *after}
    return [scope for scope in dict.fromkeys((*before, *after)) if scope in changed]


def _named(changes: Changes, receivers: tuple[str, ...]) -> str | None:
    values = (value for name in receivers for value in reversed(changes.get(name, ())))
    return next((value for value in values if value), None)


def _holder(targets: list[Members]) -> str | None:
    found = (one.text("userPrincipalName", "id") for one in targets if _type(one) in _HOLDERS)
    return next((name.lower() for name in found if name), None)


def _type(target: Members) -> str:
    return (target.text("type") or "").lower()


def added_key(changes: Changes) -> str | None:
    """Return the id of the first secret or certificate that was not there before."""
    old, new = changes.get(_KEYS, ("", ""))
    known = set(_KEY.findall(old))
    return next((key for key in _KEY.findall(new) if key not in known), None)
