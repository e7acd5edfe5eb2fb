"""What a record does not say itself: where its addresses are, which program made the call, and
what kind of principal it is.
"""

from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from tidewaiter.addresses import parse_address
from tidewaiter.enrich.client import program
from tidewaiter.enrich.identity import kind
from tidewaiter.enrich.network import zone
from tidewaiter.model import (
    Client,
    Credential,
    Endpoint,
    Event,
    Flow,
    Principal,
    PrincipalKind,
    Zone,
)
from tidewaiter.patterns import fits
from tidewaiter.settings import Settings
from tidewaiter.settings.values import trusted_networks

_LONGEST = 300  # characters; no address and no host's name is as long


class Place(Struct, frozen=True):
    """Where an address is; country, number and name of its network by the operator's files."""

    zone: Zone | None = None
    country: str | None = None
    asn: int | None = None
    network: str | None = None


class Enricher:
    """Fills in, by one operator's settings, what follows from what a log says."""

    def __init__(self, settings: Settings = Settings()) -> None:
        """Read the networks and open the files that ``settings`` name.

        Raises :class:`~tidewaiter.settings.SettingsError` for one that cannot be used.
        """
        self._trusted = trusted_networks(settings)
        self._pipelines = settings.pipelines.principals
        self._atlas = None
        if settings.geolocation.country or settings.geolocation.asn:
            from tidewaiter.enrich.geolocation import Atlas  # only for those who have the files

            self._atlas = Atlas(settings.geolocation)
        self._known = lru_cache(maxsize=16384)(self._look_up)

    def enrich(self, event: Event) -> Event:
        """Return ``event`` with the fields of client, principal and flow filled that its log does
        not have, whatever stood there before.
        """
        client, principal, flow = event.client, event.principal, event.flow
        if client is not None:
            client = self._client(client)
        if principal is not None:
            principal = replace(principal, kind=self._kind(principal, event.credential))
        if flow is not None:
            flow = self._flow(flow)
        return replace(event, client=client, principal=principal, flow=flow)

    def _kind(self, who: Principal, credential: Credential | None) -> PrincipalKind | None:
        """A pipeline by the operator's word, or what the form of the principal tells."""
        if fits(who.id, self._pipelines) or fits(who.name, self._pipelines):
            return PrincipalKind.PIPELINE
        return kind(who, credential)

    def place(self, address: str | None) -> Place:
        """Say where ``address`` is."""
        return self._known(address[:_LONGEST]) if address else Place()

    def _look_up(self, text: str) -> Place:
        where = zone(text, self._trusted)
        address = parse_address(text) if self._atlas else None
        if self._atlas is None or address is None:
            return Place(where)
        found = self._atlas.locate(address)
        return Place(where, found.country, found.asn, found.network)

    def _client(self, client: Client) -> Client:
        place, made_by = self.place(client.address), program(client.user_agent)
        return Client(
            client.address,
            client.user_agent,
            zone=place.zone,
            family=made_by.family,
            tool=made_by.tool,
            version=made_by.version,
            country=place.country,
            asn=place.asn,
            network=place.network,
        )

    def _flow(self, flow: Flow) -> Flow:
        return replace(flow, src=self._endpoint(flow.src), dest=self._endpoint(flow.dest))

    def _endpoint(self, end: Endpoint) -> Endpoint:
        """Where the operator has no file, what the log says (Google's does) holds."""
        place = self.place(end.address)
        country, asn = place.country or end.country, place.asn or end.asn
        return replace(end, zone=place.zone, country=country, asn=asn)


def bare(event: Event) -> Event:
    """Return ``event`` as its log tells it: what is remembered must not depend on settings.

    Flows stay as they are, as none is ever remembered.
    """
    client, principal = event.client, event.principal
    if client is not None:
        client = Client(client.address, client.user_agent)
    if principal is not None:
        principal = replace(principal, kind=None)
    return replace(event, client=client, principal=principal)
