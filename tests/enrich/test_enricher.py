"""What is filled into an event, and what is remembered of it."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.geography import IPINFO_LITE, write_file
from tests.judging import FOLDER, read_case
from tidewaiter.cli import main
from tidewaiter.enrich import Enricher, bare
from tidewaiter.findings import SourceSeen
from tidewaiter.history import show
from tidewaiter.memory.interface import EVER, Point
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import (
    Activity,
    Client,
    Endpoint,
    Event,
    Flow,
    Principal,
    PrincipalKind,
    Zone,
)
from tidewaiter.pipeline import Pipeline
from tidewaiter.settings import Geolocation, Networks, Settings, SettingsError
from tidewaiter.sightings import event_note, kept_event

PUSH = Event(
    id="1",
    act="1",
    time=datetime(2026, 3, 2, tzinfo=UTC),
    provider="registry",
    source="distribution",
    activity=Activity.IMAGE_PUSHED,
    operation="push",
    principal=Principal("alice@example.com"),
    client=Client("203.0.113.9", "docker/26.1.3 go/go1.21.10"),
)
FLOW = replace(
    PUSH,
    principal=None,
    client=None,
    activity=Activity.TRAFFIC_FLOWED,
    flow=Flow(
        src=Endpoint("10.0.0.7", 49152, instance="i-0123456789abcdef0"),
        dest=Endpoint("203.0.113.9", 443),
        protocol=6,
    ),
)
STORY = FOLDER / "tag-moved" / "cloudtrail-fires-person-after-pipeline.json"


def located(folder: Path) -> Settings:
    """Settings with one file for country and network."""
    path = write_file(folder / "both.mmdb", IPINFO_LITE)
    return Settings(geolocation=Geolocation(country=path, asn=path))


def test_client_and_principal_are_filled(tmp_path: Path) -> None:
    """Where the address is, what the program is, and what the principal is."""
    enriched = Enricher(located(tmp_path)).enrich(PUSH)
    assert enriched == replace(
        PUSH,
        principal=Principal("alice@example.com", kind=PrincipalKind.HUMAN),
        client=Client(
            "203.0.113.9",
            "docker/26.1.3 go/go1.21.10",
            zone=Zone.EXTERNAL,
            family="container engine",
            tool="docker",
            version="26.1.3",
            country="NL",
            asn=64500,
            network="Example Hosting",
        ),
    )


def test_both_ends_of_a_flow_are_filled(tmp_path: Path) -> None:
    """Each end has its zone, and what the files know; the rest of the flow stays as it is."""
    enriched = Enricher(located(tmp_path)).enrich(FLOW)
    assert enriched.flow == Flow(
        src=Endpoint("10.0.0.7", 49152, instance="i-0123456789abcdef0", zone=Zone.INTERNAL),
        dest=Endpoint("203.0.113.9", 443, zone=Zone.EXTERNAL, country="NL", asn=64500),
        protocol=6,
    )


def test_nothing_is_made_up() -> None:
    """An event without client, principal and flow stays as it is."""
    nobody = replace(PUSH, principal=None, client=None)
    assert Enricher().enrich(nobody) == bare(nobody) == nobody


def test_our_own_networks_are_trusted() -> None:
    """The settings say which."""
    enricher = Enricher(Settings(networks=Networks(trusted=("203.0.113.0/28", "2001:db8::7"))))
    addresses = ("203.0.113.9", "203.0.113.19", "2001:db8::7", "2001:db8::8")
    zones = [enricher.place(address).zone for address in addresses]
    assert zones == [Zone.TRUSTED, Zone.EXTERNAL, Zone.TRUSTED, Zone.EXTERNAL]


def test_wrong_networks_are_refused() -> None:
    """Settings that were not read from a file are held to the same rules."""
    with pytest.raises(SettingsError, match=r"^networks\.trusted\[0\]: "):
        Enricher(Settings(networks=Networks(trusted=("office",))))


def test_what_was_filled_is_filled_anew(tmp_path: Path) -> None:
    """Enriching twice is enriching once, and the last settings count."""
    first, last = Enricher(located(tmp_path)), Enricher()
    assert first.enrich(first.enrich(PUSH)) == first.enrich(PUSH)
    assert last.enrich(first.enrich(PUSH)) == last.enrich(PUSH)


def test_the_memory_holds_what_the_log_said(tmp_path: Path) -> None:
    """Notes do not depend on settings, so that two workers write the same point."""
    enriched = Enricher(located(tmp_path)).enrich(PUSH)
    note = event_note(enriched)
    assert bare(enriched) == PUSH
    assert note == event_note(PUSH)
    assert kept_event(Point("t", "v", PUSH.time, "1", note)) == PUSH


@pytest.mark.parametrize("judging", [True, False])
def test_stories_tell_by_the_settings_of_the_teller(tmp_path: Path, *, judging: bool) -> None:
    """What was remembered without files or networks is told with those that there are now."""
    memory = ProcessMemory()
    settings = located(tmp_path)
    case = read_case(STORY)
    pipeline = Pipeline(memory, settings if judging else None)
    for event in case.events:
        pipeline.take(event)
    (told,) = show(memory, settings, case.last.images[0].home or "").incidents
    trusting = Settings(networks=Networks(trusted=("203.0.113.0/24",)))
    (trusted,) = show(memory, trusting, case.last.images[0].home or "").incidents
    assert [(one.ip, one.zone, one.country) for one in told.sources] == [
        ("203.0.113.9", "external", "NL")
    ]
    assert [(one.ip, one.zone, one.country) for one in trusted.sources] == [
        ("203.0.113.9", "trusted", None)
    ]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("AWS Internal", "service"),
        ("office.example.com", None),
        (None, None),
    ],
)
def test_json_names_zones_as_its_contract_does(address: str | None, expected: str | None) -> None:
    """A hidden client is at a "service"; what is no address has no zone in JSON."""
    case = read_case(STORY)
    pipeline = Pipeline(ProcessMemory())
    for event in case.events:
        if event.activity is not Activity.REGISTRY_LOGIN:
            client = replace(event.client or Client(), address=address, user_agent="docker/26.1")
            pipeline.take(replace(event, client=client))
    (incident,) = pipeline.incidents()
    assert incident.sources == (
        SourceSeen(ip=address, zone=expected, country=None, user_agents=("docker/26.1",)),
    )


def test_every_note_can_be_read_again() -> None:
    """Whatever the pipeline remembers of a day is read as an event without enrichment."""
    memory = ProcessMemory()
    pipeline = Pipeline(memory)
    for event in read_case(STORY).events:
        pipeline.take(event)
        topic = f"logins {event.principal.id}" if event.principal else ""
        for point in memory.recall((topic,), *EVER)[topic]:
            kept = kept_event(point)
            assert kept is None or bare(kept) == kept
    assert msgspec.json.encode(pipeline.incidents())


def test_a_missing_file_ends_the_run_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line says which key names it, and judges nothing."""
    settings = tmp_path / "tidewaiter.toml"
    settings.write_text('[geolocation]\ncountry = "no.mmdb"\n')
    assert main(["replay", str(STORY), "--config", str(settings)]) == 2
    assert capsys.readouterr().err == (
        f"tidewaiter: geolocation.country: {tmp_path / 'no.mmdb'}: No such file or directory\n"
    )
