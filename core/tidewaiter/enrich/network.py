"""Where an address belongs: the outside, a private network, or a cloud's own service."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

# Shared address space of carrier NAT (RFC 6598) is neither public nor anybody's own network, but
# nobody outside can send from it.
_CARRIER = ip_network("100.64.0.0/10")

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
    documentation = any(
        found in network for network in _DOCUMENTATION if network.version == found.version
    )
    inside = not found.is_global and not documentation
    return "internal" if inside or found in _CARRIER else "external"


# Python calls the documentation networks private; in samples and exercises they stand for the
# outside.
_DOCUMENTATION: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


@lru_cache(maxsize=4096)
def prefix(address: str | None) -> str | None:
    """Return the network that stands for ``address`` (/24 or /48); ``None`` if it is hidden."""
    if zone(address) in {None, "service"}:
        return None
    length = _IPV6_PREFIX if ":" in str(address) else _IPV4_PREFIX
    return str(ip_network(f"{address}/{length}", strict=False))
