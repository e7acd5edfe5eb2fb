"""Entries of the three logs, and their members.

https://cloud.google.com/vpc/docs/about-flow-logs-records#record_format
https://cloud.google.com/firewall/docs/vpc-log-format
https://cloud.google.com/nat/docs/monitoring#logging
"""

import re

import msgspec
from msgspec import Struct, field

from tidewaiter.sources.flows import Address, Count, Port, Protocol
from tidewaiter.sources.interface import Record, decode

_PROJECT = re.compile(r"projects/([^/]+)/logs/")


class Connection(Struct, frozen=True):
    """Who with whom; ``nat_ip`` and ``nat_port`` stand for the sender, and only in NAT's log."""

    src_ip: Address | None = None
    src_port: Port | None = None
    dest_ip: Address | None = None
    dest_port: Port | None = None
    protocol: Protocol | None = None
    nat_ip: Address | None = None
    nat_port: Port | None = None


class Instance(Struct, frozen=True):
    """A virtual machine."""

    vm_name: str | None = None
    region: str | None = None


class Network(Struct, frozen=True):
    """Where it is."""

    vpc_name: str | None = None
    subnetwork_name: str | None = None


class Location(Struct, frozen=True):
    """Where an address outside is, as far as Google knows; a country has three letters."""

    country: str | None = None
    asn: Count | None = None


class Pod(Struct, frozen=True):
    """Its names."""

    pod_name: str | None = None
    pod_namespace: str | None = None


class Cluster(Struct, frozen=True):
    """Where the pod runs."""

    cluster_name: str | None = None


class Gke(Struct, frozen=True):
    """The pod behind an address."""

    pod: Pod | None = None
    cluster: Cluster | None = None


class Gateway(Struct, frozen=True):
    """A tunnel, or an attachment of an interconnect."""

    name: str | None = None
    location: str | None = None


class Rule(Struct, frozen=True):
    """The rule of a firewall that decided, and of which direction it is."""

    reference: str | None = None
    direction: str | None = None


class Destination(Struct, frozen=True):
    """The other end, as NAT knows it."""

    instance: Instance | None = None
    location: Location | None = field(name="geo_location", default=None)


class Identifiers(Struct, frozen=True):
    """Which gateway translated."""

    gateway_name: str | None = None


class Payload(Struct, frozen=True):
    """The members of all three logs; each has ``connection`` and some of the others."""

    connection: Connection
    # VPC Flow Logs
    reporter: str | None = None
    bytes_sent: Count | None = None
    packets_sent: Count | None = None
    start_time: str | None = None
    end_time: str | None = None
    src_instance: Instance | None = None
    dest_instance: Instance | None = None
    src_vpc: Network | None = None
    dest_vpc: Network | None = None
    src_location: Location | None = None
    dest_location: Location | None = None
    src_gke_details: Gke | None = None
    dest_gke_details: Gke | None = None
    src_gateway: Gateway | None = None
    dest_gateway: Gateway | None = None
    # firewall rules, and disposition also of traffic that VPC Flow Logs saw dropped
    disposition: str | None = None
    rule_details: Rule | None = None
    instance: Instance | None = None
    remote_instance: Instance | None = None
    remote_location: Location | None = None
    vpc: Network | None = None
    # Cloud NAT
    allocation_status: str | None = None
    endpoint: Instance | None = None
    destination: Destination | None = None
    gateway_identifiers: Identifiers | None = None


class _Resource(Struct, frozen=True):
    labels: dict[str, str | None] | None = None


class Entry(Struct, frozen=True):
    """One log entry."""

    log: str = field(name="logName")
    payload: Payload = field(name="jsonPayload")
    timestamp: str | None = None
    insert_id: str | None = field(name="insertId", default=None)
    resource: _Resource | None = None

    @property
    def log_id(self) -> str:
        """The last part of the log's name: ``vpc_flows``."""
        return self.log.replace("%2F", "/").rpartition("/")[2]

    @property
    def project(self) -> str | None:
        """Whose traffic it is: an entry is written to the project of whoever reports."""
        found = _PROJECT.match(self.log)
        return self.label("project_id") or (found[1] if found else None)

    def label(self, name: str) -> str | None:
        """One label of the monitored resource."""
        labels = self.resource.labels if self.resource else None
        return (labels.get(name) if labels else None) or None


# Numbers of 64 bits come as texts.
_ENTRY = msgspec.json.Decoder(Entry, strict=False)


def entry_of(record: Record) -> Entry:
    """Decode an entry.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    return decode(_ENTRY, record.raw)
