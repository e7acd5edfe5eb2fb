"""The services of Google that are asked by REST: storage, messages, scanners, and lists of images.

One library of credentials serves them all; a client library for each would be loaded at every cold
start.  Like gcloud's property of that name, the variable
``CLOUDSDK_API_ENDPOINT_OVERRIDES_<SERVICE>`` names another address of a service (Private Service
Connect, or an emulator), and ``PUBSUB_EMULATOR_HOST`` is heeded, too.  What is not encrypted is an
emulator, and gets no credentials.
"""

import os
from collections.abc import Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import google.auth
from google.api_core.exceptions import from_http_response
from google.auth.exceptions import TransportError

from tidewaiter_gcp.asking import ATTEMPT, Asking

if TYPE_CHECKING:
    from requests import Response, Session

_CONNECT = 2.0  # seconds until a connection stands; ATTEMPT is for each answer
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_FINE = 400  # the first status that is an error


class Services:
    """Asks by name and path; a session is made when something is asked first.

    Every method raises :class:`~tidewaiter.errors.Unavailable`, which names what was asked and the
    reason, when there is no answer, or none for us.
    """

    def __init__(
        self, asking: Asking | None = None, variables: Mapping[str, str] = os.environ
    ) -> None:
        self._asking = asking or Asking()
        self._variables = variables

    @cached_property
    def _open(self) -> "Session":
        """Without credentials, for emulators."""
        import requests  # with what it needs, longer than all of core

        return requests.Session()

    @cached_property
    def _signed(self) -> "Session":
        from google.auth.transport.requests import AuthorizedSession

        credentials, _project = google.auth.default(scopes=[_SCOPE])
        session: Session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
        return session

    def get(self, service: str, path: str, **parameters: str) -> bytes:
        """Return what lies at ``path``, which begins with a slash."""
        return self._ask(service, "GET", path, parameters, None)

    def post(self, service: str, path: str, body: bytes, **parameters: str) -> bytes:
        """Send JSON to ``path`` and return the answer; it may be sent several times."""
        return self._ask(service, "POST", path, parameters, body)

    def _ask(
        self,
        service: str,
        method: str,
        path: str,
        parameters: Mapping[str, str],
        body: bytes | None,
    ) -> bytes:
        attempt = partial(self._attempt, service, method, path, parameters, body)
        return self._asking.ask(f"{service}{path}", attempt)

    def _attempt(
        self,
        service: str,
        method: str,
        path: str,
        parameters: Mapping[str, str],
        body: bytes | None,
    ) -> bytes:
        address = self._address(service)
        session = self._open if urlsplit(address).scheme == "http" else self._signed
        answer = _answer(session, method, address + path, params=parameters, data=body)
        if answer.status_code >= _FINE:
            raise _error(answer)
        return answer.content

    def _address(self, service: str) -> str:
        given = self._variables.get(f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{service.upper()}")
        emulator = self._variables.get("PUBSUB_EMULATOR_HOST") if service == "pubsub" else None
        if emulator:
            return f"http://{emulator}"
        return given.rstrip("/") if given else f"https://{service}.googleapis.com"


def quoted(name: str) -> str:
    """Return one part of a path, whatever is in it."""
    return quote(name, safe="")


def _answer(session: "Session", method: str, address: str, **more: Any) -> "Response":
    import requests

    headers = {"Content-Type": "application/json"} if more["data"] is not None else {}
    try:
        return session.request(
            method, address, headers=headers, timeout=(_CONNECT, ATTEMPT), **more
        )
    except requests.RequestException as error:
        raise _unreachable(type(error).__name__) from error


def _error(answer: "Response") -> Exception:
    error: Exception = from_http_response(answer)  # type: ignore[no-untyped-call]
    return error


def _unreachable(what: str) -> TransportError:
    return TransportError(what)  # type: ignore[no-untyped-call]
