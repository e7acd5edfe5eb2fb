"""Country and autonomous system of an address, by the operator's own files.

Nothing is asked of anybody, and nothing is loaded unless ``[geolocation]`` names a file.  The
format is MaxMind's (https://maxmind.github.io/MaxMind-DB/); what is in it differs by vendor:

- MaxMind GeoLite2 and GeoIP2, and DB-IP Lite: ``country.iso_code``; ``autonomous_system_number``
  and ``autonomous_system_organization`` (https://dev.maxmind.com/geoip/docs/databases/,
  https://db-ip.com/db/format/ip-to-country-lite/mmdb.html)
- IPinfo Lite: ``country_code`` (``country`` is its English name), ``asn`` as ``AS64500``,
  ``as_name`` (https://ipinfo.io/developers/ipinfo-lite-database); its older files: ``country`` as
  the code, ``name``
"""

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from tidewaiter.enrich.network import Address
from tidewaiter.settings import Geolocation, SettingsError

if TYPE_CHECKING:
    from maxminddb import Reader

_CODE = re.compile(r"[A-Z]{2}", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"(?:AS)?([0-9]{1,10})", re.IGNORECASE)
_LONGEST = 200  # characters of a network's name
# As what the reader stumbles; its own InvalidDatabaseError is a RuntimeError.
_DAMAGE = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)


class Location(Struct, frozen=True):
    """What the files say of one address."""

    country: str | None = None
    asn: int | None = None
    network: str | None = None


class Atlas:
    """The operator's files, open."""

    def __init__(self, files: Geolocation) -> None:
        """Open ``files``.  Raises :class:`SettingsError` naming the key and the reason."""
        self._country = _opened("geolocation.country", files.country)
        self._asn = _opened("geolocation.asn", files.asn)

    def locate(self, address: Address) -> Location:
        """Return what the files know of ``address``; a value that makes no sense is unknown."""
        country, system = _record(self._country, address), _record(self._asn, address)
        return Location(_country(country), _asn(system), _network(system))


def _opened(key: str, path: str | None) -> "Reader | None":
    if path is None:
        return None
    try:
        import maxminddb  # an optional extra
    except ImportError:
        raise SettingsError(f'{key}: the extra "geo" is not installed') from None
    try:
        # Not the reader in C: a damaged file can end the whole process there (docs/learned.md).
        return maxminddb.open_database(path, maxminddb.MODE_MMAP)
    except OSError as error:
        raise SettingsError(f"{key}: {path}: {error.strerror}") from None
    except _DAMAGE:
        raise SettingsError(f"{key}: {path}: not a MaxMind DB file") from None


def _record(reader: "Reader | None", address: Address) -> dict[str, object]:
    """Return the record of ``address``; empty where there is none, or the file is damaged there."""
    try:
        found = reader.get(address) if reader else None
    except _DAMAGE:  # or IPv6 in a file of IPv4
        return {}
    return {**found} if isinstance(found, dict) else {}


def _country(record: dict[str, object]) -> str | None:
    country = record.get("country")
    inner = country.get("iso_code") if isinstance(country, dict) else country
    for code in (record.get("country_code"), inner):
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code.upper()
    return None


def _asn(record: dict[str, object]) -> int | None:
    for number in (record.get("autonomous_system_number"), record.get("asn")):
        found = _NUMBER.fullmatch(str(number))
        if found and 0 < int(found[1]) < 2**32:
            return int(found[1])
    return None


def _network(record: dict[str, object]) -> str | None:
    for key in ("autonomous_system_organization", "as_name", "name"):
        name = record.get(key)
        if isinstance(name, str) and name.strip():
            return name.strip()[:_LONGEST]
    return None
