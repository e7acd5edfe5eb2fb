"""Where an address belongs."""

import pytest

from tidewaiter.enrich.network import prefix, zone


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (None, None),
        ("8.8.8.8", "external"),
        ("203.0.113.9", "external"),
        ("2001:db8::1", "external"),
        ("253.19.58.252", "external"),
        ("10.1.2.3", "internal"),
        ("172.16.0.1", "internal"),
        ("172.32.0.1", "external"),
        ("192.168.10.20", "internal"),
        ("100.64.9.9", "internal"),
        ("127.0.0.1", "internal"),
        ("169.254.169.254", "internal"),
        ("fd00::1", "internal"),
        ("fe80::1", "internal"),
        ("::1", "internal"),
        ("::ffff:10.0.0.1", "internal"),
        ("::ffff:203.0.113.9", "external"),
        ("AWS Internal", "service"),
        ("ecs.amazonaws.com", "service"),
        ("gcp-internal-ip", "service"),
    ],
)
def test_an_address_has_a_zone(address: str | None, expected: str | None) -> None:
    """Private and carrier networks are inside, names are services, the rest is outside."""
    assert zone(address) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("AWS Internal", None),
        (None, None),
    ],
)
def test_a_network_stands_for_an_address(address: str | None, expected: str | None) -> None:
    """A /24 or /48 stands for its addresses; a hidden client has no network."""
    assert prefix(address) == expected
