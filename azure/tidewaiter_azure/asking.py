"""Asking a service of Azure: again while it is too busy, and in one sentence why it did not answer.

The SDK's own retries know no deadline, and whoever waits for an answer has handed nothing back.
So the SDK is told to try once (:data:`ONCE`), and the waiting is done here.
"""

import random
import time
from collections.abc import Callable
from typing import TypedDict, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)
from msgspec import Struct

from tidewaiter.errors import Unavailable

T = TypeVar("T")


class _Once(TypedDict):
    retry_total: int
    connection_timeout: int
    read_timeout: int


# One attempt takes at most the sum of the two times; a call may overrun its patience by that.
ONCE: _Once = {"retry_total": 0, "connection_timeout": 2, "read_timeout": 5}

_FIRST, _LONGEST = 0.05, 2.0  # seconds; the longest pause after the first attempt, and ever
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_LIMITED = 429
_LONGEST_REASON = 300  # characters


class Unfinished(Exception):  # noqa: N818 - no error yet: the rest is asked for again
    """Somebody was faster, and what to do now is found out by asking again."""


class Asking(Struct, frozen=True):
    """How long one call may take: ``patience`` tells at its begin how many seconds it has."""

    patience: Callable[[], float] = lambda: 10.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def ask(self, whom: str, call: Callable[[], T]) -> T:
        """Return what ``call`` returns, which may be done several times.

        Raises :class:`Unavailable`, which names ``whom`` and the reason: at once if asking again
        is no use, or else when there is no more patience.
        """
        patience = self.patience()
        deadline = self.clock() + patience
        longest = _FIRST
        while True:
            try:
                return call()
            except (AzureError, Unfinished) as error:
                if not _passes(error):
                    raise Unavailable(f"{whom}: {reason(error)}") from error
                # Each waits a time of its own, or all workers would come back at once.
                pause = max(random.uniform(0, longest), wished(error))  # noqa: S311
                if self.clock() + pause >= deadline:
                    waited = f"not answered within {max(patience, 0):.0f} seconds"
                    raise Unavailable(f"{whom}: {waited}: {reason(error)}") from error
            self.sleep(pause)
            longest = min(2 * longest, _LONGEST)


def wished(error: Exception) -> float:
    """Return for how many seconds the service wants to be left alone; 0 if it does not say."""
    text = _header(error, "Retry-After")
    return float(text) if text.isdecimal() else 0.0  # it may be a date, which no service sends us


def is_limited(error: Exception) -> bool:
    """Whether the service has enough of us for now."""
    return isinstance(error, HttpResponseError) and error.status_code == _LIMITED


def reason(error: Exception) -> str:
    """Say in one line what is wrong, and where it is known what to do about it."""
    if isinstance(error, ClientAuthenticationError) and error.status_code is None:
        return "there is no identity: run `az login`, or give the function a managed identity"
    if not isinstance(error, HttpResponseError):
        return " ".join(str(error).split())[:_LONGEST_REASON]
    # What follows in further lines is the id of the request, the time, and the answer once more.
    said = " ".join(str(error.message).partition("\n")[0].split())
    return f"{_code(error)}: {said}"[:_LONGEST_REASON]


def _code(error: HttpResponseError) -> str:
    code = getattr(error, "error_code", None) or getattr(error.error, "code", None)
    return str(getattr(code, "value", code) or _header(error, "x-ms-error-code", error.status_code))


def _header(error: Exception, name: str, default: object = "") -> str:
    """Return what the service's answer says in a header; without an answer it says nothing."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    return str(headers.get(name, default))


def _passes(error: Exception) -> bool:
    if isinstance(error, IncompleteReadError):  # an answer that broke off has a status, too
        return True
    if isinstance(error, HttpResponseError):
        return error.status_code in _PASSING
    return isinstance(error, Unfinished | ServiceRequestError | ServiceResponseError)
