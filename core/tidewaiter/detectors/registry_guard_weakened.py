"""What guards images was switched off, or a way around it was opened.

Whoever wants to replace an image first makes its tag movable, its push unscanned, or its cluster
take anything; whoever wants to come back makes a token, or an admin user.  Many registries never
had these guards, so only a *change* is news, and not what tools state again and again.
"""

from collections.abc import Iterable, Mapping

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.familiarity import days
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.detectors.transitions import KNOWN, is_news, set_to, topics_of, value_before
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import GUARDS, Activity, Change, Event, Grant, PrincipalKind, Severity
from tidewaiter.ownership import is_ours
from tidewaiter.patterns import fits
from tidewaiter.topics import DAY
from tidewaiter.wording import shown

_USUAL = 2  # earlier days on which the same principal did the same to the same guard
# What a guard was set to -> how bad that is, and what it means.
_WEAKER: Mapping[tuple[str, str], tuple[Severity, str]] = {
    ("tag immutability", "off"): (Severity.MEDIUM, "tags of {of} can be moved"),
    ("tag immutability", "narrowed"): (Severity.LOW, "some tags of {of} can be moved"),
    ("scan on push", "off"): (Severity.LOW, "what is pushed to {of} is not scanned"),
    ("scan on push", "narrowed"): (Severity.LOW, "not all that is pushed to {of} is scanned"),
    ("quarantine", "off"): (Severity.MEDIUM, "what is pushed to {of} waits in no quarantine"),
    ("content trust", "off"): (Severity.MEDIUM, "{of} does not ask for signatures"),
    ("image admission", "off"): (Severity.HIGH, "{of} keeps no image out"),
    ("image admission", "broken"): (Severity.MEDIUM, "{of} went past the check of its image"),
    ("admin user", "on"): (Severity.MEDIUM, "the admin user of {of} can log in"),
    ("registry token", "added"): (Severity.LOW, "{of} lets in whoever has it"),
    ("webhook", "added"): (Severity.LOW, "{of} tells an address of every push"),
    ("replication", "added"): (Severity.HIGH, "images are copied on: {of}"),
    ("pull-through", "added"): (Severity.LOW, "{of} brings in images of {origin}"),
    ("public access block", "off"): (Severity.MEDIUM, "{of} can be made public"),
    ("denials", "off"): (Severity.MEDIUM, "the policy of {of} denies nothing"),
    ("attestor", "added"): (Severity.MEDIUM, "{of} can vouch for images"),
    ("export", "on"): (Severity.LOW, "images of {of} can be copied out"),
    ("network rules", "off"): (Severity.MEDIUM, "{of} takes calls from any address"),
    ("public network access", "on"): (Severity.MEDIUM, "{of} can be reached from the internet"),
}


def _weakened(change: Change) -> str:
    """Who weakened a guard, once a day."""
    return f"weakened {change.what} {change.of or ''}"


def facts(event: Event) -> Iterable[Point]:
    """Remember what is set, and by whom if it is weaker."""
    yield from set_to(event, GUARDS)
    for change in event.changes:
        if (change.what, change.to) in _WEAKER:
            yield Point(_weakened(change), event.actor_id, event.time, event.act, once=DAY)


def revisits(event: Event) -> Iterable[str]:
    """What was known before decides whether a later value is news."""
    return topics_of(event, GUARDS)


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find what is weaker than it was, unless its principal does that again and again."""
    for change in event.changes:
        severity, words = _WEAKER.get((change.what, change.to), (None, ""))
        if severity and _is_weaker(change, seen) and not _is_expected(change, event, seen):
            origin = shown(event.origin) if event.origin else "another registry"
            what = words.format(of=change.of or "the registry", origin=origin)
            yield Claim(
                subject=f"{change.what} {change.of or ''}",
                reason=f"{change.what} {change.to}: since this call of {_who(event)}, {what}",
                severity=severity,
                confidence=Confidence.LOW if _is_automatic(event) else None,
            )


def _is_weaker(change: Change, seen: Seen) -> bool:
    """Some is more than nothing, and less than all; a glass is broken anew each time."""
    if change.to == "narrowed":
        return value_before(change, seen) == "on"
    return change.to == "broken" or is_news(change, seen)


def _is_expected(change: Change, event: Event, seen: Seen) -> bool:
    own = [point for point in seen.aged(_weakened(change)) if point.value == event.actor_id]
    if days(own) >= _USUAL:
        return True
    if change.what == "replication":
        account = (change.of or "").rpartition(" ")[2]
        return is_ours(Grant("account", account), event, seen.settings.organization)
    return change.what == "pull-through" and _is_known_source(event, seen)


def _is_known_source(event: Event, seen: Seen) -> bool:
    """Whether a registry is ours, or one of the mirrors that the settings name."""
    if event.origin is None or event.origin.registry is None:
        return False
    ours, host = seen.settings.organization, event.origin.registry
    within = "/".join(part for part in (host, event.origin.repository, "*") if part)
    return (
        fits(host, ours.registries)
        or is_ours(Grant("account", host.partition(".")[0]), event, ours)
        or fits(within, seen.settings.registries.mirrors)
    )


def _is_automatic(event: Event) -> bool:
    """Pipelines do what somebody wrote down; services clean up after themselves."""
    return event.principal is not None and event.principal.kind in {
        PrincipalKind.PIPELINE,
        PrincipalKind.SERVICE,
    }


def _who(event: Event) -> str:
    return event.principal.label if event.principal else "somebody unknown"


DETECTOR = Detector(
    id="registry-guard-weakened",
    title="What guards images was switched off or passed by",
    headline="What guards {image} was weakened",
    techniques=("T1525", "T1562.001"),
    providers=frozenset({"aws", "azure", "gcp", "kubernetes"}),
    needs=frozenset({Evidence.SETTINGS}),
    judges=frozenset(
        {Activity.REGISTRY_CHANGED, Activity.WORKLOAD_DEFINED, Activity.WORKLOAD_DEPLOYED}
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "Somebody sets up a registry by hand, with a token or a cache of a new upstream.",
        "Tags are made movable for one release, and fixed again.",
        "An admission controller is upgraded, and takes its webhook away for a minute.",
        "A signing key is renewed: its attestor trusts the new one beside the old one for a while.",
    ),
    blind_spots=(
        "A registry that never had the guard, and one of which no setting was ever logged.",
        "What the same principal does again that did it on two days before.",
        "Azure's bodies are often cut: then only that the registry was written is known.",
        "Single exceptions within a policy, and a network rule that lets one more address in.",
        "Whoever may use the key that an attestor of Binary Authorization trusts already.",
        "A Cloud Run service replaced (by version 1 of its API) by one that asks for no check.",
    ),
    steps=(
        "Ask {principal} why this was changed; if nobody knows, set it back.",
        "Look for pushes and moved tags since then: tidewaiter show {principal}",
        "Disable the credential {credential} until that is answered.",
    ),
    quiet_if="{principal} was asked to change it: add the change to [[trusted]], with an end.",
    references=(
        "https://attack.mitre.org/techniques/T1562/001/",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
        "https://learn.microsoft.com/azure/container-registry/container-registry-authentication",
        "https://cloud.google.com/binary-authorization/docs/using-breakglass",
    ),
    span=KNOWN,
    facts=facts,
    revisits=revisits,
    check=check,
)
