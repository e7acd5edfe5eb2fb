"""An incident as a story for people, in plain text: for a terminal, a mail or a ticket.

All text that comes from logs passes :mod:`tidewaiter.outputs.escape`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain

from tidewaiter.attack import TECHNIQUES
from tidewaiter.findings import Finding, Incident, Moment, SourceSeen, TechniqueSeen
from tidewaiter.outputs.brevity import Brevity, of_incident, of_timeline
from tidewaiter.outputs.collapse import Told, collapse
from tidewaiter.outputs.escape import visible
from tidewaiter.outputs.layout import WIDTH, Line, Role, block, faint, titled

PROVIDERS = {
    "aws": "AWS",
    "azure": "Azure",
    "gcp": "Google Cloud",
    "kubernetes": "Kubernetes",
    "registry": "private registry",
}
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_SHOW_DIGEST = re.compile(r"tidewaiter show sha256:[0-9a-f]+")
_MOMENTS = 40  # lines of a timeline, unless all are wanted
_LISTED = 3
_SAID = 400
_NAME, _AGENT = 200, 60  # characters of one name in a list


def story(incident: Incident, width: int = WIDTH, *, whole: bool = False) -> list[Line]:
    """Tell ``incident`` in lines of at most ``width`` columns; ``whole`` tells every moment."""
    brief = of_incident(incident)
    return [
        *_head(incident, brief, width),
        (),
        *_moments(incident.timeline, brief, width, whole=whole),
        (),
        *_facts(incident, brief, width),
        (),
        *block("Why", _reasons(incident, brief), width, hang=2),
        *block("Quiet if", [brief(text) for text in incident.quiet_if], width),
        (),
        *block("Next", _steps(incident, brief), width, hang=3),
        *_digests(incident),
    ]


def timeline(subject: str, moments: Sequence[Moment], width: int = WIDTH) -> list[Line]:
    """Tell everything that is known about ``subject``, whether or not it belongs to an incident."""
    brief = of_timeline(subject, moments)
    return [
        *titled("HISTORY", Role.LABEL, brief(subject), width),
        (),
        *_moments(moments, brief, width, whole=True),
    ]


def _head(incident: Incident, brief: Brevity, width: int) -> Iterator[Line]:
    severity = incident.severity
    yield from titled(severity.upper(), severity, brief(incident.title), width)
    providers = listed(PROVIDERS.get(name, name) for name in incident.providers)
    place = (
        f"{providers} {listed(incident.accounts)}".strip(),
        listed(incident.regions),
        visible(brief.registry or ""),
    )
    state = (
        f"incident {visible(incident.id)}",
        visible(incident.status),
        f"{incident.confidence} confidence",
        ", ".join(map(_technique, incident.techniques)),
    )
    for facts in (place, state):
        yield from faint(" · ".join(filter(None, facts)), width)
    for decision in incident.decisions:
        when = f"{decision.time:%Y-%m-%d %H:%M} UTC"
        said = f"{decision.status} by {decision.by} on {when}: {decision.reason}"
        yield from faint(visible(said, limit=_SAID), width)
    if incident.status == "open" and incident.decisions:
        yield from faint("open again: something new was found", width)


def _technique(seen: TechniqueSeen) -> str:
    known = TECHNIQUES.get(seen.id)
    return f"{visible(seen.id)} {known.name if known else visible(seen.tactic)}"


def _moments(
    moments: Sequence[Moment], brief: Brevity, width: int, *, whole: bool
) -> Iterator[Line]:
    """Tell ``moments`` under their dates; the middle of a long story is left out and counted."""
    told = list(collapse(moments))
    if whole or len(told) <= _MOMENTS:
        yield from _days(told, None, brief, width)
        return
    half = _MOMENTS // 2
    yield from _days(told[:half], None, brief, width)
    left_out = sum(line.count for line in told[half:-half])
    yield ((f"  ⋮         {left_out} more moments: tidewaiter show tells them all", Role.FAINT),)
    yield from _days(told[-half:], told[half - 1].first.date(), brief, width)


def _days(lines: Sequence[Told], day: date | None, brief: Brevity, width: int) -> Iterator[Line]:
    for line in lines:
        if line.first.date() != day:
            day = line.first.date()
            yield ((f"  {day} UTC", Role.TIME),)
        text = brief(line.text)
        if line.count > 1:
            text += f" ({line.count} times until {_clock(line.last, day)})"
        yield from block(f"{line.first:%H:%M:%S}", [text], width, role=Role.TIME)


def _clock(time: datetime, day: date) -> str:
    return f"{time:%H:%M:%S}" if time.date() == day else f"{time:%Y-%m-%d %H:%M:%S}"


def _facts(incident: Incident, brief: Brevity, width: int) -> Iterator[Line]:
    """What is asked first, in a line each: who, from where, what runs it."""
    credentials = listed(incident.credentials)
    who = (listed(incident.principals), f"credential {credentials}" if credentials else "")
    facts = {
        "Who": "; ".join(filter(None, who)),
        "From": listed(map(_whence, incident.sources)),
        "Runs in": listed(incident.workloads),
        "Related": listed(incident.related),
    }
    for label, text in facts.items():
        yield from block(label, [brief(text)] if text else [], width)


def _whence(source: SourceSeen) -> str:
    remarks = ", ".join(filter(None, (source.country, source.zone)))
    where = (source.ip or "an address that no log told") + (f" ({remarks})" if remarks else "")
    # Programs of one kit differ only far behind: cut alike, they are told once.
    agents = listed(dict.fromkeys(visible(agent, limit=_AGENT) for agent in source.user_agents))
    return f"{where} with {agents}" if agents else where


def _reasons(incident: Incident, brief: Brevity) -> list[str]:
    counted: dict[str, int] = {}
    for finding in sorted(incident.findings, key=_gravest_first):
        text = f"{brief(finding.reason)} ({visible(finding.detector)})"
        counted[text] = counted.get(text, 0) + 1
    return [text if count == 1 else f"{text}, {count} times" for text, count in counted.items()]


def _gravest_first(finding: Finding) -> int:
    return -finding.severity.rank


def _steps(incident: Incident, brief: Brevity) -> list[str]:
    # A digest is too long to be copied out of a wrapped line; the incident's id leads to it, too.
    show = f"tidewaiter show {visible(incident.id)}"
    steps = [brief(_SHOW_DIGEST.sub(lambda _: show, step)) for step in incident.next_steps]
    if not any("tidewaiter show" in step for step in steps):
        steps.append(f"See everything: {show}")
    return [f"{number}. {step}" for number, step in enumerate(steps, start=1)]


def _digests(incident: Incident) -> Iterator[Line]:
    """The digests in full and unwrapped: they are there to be copied."""
    named = chain.from_iterable(map(_DIGEST.findall, incident.next_steps))
    full = list(dict.fromkeys([*named, *filter(None, (one.digest for one in incident.images))]))
    if full:
        yield (("  Digests", Role.LABEL),)
    for digest in full[:_LISTED]:
        yield ((f"    {visible(digest, limit=100)}", Role.PLAIN),)
    if len(full) > _LISTED:
        yield ((f"    and {len(full) - _LISTED} more in --format json", Role.FAINT),)


def listed(names: Iterable[str | None]) -> str:
    """``a, b, c and 4 more``, safe to show; names that are not known are left out.

    >>> listed(["a", None, "b", "c", "d"])
    'a, b, c and 1 more'
    """
    known = [visible(name, limit=_NAME) for name in names if name]
    more = len(known) - _LISTED
    return ", ".join(known[:_LISTED]) + (f" and {more} more" if more > 0 else "")
