"""What was found, what was missed, and what was cried in vain."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from benchmarks.quality import amazon, microsoft, remarkable
from benchmarks.quality.attacks import Attacks
from benchmarks.quality.cast import BUILD_NETWORK, OFFICE
from benchmarks.quality.company import DAYS, START, Company
from benchmarks.quality.deliveries import Label, Log
from benchmarks.quality.google import PROJECT
from tidewaiter.findings import Confidence, Finding, Incident
from tidewaiter.model import Severity
from tidewaiter.settings import Settings
from tidewaiter.settings.sections import Networks, Organization, Pipelines, Registries, Trusted

COLD = timedelta(days=7)  # nothing was learned before the month begins


class Found(Struct, kw_only=True):
    """What became of one attack; ``after`` is from the implant to the first alert."""

    scenario: str
    severity: Severity | None = None
    after: timedelta | None = None
    incidents: int = 0
    detectors: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


class Score(Struct, kw_only=True):
    """One month, judged; ``vain`` are incidents about no attack, ``told`` those about one."""

    found: list[Found]
    told: Counter[Severity]
    vain: Counter[Severity]
    causes: Counter[tuple[str, str]]
    false_ones: list[Incident]


def month(seed: int, days: int = DAYS) -> Company:
    """Make a company and let it live, with attacks on its evenings."""
    company = Company(seed)
    attacks = Attacks(company)
    for day in range(days):
        company.live(day)
        remarkable.do(company, day)
        attacks.go_on(day)
    return company


def settings(company: Company) -> Settings:
    """What such a company would say in ``tidewaiter.toml``."""
    return Settings(
        organization=Organization(
            aws_accounts=(amazon.ACCOUNT, amazon.OTHER_ACCOUNT),
            azure_tenants=(microsoft.TENANT,),
            azure_subscriptions=(microsoft.SUBSCRIPTION,),
            gcp_projects=(PROJECT,),
        ),
        networks=Networks(trusted=(f"{OFFICE}0/24", f"{BUILD_NETWORK}0/24")),
        registries=Registries(mirrors=("docker.io/library/*",)),
        pipelines=Pipelines(principals=company.builders),
        trusted=(
            Trusted(
                owner="incident response",
                reason="forensic images",
                principals=("arn:aws:iam::*:user/dev-199",),
                networks=(f"{OFFICE}0/24",),
                activities=("image.created",),
            ),
            Trusted(
                owner="on call",
                reason="hot-fixes from the office",
                principals=("arn:aws:iam::*:user/dev-19?", "dev-19?@example.com"),
                networks=(f"{OFFICE}0/24",),
                activities=("image.pushed",),
            ),
        ),
    )


def weight(finding: Finding) -> Severity:
    """The severity that counts: one step lower for low confidence."""
    return finding.severity.step(-1 if finding.confidence is Confidence.LOW else 0)


def score(log: Log, incidents: Sequence[Incident]) -> Score:
    """Compare what was told with the truth; information alone is no incident."""
    incidents = [one for one in incidents if one.severity is not Severity.INFO]
    attacks = [label for label in log.labels if label.attack]
    about = [(one, labels_of(log, one)) for one in incidents]
    hits = {id(label): [one for one, labels in about if label in labels] for label in attacks}
    vain = [one for one, labels in about if not any(label.attack for label in labels)]
    causes = Counter((cause(log, one), str(one.severity)) for one in vain)
    return Score(
        found=[_found(label, hits[id(label)], log) for label in attacks],
        told=Counter(one.severity for one in incidents if one not in vain),
        vain=Counter(one.severity for one in vain),
        causes=causes,
        false_ones=vain,
    )


def labels_of(log: Log, incident: Incident) -> list[Label]:
    """The truths behind the findings of an incident."""
    found = [log.label_of(finding.time) for finding in incident.findings]
    return [label for label in found if label]


def cause(log: Log, incident: Incident) -> str:
    """Say what an incident in vain is about: remarkable work, or everyday work."""
    began = "everyday work" if incident.first_time >= START + COLD else "everyday work, first week"
    return next((label.scenario for label in labels_of(log, incident)), began)


def _found(label: Label, incidents: Sequence[Incident], log: Log) -> Found:
    """An attack is found by incidents of medium severity or more."""
    own = [one for each in incidents for one in each.findings if log.label_of(one.time) is label]
    alarming = [one for one in own if weight(one).rank >= Severity.MEDIUM.rank]
    first = min((one.time for one in alarming), default=None)
    return Found(
        scenario=label.scenario,
        severity=max((one.severity for one in incidents), key=lambda s: s.rank, default=None),
        after=delay(label, first),
        incidents=len(incidents),
        detectors=tuple(dict.fromkeys(one.detector for one in own)),
        titles=tuple(f"{one.severity}: {one.title}" for one in incidents),
    )


def delay(label: Label, first: datetime | None) -> timedelta | None:
    """From the implant to the first alert; less than nothing where it came before."""
    implanted = label.implanted or label.began
    return first - implanted if first and implanted else None


def is_found(found: Found) -> bool:
    """Whether somebody is told at medium or more."""
    return found.severity is not None and found.severity.rank >= Severity.MEDIUM.rank


def precision(scores: Iterable[Score]) -> float:
    """How many of the incidents of medium or more are about attacks."""
    true = vain = 0
    for one in scores:
        true += sum(many for severity, many in one.told.items() if severity.rank >= 2)
        vain += sum(many for severity, many in one.vain.items() if severity.rank >= 2)
    return true / max(1, true + vain)
