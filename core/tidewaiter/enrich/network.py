"""Where an address belongs: the outside, a private network, or a cloud's own service."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

# Where nobody outside can send from: private networks, carrier NAT, loopback, link-local.
_INTERNAL = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)

# A home or an office moves within these; a single address is too narrow, a provider too wide.
_IPV4_PREFIX, _IPV6_PREFIX = 24, 48


@lru_cache(maxsize=4096)
def zone(address: str | None) -> str | None:
    """Return ``external``, ``internal`` or ``service``; ``None`` where the log has no address.

    A name instead of an address (``AWS Internal``, ``ecs.amazonaws.com``, ``gcp-internal-ip``) is a
    cloud's own service: the client behind it is hidden, neither inside nor outside.
    """
    if address is None:
        return None
    try:
        found = ip_address(address)
    except ValueError:
        return "service"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    inside = any(found in network for network in _INTERNAL if network.version == found.version)
    return "internal" if inside else "external"


@lru_cache(maxsize=4096)
def prefix(address: str | None) -> str | None:
    """Return the network that stands for ``address`` (/24 or /48); ``None`` if it is hidden."""
    if zone(address) in {None, "service"}:
        return None
    length = _IPV6_PREFIX if ":" in str(address) else _IPV4_PREFIX
    return str(ip_network(f"{address}/{length}", strict=False))
