"""List calls, one after the other, and never more than so many a second."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tidewaiter.asking import Pace
from tidewaiter.errors import Unavailable
from tidewaiter_gcp.services import Services

Answer = dict[str, Any]

_decoder = msgspec.json.Decoder(Answer)


class Listing:
    """Asks the services about ``project``.

    Raises :class:`~tidewaiter.errors.Unavailable`, which names call and reason.
    """

    def __init__(self, project: str, services: Services, pace: Pace | None = None) -> None:
        self.project = project
        self._services = services
        self._pace = pace or Pace()

    def pages(self, service: str, path: str, **wanted: str) -> Iterator[Answer]:
        """Make a call as often as it takes, and yield each page."""
        more: dict[str, str] | None = {}
        while more is not None:
            self._pace.wait()
            page = _read(path, self._services.get(service, path, **wanted, **more))
            yield page
            more = _rest(page)


def _read(path: str, raw: bytes) -> Answer:
    try:
        return _decoder.decode(raw)
    except msgspec.DecodeError as error:
        raise Unavailable(f"{path}: {error}") from error


def _rest(page: Answer) -> dict[str, str] | None:
    """What asks for the next page; services in the way of Kubernetes have words of their own."""
    match page:
        case {"nextPageToken": str(token)} if token:
            return {"pageToken": token}
        case {"metadata": {"continue": str(token)}} if token:
            return {"continue": token}
    return None
