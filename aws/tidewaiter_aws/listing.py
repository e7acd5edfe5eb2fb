"""List calls to one region: one after the other, and never more than so many a second."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.config import Config

from tidewaiter.asking import Pace
from tidewaiter_aws.asking import Asking

# Nobody waits for an inventory: the SDK slows down by itself when a service says that it must.
_PATIENT = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "adaptive", "total_max_attempts": 5}
)


class Listing:
    """Asks the services of ``region``; a client is made when a service is asked first.

    Every method raises :class:`~tidewaiter.errors.Unavailable`, which names call and reason.
    """

    def __init__(self, region: str, pace: Pace | None = None) -> None:
        self.region = region
        self._pace = pace or Pace()
        self._asking = Asking(patience=lambda: 0)  # the SDK tries again
        self._clients: dict[str, Any] = {}

    def ask(self, service: str, call: str, **wanted: object) -> dict[str, Any]:
        """Make one call, by its name in the SDK, and return its answer."""
        client = self._client(service)
        answer: dict[str, Any] = self._asked(service, call, lambda: getattr(client, call)(**wanted))
        return answer

    def pages(
        self, service: str, call: str, size: int | None = None, **wanted: object
    ) -> Iterator[dict[str, Any]]:
        """Make a call as often as it takes, and yield each page; of ``size`` where one can say."""
        paging = {"PageSize": size} if size else {}
        paginator = self._client(service).get_paginator(call)
        found = iter(paginator.paginate(**wanted, PaginationConfig=paging))
        while (page := self._asked(service, call, lambda: next(found, None))) is not None:
            yield page

    def _asked(self, service: str, call: str, ask: Callable[[], Any]) -> Any:
        return self._asking.ask(f"{service} {call} in {self.region}", ask)

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            import boto3

            make: Any = boto3.client  # the name of the service is no constant here
            client = make(service, region_name=self.region, config=_PATIENT)
            client.meta.events.register("before-call", lambda **_: self._pace.wait())
            self._clients[service] = client
        return self._clients[service]
