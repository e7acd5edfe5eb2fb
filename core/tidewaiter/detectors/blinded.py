"""Something by which we see was switched off, narrowed, or taken away.

Who stops the trail before pushing the image is never seen pushing it: this is the last thing that
the log tells.  Event rules, subscriptions, functions and tables are everybody's tools: of those
only the ones named after us count, and the rules that were once seen to carry news of images.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.detectors.transitions import (
    KNOWN,
    is_news,
    set_to,
    setting,
    topics_of,
    value_before,
)
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import EYES, Activity, Change, Event, Severity

_WORDS: Mapping[str, str] = {
    "off": "was switched off",
    "removed": "was taken away",
    "narrowed": "was narrowed",
}
_NOTHING = frozenset({"off", "removed"})
_OURS = "tidewaiter"
_SETTING_UP = timedelta(hours=1)  # a new trail is given its selectors right after it is made


def facts(event: Event) -> Iterable[Point]:
    """Remember what is set."""
    return set_to(event, EYES)


def revisits(event: Event) -> Iterable[str]:
    """What was known before decides whether a later value is news; selectors are a trail's."""
    selectors = (Change("audit selectors", "", each.of) for each in event.changes)
    return [*topics_of(event, EYES), *(setting(each) for each in selectors)]


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find what sees less than before."""
    name = event.principal.label if event.principal else "somebody unknown"
    for change in event.changes:
        if change.what in EYES and change.to in _WORDS and _is_loss(change, seen):
            yield Claim(
                subject=f"{change.what} {change.of or ''}",
                reason=f"{change.what} {change.of or 'of ours'} {_WORDS[change.to]} by {name}",
                severity=Severity.MEDIUM if change.to == "narrowed" else None,
                confidence=Confidence.MEDIUM if change.to == "narrowed" else None,
            )


def _is_loss(change: Change, seen: Seen) -> bool:
    if not is_news(change, seen) or _is_being_set_up(change, seen):
        return False
    if change.to == "narrowed" and value_before(change, seen) in _NOTHING:
        return False  # some is more than nothing
    if change.what != "event rule" or _OURS in (change.of or "").lower():
        return True
    return value_before(change, seen) == "on"


def _is_being_set_up(change: Change, seen: Seen) -> bool:
    trail = setting(Change("audit trail", "added", change.of))
    new = any(point.value == "added" for point in seen.before(trail, _SETTING_UP))
    return new and change.what == "audit selectors"


DETECTOR = Detector(
    id="blinded",
    title="A log or feed that detection rests on was switched off",
    headline="What we see by was switched off or narrowed",
    techniques=("T1562.008",),
    providers=frozenset({"aws", "azure", "gcp"}),
    needs=frozenset({Evidence.SETTINGS}),
    judges=frozenset({Activity.MONITORING_CHANGED}),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    false_positives=(
        "A trail or sink is replaced by another one: tools take the old one away first.",
        "A cluster, registry or account is taken out of service with all its logs.",
        "The costs of a log are cut down, with the consent of whoever needs it.",
    ),
    blind_spots=(
        "Event rules that are not named after us, and of which the making was never logged.",
        "The bucket, key or queue behind a log being closed to it: the log just ends.",
        "A selector or filter that was narrow already, and is narrowed further.",
        "A diagnostic setting of Azure of which no earlier writing was logged.",
        "A sink of Google Cloud that is pointed at another destination.",
        "Our own function given other code or settings, and one that is not named after us.",
        "What is left out by the selectors of a trail that was made within the hour before.",
    ),
    steps=(
        "Switch it on again before anything else.",
        "Ask {principal} whether this was planned, by another way than their mail.",
        "Disable the credential {credential} until that is answered.",
        "Find out what was done since then from logs that still tell: registries, clusters, hosts.",
    ),
    quiet_if="this was planned: name {principal} in [[trusted]] of tidewaiter.toml, with an end.",
    references=(
        "https://attack.mitre.org/techniques/T1562/008/",
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html",
        "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings",
        "https://cloud.google.com/logging/docs/audit/configure-data-access",
    ),
    span=KNOWN,
    facts=facts,
    revisits=revisits,
    check=check,
)
