"""Asking a service of Google: again while it is too busy, and in one sentence why it did not
answer.

The libraries' own retries know no deadline of ours, and a function whose time is over while it
waits has handed nothing back.  So they are told to try once, and the waiting is done here.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from google.api_core.exceptions import (
    Aborted,
    Cancelled,
    GoogleAPICallError,
    MethodNotImplemented,
    ServerError,
    TooManyRequests,
)
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from msgspec import Struct

from tidewaiter.errors import Unavailable

T = TypeVar("T")

ATTEMPT = 5.0  # seconds that one attempt may take; a call may overrun its patience by that

_FIRST, _LONGEST = 0.05, 2.0  # seconds; the longest pause after the first attempt, and ever
_PASSING = (Aborted, Cancelled, ServerError, TooManyRequests, TransportError)
_SLOW = 408  # the status of a request that came too slowly


class Unfinished(Exception):  # noqa: N818 - no error yet: it is asked for again
    """Somebody else was faster, and what was read before does not hold any more."""


class Asking(Struct, frozen=True):
    """How long one call may take.

    ``patience`` tells at the begin of each call how many seconds it has: a function gives what is
    left of its own time, less what it needs to hand back and :data:`ATTEMPT`.
    """

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
            except (GoogleAPICallError, GoogleAuthError, Unfinished) as error:
                if not _passes(error):
                    raise Unavailable(f"{whom}: {reason(error)}") from error
                # Each waits a time of its own, or all workers would come back at once.
                pause = random.uniform(0, longest)  # noqa: S311
                if self.clock() + pause >= deadline:
                    waited = f"not answered within {max(patience, 0):.0f} seconds"
                    raise Unavailable(f"{whom}: {waited}: {reason(error)}") from error
            self.sleep(pause)
            longest = min(2 * longest, _LONGEST)


def reason(error: Exception) -> str:
    """Say in one line what is wrong, and where it is known what to do about it."""
    if isinstance(error, DefaultCredentialsError):
        return "there are no Google credentials: run `gcloud auth application-default login`"
    return " ".join(str(error).split())


def _passes(error: Exception) -> bool:
    if isinstance(error, GoogleAuthError) and error.retryable:
        return True
    if isinstance(error, MethodNotImplemented):
        return False
    slow = isinstance(error, GoogleAPICallError) and error.code == _SLOW
    return slow or isinstance(error, (*_PASSING, Unfinished))
