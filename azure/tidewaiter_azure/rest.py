"""Services of Azure that are asked by a request or two, for which no SDK of their own is worth its
weight.
"""

from functools import cached_property
from typing import Any
from uuid import uuid4

import msgspec
from azure.core import PipelineClient
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, HeadersPolicy
from azure.core.rest import HttpRequest, HttpResponse
from msgspec import Struct

from tidewaiter_azure.asking import ONCE, Asking
from tidewaiter_azure.identity import credential


class Service(Struct, frozen=True):
    """Where a service is, and the scope of the tokens that it takes."""

    endpoint: str
    scope: str


class Rest:
    """Asks one service; its client is made when it is needed first."""

    def __init__(self, service: Service, asking: Asking | None = None) -> None:
        self._service = service
        self.asking = asking or Asking()

    @cached_property
    def _client(self) -> "PipelineClient[HttpRequest, HttpResponse]":
        token = BearerTokenCredentialPolicy(credential(), self._service.scope)
        policies = [HeadersPolicy({"Accept": "application/json"}), token]
        return PipelineClient(self._service.endpoint, policies=policies, **ONCE)

    def ask(
        self, method: str, path: str, told: object = None, headers: dict[str, str] | None = None
    ) -> Any:
        """Return the JSON that is answered, or ``None`` where nothing is.

        ``path`` stands behind the endpoint, or is a whole URL.  Raises
        :class:`~tidewaiter.errors.Unavailable` with the endpoint and the reason.
        """
        whole = path if path.startswith("https://") else f"{self._service.endpoint}{path}"
        named = {"x-ms-client-request-id": str(uuid4()), **(headers or {})}
        content: dict[str, Any] = {}
        if told is not None:  # the SDK's own JSON has blanks, which count where sizes are limited
            named["Content-Type"] = "application/json"
            content["content"] = msgspec.json.encode(told)

        def call() -> Any:
            request = HttpRequest(method, whole, headers=named, **content)
            answer = self._client.send_request(request)
            answer.raise_for_status()
            return answer.json() if answer.content else None

        return self.asking.ask(self._service.endpoint, call)
