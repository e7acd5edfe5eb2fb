"""Asking a service of Azure (:mod:`tidewaiter.asking`): what its SDK raises, and what that
means.
"""

from typing import ClassVar, TypedDict

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)

from tidewaiter import asking
from tidewaiter.asking import Failures


class _Once(TypedDict):
    retry_total: int
    connection_timeout: int
    read_timeout: int


# One attempt takes at most the sum of the two times; a call may overrun its patience by that.
ONCE: _Once = {"retry_total": 0, "connection_timeout": 2, "read_timeout": 5}

_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_LIMITED = 429
_LONGEST_REASON = 300  # characters


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
    return isinstance(error, ServiceRequestError | ServiceResponseError)


class Asking(asking.Asking, frozen=True):
    """How long one call to Azure may take."""

    failures: ClassVar = Failures((AzureError,), _passes, reason, wished)
