"""Where an address belongs: the outside, a private network, our own, or a cloud's own service."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from tidewaiter.addresses import parse_address
from tidewaiter.model import Zone

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Where nobody outside can send from.  Documentation networks count as outside: examples use them.
# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/iana-ipv6-special-registry
_INTERNAL = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",  # carrier NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "0.0.0.0/8",
        "192.0.0.0/24",
        "198.18.0.0/15",  # benchmarks between networks
        "224.0.0.0/24",  # multicast that stays on the link, or in the organisation
        "239.0.0.0/8",
        "255.255.255.255/32",
        "fc00::/7",  # unique local
        "fe80::/10",
        "fec0::/10",  # site-local, deprecated
        "::/127",  # unspecified, and loopback
        "64:ff9b:1::/48",  # translation within a network
        "ff01::/16",
        "ff02::/16",
        "ff05::/16",
        "ff08::/16",
    )
)

# Addresses at which only a provider itself answers, and only from within its cloud.
_PROVIDERS = tuple(
    ip_network(text)
    for text in (
        # https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
        "168.63.129.16/32",
        # https://cloud.google.com/vpc/docs/configure-private-google-access
        "199.36.153.4/30",
        "199.36.153.8/30",
    )
)

# What providers write where the address would be:
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
# https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog#requestmetadata
_SERVICE = re.compile(
    r"aws internal|azure[ \w.-]*|private|g[ce][pe]-internal-ip"
    r"|[\w.-]+\.(?:amazonaws\.(?:com|com\.cn|eu)|aws\.internal|api\.aws|aws\.amazon\.com"
    r"|googleapis\.com|google\.internal|azure\.(?:com|net|us|cn)|windows\.net|microsoft\.com"
    r"|chinacloudapi\.cn|usgovcloudapi\.net)",
    re.IGNORECASE | re.ASCII,
)
# Below a provider's name, but a customer's: ec2-203-0-113-9.compute-1.amazonaws.com.
_MACHINE = re.compile(r"\d+[.-]\d+[.-]\d+[.-]\d+|\.(?:cloudapp|elb)\.", re.IGNORECASE)
_LONGEST = 253  # characters of a host's name

# A home or an office moves within these; a single address is too narrow, a provider too wide.
_IPV4_PREFIX, _IPV6_PREFIX = 24, 48


def zone(text: str | None, trusted: tuple[Network, ...] = ()) -> Zone | None:
    """Say where ``text`` is, which stands where a log has an address; ``None`` if nothing does.

    A name instead of an address (``AWS Internal``, ``ecs.amazonaws.com``, ``gcp-internal-ip``) is a
    cloud's own service: the client behind it is hidden, neither inside nor outside.
    """
    if not text:
        return None
    found = parse_address(text)
    return _zone_of_name(text) if found is None else _zone_of(found, trusted)


def _zone_of(found: Address, trusted: tuple[Network, ...]) -> Zone:
    for networks, where in (
        (trusted, Zone.TRUSTED),
        (_INTERNAL, Zone.INTERNAL),
        (_PROVIDERS, Zone.CLOUD_SERVICE),
    ):
        if any(found in network for network in networks):
            return where
    return Zone.EXTERNAL


def _zone_of_name(text: str) -> Zone:
    name = text.strip() if len(text) <= _LONGEST else ""
    known = _SERVICE.fullmatch(name) and not _MACHINE.search(name)
    return Zone.CLOUD_SERVICE if known else Zone.UNKNOWN


def is_external(where: Zone | None) -> bool | None:
    """Whether somebody outside called; ``None`` where nobody can tell, as behind a cloud's service.

    >>> is_external(Zone.EXTERNAL), is_external(Zone.TRUSTED), is_external(Zone.CLOUD_SERVICE)
    (True, False, None)
    """
    return _EXTERNAL.get(where) if where else None


_EXTERNAL = {Zone.EXTERNAL: True, Zone.INTERNAL: False, Zone.TRUSTED: False}


def prefix(address: str | None) -> str | None:
    """Return the network that stands for ``address`` (/24 or /48); ``None`` if it is hidden."""
    return _prefix(address[:_LONGEST]) if address else None


@lru_cache(maxsize=4096)
def _prefix(address: str) -> str | None:
    found = parse_address(address)
    if found is None:
        return None
    length = _IPV4_PREFIX if found.version == 4 else _IPV6_PREFIX  # noqa: PLR2004 - the IP version
    return str(ip_network((found, length), strict=False))
