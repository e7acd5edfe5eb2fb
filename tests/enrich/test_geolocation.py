"""Country and network of an address, by files that the tests write themselves."""

import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path

import maxminddb
import msgspec
import pytest

from tests.geography import (
    IPINFO_LITE,
    IPINFO_OLD,
    MAXMIND_ASN,
    MAXMIND_COUNTRY,
    write_file,
)
from tidewaiter.enrich import Enricher, Place
from tidewaiter.enrich.geolocation import Atlas, Location
from tidewaiter.model import Zone
from tidewaiter.settings import Geolocation, Settings, SettingsError


@pytest.mark.parametrize(
    ("country", "asn", "expected"),
    [
        (MAXMIND_COUNTRY, MAXMIND_ASN, Location("NL", 64500, "Example Hosting")),
        (IPINFO_LITE, IPINFO_LITE, Location("NL", 64500, "Example Hosting")),
        (IPINFO_OLD, IPINFO_OLD, Location("NL", 64500, "Example")),
        ({"country_code": "nl"}, {"asn": "64500"}, Location("NL", 64500, None)),
        # What a vendor leaves out, or a wrong file has.
        ({"registered_country": {"iso_code": "DE"}}, {"name": 7}, Location()),
        ({"country": {"names": {}}}, {"autonomous_system_organization": " "}, Location()),
        (
            {"country": {"iso_code": ["NL"]}, "country_code": "NLD"},
            {"autonomous_system_number": {"a": 1}, "asn": "AS-EXAMPLE"},
            Location(),
        ),
        ({"country": ["NL"]}, {"asn": "AS0"}, Location()),
        ({"country_code": "\u0130X"}, {"asn": 2**32}, Location()),
        (
            {"country_code": ""},
            {"asn": "9" * 5000, "as_name": "x" * 5000},
            Location(None, None, "x" * 200),
        ),
        ("NL", [64500], Location()),
    ],
)
def test_each_vendor_has_names_of_its_own(
    tmp_path: Path, country: object, asn: object, expected: Location
) -> None:
    """MaxMind, DB-IP and IPinfo are read alike, and what makes no sense is unknown."""
    atlas = Atlas(
        Geolocation(
            country=write_file(tmp_path / "country.mmdb", country),
            asn=write_file(tmp_path / "asn.mmdb", asn),
        )
    )
    for address in ("203.0.113.9", "2001:db8::9"):
        assert atlas.locate(ip_address(address)) == expected
    assert atlas.locate(ip_address("198.51.100.9")) == Location()


def test_either_file_may_be_missing(tmp_path: Path) -> None:
    """Who has one file learns what that file tells."""
    both = write_file(tmp_path / "both.mmdb", IPINFO_LITE)
    found = [
        Atlas(files).locate(ip_address("203.0.113.9"))
        for files in (Geolocation(country=both), Geolocation(asn=both))
    ]
    assert found == [Location(country="NL"), Location(asn=64500, network="Example Hosting")]


def test_a_file_of_ipv4_knows_no_ipv6(tmp_path: Path) -> None:
    """An address of the other kind is unknown, and no error."""
    atlas = Atlas(Geolocation(country=write_file(tmp_path / "4.mmdb", IPINFO_LITE, version=4)))
    addresses = ("203.0.113.9", "2001:db8::9")
    assert [atlas.locate(ip_address(one)).country for one in addresses] == ["NL", None]


def test_a_file_damaged_inside_tells_nothing(tmp_path: Path) -> None:
    """Whichever byte is wrong, the file is refused or the address is unknown or known."""
    path = tmp_path / "asn.mmdb"
    whole = Path(write_file(path, MAXMIND_ASN)).read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            found = Atlas(Geolocation(asn=str(path))).locate(ip_address("203.0.113.9"))
        except SettingsError:
            continue
        assert found.country is None


def test_places_are_known_by_settings(tmp_path: Path) -> None:
    """However an address is written, it is looked up; a name has no country."""
    both = write_file(tmp_path / "both.mmdb", IPINFO_LITE)
    enricher = Enricher(Settings(geolocation=Geolocation(country=both, asn=both)))
    here = Place(Zone.EXTERNAL, "NL", 64500, "Example Hosting")
    assert {
        text: enricher.place(text)
        for text in ("203.0.113.9", "[::ffff:203.0.113.9]:443", "10.0.0.1", "AWS Internal", None)
    } == {
        "203.0.113.9": here,
        "[::ffff:203.0.113.9]:443": here,
        "10.0.0.1": Place(Zone.INTERNAL),
        "AWS Internal": Place(Zone.CLOUD_SERVICE),
        None: Place(),
    }


@pytest.mark.parametrize("key", ["country", "asn"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        (b"", "not a MaxMind DB file"),
        (b"hello " * 1000, "not a MaxMind DB file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, key: str, content: bytes | None, reason: str
) -> None:
    """One sentence names the key, the file and the reason."""
    path = tmp_path / "x.mmdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        Enricher(Settings(geolocation=msgspec.convert({key: str(path)}, Geolocation)))
    assert str(caught.value) == f"geolocation.{key}: {path}: {reason}"


def test_an_impossible_path_is_no_file(tmp_path: Path) -> None:
    """A path that no system can have is refused as well."""
    with pytest.raises(SettingsError, match="not a MaxMind DB file"):
        Atlas(Geolocation(country=f"{tmp_path}/\0"))


def test_the_extra_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without maxminddb, one sentence says what to install."""
    assert maxminddb.__name__ in sys.modules
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    with pytest.raises(SettingsError) as caught:
        Enricher(Settings(geolocation=Geolocation(asn="asn.mmdb")))
    assert str(caught.value) == 'geolocation.asn: the extra "geo" is not installed'


def test_nothing_is_loaded_for_nobody() -> None:
    """Without files, neither the reader of such files nor our own module is imported."""
    code = (
        "import sys; from tidewaiter.enrich import Enricher; Enricher();"
        "print([name for name in sys.modules if 'maxmind' in name or 'geolocation' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
