"""Geolocation files as vendors make them, written by the tests themselves."""

from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]

NETWORKS = ("203.0.113.0/24", "2001:db8::/32")
MAXMIND_COUNTRY = {
    "continent": {"code": "EU"},
    "country": {"iso_code": "NL", "names": {"en": "Netherlands"}},
    "registered_country": {"iso_code": "DE"},
}
MAXMIND_ASN = {
    "autonomous_system_number": 64500,
    "autonomous_system_organization": "Example Hosting",
}
IPINFO_LITE = {
    "country": "Netherlands",
    "country_code": "NL",
    "asn": "AS64500",
    "as_name": "Example Hosting",
    "as_domain": "example.net",
}
IPINFO_OLD = {"country": "NL", "country_name": "Netherlands", "asn": "AS64500", "name": "Example"}


def write_file(path: Path, record: Any, version: int = 6) -> str:
    """Write a file in which the NETWORKS of ``version`` and of IPv4 have ``record``."""
    writer = MMDBWriter(version, "Test", ipv4_compatible=version == 6)
    writer.insert_network(IPSet(NETWORKS[: version // 3]), record)
    writer.to_db_file(str(path))
    return str(path)


def write_world(path: Path, places: dict[str, tuple[str, int]]) -> str:
    """Write a file that tells country and number of each network in ``places``, as IPinfo does."""
    writer = MMDBWriter(6, "Test", ipv4_compatible=True)
    for network, (country, number) in places.items():
        record = {"country_code": country, "asn": f"AS{number}", "as_name": f"Example {number}"}
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return str(path)
