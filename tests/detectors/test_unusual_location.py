"""Places by the operator's files, which lie beside no case: countries and autonomous systems."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.geography import write_world
from tests.judging import findings, held_back, judge
from tests.laws.company import ALICE, CI, by, event, image
from tidewaiter.findings import Confidence
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event, Principal, Severity
from tidewaiter.outputs.layout import plain
from tidewaiter.outputs.text import story
from tidewaiter.pipeline import Pipeline
from tidewaiter.settings import Geolocation, Settings, Tuning

WORLD = {
    "192.0.2.0/25": ("NL", 64500),
    "192.0.2.128/25": ("NL", 64501),
    "198.51.100.0/24": ("NL", 64501),
    "203.0.113.0/24": ("BR", 64502),
    "2001:db8:a::/48": ("DE", 64500),
    "2001:db8:b::/48": ("FR", 64500),
    "2001:db8:c::/48": ("ES", 64500),
    "2001:db8:d::/48": ("NL", 64500),
}
HOME, OFFICE, ABROAD, NOWHERE = "192.0.2.10", "198.51.100.7", "203.0.113.9", "2001:db8:ffff::7"
GERMANY, FRANCE, SPAIN, OTHER_HOME = (f"2001:db8:{one}::7" for one in "abcd")
NOW = datetime(2026, 2, 7, 14, 9, tzinfo=UTC)
DETECTOR = "unusual-location"
Verdict = tuple[Severity | None, Confidence | None, str]
QUIET: Verdict = (None, None, "")


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Settings:
    """Settings with a file that tells the country and the system of most addresses."""
    path = write_world(tmp_path / "world.mmdb", WORLD)
    return Settings(geolocation=Geolocation(country=path, asn=path))


@pytest.fixture(name="systems")
def _systems(world: Settings) -> Settings:
    """Settings without a file of countries."""
    return Settings(geolocation=Geolocation(asn=world.geolocation.asn))


def pushes(who: Principal, *addresses: str) -> list[Event]:
    """A push a day from each address in turn, for at least six days, the last of them yesterday."""
    turns = addresses * (1 + 5 // len(addresses))
    return [
        push(who, address, NOW - timedelta(days=len(turns) - number), number)
        for number, address in enumerate(turns)
    ]


def push(who: Principal, address: str, time: datetime = NOW, number: int = 99) -> Event:
    """A push of which the log tells the address."""
    pushed = (image("prod/web", "latest", number, told=False),)
    return event(
        number, time, Activity.IMAGE_PUSHED, images=pushed, **by(who, "docker/26.1", address)
    )


def verdict(events: list[Event], settings: Settings) -> Verdict:
    """What is said of the last event, however the others arrive."""
    told = judge(events, settings)
    for seed in range(3):
        shuffled = random.Random(seed).sample(events, len(events))
        assert judge(shuffled, settings).incidents == told.incidents
    found = [one for one in findings(told, DETECTOR) if one.event_id == events[-1].id]
    return (found[0].severity, found[0].confidence, found[0].reason) if found else QUIET


def test_a_person_in_another_country_is_told(world: Settings) -> None:
    """A new country is said, mildly."""
    assert verdict([*pushes(ALICE, HOME), push(ALICE, ABROAD)], world) == (
        Severity.LOW,
        Confidence.MEDIUM,
        "alice worked from BR (203.0.113.9), and in the last 90 days only from NL",
    )


@pytest.mark.parametrize("address", [OFFICE, OTHER_HOME, "192.0.2.200"])
def test_a_person_may_change_networks_at_home(world: Settings, address: str) -> None:
    """Whatever the network and its owner: the country is the usual one."""
    assert verdict([*pushes(ALICE, HOME), push(ALICE, address)], world) == QUIET


def test_where_the_country_is_unknown_the_network_counts(world: Settings) -> None:
    """An address that the files do not know is a new network, as if there were no files."""
    found = verdict([*pushes(ALICE, HOME), push(ALICE, NOWHERE)], world)
    assert found[:2] == (Severity.LOW, Confidence.LOW)
    assert "from 2001:db8:ffff::/48 (2001:db8:ffff::7)" in found[2]


def test_two_countries_within_an_hour_are_too_far_apart(world: Settings) -> None:
    """Nobody flies so fast: it weighs more, in whatever order the two became known."""
    before = push(ALICE, HOME, NOW - timedelta(minutes=40), 98)
    found = verdict([*pushes(ALICE, HOME), before, push(ALICE, ABROAD)], world)
    assert found[:2] == (Severity.MEDIUM, Confidence.MEDIUM)
    assert found[2].endswith("and in the last 90 days only from NL; shortly before from NL")


def test_two_countries_in_a_morning_are_a_journey(world: Settings) -> None:
    """Some hours later it is only a new country; so it is where the address before is unknown."""
    before = push(ALICE, HOME, NOW - timedelta(hours=5), 97)
    unknown = push(ALICE, NOWHERE, NOW - timedelta(minutes=40), 98)
    found = verdict([*pushes(ALICE, HOME), before, unknown, push(ALICE, ABROAD)], world)
    assert found[0] == Severity.LOW


def test_the_operator_says_how_long_a_journey_takes(world: Settings) -> None:
    """The window is tunable."""
    before = push(ALICE, HOME, NOW - timedelta(hours=5), 98)
    tuned = Settings(geolocation=world.geolocation, detectors={DETECTOR: Tuning(window="8h")})
    assert verdict([*pushes(ALICE, HOME), before, push(ALICE, ABROAD)], tuned)[0] is Severity.MEDIUM


def test_who_travels_all_the_time_has_no_usual_country(world: Settings) -> None:
    """More than three countries are no habit."""
    assert (
        verdict([*pushes(ALICE, HOME, GERMANY, FRANCE, SPAIN), push(ALICE, ABROAD)], world) == QUIET
    )


def test_the_operator_says_how_many_places_are_a_habit(world: Settings) -> None:
    """The threshold is tunable."""
    tuned = Settings(geolocation=world.geolocation, detectors={DETECTOR: Tuning(threshold=4)})
    events = [*pushes(ALICE, HOME, GERMANY, FRANCE, SPAIN), push(ALICE, ABROAD)]
    assert "only from DE, ES, FR, NL" in verdict(events, tuned)[2]


def test_a_person_of_whom_only_the_system_is_told(systems: Settings) -> None:
    """Without countries the autonomous system decides, and is no strong sign."""
    known = pushes(ALICE, HOME)
    assert verdict([*known, push(ALICE, OTHER_HOME)], systems) == QUIET
    assert verdict([*known, push(ALICE, OFFICE)], systems) == (
        Severity.LOW,
        Confidence.LOW,
        "alice worked from AS64501 (198.51.100.7), and in the last 90 days only from AS64500",
    )


@pytest.mark.parametrize(
    ("address", "place"),
    [(ABROAD, "BR"), (OFFICE, "AS64501"), (OTHER_HOME, "2001:db8:d::/48")],
)
def test_for_a_pipeline_every_new_place_counts(world: Settings, address: str, place: str) -> None:
    """Country, system or network: the coarsest that is new is told."""
    found = verdict([*pushes(CI, HOME), push(CI, address)], world)
    assert found[:2] == (Severity.MEDIUM, Confidence.MEDIUM)
    assert found[2].startswith(f"role ci-deploy worked from {place} ({address})")


def test_a_pipeline_is_not_in_one_place(world: Settings) -> None:
    """Its agents work in two places at once, which says nothing."""
    before = push(CI, HOME, NOW - timedelta(minutes=1), 98)
    found = verdict([*pushes(CI, HOME), before, push(CI, ABROAD)], world)
    assert (found[0], "shortly before" in found[2]) == (Severity.MEDIUM, False)


def test_hosted_agents_are_known_by_their_system(systems: Settings) -> None:
    """They come from everywhere, but always from the same provider."""
    known = pushes(CI, HOME, GERMANY, FRANCE, SPAIN)
    assert verdict([*known, push(CI, OTHER_HOME)], systems) == QUIET
    assert "from AS64502 (203.0.113.9)" in verdict([*known, push(CI, ABROAD)], systems)[2]


def test_a_denied_country_is_grave_whoever_comes_from_there(world: Settings) -> None:
    """Even a login, somebody unknown, and who always does."""
    denied = Settings(
        geolocation=Geolocation(
            country=world.geolocation.country, asn=world.geolocation.asn, deny=("BR",)
        )
    )
    login = event(1, NOW, Activity.REGISTRY_LOGIN, **by(ALICE, "docker/26.1", ABROAD))
    pushed = push(ALICE, ABROAD)
    unknown = event(
        2, NOW, Activity.IMAGE_PUSHED, images=pushed.images, client=pushed.client, awaits="a log"
    )
    known = [*pushes(ALICE, ABROAD), pushed]
    assert [verdict(events, denied) for events in ([login], [unknown], known)] == [
        (
            Severity.HIGH,
            Confidence.MEDIUM,
            f"{name} worked from BR (203.0.113.9), which [geolocation] denies",
        )
        for name in ("alice", "somebody unknown", "alice")
    ]


def test_who_is_new_is_held_back(world: Settings) -> None:
    """Two days tell no habit; the reason says so."""
    events = [*pushes(ALICE, HOME)[-2:], push(ALICE, ABROAD)]
    (held,) = held_back(judge(events, world), DETECTOR)
    assert held.why == "alice worked on 2 earlier days, and is known after 5"


def test_files_may_come_after_what_is_remembered(world: Settings) -> None:
    """What was remembered before there were files is looked up in them when somebody asks."""
    memory = ProcessMemory()
    for one in pushes(ALICE, HOME):
        Pipeline(memory).take(one)
    later = Pipeline(memory, world)
    for address, number in ((OFFICE, 92), (ABROAD, 99)):
        later.take(push(ALICE, address, NOW + timedelta(hours=number), number))
    reasons = [one.reason for one in findings(later.told(), DETECTOR)]
    assert reasons == ["alice worked from BR (203.0.113.9), and in the last 90 days only from NL"]


def test_a_story_tells_the_country_beside_the_address(world: Settings) -> None:
    """In the incident, and in the text that a responder reads."""
    incident = judge([*pushes(CI, HOME), push(CI, ABROAD)], world).incidents[-1]
    assert (incident.sources[0].ip, incident.sources[0].country) == (ABROAD, "BR")
    assert "203.0.113.9 (BR, external)" in plain(story(incident))


def test_a_login_tells_the_country_of_a_push_that_hides_it(world: Settings) -> None:
    """As on ECR: the address stands in the login alone, and counts for the push."""
    login = event(
        98,
        NOW - timedelta(minutes=7),
        Activity.REGISTRY_LOGIN,
        **by(CI, "docker/26.1", ABROAD),
    )
    events = [*pushes(CI, HOME), login, push(CI, "AWS Internal")]
    assert verdict(events, world)[0] is Severity.MEDIUM
    incident = judge(events, world).incidents[-1]
    assert (incident.sources[0].ip, incident.sources[0].country) == (ABROAD, "BR")


def test_thief_and_build_log_in_with_one_credential(world: Settings) -> None:
    """Whoever was last, and in whatever order it became known: the new place counts, once."""
    logged_in = [
        event(
            number,
            NOW - timedelta(minutes=before),
            Activity.REGISTRY_LOGIN,
            **by(CI, "docker/26.1", address),
        )
        for number, before, address in ((96, 9, HOME), (97, 7, ABROAD), (98, 2, HOME))
    ]
    found = verdict([*pushes(CI, HOME), *logged_in, push(CI, "AWS Internal")], world)
    assert found == (
        Severity.MEDIUM,
        Confidence.MEDIUM,
        (
            "role ci-deploy worked from BR (203.0.113.9), and in the last 90 days only from NL; "
            "the credential logged in from 192.0.2.0/24 and 203.0.113.0/24, and no log tells "
            "which of them did this"
        ),
    )


def test_a_pipeline_that_moved_is_one_story(world: Settings) -> None:
    """Its first day elsewhere touches every repository; nobody wants to read that sixty times."""
    moved = [
        event(
            100 + number,
            NOW + timedelta(minutes=number),
            Activity.IMAGE_PUSHED,
            images=(image(f"prod/{number}", "latest", 100 + number, told=False),),
            **by(CI, "docker/26.1", OFFICE),
        )
        for number in range(8)
    ]
    told = judge([*pushes(CI, HOME), *moved], world)
    titles = [one.title for one in told.incidents if one.severity is Severity.MEDIUM]
    assert titles == ["role ci-deploy (key …PLOY) worked on 8 repositories from a new place"]
    assert len(findings(told, DETECTOR)) == 8
