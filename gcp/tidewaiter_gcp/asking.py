"""Asking a service of Google (:mod:`tidewaiter.asking`): what its libraries raise, and what that
means.
"""

from typing import ClassVar

from google.api_core.exceptions import (
    Aborted,
    Cancelled,
    GoogleAPICallError,
    MethodNotImplemented,
    ServerError,
    TooManyRequests,
)
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError

from tidewaiter import asking
from tidewaiter.asking import Failures

ATTEMPT = 5.0  # seconds that one attempt may take; a call may overrun its patience by that

_PASSING = (Aborted, Cancelled, ServerError, TooManyRequests, TransportError)
_SLOW = 408  # the status of a request that came too slowly


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
    return slow or isinstance(error, _PASSING)


class Asking(asking.Asking, frozen=True):
    """How long one call to Google may take."""

    failures: ClassVar = Failures((GoogleAPICallError, GoogleAuthError), _passes, reason)
