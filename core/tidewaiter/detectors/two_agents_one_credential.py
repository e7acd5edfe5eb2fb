"""One credential is used by two different programs.

The owner of a key works with one tool.  When the same key suddenly speaks through a second one,
somebody else may hold it, too: the indicator that Splunk's researchers saw when the Cloud
Container Attack Tool used a developer's key.  A login helper and the engine that it serves are one
family (see ``enrich/client.py``).
"""

from collections.abc import Iterable
from datetime import timedelta

from tidewaiter.detectors.evidence import Evidence
from tidewaiter.detectors.interface import Claim, Detector, Seen
from tidewaiter.enrich.network import prefix
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Client, Event, Severity
from tidewaiter.sightings import event_note
from tidewaiter.topics import DAY, HOUR

WINDOW = timedelta(hours=12)  # a registry login lives so long

_WORK = frozenset(
    {
        Activity.IMAGE_PUSHED,
        Activity.IMAGE_PULLED,
        Activity.IMAGE_DELETED,
        Activity.IMAGE_UNTAGGED,
        Activity.LAYER_UPLOADED,
        Activity.REGISTRY_LISTED,
        Activity.REGISTRY_LOGIN,
        Activity.REGISTRY_CHANGED,
    }
)

_NAMES_ALONE = frozenset({"acr_logs", "distribution"})


def _credential(event: Event) -> str | None:
    """The key's id, or the session's where a cloud gives no id.

    A registry tells neither, but a token's or robot's name is its credential; a person's is not.
    """
    credential, who = event.credential, event.principal
    known = (credential.id or credential.session) if credential else None
    if known or who is None or who.type == "User" or event.source not in _NAMES_ALONE:
        return known
    return " ".join([*(image.registry or "" for image in event.images[:1]), who.id])


def _agents(credential: str) -> str:
    """The client families that used a credential, once an hour, with the event in the note."""
    return f"agents {credential}"


def _families(principal: str) -> str:
    """The client families that a stable principal uses, once a day."""
    return f"families {principal}"


def _networks(principal: str) -> str:
    """The networks from which a stable principal works, once a day."""
    return f"networks {principal}"


def facts(event: Event) -> Iterable[Point]:
    """Remember the family of the client for the credential, and with its network for its owner."""
    family = event.client.family if event.client else None
    credential = _credential(event)
    if family is None or event.activity not in _WORK:
        return
    if credential:
        note = event_note(event)
        yield Point(_agents(credential), family, event.time, event.act, note, HOUR)
    if event.principal:
        yield Point(_families(event.principal.id), family, event.time, event.act, once=DAY)
        place = _place(event.client)
        if place:
            yield Point(_networks(event.principal.id), place, event.time, event.act, once=DAY)


def revisits(event: Event) -> Iterable[str]:
    """The later use of the credential by another family is the second."""
    credential = _credential(event)
    return [_agents(credential)] if credential and event.activity in _WORK else []


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Find the first use of a second family within the window."""
    family = event.client.family if event.client else None
    credential = _credential(event)
    if family is None or credential is None:
        return
    before = seen.before(_agents(credential), WINDOW)
    if not before or any(point.value == family for point in before):
        return
    owner = event.principal.id if event.principal else None
    usual = {point.value for point in seen.aged(_families(owner))} if owner else set()
    others = dict.fromkeys(point.value for point in before)
    if family in usual and usual.issuperset(others):
        return
    new = bool(usual) and family not in usual
    elsewhere = _comes_from_elsewhere(event, seen, before)
    yield Claim(
        subject=f"{credential} {family}",
        reason=(
            f"{family} besides {' and '.join(others)} on one credential within 12 hours"
            + (f"; {family} is new to its owner" if new else "")
            + ("; from another network" if elsewhere else "")
        ),
        severity=Severity.MEDIUM if new or elsewhere else None,
    )


def _comes_from_elsewhere(event: Event, seen: Seen, before: Iterable[Point]) -> bool:
    """Whether the owner's networks are known, or those of the other families; and this is none of
    them.
    """
    mine, owner = _place(event.client), event.principal
    usual = {point.value for point in seen.aged(_networks(owner.id))} if owner else set()
    if mine is None or mine in usual:
        return False
    others = {_place(found.client) for point in before if (found := seen.event(point))} - {None}
    return bool(usual) or (bool(others) and mine not in others)


def _place(client: Client | None) -> str | None:
    return prefix(client.address) if client else None


DETECTOR = Detector(
    id="two-agents-one-credential",
    title="One credential used by two kinds of client",
    headline="One credential worked on {image} with two different clients",
    techniques=("T1525", "T1078.004"),
    providers=frozenset({"aws", "azure", "gcp", "registry"}),
    needs=frozenset({Evidence.CLIENTS}),
    judges=_WORK,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    false_positives=(
        "A developer works with the console or a script besides the usual command line.",
        "A pipeline got a second tool (a scanner, a signer) that uses the same key.",
    ),
    blind_spots=(
        "Clouds hide the client of a push or pull: only logins and listings show it in AWS.",
        "Anybody can send any user agent: an attacker who sends the owner's is not seen.",
        "Logs that name no credential: ACR and Artifact Registry do for some identities only.",
    ),
    steps=(
        "Ask {principal} whether both clients are theirs.",
        "Replace the credential {credential}.",
    ),
    quiet_if="{principal} began to use a second tool with this credential.",
    references=(
        "https://attack.mitre.org/techniques/T1078/004/",
        "https://github.com/RhinoSecurityLabs/ccat",
    ),
    facts=facts,
    revisits=revisits,
    span=WINDOW,
    check=check,
    judges_place=True,
)
