"""Where an address belongs."""

from ipaddress import ip_network

import pytest

from tidewaiter.enrich.network import is_external, prefix, zone
from tidewaiter.model import Zone

ZONES = {
    Zone.EXTERNAL: (
        "8.8.8.8",
        " 8.8.8.8 ",
        "203.0.113.9",
        "203.0.113.9:54840",
        "2001:db8::1",
        "[2001:db8::1]:443",
        "253.19.58.252",
        "172.32.0.1",
        "100.128.0.1",
        "::ffff:203.0.113.9",
        "64:ff9b::203.0.113.9",
        "ff0e::1",
    ),
    Zone.INTERNAL: (
        "10.1.2.3",
        "10.1.2.3:443",
        "172.16.0.1",
        "192.168.10.20",
        "100.64.9.9",
        "127.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "255.255.255.255",
        "239.255.255.250",
        "fd00::1",
        "fe80::1",
        "fe80::1%eth0",
        "[fe80::1%25eth0]:443",
        "::1",
        "::",
        "ff02::fb",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
    ),
    Zone.CLOUD_SERVICE: (
        "AWS Internal",
        "ecs.amazonaws.com",
        "secretsmanager.eu-west-1.amazonaws.com",
        "ECS.AMAZONAWS.COM.CN",
        "prod.frontend.ecr.aws.internal",
        "gcp-internal-ip",
        "gce-internal-ip",
        "private",
        "storage.googleapis.com",
        "compute.googleapis.com",
        "elasticloadbalancing.amazonaws.com",
        "Azure Traffic Manager",
        "AzureCloud.westeurope",
        "management.azure.com",
        "management.chinacloudapi.cn",
        "graph.windows.net",
        "168.63.129.16",
        "199.36.153.10",
    ),
    Zone.UNKNOWN: (
        "-",
        " ",
        "client.example.com",
        "amazonaws.com.example.com",
        "ec2-203-0-113-9.compute-1.amazonaws.com",
        "shop-1.elb.amazonaws.com",
        "shop.westeurope.cloudapp.azure.com",
        "203.0.113.9, 198.51.100.7",
        "203.0.113",
        "010.0.0.1",
        "3405803785",
        "\u0662.1.1.1",
        "a" * 100_000 + ".amazonaws.com",
        "1" * 100_000,
    ),
}


@pytest.mark.parametrize(
    ("address", "expected"),
    [(address, expected) for expected, addresses in ZONES.items() for address in addresses],
)
def test_an_address_has_a_zone(address: str, expected: Zone) -> None:
    """Private and carrier networks are inside, providers' names are theirs, the rest outside."""
    assert zone(address) is expected


@pytest.mark.parametrize("address", [None, ""])
def test_no_address_has_no_zone(address: str | None) -> None:
    """What a log does not tell is not unknown, but absent."""
    assert zone(address) is None


def test_the_operator_s_networks_are_trusted() -> None:
    """They are trusted before anything else, and however an address is written."""
    ours = (ip_network("203.0.113.0/24"), ip_network("10.1.0.0/16"), ip_network("2001:db8::/32"))
    addresses = ("203.0.113.9", "::ffff:203.0.113.9", "10.1.2.3", "2001:db8::1", "10.2.0.1")
    assert [str(zone(address, ours)) for address in addresses] == [
        *("trusted",) * 4,
        "internal",
    ]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Zone.EXTERNAL, True),
        (Zone.INTERNAL, False),
        (Zone.TRUSTED, False),
        (Zone.CLOUD_SERVICE, None),
        (Zone.UNKNOWN, None),
        (None, None),
    ],
)
def test_external_has_three_answers(where: Zone | None, expected: bool | None) -> None:
    """Behind a provider's name may be anybody, so nobody knows."""
    assert is_external(where) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.9:443", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("AWS Internal", None),
        ("1" * 100_000, None),
        ("", None),
        (None, None),
    ],
)
def test_a_network_stands_for_an_address(address: str | None, expected: str | None) -> None:
    """A /24 or /48 stands for its addresses; a hidden client has no network."""
    assert prefix(address) == expected
