"""Entries for ``[[trusted]]`` that would have held findings back: for a person to review.

Nothing is applied by itself: whoever was at work before may have been the attacker.  Text from logs
is quoted for TOML, and what a pattern would take for a wildcard stands for itself.
"""

import glob
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from msgspec import Struct

from tidewaiter.archive import Archive
from tidewaiter.enrich.network import prefix
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.incidents.timeline import client_of
from tidewaiter.model import Image, Severity
from tidewaiter.outputs.escape import visible

_YEAR = 365  # days that an entry holds
_SIBLINGS = 3  # repositories of one folder that are told as the folder
_ROAMING = 3  # who comes from more networks has no usual one
_TOLD = 5  # reasons in the comment of one entry
_LONGEST = 160  # characters of one
_NUMBER = re.compile(r"\d[\d.:_-]*")
OWNER, REASON = "who answers for it", "why it is expected"


class Case(Struct, frozen=True, kw_only=True):
    """One finding, with what an entry could name."""

    principal: str
    machine: bool  # it is about a machine image
    place: str | None  # pattern of the repository or machine image
    network: str | None
    detector: str
    severity: Severity
    reason: str
    time: datetime


def cases(archive: Archive, accusations: Iterable[Accusation]) -> Iterator[Case]:
    """Yield the findings by somebody known, from severity low; that an image runs depends on what
    is said of the image.
    """
    for one in accusations:
        principal = one.event.principal
        heavy = one.weight.rank >= Severity.LOW.rank and not one.detector.tells_of_use
        if principal is not None and heavy:
            images = (one.claim.image,) if one.claim.image else one.event.images[:1]
            client = client_of(archive, one.event)
            yield Case(
                principal=glob.escape(principal.id),
                machine=any(image.machine_image for image in images),
                place=next(map(_place, images), None),
                network=prefix(client.address) if client else None,
                detector=one.detector.id,
                severity=one.weight,
                reason=one.finding.reason,
                time=one.time,
            )


def _place(image: Image) -> str | None:
    """Golden images differ in a date or number; a repository is named as it is."""
    if image.home:
        return glob.escape(image.home)
    parts = [glob.escape(part) for part in _NUMBER.split(image.name or "")]
    if any(parts):
        return "*".join(parts)
    return glob.escape(image.machine_image) if image.machine_image else None


def proposals(found: Iterable[Case], owner: str = OWNER, reason: str = REASON) -> Iterator[str]:
    """Yield entries in TOML, those with most findings first: for each principal one about container
    images, one about machine images, and one about what names no image.
    """
    groups: dict[tuple[str, bool, bool], list[Case]] = defaultdict(list)
    for case in found:
        groups[case.principal, case.machine, case.place is None].append(case)
    for _, group in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        yield _entry(group, quoted(owner), quoted(reason))


def _entry(group: list[Case], owner: str, reason: str) -> str:
    lines = [f"# {line}" for line in _comment(group)]
    lines += ["[[trusted]]", f"owner = {owner}", f"reason = {reason}"]
    lines.append(f"principals = {_array({group[0].principal})}")
    for key, values in (("repositories", _places(group)), ("networks", _networks(group))):
        if values:
            lines.append(f"{key} = {_array(values)}")
    lines.append(f"detectors = {_array({case.detector for case in group})}")
    lines.append(f"until = {_until(max(case.time for case in group).date())}")
    return "\n".join(lines) + "\n"


def _comment(group: list[Case]) -> Iterator[str]:
    """What the entry would have held back."""
    days = sorted({case.time.date() for case in group})
    span = f"on {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[-1]}"
    gravest = max((case.severity for case in group), key=lambda one: one.rank)
    findings = f"{len(group)} finding{'' if len(group) == 1 else 's'}"
    yield f"would have held back {findings} {span}, the gravest {gravest}:"
    ordered = sorted(group, key=lambda case: -case.severity.rank)
    counted = Counter(f"{case.detector}: {case.reason}" for case in ordered)
    for text, count in counted.most_common(_TOLD):
        times = f" ({count} times)" if count > 1 else ""
        yield f"  {visible(text, limit=_LONGEST)}{times}"
    if len(counted) > _TOLD:
        yield f"  and {len(counted) - _TOLD} more"
    if gravest.rank >= Severity.HIGH.rank:
        yield "make sure that this was no attack before you trust it"


def _places(group: list[Case]) -> set[str]:
    """The repositories, several of one folder as the folder; nothing if the findings have none."""
    places = {case.place for case in group if case.place}
    folders = Counter(place.rpartition("/")[0] for place in places)
    many = {folder for folder, count in folders.items() if folder and count >= _SIBLINGS}
    alone = {place for place in places if place.rpartition("/")[0] not in many}
    return alone | {f"{folder}/*" for folder in many}


def _networks(group: list[Case]) -> set[str]:
    """From where it was done; nothing if a finding does not tell, or there are too many."""
    found = {case.network for case in group if case.network}
    hidden = any(case.network is None for case in group)
    return set() if hidden or len(found) > _ROAMING else found


def _until(last: date) -> date:
    return date.fromordinal(last.toordinal() + _YEAR)


def _array(values: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, sorted(values)))}]"


def quoted(text: str) -> str:
    r"""Return ``text`` as a basic string of TOML; ``?``, which fits any character, stands for what
    TOML cannot hold.

    >>> quoted('a"b\n\ud800')
    '"a\\"b\\U0000000A?"'
    """
    return f'"{"".join(map(_character, text))}"'


def _character(one: str) -> str:
    if one in '"\\':
        return f"\\{one}"
    if "\ud800" <= one <= "\udfff":
        return "?"
    return one if " " <= one <= "~" else f"\\U{ord(one):08X}"
