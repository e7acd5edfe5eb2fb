"""What is asked again, and what is said at once, of services that answer in HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from google.api_core.exceptions import Forbidden, GoogleAPICallError, from_http_status
from google.auth.exceptions import (
    DefaultCredentialsError,
    GoogleAuthError,
    RefreshError,
    TransportError,
)

from tidewaiter.errors import Unavailable
from tidewaiter_gcp.asking import Asking


class Service:
    """Fails as often as there are errors, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.asked = 0

    def __call__(self) -> str:
        """Answer or fail."""
        self.asked += 1
        if self._errors:
            raise self._errors.pop(0)
        return "answer"


def asking(patience: float = 10.0) -> Asking:
    """Waits without spending time."""
    slept: list[float] = []
    return Asking(lambda: patience, lambda: sum(slept), slept.append)


def untyped(make: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Call what the libraries of Google left without types."""
    return make(*given, **named)


def status(code: int) -> GoogleAPICallError:
    """What an HTTP service answers."""
    error: GoogleAPICallError = untyped(from_http_status, code, "no")
    return error


PASSING = {
    **{str(code): status(code) for code in (408, 429, 500, 502, 503, 504)},
    "connection": untyped(TransportError, "connection refused"),
    "token": untyped(RefreshError, "the metadata server is busy", retryable=True),
}


@pytest.mark.parametrize("error", PASSING.values(), ids=PASSING)
def test_what_passes_is_asked_again(error: Exception) -> None:
    """After two failures there is an answer."""
    service = Service(error, error)
    assert asking().ask("storage", service) == "answer"
    assert service.asked == 3


LASTING = {
    **{str(code): status(code) for code in (400, 401, 403, 404, 409, 501)},
    "token": untyped(RefreshError, "the account was deleted"),
}


@pytest.mark.parametrize("error", LASTING.values(), ids=LASTING)
def test_what_lasts_is_said_at_once(error: GoogleAPICallError | GoogleAuthError) -> None:
    """Asking again would be no use."""
    service = Service(error)
    with pytest.raises(Unavailable, match=r"^storage: "):
        asking().ask("storage", service)
    assert service.asked == 1


def test_a_reason_is_one_line() -> None:
    """Whatever a service writes."""
    with pytest.raises(Unavailable) as said:
        asking().ask("storage", Service(untyped(Forbidden, "no\n  permission")))
    assert str(said.value) == "storage: 403 no permission"


def test_whoever_has_no_credentials_is_told_what_to_do() -> None:
    """The library's own words are many lines."""
    with pytest.raises(Unavailable, match="run `gcloud auth application-default login`"):
        asking().ask("firestore", Service(untyped(DefaultCredentialsError, "Your default")))
