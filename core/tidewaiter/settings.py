"""``tidewaiter.toml``: what is ours.  Every error is one sentence that names the key and the
reason.
"""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from pathlib import Path

_ADDRESSES = frozenset(("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"))
_MAPPED = 96  # bits before the IPv4 address in ::ffff:203.0.113.9


class SettingsError(ValueError):
    """The settings cannot be used; the message is for the person who wrote them."""


class Organization(Struct, frozen=True, forbid_unknown_fields=True):
    """Accounts, tenants, projects and registries that belong to us."""

    aws_accounts: tuple[str, ...] = ()
    aws_organizations: tuple[str, ...] = ()
    azure_tenants: tuple[str, ...] = ()
    azure_subscriptions: tuple[str, ...] = ()
    gcp_projects: tuple[str, ...] = ()
    gcp_organizations: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()


class Networks(Struct, frozen=True, forbid_unknown_fields=True):
    """Where our own people and machines come from: addresses or networks (203.0.113.0/24)."""

    trusted: tuple[str, ...] = ()


class Geolocation(Struct, frozen=True, forbid_unknown_fields=True):
    """Files in MaxMind's format (.mmdb) that tell country and autonomous system of an address.

    Paths are relative to the settings.  One file may serve as both.
    """

    country: str | None = None
    asn: str | None = None


class FlowLogs(Struct, frozen=True, forbid_unknown_fields=True):
    """Formats of AWS's flow logs as AWS was told them: ``${srcaddr} ${dstaddr} ${start} ...``.

    They are needed where rows come without a header, as in CloudWatch Logs; the default is known.
    """

    formats: tuple[str, ...] = ()


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that an operator can say; the defaults work."""

    organization: Organization = Organization()
    networks: Networks = Networks()
    geolocation: Geolocation = Geolocation()
    flow_logs: FlowLogs = FlowLogs()


def read_settings(path: "Path") -> Settings:
    """Read ``path``.  Raises :class:`SettingsError` naming the file, the key and the reason."""
    try:
        found = parse_settings(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text") from None
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None
    return replace(found, geolocation=_beside(path, found.geolocation))


def _beside(path: "Path", files: Geolocation) -> Geolocation:
    """Return ``files`` as seen from where we are; absolute paths stay as they are."""
    country, asn = (file and str(path.parent / file) for file in (files.country, files.asn))
    return Geolocation(country=country, asn=asn)


def parse_settings(text: str) -> Settings:
    """Read settings from TOML.  Raises :class:`SettingsError` naming the key and the reason."""
    import tomllib  # a function without settings of its own does without

    try:
        found = msgspec.convert(tomllib.loads(text), Settings)
    except RecursionError:
        raise SettingsError("not TOML: nested too deeply") from None
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(str(error))) from None
    except ValueError as error:  # a TOMLDecodeError, or a number of too many digits
        raise SettingsError(f"not TOML: {error}") from None
    trusted_networks(found)
    flow_formats(found)
    return found


def trusted_networks(settings: Settings) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read the networks that are trusted.  Raises :class:`SettingsError` naming the first that is
    none.
    """
    named = enumerate(settings.networks.trusted)
    return tuple(_network(text, f"networks.trusted[{place}]") for place, text in named)


def flow_formats(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """Read the formats, each as the names of its fields.  Raises :class:`SettingsError` naming the
    first that could not tell a flow.
    """
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


def _sentence(message: str) -> str:
    """Turn ``Expected `str`, got `int` - at `$.organization.aws_accounts[0]``` into words."""
    reason, _, where = message.replace(" | null", "").partition(" - at `")
    key = where.rstrip("`").removeprefix("$").removeprefix(".")
    if reason.startswith("Object contains unknown field"):
        unknown = reason.partition("`")[2].removesuffix("`")
        return f"{key + '.' if key else ''}{unknown}: unknown key"
    return f"{key}: {reason[0].lower()}{reason[1:]}" if key else reason
