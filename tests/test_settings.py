"""``tidewaiter.toml``: what is ours, and what is wrong with it in one sentence."""

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tidewaiter.settings import (
    Geolocation,
    Hours,
    Networks,
    Organization,
    Settings,
    SettingsError,
    parse_settings,
    read_settings,
)
from tidewaiter.settings.values import duration, trusted_networks, working_hours


def test_nothing_need_be_said() -> None:
    """Empty settings are the defaults."""
    assert parse_settings("") == Settings()


def test_what_is_ours_is_read(tmp_path: Path) -> None:
    """All keys of [organization] are lists of strings."""
    path = tmp_path / "tidewaiter.toml"
    path.write_text(
        "[organization]\n"
        'aws_accounts = ["111122223333"]\n'
        'aws_organizations = ["o-exampleorgid"]\n'
        'azure_tenants = ["t"]\n'
        'azure_subscriptions = ["s"]\n'
        'gcp_projects = ["shop"]\n'
        'gcp_organizations = ["123456789012"]\n'
        'registries = ["registry.example.com"]\n'
    )
    assert read_settings(path).organization == Organization(
        aws_accounts=("111122223333",),
        aws_organizations=("o-exampleorgid",),
        azure_tenants=("t",),
        azure_subscriptions=("s",),
        gcp_projects=("shop",),
        gcp_organizations=("123456789012",),
        registries=("registry.example.com",),
    )


def test_trusted_networks_are_read() -> None:
    """Addresses and networks of both kinds, and IPv4 that is written as IPv6."""
    settings = parse_settings(
        '[networks]\ntrusted = ["203.0.113.0/24", "198.51.100.7", "2001:DB8::/32", '
        '"::ffff:192.0.2.0/120"]'
    )
    assert [str(network) for network in trusted_networks(settings)] == [
        "203.0.113.0/24",
        "198.51.100.7/32",
        "2001:db8::/32",
        "192.0.2.0/24",
    ]
    assert settings.networks == Networks(
        trusted=("203.0.113.0/24", "198.51.100.7", "2001:DB8::/32", "::ffff:192.0.2.0/120")
    )


def test_geolocation_files_lie_beside_the_settings(tmp_path: Path) -> None:
    """A path is relative to the file that names it, wherever we are; an absolute one is kept."""
    path = tmp_path / "tidewaiter.toml"
    path.write_text('[geolocation]\ncountry = "geo/country.mmdb"\nasn = "/srv/asn.mmdb"\n')
    assert read_settings(path).geolocation == Geolocation(
        country=str(tmp_path / "geo" / "country.mmdb"), asn="/srv/asn.mmdb"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour = 1", "colour: unknown key"),
        ("[organization]\naws_acounts = []", "organization.aws_acounts: unknown key"),
        ("organization = 3", "organization: expected `object`, got `int`"),
        (
            "[organization]\naws_accounts = [111122223333]",
            "organization.aws_accounts[0]: expected `str`, got `int`",
        ),
        (
            '[organization]\nregistries = "r"',
            "organization.registries: expected `array`, got `str`",
        ),
        ("'a`b' = 1", "a`b: unknown key"),
        ("networks = []", "networks: expected `object`, got `array`"),
        ("[networks]\ntrust = []", "networks.trust: unknown key"),
        ("[networks]\ntrusted = [7]", "networks.trusted[0]: expected `str`, got `int`"),
        (
            '[networks]\ntrusted = ["10.0.0.0/8", "office"]',
            "networks.trusted[1]: 'office' does not appear to be an IPv4 or IPv6 network",
        ),
        (
            '[networks]\ntrusted = ["203.0.113.9/24"]',
            "networks.trusted[0]: 203.0.113.9/24 has host bits set",
        ),
        (
            '[networks]\ntrusted = ["0.0.0.0/0"]',
            "networks.trusted[0]: 0.0.0.0/0 would trust every address",
        ),
        (
            '[networks]\ntrusted = ["::ffff:0:0/96"]',
            "networks.trusted[0]: 0.0.0.0/0 would trust every address",
        ),
        ("[geolocation]\ncountry = 1", "geolocation.country: expected `str`, got `int`"),
        ("[geolocation]\ncity = 'x'", "geolocation.city: unknown key"),
        ('[geolocation]\ndeny = ["nl"]', "geolocation.deny[0]: not two capital letters: 'nl'"),
        ("[learning]\ndays = 0", "learning.days: not from 1 to 90"),
        ("[notify]\nat = 'loud'", "notify.at: invalid enum value 'loud'"),
        ("[hours]\nzone = 'Mars/Olympus'", "hours.zone: no time zone of that name"),
        ("[hours]\nzone = '../etc'", "hours.zone: no time zone of that name"),
        ("[hours]\nzone = 'UTC'\ndays = ['moon']", "hours.days[0]: none of mon, tue, wed"),
        ("[hours]\nzone = 'UTC'\nend = '7pm'", "hours.end: write 07:00: '7pm'"),
        ("[[trusted]]\nowner = 'me'", "trusted[0]: object missing required field `reason`"),
        (
            "[[trusted]]\nowner = 'me'\nreason = 'why'\nactivities = ['*']",
            "trusted[0]: principals, repositories or networks must be given",
        ),
        (
            "[[trusted]]\nowner = 'me'\nreason = 'why'\nnetworks = ['x']",
            "trusted[0].networks[0]: 'x' does not appear",
        ),
        (
            "[[trusted]]\nowner = 'me'\nreason = 'why'\nuser_agents = ['x']",
            "trusted[0].user_agents: unknown key",
        ),
        ("[detectors.tag-moved]\nwindow = '6 hours'", "detectors.tag-moved.window: write 90m, 6h"),
        ("[detectors.tag-moved]\nwindow = '0h'", "detectors.tag-moved.window: write 90m, 6h"),
        ("[detectors.tag-moved]\nwindow = '91d'", "detectors.tag-moved.window: write 90m, 6h"),
        ("[detectors.tag-moved]\nthreshold = 0", "detectors.tag-moved.threshold: not above 0"),
        ("n = " + "[" * 5000, "not TOML: nested too deeply"),
        ("n = " + "9" * 5000, "not TOML: Exceeds the limit (4300 digits)"),
        ("[organization", "not TOML: Expected ']' at the end of a table declaration"),
    ],
)
def test_an_error_names_the_key_and_the_reason(text: str, sentence: str) -> None:
    """One sentence says what is wrong, and where."""
    with pytest.raises(SettingsError) as caught:
        parse_settings(text)
    assert str(caught.value).startswith(sentence)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file, a file of bytes and a wrong key each name the file."""
    missing, binary, wrong = (tmp_path / name for name in ("missing", "binary", "wrong"))
    binary.write_bytes(b"\xff\xfe\x00")
    wrong.write_text("colour = 1")
    said = []
    for path in (missing, binary, wrong):
        with pytest.raises(SettingsError) as caught:
            read_settings(path)
        said.append(str(caught.value))
    assert said == [
        f"{missing}: No such file or directory",
        f"{binary}: not UTF-8 text",
        f"{wrong}: colour: unknown key",
    ]


def test_hours_are_read() -> None:
    """Zone, weekdays and the time of day; without a zone there are none."""
    assert working_hours(Hours()) is None
    found = working_hours(Hours(zone="Europe/Amsterdam", days=("mon", "sun"), start="08:30"))
    assert found == (ZoneInfo("Europe/Amsterdam"), frozenset({0, 6}), time(8, 30), time(19, 0))


@pytest.mark.parametrize(
    ("text", "minutes"), [("1m", 1), ("90m", 90), ("6h", 360), ("90d", 90 * 24 * 60)]
)
def test_durations_are_read(text: str, minutes: int) -> None:
    """A number and a unit."""
    assert duration(text, "key") == timedelta(minutes=minutes)
