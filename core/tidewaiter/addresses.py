"""Network addresses as logs write them: bare, with a port, or in the brackets of a URL."""


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
