"""One table of DynamoDB: what is put into it, deleted from it, and asked of it."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import boto3
from botocore.exceptions import ClientError

from tidewaiter.asking import Unfinished
from tidewaiter_aws.asking import ONCE, Asking, code
from tidewaiter_aws.dynamodb_items import Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

    from tidewaiter_aws.dynamodb_items import Item

T = TypeVar("T")

BATCH = 25  # requests that BatchWriteItem takes
_THREADS = 8


class Table:
    """Asks DynamoDB about one table, for as long as ``asking`` says.

    Every method raises :class:`~tidewaiter.errors.Unavailable` with the table's name and the reason
    when it is not answered.  AWS is not asked before the first call, nor is the client made.
    """

    def __init__(
        self,
        name: str,
        region: str | None,
        endpoint: str | None,
        asking: Asking,
        client: "DynamoDBClient | None" = None,
    ) -> None:
        self._name = name
        self._where = (region, endpoint)
        self._asking = asking
        self._given = client
        self._threads: ThreadPoolExecutor | None = None

    @cached_property
    def _client(self) -> "DynamoDBClient":
        region, endpoint = self._where
        return self._given or boto3.client(
            "dynamodb", region_name=region, endpoint_url=endpoint, config=ONCE
        )

    def _ask(self, call: "Callable[[DynamoDBClient], T]") -> T:
        name = f"dynamodb://{self._name}"
        client = self._asking.ask(name, lambda: self._client)
        return self._asking.ask(f"{name} in {client.meta.region_name}", lambda: call(client))

    def write(self, puts: "Sequence[Item]", deletes: Sequence[Key] = ()) -> None:
        """Put items and delete keys, :data:`BATCH` in a call; no two may have one key."""
        requests: list[WriteRequestTypeDef] = [
            *[_put(item) for item in puts],
            *[_deletion(key) for key in deletes],
        ]
        for first in range(0, len(requests), BATCH):
            self._ask(partial(self._write_some, requests[first : first + BATCH]))

    def _write_some(self, waiting: "list[WriteRequestTypeDef]", client: "DynamoDBClient") -> None:
        """Leave in ``waiting`` what was not done, and raise :class:`Unfinished` if there is any."""
        answer = client.batch_write_item(RequestItems={self._name: waiting})
        waiting[:] = cast(
            "list[WriteRequestTypeDef]", answer.get("UnprocessedItems", {}).get(self._name, [])
        )
        if waiting:
            raise Unfinished(f"{len(waiting)} items of a batch were not taken")

    def put_if(self, item: "Item", condition: str, **given: str) -> bool:
        """Put ``item`` unless the one that lies there does not fulfil the condition; return whether
        it was put.  ``given`` are the texts that the condition names after colons.
        """
        return self._ask(partial(self._put_if, item, condition, given))

    def _put_if(
        self, item: "Item", condition: str, given: dict[str, str], client: "DynamoDBClient"
    ) -> bool:
        try:
            client.put_item(
                TableName=self._name,
                Item=item,
                ConditionExpression=condition,
                ExpressionAttributeNames={
                    f"#{name}": name for name in item if f"#{name}" in condition
                },
                ExpressionAttributeValues=_values(given),
            )
        except ClientError as error:
            if code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def query(self, topics: Sequence[str], first: str, last: str) -> "list[list[Item]]":
        """Return the items of each topic from ``first`` to ``last``, as they are now, in order."""
        ask = partial(self._query, first, last)
        if len(topics) < 2:  # noqa: PLR2004 - one needs no threads
            return [ask(topic) for topic in topics]
        self._ask(lambda _: None)  # the client is made by one thread
        self._threads = self._threads or ThreadPoolExecutor(_THREADS)
        return list(self._threads.map(ask, topics))

    def _query(self, first: str, last: str, topic: str) -> "list[Item]":
        pages = self._pages(
            "query",
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression="#topic = :topic AND #order BETWEEN :first AND :last",
            ExpressionAttributeNames={"#topic": "topic", "#order": "order"},
            ExpressionAttributeValues=_values({"topic": topic, "first": first, "last": last}),
        )
        return list(pages)

    def keys_where(self, condition: str, names: Sequence[str], **given: str) -> list[Key]:
        """Read the whole table, and return the keys of the items that fulfil the condition.

        ``names`` are the attributes that it names after ``#``, and ``given`` is as above.
        """
        pages = self._pages(
            "scan",
            TableName=self._name,
            FilterExpression=condition,
            ProjectionExpression="#topic, #order",
            ExpressionAttributeNames={f"#{name}": name for name in names},
            ExpressionAttributeValues=_values(given),
        )
        return [(item["topic"]["S"], item["order"]["S"]) for item in pages]

    def _pages(self, operation: str, **arguments: Any) -> "Iterator[Item]":
        start: dict[str, Any] | None = {}
        while start is not None:
            answer = self._ask(partial(_call, operation, arguments | start))
            yield from answer["Items"]
            last = answer.get("LastEvaluatedKey")
            start = {"ExclusiveStartKey": last} if last else None

    def close(self) -> None:
        """Let go of threads and connections."""
        if self._threads:
            self._threads.shutdown()
        if self._given is None and "_client" in self.__dict__:
            self._client.close()


def _call(operation: str, arguments: dict[str, Any], client: "DynamoDBClient") -> Any:
    return getattr(client, operation)(**arguments)


def _put(item: "Item") -> "WriteRequestTypeDef":
    return {"PutRequest": {"Item": item}}


def _deletion(key: Key) -> "WriteRequestTypeDef":
    topic, order = key
    return {"DeleteRequest": {"Key": {"topic": {"S": topic}, "order": {"S": order}}}}


def _values(given: dict[str, str]) -> "Item":
    return {f":{name}": {"S": text} for name, text in given.items()}
