"""What any call was about: the one ARN, id or name in its record that says it best.

There is no rule where AWS's services write it, but there are habits: ``resources`` has its ARN; a
parameter is called as the verb is (``DeleteTrail`` has ``trailName``, ``DescribeVpcs`` has
``vpcId``), or simply ``name``; what a call creates is named in its answer; a refusal names it in
its message.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from tidewaiter.sources.cloudtrail.call import (
    Entry,
    added,
    answered,
    bare_address,
    concerned,
    detailed,
    requested,
)
from tidewaiter.sources.cloudtrail.identity import HIDDEN

LONGEST = 2048  # characters, as many as an ARN may have
DEEPEST = 5  # levels: {"CreateVpcResponse": {"vpcSet": {"item": [{"vpcId": ...}]}}}
MOST = 200  # members that are looked at
KINDS = {kind: at for at, kind in enumerate(("arn", "identifier", "id", "name", "url", "target"))}
WRAPPERS = frozenset({"item", "items", "member", "content"})  # {"vpcSet": {"items": [{"vpcId": ...
FITS, COULD, ANY = range(3)

_ASIDE = re.compile(
    r"filter|token|context$|^(?:tag|statement|principal)|^(?:environment|requestid)$"
)
_NAME = re.compile(r"(.*?)[._-]?(arn|identifier|id|name|url|target)(?:s|set|list|prefix)?$")
_VERB = re.compile(r"(?:Batch|Bulk|Admin)?[A-Z]?[a-z]+")
_VERSION = re.compile(r"\d{8}(?:v\d)?$")  # CreateFunction20150331v2
_REFUSED = re.compile(r"on resource: (?:(?:role|user|group|policy) )?([^\s*]{1,2048})")

_MEMBERS: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])


class Leaf(Struct, frozen=True):
    """A text in a record; ``stem`` and ``kind`` are its name: ``vpc`` and ``id``."""

    stem: str
    kind: str
    depth: int
    text: str

    def rank(self, noun: str) -> tuple[int, int, int, str]:
        """Rank how well the name fits a verb about ``noun``, the best first.

        The order of members in a record means nothing: some shippers sort them.
        """
        if self.stem and noun.startswith(self.stem):
            return FITS, -len(self.stem), KINDS[self.kind], self.text
        could = self.stem in noun or self.stem.startswith(noun or " ")  # "" is in every noun
        fit = COULD if could and not self.depth else ANY
        return fit, self.depth, KINDS[self.kind], self.stem


def target_of(entry: Entry, *, creates: bool = False) -> str | None:
    """Name what ``entry`` was about; ``None`` if nothing tells."""
    arns = concerned(entry)
    if arns:
        return arns[0]
    noun = _VERSION.sub("", _VERB.sub("", entry.event_name, count=1)).lower()
    made = answered(entry, _MEMBERS) if creates else {}
    return (
        _best(made, noun, COULD)
        or _best(requested(entry, _MEMBERS), noun, ANY)
        or _best(made, noun, ANY)
        or _best(detailed(entry, _MEMBERS), noun, ANY)
        or _best(added(entry, _MEMBERS), noun, COULD)
        or refused_resource(entry)
    )


def refused_resource(entry: Entry) -> str | None:
    """Find the ARN or name in the message of a refusal, of which parameters may not be logged."""
    found = _REFUSED.search(entry.error_message or "")
    return found[1] if found else None


def _best(members: dict[str, Any], noun: str, worst: int) -> str | None:
    ranked = min(((leaf.rank(noun), leaf.text) for leaf in _leaves(members)), default=None)
    return ranked[1] if ranked and ranked[0][0] <= worst else None


def _leaves(members: dict[str, Any]) -> Iterator[Leaf]:
    """Yield the texts whose names say that they name something."""
    waiting = deque([("", members, 0)])
    seen = 0
    while waiting:
        outer, inside, depth = waiting.popleft()
        for key, value in inside.items():
            seen += 1
            if seen > MOST:
                return
            name = key.lower()
            if _ASIDE.search(name):
                continue
            name = outer if name in WRAPPERS else name
            member = value[0] if isinstance(value, list) and value else value
            if isinstance(member, dict) and depth < DEEPEST:
                waiting.append((name, member, depth + 1))
            elif isinstance(member, str):
                yield from _leaf(outer, name, depth, member)


def _leaf(outer: str, name: str, depth: int, text: str) -> Iterator[Leaf]:
    # {"role": {"arn": ...}} is the role's.
    found = _NAME.match(outer + name if name in KINDS else name)
    if found and 0 < len(text) <= LONGEST and text != HIDDEN:
        yield Leaf(found[1], found[2], depth, bare_address(text))
