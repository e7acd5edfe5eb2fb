"""One collection of Firestore: what is set in it, deleted from it, and asked of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

from tidewaiter.asking import Unfinished
from tidewaiter_gcp.asking import ATTEMPT, Asking
from tidewaiter_gcp.firestore_documents import Fields, size_of_fields

if TYPE_CHECKING:
    from google.cloud.firestore import Client, CollectionReference

T = TypeVar("T")

Document = tuple[str, Fields]  # its name, and what lies in it
_Write = tuple[str, Fields | None]  # what to set, or ``None`` to delete it

BATCH = 500  # writes in a commit
_BYTES = 8_000_000  # in a commit, of at most 10 MiB with all names
_PAGE = 1000  # documents of one answer: each can be asked for again by itself
_THREADS = 8


class Collection:
    """Asks Firestore about one collection, for as long as ``asking`` says.

    Every method raises :class:`~tidewaiter.errors.Unavailable` with the collection's address and
    the reason when it is not answered.  The client is made at the first call: its connection does
    not survive the fork that a server makes of itself.
    """

    def __init__(
        self, project: str, name: str, database: str | None, asking: Asking, client: "Client | None"
    ) -> None:
        self._project = project
        self._name = name
        self._database = database
        self._asking = asking
        self._given = client
        self._lock = Lock()
        self._threads: ThreadPoolExecutor | None = None

    def __str__(self) -> str:
        behind = f"?database={self._database}" if self._database else ""
        return f"firestore://{self._project}/{self._name}{behind}"

    @cached_property
    def _client(self) -> "Client":
        from google.cloud.firestore import Client  # a third of a second

        return self._given or Client(project=self._project, database=self._database)

    def _ask(self, call: "Callable[[Client, CollectionReference], T]") -> T:
        def ask() -> T:
            with self._lock:
                client = self._client
            return call(client, client.collection(self._name))

        return self._asking.ask(str(self), ask)

    def write(self, puts: Mapping[str, Fields], deletes: Sequence[str] = ()) -> None:
        """Set documents by name, and delete others: :data:`BATCH` in a commit, in any order."""
        for some in _portions([*puts.items(), *((name, None) for name in deletes)]):
            self._ask(partial(_commit, some))

    def query(self, spans: Sequence[tuple[str, str]]) -> list[list[Document]]:
        """Return the documents in each span of names, as they are now, in order of names."""
        if len(spans) < 2:  # noqa: PLR2004 - one needs no threads
            return [list(self._between(*span)) for span in spans]
        with self._lock:
            self._threads = self._threads or ThreadPoolExecutor(_THREADS)
        return list(self._threads.map(lambda span: list(self._between(*span)), spans))

    def all_of(self, fields: Sequence[str]) -> Iterator[Document]:
        """Yield every document, with those of its ``fields`` only: each is read, and paid for."""
        return self._between(fields=fields)

    def _between(
        self, first: str | None = None, last: str | None = None, fields: Sequence[str] | None = None
    ) -> Iterator[Document]:
        after: str | None = None
        while True:
            found = self._ask(partial(_page, first, after, last, fields))
            yield from found
            if len(found) < _PAGE:
                return
            after = found[-1][0]

    def take(self, name: str, fields: Fields, now: datetime) -> bool:
        """Set the document ``name`` if there is none, or one whose ``until`` is over at ``now``, or
        our own (``holder``); return whether it is ours.

        Creating takes the precondition that there is none, replacing that it is what was read.
        """
        return self._ask(partial(_take, name, fields, now))

    def close(self) -> None:
        """Let go of threads and connections."""
        if self._threads:
            self._threads.shutdown()
        self.__dict__.pop("_client", None)  # the library closes a channel that nobody holds


def _portions(writes: Iterable[_Write]) -> Iterator[list[_Write]]:
    some: list[_Write] = []
    size = 0
    for name, fields in writes:
        more = size_of_fields(fields or {})
        if some and (len(some) == BATCH or size + more > _BYTES):
            yield some
            some, size = [], 0
        some.append((name, fields))
        size += more
    if some:
        yield some


def _commit(writes: Sequence[_Write], client: "Client", collection: "CollectionReference") -> None:
    batch = client.batch()
    for name, fields in writes:
        if fields is None:
            batch.delete(collection.document(name))
        else:
            batch.set(collection.document(name), fields)
    batch.commit(retry=None, timeout=ATTEMPT)


def _page(
    first: str | None,
    after: str | None,
    last: str | None,
    fields: Sequence[str] | None,
    _client: "Client",
    collection: "CollectionReference",
) -> list[Document]:
    query = collection.order_by("__name__").limit(_PAGE)
    if after is not None:
        query = query.start_after({"__name__": after})
    elif first is not None:
        query = query.start_at({"__name__": first})
    if last is not None:
        query = query.end_at({"__name__": last})
    if fields is not None:
        query = query.select(fields)
    return [(one.id, one.to_dict() or {}) for one in query.stream(retry=None, timeout=ATTEMPT)]


def _take(
    name: str, fields: Fields, now: datetime, client: "Client", collection: "CollectionReference"
) -> bool:
    document = collection.document(name)
    try:
        document.create(fields, retry=None, timeout=ATTEMPT)
    except AlreadyExists:
        found = document.get(retry=None, timeout=ATTEMPT)
    else:
        return True
    held = found.to_dict()
    if held is None:
        raise Unfinished("the lease was deleted meanwhile")
    if held["holder"] == fields["holder"]:
        return True  # the answer to an earlier attempt was lost on its way
    if held["until"] > now:
        return False
    try:
        unchanged = client.write_option(last_update_time=found.update_time)
        document.update(fields, unchanged, retry=None, timeout=ATTEMPT)
    except (FailedPrecondition, NotFound) as error:
        raise Unfinished("somebody else takes the lease, too") from error
    return True
