"""A person pushes when people do not work here.

A stolen key is often used while its owner sleeps.  Only the operator knows when people push, so
nothing is said until ``[hours]`` names a time zone.  Pipelines push at any hour; whoever did so on
many earlier days, on call or far away, is usual, too.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import days
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import PUTS, Event, Image, Severity
from tidewaiter.settings.values import working_hours
from tidewaiter.topics import HOUR

WorkingHours = tuple[ZoneInfo, frozenset[int], time, time]


def _pushes_by(principal: str) -> str:
    """When a principal pushed, once an hour."""
    return f"pushes by {principal}"


def facts(event: Event) -> Iterable[Point]:
    """Remember the hour, whatever the operator says of hours today."""
    if event.activity in PUTS and event.principal and _pushed(event):
        yield Point(_pushes_by(event.principal.id), "", event.time, event.act, once=HOUR)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find a person's push outside the hours, unless that is usual for them."""
    hours, who, image = working_hours(seen.settings.hours), event.principal, _pushed(event)
    if hours is None or image is None or who is None or not who.is_person:
        return
    if _is_within(event.time, hours):
        return
    known = [p for p in seen.aged(_pushes_by(who.id)) if not _is_within(p.time, hours)]
    if days(known) >= seen.settings.learning.days:
        return
    told, local = seen.settings.hours, event.time.astimezone(hours[0])
    yield Claim(
        image=image,
        reason=(
            f"{who.label} pushed on a {local:%A} at {local:%H:%M} ({told.zone}), "
            f"outside {', '.join(told.days)} from {told.start} to {told.end}"
        ),
    )


def _pushed(event: Event) -> Image | None:
    return next((image for image in event.images if image.home and image.runnable), None)


def _is_within(when: datetime, hours: WorkingHours) -> bool:
    """Whether people work then; what is left of a night shift belongs to the day that it began."""
    zone, weekdays, start, end = hours
    local = when.astimezone(zone)
    minute = local.time().replace(second=0, microsecond=0)
    if start < end:
        return local.weekday() in weekdays and start <= minute <= end
    if minute >= start:
        return local.weekday() in weekdays
    return minute <= end and (local - timedelta(days=1)).weekday() in weekdays


DETECTOR = Detector(
    id="pushed-outside-hours",
    title="A person pushed an image when people do not work",
    headline="{image} was pushed by a person outside working hours",
    techniques=("T1525", "T1078.004"),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.PUSHERS}),
    judges=PUTS,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "Somebody on call repairs at night what cannot wait.",
        "Somebody travels, or works in another time zone than the others.",
        "A release is planned for the weekend.",
    ),
    blind_spots=(
        "Nothing is judged until [hours] names a zone; one calendar holds for everybody.",
        "Whoever takes care to push by day.",
        "Public holidays are days like others.",
        "Roles and accounts of which nothing tells whether a person is behind them.",
    ),
    steps=(
        "Ask {principal}, by telephone, whether they pushed {image} at that hour.",
        "Disable the credential {credential} if it was not them.",
    ),
    quiet_if="{principal} was on call or travelling, or this release was planned.",
    references=(
        "https://attack.mitre.org/techniques/T1078/004/",
        "https://attack.mitre.org/detectionstrategies/DET0334/",
    ),
    facts=facts,
    check=check,
)
