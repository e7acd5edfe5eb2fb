"""What goes wrong between us and DynamoDB, made to happen where requests leave the SDK."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.httpsession import URLLib3Session

from tests.aws.tables import memory_in, new_client
from tidewaiter_aws.asking import Asking
from tidewaiter_aws.dynamodb import DynamodbMemory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Fault = Callable[[AWSPreparedRequest], AWSResponse | None]


class Line:
    """A line to DynamoDB on which ``faults`` happen, one a request; then all is well.

    ``sent`` are the operations in order, and ``pauses`` the seconds slept between them.
    """

    def __init__(self, table: str, *faults: Fault, patience: float = 10.0) -> None:
        self._faults = list(faults)
        self.sent: list[str] = []
        self.pauses: list[float] = []
        self.client: DynamoDBClient = new_client()
        events: Any = self.client.meta.events  # whose stubs let no handler answer
        events.register("before-send.dynamodb", self._meddle)
        asking = Asking(lambda: patience, lambda: sum(self.pauses), self.pauses.append)
        self.memory = DynamodbMemory(table, client=self.client, asking=asking)
        self.beside = memory_in(table)

    def _meddle(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        self.sent.append(_text(request.headers["X-Amz-Target"]).partition(".")[2])
        return self._faults.pop(0)(request) if self._faults else None


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Give all at once."""
        yield self._content


def answer(request: AWSPreparedRequest, status: int, told: dict[str, Any]) -> AWSResponse:
    """What DynamoDB would answer."""
    headers: Any = HeadersDict({"Content-Type": "application/x-amz-json-1.0"})
    return AWSResponse(request.url, status, headers, _Body(json.dumps(told).encode()))


def well(_: AWSPreparedRequest) -> None:
    """Nothing goes wrong."""


def refused(code: str, status: int = 400, message: str = "no") -> Fault:
    """DynamoDB refuses the request."""
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    return lambda request: answer(request, status, {"__type": kind, "message": message})


def broken(error: BaseException) -> Fault:
    """The request does not arrive, or the process dies."""

    def fault(_: AWSPreparedRequest) -> None:
        raise error

    return fault


def lost(error: BaseException) -> Fault:
    """The request is carried out, and its answer is lost."""

    def fault(request: AWSPreparedRequest) -> None:
        URLLib3Session().send(request)
        raise error

    return fault


def half(request: AWSPreparedRequest) -> AWSResponse:
    """Of a batch only the first half is taken."""
    ((table, requests),) = json.loads(_text(request.body))["RequestItems"].items()
    middle = len(requests) // 2
    body = json.dumps({"RequestItems": {table: requests[:middle]}}).encode()
    headers: Any = HeadersDict({**request.headers, "Content-Length": str(len(body))})
    URLLib3Session().send(AWSPreparedRequest("POST", request.url, headers, body, False))
    return answer(request, 200, {"UnprocessedItems": {table: requests[middle:]}})


def _text(sent: Any) -> str:
    """Headers and bodies are signed as bytes."""
    return sent.decode() if isinstance(sent, bytes) else str(sent)
