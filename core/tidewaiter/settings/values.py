"""Values of the settings that are text in TOML and something else to us.

Each raises :class:`SettingsError` naming the key of what cannot be read.
"""

import re
from datetime import time, timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

from tidewaiter.settings.sections import Hours, Settings, SettingsError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_ADDRESSES = frozenset(("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"))
_MAPPED = 96  # bits before the IPv4 address in ::ffff:203.0.113.9
_DURATION = re.compile(r"(\d{1,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_COUNTRY = re.compile(r"[A-Z]{2}")
_MOST_DAYS = 90  # nothing older is familiar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Networks = tuple[IPv4Network | IPv6Network, ...]


def check(settings: Settings) -> None:
    """Read every value once.  Raises :class:`SettingsError` for the first that cannot be used."""
    trusted_networks(settings)
    flow_formats(settings)
    working_hours(settings.hours)
    for place, code in enumerate(settings.geolocation.deny):
        if not _COUNTRY.fullmatch(code):
            raise SettingsError(f"geolocation.deny[{place}]: not two capital letters: {code!r}")
    if not 1 <= settings.learning.days <= _MOST_DAYS:
        raise SettingsError(f"learning.days: not from 1 to {_MOST_DAYS}")
    for place, entry in enumerate(settings.trusted):
        networks(entry.networks, f"trusted[{place}].networks")
        if not (entry.principals or entry.repositories or entry.networks):
            what = "principals, repositories or networks must be given"
            raise SettingsError(f"trusted[{place}]: {what}, or it would hold back everything")
    _check_tuning(settings)


def _check_tuning(settings: Settings) -> None:
    for name, tuning in settings.detectors.items():
        if tuning.window is not None:
            duration(tuning.window, f"detectors.{name}.window")
        if tuning.threshold is not None and tuning.threshold < 1:
            raise SettingsError(f"detectors.{name}.threshold: not above 0")


def trusted_networks(settings: Settings) -> Networks:
    """Read the networks that are trusted."""
    return networks(settings.networks.trusted, "networks.trusted")


@lru_cache(maxsize=256)
def networks(texts: tuple[str, ...], key: str) -> Networks:
    """Read addresses and networks, none of which may hold every address."""
    return tuple(_network(text, f"{key}[{place}]") for place, text in enumerate(texts))


def _network(text: str, key: str) -> IPv4Network | IPv6Network:
    try:
        found = ip_network(text)
    except ValueError as error:
        raise SettingsError(f"{key}: {error}") from None
    if isinstance(found, IPv6Network) and found.network_address.ipv4_mapped is not None:
        # Addresses that are written so count as IPv4, too.
        found = IPv4Network((found.network_address.ipv4_mapped, found.prefixlen - _MAPPED))
    if found.prefixlen == 0:
        raise SettingsError(f"{key}: {found} would trust every address")
    return found


def flow_formats(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """Read the formats, each as the names of its fields."""
    named = enumerate(settings.flow_logs.formats)
    found = tuple(_format(text, f"flow_logs.formats[{place}]") for place, text in named)
    if len({len(names) for names in found}) < len(found):
        raise SettingsError("flow_logs.formats: two have the same number of fields")
    return found


def _format(text: str, key: str) -> tuple[str, ...]:
    names = tuple(text.replace("${", " ").replace("}", " ").split())
    if "start" not in names or _ADDRESSES.isdisjoint(names):
        raise SettingsError(f"{key}: no flow can be told without ${{start}} and an address")
    return names


@lru_cache(maxsize=64)
def duration(text: str, key: str) -> timedelta:
    """Read ``90m``, ``6h`` or ``2d``, at most 90 days."""
    found = _DURATION.fullmatch(text)
    span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta(0)
    if not timedelta(0) < span <= timedelta(days=_MOST_DAYS):
        raise SettingsError(f"{key}: write 90m, 6h or 2d, at most {_MOST_DAYS}d: {text!r}")
    return span


@lru_cache(maxsize=8)
def working_hours(hours: Hours) -> "tuple[ZoneInfo, frozenset[int], time, time] | None":
    """Read zone, weekdays (Monday is 0), first and last minute; ``None`` if no zone is given."""
    from zoneinfo import ZoneInfo  # few say when they work

    if hours.zone is None:
        return None
    try:
        zone = ZoneInfo(hours.zone)
    except (ValueError, OSError, KeyError):
        raise SettingsError(f"hours.zone: no time zone of that name: {hours.zone!r}") from None
    for place, day in enumerate(hours.days):
        if day not in DAYS:
            raise SettingsError(f"hours.days[{place}]: none of {', '.join(DAYS)}: {day!r}")
    start, end = _clock(hours.start, "hours.start"), _clock(hours.end, "hours.end")
    return zone, frozenset(DAYS.index(day) for day in hours.days), start, end


def _clock(text: str, key: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{key}: write 07:00: {text!r}") from None
