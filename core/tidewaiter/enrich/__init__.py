"""What a record does not say itself: zone of the address, family of the client, kind of the
principal.
"""

from msgspec.structs import replace

from tidewaiter.enrich.client import family
from tidewaiter.enrich.identity import kind
from tidewaiter.enrich.network import zone
from tidewaiter.model import Event


def enrich(event: Event) -> Event:
    """Return ``event`` with ``client.zone``, ``client.family`` and ``principal.kind`` filled in."""
    client, principal = event.client, event.principal
    if client is not None:
        client = replace(client, zone=zone(client.address), family=family(client.user_agent))
    if principal is not None:
        principal = replace(principal, kind=kind(principal, event.credential))
    return replace(event, client=client, principal=principal)
