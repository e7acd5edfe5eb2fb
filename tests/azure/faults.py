"""What goes wrong between us and Azure, made to happen where requests leave the SDK."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

from azure.core.pipeline.transport import RequestsTransport
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse

from tests.azure.azurite import azurite, memory_in, new_client
from tests.azure.certificates import certificate
from tidewaiter_azure.asking import Asking
from tidewaiter_azure.tables import TablesMemory

Fault = Callable[[PreparedRequest, Callable[[], Response]], Response]


class Wire(HTTPAdapter):
    """A line on which ``faults`` happen, one a request; then all is well.

    ``sent`` are the requests in order: their method and what is asked for.
    """

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = list(faults)
        self.sent: list[str] = []

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send a request, or let happen what is to happen."""
        batch = "$batch" in str(request.url)
        self.sent.append("batch" if batch else str(request.method).lower())
        fault = self.faults.pop(0) if self.faults else well
        return fault(request, lambda: super(Wire, self).send(request, *args, **kwargs))

    def transport(self) -> RequestsTransport:
        """What an SDK's client takes."""
        session = Session()
        session.mount("https://", self)
        return RequestsTransport(
            session=session, session_owner=False, connection_verify=str(certificate())
        )


class Line:
    """A memory on a line of its own; ``pauses`` are the seconds slept between requests."""

    def __init__(self, table: str, *faults: Fault, patience: float = 10.0) -> None:
        self.pauses: list[float] = []
        self.wire = Wire(*faults)
        asking = Asking(lambda: patience, lambda: sum(self.pauses), self.pauses.append)
        client = new_client(table, transport=self.wire.transport())
        self.memory = TablesMemory(table, azurite().url("table"), client=client, asking=asking)
        self.beside = memory_in(table)

    @property
    def sent(self) -> list[str]:
        """The requests in order."""
        return self.wire.sent


def answer(request: PreparedRequest, status: int, headers: dict[str, str], body: bytes) -> Response:
    """What Azure would answer."""
    told = HTTPResponse(
        BytesIO(body),
        {"Content-Type": "application/json", **headers},
        status,
        preload_content=False,
    )
    return HTTPAdapter().build_response(request, told)


def well(_: PreparedRequest, send: Callable[[], Response]) -> Response:
    """Nothing goes wrong."""
    return send()


def refused(status: int, code: str = "Refused", message: str = "no", **headers: str) -> Fault:
    """Azure refuses the request."""
    told = {"odata.error": {"code": code, "message": {"lang": "en-US", "value": message}}}
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    body = json.dumps(told).encode()
    return lambda request, _: answer(request, status, {"x-ms-error-code": code, **named}, body)


def broken(error: BaseException) -> Fault:
    """The request does not arrive, or the process dies."""

    def fault(_: PreparedRequest, _send: Callable[[], Response]) -> Response:
        raise error

    return fault


def lost(error: BaseException) -> Fault:
    """The request is carried out, and its answer is lost."""

    def fault(_: PreparedRequest, send: Callable[[], Response]) -> Response:
        send()
        raise error

    return fault


def after(act: Callable[[], object]) -> Fault:
    """Somebody does something just before the request arrives."""

    def fault(_: PreparedRequest, send: Callable[[], Response]) -> Response:
        act()
        return send()

    return fault


def for_batches(fault: Fault) -> Fault:
    """It happens to transactions alone."""
    return lambda request, send: fault(request, send) if "$batch" in str(request.url) else send()
