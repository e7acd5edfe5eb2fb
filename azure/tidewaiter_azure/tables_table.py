"""One table of Table Storage: what is put into it, deleted from it, and asked of it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import TableClient, TableTransactionError, UpdateMode

from tidewaiter.asking import Unfinished
from tidewaiter_azure.asking import ONCE, Asking
from tidewaiter_azure.identity import credential
from tidewaiter_azure.tables_entities import Entity, Key, Property, size_of

T = TypeVar("T")
U = TypeVar("U")
Found = Mapping[str, Property]
Call = Callable[[TableClient], object]

BATCH = 100  # entities that one transaction takes, all of one partition
_HEAVIEST = 2 << 20  # bytes of one transaction, which may have 4 MiB with a third more for base64
_THREADS = 8


class Table:
    """Asks Table Storage about one table, for as long as ``asking`` says.

    Every method raises :class:`~tidewaiter.errors.Unavailable` with the table's name and the reason
    when it is not answered.  Azure is not asked before the first call, nor is the client made.
    Several threads may use it.
    """

    def __init__(
        self, name: str, endpoint: str, asking: Asking, client: TableClient | None = None
    ) -> None:
        self._name = name
        self._endpoint = endpoint
        self._asking = asking
        self._client = client
        self._threads: ThreadPoolExecutor | None = None
        self._lock = Lock()

    @property
    def _address(self) -> str:
        return f"table {self._name} at {self._endpoint}"

    def _ask(self, call: Callable[[TableClient], T]) -> T:
        client = self._opened()
        return self._asking.ask(self._address, lambda: call(client))

    def _opened(self) -> TableClient:
        with self._lock:
            if self._client is None:
                self._client = TableClient(
                    self._endpoint, self._name, credential=credential(), **ONCE
                )
            return self._client

    def write(self, puts: Sequence[Entity], deletes: Sequence[Key] = ()) -> None:
        """Put entities and delete keys, some partitions at once; no two may have one key."""
        calls: list[Call] = [partial(_put, some) for some in _batches(puts)]
        keys: list[Entity] = [{"PartitionKey": one, "RowKey": other} for one, other in deletes]
        calls += [partial(_delete, some) for some in _batches(keys)]
        for _ in self._each(self._ask, calls):
            pass

    def take(self, lease: Entity, now: str) -> bool:
        """Put ``lease`` unless another holder's lies there that runs later than ``now``; return
        whether it lies there.
        """
        return self._ask(partial(_take, lease, now))

    def query(self, topics: Sequence[str], first: str, last: str) -> list[list[Found]]:
        """Return the entities of each partition from ``first`` to ``last``, in order."""
        return list(self._each(partial(self._query, first, last), topics))

    def _query(self, first: str, last: str, topic: str) -> list[Found]:
        wanted = "PartitionKey eq @topic and RowKey ge @first and RowKey le @last"
        return list(self._pages(wanted, {"topic": topic, "first": first, "last": last}))

    def keys_where(
        self, condition: str, after: str = "", **given: str
    ) -> Iterator[tuple[list[Key], str]]:
        """Read the table to its end, and yield the keys of the entities that fulfil the condition:
        for each request those that it found, and ``after`` for the next one, which is empty where
        there is none.

        ``given`` are the texts that the condition names after ``@``.
        """
        found = self._opened().query_entities(
            condition, parameters=given, select=["PartitionKey", "RowKey"]
        )
        pages: Any = found.by_page(json.loads(after) if after else None)
        for page in self._answered(pages):
            keys = [(str(one["PartitionKey"]), str(one["RowKey"])) for one in page]
            place = pages.continuation_token
            yield keys, json.dumps(place) if place else ""

    def _pages(self, wanted: str, given: dict[str, str]) -> Iterator[Found]:
        found = self._opened().query_entities(wanted, parameters=given)
        for page in self._answered(found.by_page()):
            yield from page

    def _answered(self, pages: Iterator[Iterator[Found]]) -> Iterator[list[Found]]:
        """A page that was not answered is asked for again, and only that; one may be empty."""
        while (page := self._asking.ask(self._address, lambda: _next(pages))) is not None:
            yield page

    def _each(self, ask: Callable[[T], U], ones: Sequence[T]) -> Iterator[U]:
        if len(ones) < 2:  # noqa: PLR2004 - one needs no threads
            return map(ask, ones)
        with self._lock:
            self._threads = self._threads or ThreadPoolExecutor(_THREADS)
        return self._threads.map(ask, ones)

    def close(self) -> None:
        """Let go of threads and connections."""
        if self._threads:
            self._threads.shutdown()
        if self._client:
            self._client.close()


def _next(pages: Iterator[Iterator[Found]]) -> list[Found] | None:
    page = next(pages, None)
    return None if page is None else list(page)


def _batches(entities: Sequence[Entity]) -> Iterator[list[Entity]]:
    """Yield what goes into one transaction each: entities of one partition, and not too many."""
    partitions: dict[object, list[Entity]] = {}
    for one in entities:
        partitions.setdefault(one["PartitionKey"], []).append(one)
    for some in partitions.values():
        batch: list[Entity] = []
        size = 0
        for one in some:
            size += size_of(one)
            if batch and (len(batch) == BATCH or size > _HEAVIEST):
                yield batch
                batch, size = [], size_of(one)
            batch.append(one)
        yield batch


def _put(entities: Sequence[Entity], client: TableClient) -> None:
    if len(entities) == 1:
        client.upsert_entity(entities[0], mode=UpdateMode.REPLACE)
    else:
        client.submit_transaction([("upsert", one, {"mode": "replace"}) for one in entities])


def _delete(keys: Sequence[Entity], client: TableClient) -> None:
    """Delete all, of which some may be gone already."""
    try:
        client.submit_transaction([("delete", key) for key in keys])
    except TableTransactionError:  # one that is gone fails all of them, but not alone
        for key in keys:
            client.delete_entity(key)


def _take(lease: Entity, now: str, client: TableClient) -> bool:
    """Raises :class:`Unfinished` when somebody else was faster, but may have let go of it."""
    try:
        client.create_entity(lease)
    except ResourceExistsError:
        pass
    else:
        return True
    try:
        other = client.get_entity(str(lease["PartitionKey"]), str(lease["RowKey"]))
        # An answer that was lost on its way must not refuse the next attempt.
        if other["holder"] == lease["holder"]:
            return True
        if other["until"] > now:
            return False
        client.update_entity(
            lease,
            mode=UpdateMode.REPLACE,
            etag=other.metadata["etag"],
            match_condition=MatchConditions.IfNotModified,
        )
    except (ResourceModifiedError, ResourceNotFoundError) as error:
        raise Unfinished("others take the same lease, or let go of it") from error
    return True
