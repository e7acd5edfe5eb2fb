"""What only some datasets have: stored objects, network flows, sessions, reports."""

from datetime import datetime

from msgspec import Struct

from tidewaiter.model.vocabulary import Severity, Zone


class Stored(Struct, frozen=True, omit_defaults=True):
    """A bucket (or container of blobs), or an object in it."""

    bucket: str | None = None  # its name
    path: str | None = None  # the object's key within the bucket
    size: int | None = None  # bytes
    digest: str | None = None  # what the store calls the content: etag, md5 or generation
    storage_class: str | None = None  # STANDARD, Cool, NEARLINE


class Endpoint(Struct, frozen=True, omit_defaults=True):
    """One end of a flow; ``zone`` and geolocation are filled by enrich."""

    address: str | None = None  # IPv4 or IPv6
    port: int | None = None  # 0 to 65535
    translated_address: str | None = None  # before or behind network address translation
    translated_port: int | None = None  # likewise
    instance: str | None = None  # the virtual machine or pod, where the log knows it
    zone: Zone | None = None  # external, internal, trusted, cloud service, unknown
    country: str | None = None  # ISO 3166-1 alpha-2, by the operator's file, else by the log
    asn: int | None = None  # autonomous system number, likewise


class Flow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Packets of one connection in one direction, as counted within one interval.

    Where a log counts both directions, ``bytes`` and ``packets`` are what ``src`` sent.
    """

    src: Endpoint = Endpoint()  # who sent
    dest: Endpoint = Endpoint()  # who received
    protocol: int | None = None  # IANA number: 1 icmp, 6 tcp, 17 udp
    direction: str | None = None  # inbound or outbound, as seen from the device
    action: str | None = None  # accept or reject; absent where the log does not tell
    rule: str | None = None  # the rule that decided
    bytes: int | None = None  # sent by src
    packets: int | None = None  # sent by src
    bytes_back: int | None = None  # sent by dest
    packets_back: int | None = None  # sent by dest
    end: datetime | None = None  # when the interval ended, in UTC; it began at Event.time
    tcp_flags: tuple[str, ...] = ()  # SYN, ACK, FIN, RST, PSH, URG, seen in the interval
    device: str | None = None  # the interface, or security group, that reported
    network: str | None = None  # VPC or virtual network
    subnet: str | None = None  # its part
    vlan: str | None = None  # 802.1Q tag

    @property
    def transport(self) -> str | None:
        """The protocol in a word where it is a usual one, else its number."""
        return None if self.protocol is None else _TRANSPORT.get(self.protocol, str(self.protocol))

    @property
    def ip_version(self) -> str | None:
        """``ipv4`` or ``ipv6``, by the sender's address."""
        address = self.src.address or self.dest.address
        return None if address is None else "ipv6" if ":" in address else "ipv4"


_TRANSPORT = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 58: "ipv6-icmp", 132: "sctp"}


class Session(Struct, frozen=True, omit_defaults=True):
    """What an authentication led to: who one is now, and who vouched for it."""

    role: str | None = None  # the role, or service account, that was asked for
    account: str | None = None  # the account it belongs to: another than the caller's, in a chain
    user: str | None = None  # the temporary user that it made (arn:...:assumed-role/ROLE/NAME)
    credential: str | None = None  # the id of the key or token that was given out
    provider: str | None = None  # the identity provider: SAML, OpenID Connect, Entra tenant
    method: str | None = None  # how: password, saml, web identity, refresh token, device code
    target: str | None = None  # the application or resource signed in to
    lasts: int | None = None  # seconds


class Report(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What another product found: a scan, or a detection."""

    id: str | None = None  # the product's own id of the finding
    type: str | None = None  # its word for what was found: Execution:Container/..., VULNERABILITY
    title: str | None = None  # for people
    severity: Severity | None = None  # the product's, in our words
    counts: tuple[tuple[str, int], ...] = ()  # findings by severity, in lower case
    vulnerabilities: tuple[str, ...] = ()  # CVE-...
    rule: str | None = None  # the rule that fired
    status: str | None = None  # active, closed, resolved, in the product's word in lower case
    link: str | None = None  # where it can be read
