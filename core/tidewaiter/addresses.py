"""Network addresses as logs write them: bare, with a port, or in the brackets of a URL."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_LONGEST = 100  # characters; the longest IPv6 address in brackets, with zone and port, has fewer
_NAT64 = IPv6Network("64:ff9b::/96")  # https://www.rfc-editor.org/rfc/rfc6052#section-2.1


def without_port(text: str | None) -> str | None:
    """Return the address alone, ``None`` for nothing; IPv6 loses its brackets.

    >>> without_port("192.0.2.7:54840"), without_port("[2001:db8::7]:443")
    ('192.0.2.7', '2001:db8::7')
    """
    address = (text or "").strip()
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    return address or None


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, whatever is around it; ``None`` if there is none.

    IPv4 that is mapped into IPv6, or translated to it, is IPv4.

    >>> parse_address("[fe80::1%eth0]:443"), parse_address("::ffff:192.0.2.7")
    (IPv6Address('fe80::1'), IPv4Address('192.0.2.7'))
    """
    if len(text) > _LONGEST:
        return None
    try:
        found = ip_address((without_port(text) or "").partition("%")[0])
    except ValueError:
        return None
    return found if isinstance(found, IPv4Address) else _embedded(found) or found


def _embedded(found: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if found in _NAT64:
        return IPv4Address(found.packed[-4:])
    return found.ipv4_mapped
