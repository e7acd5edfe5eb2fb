"""Policies of resources: to whom they open what.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

A policy is an object in S3's records and a text everywhere else; what may be a list may also be one
value.  Only ``Allow`` opens.  Of conditions, those that name organizations or accounts narrow
"everybody" to them; others (an address, a VPC) are not told here.  The order of an object's members
means nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from tidewaiter.errors import Malformed
from tidewaiter.model import Grant
from tidewaiter.sources.amazon import parse_arn
from tidewaiter.sources.cloudtrail.call import Call
from tidewaiter.sources.interface import decode

EVERYBODY = "*"
MATCHING = ("StringEquals", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike")
NARROWING = {
    "aws:principalaccount": "account",
    "aws:principalorgid": "organization",
    "aws:principalorgpaths": "unit",
    "aws:sourceaccount": "account",
    "aws:sourceorgid": "organization",
    "aws:sourceowner": "account",
}
KINDS = {"CanonicalUser": "account"}  # what S3 calls an account
LONGEST = 300  # characters of what is allowed


class Rule(Struct):
    """A statement: who may do what, and when."""

    Effect: str | None = None
    Principal: str | dict[str, str | list[str]] | None = None  # "*", or {"AWS": [...]}
    NotPrincipal: Any = None
    Action: str | list[str] | None = None
    NotAction: str | list[str] | None = None
    Condition: dict[str, dict[str, Any]] | None = None  # {"StringEquals": {"aws:...": "o-..."}}


class Policy(Struct):
    """A policy, of one statement or a list of them."""

    Statement: Rule | list[Rule] | None = None


_POLICY: msgspec.json.Decoder[Policy | str | None] = msgspec.json.Decoder(Policy | str | None)


def grants_in(call: Call, policy: Raw | str | None, member: str) -> tuple[Grant, ...]:
    """Tell to whom ``policy``, the ``member`` of the parameters, opens something.

    Raises :class:`Malformed` unless the service refused the policy, too.
    """
    try:
        return _grants(_read(policy, f"$.requestParameters.{member}"))
    except Malformed:
        if call.failed:
            return ()
        raise


def denies(call: Call, policy: Raw | str | None, path: str) -> bool:
    """Tell whether ``policy``, which stands at ``path``, forbids anything to anybody.

    Raises :class:`Malformed` unless the service refused the policy, too.
    """
    try:
        return any(each.Effect == "Deny" for each in _rules(_read(policy, path)))
    except Malformed:
        if call.failed:
            return False
        raise


def _read(policy: Raw | str | None, path: str) -> Policy:
    found = decode(_POLICY, policy, path) if policy else None
    if isinstance(found, str) and found:
        found = decode(_POLICY, found, path)
    return found if isinstance(found, Policy) else Policy()


def _grants(policy: Policy) -> tuple[Grant, ...]:
    allowed = (each for each in _rules(policy) if each.Effect == "Allow")
    return tuple(dict.fromkeys(grant for each in allowed for grant in _opened(each)))


def _rules(policy: Policy) -> list[Rule]:
    said = policy.Statement or []
    return [said] if isinstance(said, Rule) else said


def _opened(rule: Rule) -> Iterator[Grant]:
    allowed = ", ".join(_several(rule.Action or rule.NotAction))
    permission = ("all but " if rule.NotAction else "") + allowed
    for kind, to in _holders(rule):
        yield Grant(kind, to, permission[:LONGEST] or None)


def _holders(rule: Rule) -> Iterator[tuple[str, str | None]]:
    """Yield kind and name of those to whom a statement speaks."""
    named = rule.Principal or {}
    members = {"AWS": named} if isinstance(named, str) else named
    texts = [(kind, text) for kind, names in sorted(members.items()) for text in _several(names)]
    if rule.NotPrincipal is not None or any(text == EVERYBODY for _, text in texts):
        yield from _narrowed(rule) or [("public", None)]
    for kind, text in texts:
        if text != EVERYBODY:
            yield holder_of(text) if kind == "AWS" else (KINDS.get(kind, "principal"), text)


def holder_of(text: str) -> tuple[str, str]:
    """Tell what ``text`` names: an account by its number or its root, or one user or role."""
    found = parse_arn(text)
    if found and found.resource == "root" and found.account:
        return "account", found.account
    return ("account" if text.isdecimal() else "principal"), text


def _narrowed(rule: Rule) -> list[tuple[str, str | None]]:
    return [
        (kind, text)
        for operator, keys in sorted((rule.Condition or {}).items())
        if operator in MATCHING
        for key, values in sorted(keys.items())
        if (kind := NARROWING.get(key.lower()))
        for text in _several(values)
        if isinstance(text, str)
        and EVERYBODY not in (text.split("/")[0] if kind == "unit" else text)
    ]


def _several(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
