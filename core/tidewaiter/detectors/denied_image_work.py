"""One principal was refused many different calls about images within an hour.

Who holds a stolen key tries what it opens, and most doors stay shut.  A deployment that lacks a
permission is refused, too, but always the same thing: what was refused on an earlier day does not
count.  Only refusals do: what was not found, came too fast or exists already is everybody's day.
"""

import re
from collections.abc import Iterable
from datetime import timedelta

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import (
    Claim,
    Detector,
    Seen,
    threshold_of,
    window_of,
)
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Event, Outcome, Severity
from tidewaiter.sightings import event_note
from tidewaiter.topics import DAY, HOUR

_JUDGED = frozenset(one for one in Activity if one.startswith(("image.", "layer.", "registry.")))
_REFUSED = re.compile(
    r"denied|unauthori[sz]ed|not authori[sz]ed|authorizationfailed|forbidden|permission"
    r"|^(?:7|16|401|403)\b",
    re.IGNORECASE,
)
_MOST = 20  # images of one call that are remembered


def _refusals(who: str) -> str:
    """What a principal was refused, once an hour: what it did to which image, or where; with the
    event in the note.
    """
    return f"refused {who}"


def _habits(who: str) -> str:
    """The same, once a day."""
    return f"refused daily {who}"


def _tried(event: Event) -> list[str]:
    if event.activity not in _JUDGED or event.principal is None:
        return []
    if not _REFUSED.search(event.error or ""):
        return []
    images = (image.home or image.machine_image for image in event.images[:_MOST])
    targets = dict.fromkeys(target for target in images if target)
    return [f"{event.activity} {target}" for target in targets or (event.region or "",)]


def facts(event: Event) -> Iterable[Point]:
    """Remember what was refused."""
    for tried in _tried(event):
        topic = _refusals(event.actor_id)
        yield Point(topic, tried, event.time, event.act, event_note(event), HOUR)
        yield Point(_habits(event.actor_id), tried, event.time, event.act, once=DAY)


def revisits(event: Event) -> Iterable[str]:
    """One of the next refusals is the one too many."""
    return [_refusals(event.actor_id)] if _tried(event) else []


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find the refusal by which it became a burst."""
    mine, threshold = _tried(event), threshold_of(DETECTOR, seen.settings)
    topic = _refusals(event.actor_id)
    before = {point.value for point in seen.before(topic, window_of(DETECTOR, seen.settings))}
    if not mine or len(before.union(mine)) < threshold:
        return
    usual = {point.value for point in seen.aged(_habits(event.actor_id))}
    before, now = before - usual, before.union(mine) - usual
    if len(before) >= threshold or len(now) < threshold:
        return
    kinds = {tried.partition(" ")[0] for tried in now}
    name = event.principal.label if event.principal else event.actor_id
    yield Claim(
        reason=f"{name} was refused {len(now)} calls about images: {', '.join(sorted(kinds))}",
        confidence=Confidence.LOW if kinds == {Activity.IMAGE_PULLED} else None,
    )


DETECTOR = Detector(
    id="denied-image-work",
    title="Many calls of one principal about images were refused",
    headline="Somebody was refused many calls about images",
    techniques=("T1525", "T1078.004"),
    providers=frozenset({"aws", "azure", "gcp"}),
    needs=frozenset({Evidence.PUSHERS}),
    judges=_JUDGED,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "A permission was taken away, or a new role lacks it.",
        "A cluster lost its right to pull: only pulls are refused, which counts for less.",
        "The security team finds out what a key opens.",
    ),
    blind_spots=(
        "Somebody who tries fewer than five different things in an hour.",
        "Refusals without a principal, as of a wrong password or an unknown key.",
        "Google's refused reads, where Data Access logs of reads are off.",
    ),
    steps=(
        "Ask {principal} what they tried to do.",
        "See which calls of {principal} were not refused.",
        "Disable the credential {credential} if nobody knows of it.",
    ),
    quiet_if="{principal} lacks a permission that it needs: what is refused daily is quiet.",
    references=(
        "https://attack.mitre.org/techniques/T1078/004/",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/security-iam.html",
        "https://cloud.google.com/artifact-registry/docs/audit-logging",
    ),
    facts=facts,
    revisits=revisits,
    check=check,
    slack=timedelta(0),  # else every refusal would have those of twenty minutes judged again
    window=timedelta(hours=1),
    threshold=5,
    outcome=Outcome.FAILURE,
)
