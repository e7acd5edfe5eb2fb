"""Who and what there is in the made-up company: people, pipelines, repositories and images."""

import random
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

OFFICE = "203.0.113."
BUILD_NETWORK = "198.51.100."
Cloud = Literal["aws", "azure", "gcp"]
CLOUDS: tuple[Cloud, ...] = ("aws", "azure", "gcp")

DOCKER = "docker/26.1.0 go/go1.21.9 kernel/6.6.26 os/linux arch/amd64 UpstreamClient(Docker-Client/26.1.0)"  # noqa: E501
ATTACKER = "docker/24.0.7 go/go1.20.10 os/linux arch/amd64 UpstreamClient(docker-sdk-python/7.1.0)"


class Actor(Struct, frozen=True, kw_only=True):
    """Somebody with a credential.

    ``addresses`` are where it works from; none means hosted runners, whose network is a new one
    each time.  ``agent`` is what its calls of a cloud's API send, ``engine`` what its pushes send.
    """

    name: str
    kind: Literal["person", "pipeline"]
    key: str
    addresses: tuple[str, ...] = ()
    agent: str
    engine: str = DOCKER

    def address(self, dice: random.Random) -> str:
        """Where the next session comes from."""
        return dice.choice(self.addresses) if self.addresses else hosted(dice)


class Picture(Struct, frozen=True):
    """A container image: digest, layers with their sizes, and children where it is an index."""

    digest: str
    layers: tuple[tuple[str, int], ...]
    children: tuple["Picture", ...] = ()


class Repository(Struct, kw_only=True):
    """A repository, who builds it and how often, and what its ``latest`` is now."""

    name: str
    cloud: Cloud
    cadence: Literal["often", "daily", "weekly", "hand"]
    builder: Actor
    platforms: int = 1
    floor: tuple[tuple[str, int], ...] = ()  # layers of the base, which change seldom
    latest: Picture | None = None
    number: int = 0


def hexadecimal(dice: random.Random, digits: int) -> str:
    """Return random digits."""
    return f"{dice.getrandbits(digits * 4):0{digits}x}"


def identifier(dice: random.Random) -> str:
    """Return a random UUID."""
    digits = hexadecimal(dice, 32)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def digest(dice: random.Random) -> str:
    """Return a random digest."""
    return f"sha256:{hexadecimal(dice, 64)}"


def key(dice: random.Random) -> str:
    """Return the part of an access key's id that differs."""
    return "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))


def home(dice: random.Random) -> str:
    """An address that a person has at home, on the way, or that an attacker has."""
    return f"2001:db8:{dice.randrange(0x1000, 0x1FFF):x}::{dice.randrange(1, 0xFFFF):x}"


def hosted(dice: random.Random) -> str:
    """An address of a hosted runner: another network each time."""
    return f"2001:db8:{dice.randrange(0x2000, 0xFFFF):x}::{dice.randrange(1, 0xFFFF):x}"


def layers(dice: random.Random, many: int) -> tuple[tuple[str, int], ...]:
    """New layers of ordinary sizes."""
    return tuple((digest(dice), dice.randrange(10_000, 90_000_000)) for _ in range(many))


def built(dice: random.Random, floor: Sequence[tuple[str, int]], platforms: int = 1) -> Picture:
    """An image built anew on its base; one for several platforms is an index."""
    singles = [
        Picture(digest(dice), (*floor, *layers(dice, dice.randrange(2, 5))))
        for _ in range(platforms)
    ]
    if platforms == 1:
        return singles[0]
    attestations = [Picture(digest(dice), ()) for _ in singles]
    return Picture(digest(dice), (), (*singles, *attestations))


def backdoored(dice: random.Random, original: Picture) -> Picture:
    """What the Cloud Container Attack Tool makes of an image: the same layers and two more."""
    below = original.children[0].layers if original.children else original.layers
    return Picture(digest(dice), (*below, (digest(dice), 32_500_000), (digest(dice), 412)))
