"""What the registry login tells of a push whose client the provider hides.

A push to ECR shows "AWS Internal" where ``GetAuthorizationToken`` shows the caller; the token
lives 12 hours (https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html).
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from tidewaiter.enrich import Enricher
from tidewaiter.enrich.network import prefix
from tidewaiter.memory.interface import Point
from tidewaiter.model import Client, Event
from tidewaiter.sightings import kept_event

TOKEN_LIFE = timedelta(hours=12)


def is_hidden(client: Client | None) -> bool:
    """Whether no network stands for the client."""
    return client is None or prefix(client.address) is None


def carried(event: Event, logins: Sequence[Point], enricher: Enricher) -> Client | None:
    """Return the client of ``event``, or that of the login behind it where the provider hides it.

    ``logins`` are the principal's of the 12 hours before.  Of several the latest of the same
    session counts, else the latest of the same key, else the latest.
    """
    if not is_hidden(event.client):
        return event.client
    seen = [login for point in logins if (login := kept_event(point)) is not None]
    for same in (_same_session, _same_key, _any):
        if alike := _alike(event, seen, same):
            return enricher.enrich(alike[0]).client
    return event.client


def others(event: Event, logins: Sequence[Event]) -> list[Client]:
    """Return who else may be behind ``event``, whose client the provider hides: the clients of the
    earlier logins of the same session, else of the same key, the latest first.

    Where one credential logged in from two networks, the log does not tell which of them pushed.
    Logins that share the principal alone say nothing: its other sessions are other machines.
    """
    found = _alike(event, logins, _same_session) or _alike(event, logins, _same_key)
    return [login.client for login in found[1:] if login.client]


def _alike(
    event: Event, logins: Sequence[Event], same: Callable[[Event, Event], bool]
) -> list[Event]:
    """The logins that tell a client and are of the ``same`` as ``event``, the latest first."""
    return [one for one in reversed(logins) if same(event, one) and not is_hidden(one.client)]


def _same_session(event: Event, login: Event) -> bool:
    mine, theirs = event.credential, login.credential
    return bool(mine and theirs and mine.session and mine.session == theirs.session)


def _same_key(event: Event, login: Event) -> bool:
    mine, theirs = event.credential, login.credential
    return bool(mine and theirs and mine.id and mine.id == theirs.id)


def _any(event: Event, login: Event) -> bool:
    del event, login
    return True
