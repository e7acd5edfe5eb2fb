"""What operators say of findings: off, graver, expected."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tidewaiter.detectors import DETECTORS
from tidewaiter.detectors.interface import Claim, Detector, Seen, threshold_of, window_of
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import (
    Activity,
    Client,
    Credential,
    Event,
    Image,
    Outcome,
    Principal,
    Severity,
)
from tidewaiter.pipeline import Pipeline
from tidewaiter.settings import Networks, Pipelines, Settings, SettingsError, Trusted, Tuning

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEB = Image(registry="registry.example.com", repository="prod/web", tag="1", digest="sha256:aa")
GOLD = Image(machine_image="ami-0a1b2c3d4e5f60718", name="gold-1")


def check(event: Event, seen: Seen) -> Iterable[Claim]:
    """Claim something of everything."""
    del seen
    if event.outcome is Outcome.SUCCESS:
        yield Claim(reason="because")


ALWAYS = replace(
    DETECTORS[0],
    id="always",
    judges=frozenset(Activity),
    severity=Severity.LOW,
    check=check,
    facts=lambda _: (),
    revisits=lambda _: (),
    window=timedelta(hours=1),
    threshold=3,
)


def event(**said: object) -> Event:
    """A push by alice."""
    facts: dict[str, object] = {
        "principal": Principal("arn:aws:iam::111122223333:user/alice", name="alice"),
        "credential": Credential(id="AKIAIOSFODNN7EXAMPLE"),
        "client": Client("203.0.113.9"),
        "images": (WEB,),
        "activity": Activity.IMAGE_PUSHED,
        **said,
    }
    return Event(
        id="e",
        act="a",
        time=NOON,
        provider="aws",
        source="cloudtrail",
        operation="PutImage",
        **facts,  # type: ignore[arg-type]
    )


def judged(settings: Settings, one: Event, detector: Detector = ALWAYS) -> Claim:
    """What becomes of the detector's claim about ``one``."""
    pipeline = Pipeline(ProcessMemory(), settings, detectors=[detector])
    (accusation,) = pipeline.accusations(pipeline.remember(one))
    return accusation.claim


def trusting(**said: object) -> Settings:
    """Settings with one entry."""
    return Settings(trusted=(Trusted(owner="ops", reason="known", **said),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "covered"),
    [
        ({"principals": ("arn:aws:iam::*:user/ALICE",)}, True),
        ({"principals": ("alice",)}, True),
        ({"principals": ("bob",)}, False),
        ({"repositories": ("prod/*",)}, True),
        ({"repositories": ("registry.example.com/prod/web",)}, True),
        ({"repositories": ("staging/*",)}, False),
        ({"networks": ("203.0.113.0/24",)}, True),
        ({"networks": ("198.51.100.0/24",)}, False),
        ({"principals": ("alice",), "activities": ("image.*",)}, True),
        ({"principals": ("alice",), "activities": ("image.pulled",)}, False),
        ({"principals": ("alice",), "detectors": ("always",)}, True),
        ({"principals": ("alice",), "until": NOON.date()}, True),
        ({"principals": ("alice",), "until": date(2026, 3, 1)}, False),
        ({"principals": ("alice",), "repositories": ("staging/*",)}, False),
    ],
)
def test_what_is_expected_is_held_back(said: dict[str, object], covered: bool) -> None:
    """All that an entry gives must fit; then the reason and the owner are told."""
    found = judged(trusting(**said), event())
    assert found.held == ("trusted: known (ops)" if covered else None)


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ({"principals": ("*",)}, {"principal": None}),
        ({"networks": ("203.0.113.0/24",)}, {"client": None}),
        ({"networks": ("203.0.113.0/24",)}, {"client": Client("AWS Internal")}),
        ({"repositories": ("*",)}, {"images": ()}),
    ],
)
def test_what_is_not_told_fits_nothing(said: dict[str, object], bare: dict[str, object]) -> None:
    """A pattern for everything does not fit what a log leaves out."""
    assert judged(trusting(**said), event(**bare)).held is None


@pytest.mark.parametrize("pattern", ["gold-*", "ami-0a1b*"])
def test_machine_images_are_named_like_repositories(pattern: str) -> None:
    """By their name or id."""
    made = event(activity=Activity.IMAGE_CREATED, images=(GOLD,))
    assert judged(trusting(repositories=(pattern,)), made).held == "trusted: known (ops)"


def test_the_claims_own_image_counts() -> None:
    """An entry for another image of the event does not cover a claim about this one."""

    def about(_event: Event, _seen: Seen) -> Iterable[Claim]:
        yield Claim(reason="because", image=GOLD)

    detector = replace(ALWAYS, check=about)
    assert judged(trusting(repositories=("prod/*",)), event(), detector).held is None


def test_held_back_by_the_detector_stays_so() -> None:
    """The first reason is the one that is told."""

    def holding(_event: Event, _seen: Seen) -> Iterable[Claim]:
        yield Claim(reason="because", held="not known")

    found = judged(trusting(principals=("alice",)), event(), replace(ALWAYS, check=holding))
    assert found.held == "not known"


def test_a_detector_can_be_off() -> None:
    """It neither remembers nor says anything."""
    settings = Settings(detectors={"always": Tuning(enabled=False)})
    pipeline = Pipeline(ProcessMemory(), settings, detectors=[ALWAYS])
    assert pipeline.accusations(pipeline.remember(event())) == []


def test_the_operators_severity_counts() -> None:
    """It replaces the detector's own."""
    settings = Settings(detectors={"always": Tuning(severity=Severity.CRITICAL)})
    assert judged(settings, event()).severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("address", "severity"),
    [("203.0.113.9", Severity.MEDIUM), ("198.51.100.7", None), ("10.0.0.1", None), (None, None)],
)
def test_low_from_outside_is_medium(address: str | None, severity: Severity | None) -> None:
    """Once trusted networks are named, work from anywhere else counts for more."""
    settings = Settings(networks=Networks(trusted=("198.51.100.0/24",)))
    client = Client(address) if address else None
    assert judged(settings, event(client=client)).severity is severity
    assert judged(Settings(), event(client=client)).severity is None


@pytest.mark.parametrize("member", ["judges_place", "tells_of_use"])
def test_low_from_outside_stays_so_where_the_place_says_nothing_more(member: str) -> None:
    """A detector that compares networks itself has its own word; and so has one about use."""
    settings = Settings(networks=Networks(trusted=("198.51.100.0/24",)))
    detector = replace(ALWAYS, **{member: True})
    assert judged(settings, event(), detector).severity is None


def test_window_and_threshold_are_the_operators() -> None:
    """Or the detector's own, or none."""
    tuned = Settings(detectors={"always": Tuning(window="6h", threshold=9)})
    assert (window_of(ALWAYS, tuned), threshold_of(ALWAYS, tuned)) == (timedelta(hours=6), 9)
    assert (window_of(ALWAYS, Settings()), threshold_of(ALWAYS, Settings())) == (
        timedelta(hours=1),
        3,
    )
    bare = replace(ALWAYS, window=None, threshold=None)
    assert (window_of(bare, Settings()), threshold_of(bare, Settings())) == (timedelta(0), 1)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            Settings(detectors={"tag-mooved": Tuning()}),
            "detectors.tag-mooved: no detector has this id: 'tag-mooved'",
        ),
        (
            trusting(principals=("alice",), detectors=("nobody",)),
            "trusted[0].detectors: no detector has this id: 'nobody'",
        ),
    ],
)
def test_a_wrong_id_is_refused(settings: Settings, sentence: str) -> None:
    """Whoever misspells a detector is told so."""
    with pytest.raises(SettingsError) as caught:
        Pipeline(ProcessMemory(), settings)
    assert str(caught.value) == sentence


def test_a_pipeline_is_one_by_the_operators_word() -> None:
    """A principal whose name does not tell is a pipeline by its pattern."""
    settings = Settings(pipelines=Pipelines(principals=("*:user/alice",)))
    whole = Pipeline(ProcessMemory(), settings).remember(event())
    assert whole.principal is not None
    assert whole.principal.kind == "pipeline"
