"""A small Firestore behind a socket: documents of one process, honest about what Google promises.

It speaks ``google.firestore.v1.Firestore`` (native mode): commits are all or nothing and heed their
preconditions, a transaction is aborted when what it read was changed meanwhile, limits of names and
sizes are kept, and queries that would need an index are refused as by a database without one.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import RLock
from typing import Any, NoReturn

import grpc
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    BeginTransactionRequest,
    BeginTransactionResponse,
    CommitRequest,
    CommitResponse,
    Document,
    RollbackRequest,
    RunQueryRequest,
    RunQueryResponse,
    StructuredQuery,
    Write,
    WriteResult,
)
from google.protobuf.empty_pb2 import Empty
from google.protobuf.timestamp_pb2 import Timestamp

SERVICE = "google.firestore.v1.Firestore"
_MIB = 1 << 20
_WRITES = 500

# Called with a request before and after it is carried out; raising ``Refused`` answers.
Meddling = Callable[[Any, bool], None]


class Refused(Exception):  # noqa: N818 - what the server answers
    """An answer that is an error."""

    def __init__(self, code: grpc.StatusCode, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said


def refuse(code: str, said: str) -> NoReturn:
    """Answer with an error, by its name in gRPC."""
    raise Refused(grpc.StatusCode[code], said)


class Firestore:
    """The documents, by their whole names, and the transactions that were begun."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.asked: list[str] = []
        self.meddle: Meddling = lambda _request, _done: None
        self._lock = RLock()
        self._ticks = 0
        self._transactions: dict[bytes, dict[str, int | None]] = {}

    def _now(self) -> Timestamp:
        """A time later than all before, though the clock may stand."""
        self._ticks += 1
        now = Timestamp()
        now.FromDatetime(datetime.now(UTC))
        now.nanos = now.nanos // 1_000_000 * 1_000_000 + self._ticks % 1000 * 1000
        now.seconds += self._ticks // 1000
        return now

    def commit(self, request: CommitRequest) -> CommitResponse:
        """Carry out all writes, or none."""
        if len(request.writes) > _WRITES:
            refuse("INVALID_ARGUMENT", f"maximum {_WRITES} writes allowed per request")
        with self._lock:
            self._check_transaction(request.transaction)
            before = dict(self.documents)
            now = self._now()
            try:
                results = [self._written(write, now) for write in request.writes]
            except Refused:
                self.documents.clear()
                self.documents.update(before)
                raise
            return CommitResponse(write_results=results, commit_time=now)

    def _written(self, write: Write, now: Timestamp) -> WriteResult:
        name = write.update.name or write.delete
        _check_name(name)
        known = self.documents.get(name)
        _check_condition(write, known)
        if write.delete:
            self.documents.pop(name, None)
            return WriteResult()
        if "update_transforms" in write and write.update_transforms:
            refuse("UNIMPLEMENTED", "transforms")
        fields = dict(write.update.fields)
        if "update_mask" in write and known:
            kept = dict(known.fields.items())
            masked = set(write.update_mask.field_paths)
            fields = {
                key: value
                for key, value in {**kept, **fields}.items()
                if key not in masked or key in fields
            }
        created = known.create_time if known else now
        made = Document(name=name, fields=fields, create_time=created, update_time=now)
        if Document.pb(made).ByteSize() > _MIB:
            refuse("INVALID_ARGUMENT", f"Document {name!r} cannot be written: exceeds 1 MiB")
        self.documents[name] = made
        return WriteResult(update_time=now)

    def _check_transaction(self, begun: bytes) -> None:
        if not begun:
            return
        read = self._transactions.pop(begun, None)
        if read is None:
            refuse("INVALID_ARGUMENT", "The referenced transaction has expired")
        if any(self._version(name) != version for name, version in read.items()):
            refuse("ABORTED", "Too much contention on these documents. Please try again.")

    def _version(self, name: str) -> int | None:
        known = self.documents.get(name)
        return Document.pb(known).update_time.ToNanoseconds() if known else None

    def begin_transaction(self, _request: BeginTransactionRequest) -> BeginTransactionResponse:
        """Begin one that writes."""
        with self._lock:
            begun = f"transaction-{self._now().ToNanoseconds()}".encode()
            self._transactions[begun] = {}
            return BeginTransactionResponse(transaction=begun)

    def rollback(self, request: RollbackRequest) -> Empty:
        """Forget a transaction."""
        self._transactions.pop(request.transaction, None)
        return Empty()

    def batch_get_documents(
        self, request: BatchGetDocumentsRequest
    ) -> Iterator[BatchGetDocumentsResponse]:
        """Tell documents by name, or that they are missing."""
        with self._lock:
            now = self._now()
            found = {name: self.documents.get(name) for name in request.documents}
            if request.transaction:
                read = self._transactions[request.transaction]
                read.update({name: self._version(name) for name in found})
        for name, document in found.items():
            if document is None:
                yield BatchGetDocumentsResponse(missing=name, read_time=now)
            else:
                yield BatchGetDocumentsResponse(found=document, read_time=now)

    def run_query(self, request: RunQueryRequest) -> Iterator[RunQueryResponse]:
        """Tell the documents of one collection in a range of names."""
        query = request.structured_query
        orders = [one.field.field_path for one in query.order_by]
        if "where" in query or orders not in ([], ["__name__"]):
            refuse("FAILED_PRECONDITION", "The query requires an index.")
        (source,) = query.from_
        begins, ends = _bounds(f"{request.parent}/{source.collection_id}/", query)
        with self._lock:
            now = self._now()
            names = sorted(name for name in self.documents if begins <= name < ends)
            limit = StructuredQuery.pb(query).limit.value  # 0: there is none
            found = [self.documents[name] for name in names[: limit or None]]
        for document in found:
            yield RunQueryResponse(document=_projected(document, query), read_time=now)
        yield RunQueryResponse(read_time=now)


def _bounds(folder: str, query: StructuredQuery) -> tuple[str, str]:
    """The first name that may be told, and the first behind the last."""
    begins, ends = folder, folder.removesuffix("/") + chr(ord("/") + 1)
    if "start_at" in query:
        first = query.start_at.values[0].reference_value
        begins = first if query.start_at.before else first + "\0"
    if "end_at" in query:
        last = query.end_at.values[0].reference_value
        ends = last if query.end_at.before else last + "\0"
    return begins, ends


def _projected(document: Document, query: StructuredQuery) -> Document:
    if "select" not in query:
        return document
    paths = {one.field_path for one in query.select.fields}
    fields = {key: value for key, value in document.fields.items() if key in paths}
    return Document(
        name=document.name,
        fields=fields,
        create_time=document.create_time,
        update_time=document.update_time,
    )


def _check_name(name: str) -> None:
    own = name.rpartition("/")[2]
    reserved = own in {"", ".", ".."} or (own.startswith("__") and own.endswith("__"))
    if len(own.encode()) > 1500 or reserved or len(name.split("/")) != 7:
        refuse("INVALID_ARGUMENT", f"Resource id {own[:40]!r} is invalid")


def _check_condition(write: Write, known: Document | None) -> None:
    wanted = write.current_document
    name = (write.update.name or write.delete).rpartition("/")[2]
    if "exists" in wanted and wanted.exists != (known is not None):
        if known:
            refuse("ALREADY_EXISTS", f"Document already exists: {name}")
        refuse("NOT_FOUND", f"No document to update: {name}")
    if "update_time" in wanted:
        if known is None:
            refuse("NOT_FOUND", f"No document to update: {name}")
        if known.update_time != wanted.update_time:
            refuse("FAILED_PRECONDITION", "the stored version does not match")


class Server:
    """Answers on a port of this machine until :meth:`stop`."""

    def __init__(self) -> None:
        self.firestore = Firestore()
        self._server = grpc.server(
            ThreadPoolExecutor(32), options=[("grpc.max_receive_message_length", 10 * _MIB)]
        )
        self._server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler(SERVICE, _handlers(self.firestore))]
        )
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def stop(self) -> None:
        """Hang up."""
        self._server.stop(None).wait()


def _handlers(firestore: Firestore) -> "dict[str, grpc.RpcMethodHandler[Any, Any]]":
    unary = grpc.unary_unary_rpc_method_handler
    stream = grpc.unary_stream_rpc_method_handler
    return {
        "Commit": unary(
            _answering(firestore, "Commit", firestore.commit),
            CommitRequest.deserialize,
            CommitResponse.serialize,
        ),
        "BeginTransaction": unary(
            _answering(firestore, "BeginTransaction", firestore.begin_transaction),
            BeginTransactionRequest.deserialize,
            BeginTransactionResponse.serialize,
        ),
        "Rollback": unary(
            _answering(firestore, "Rollback", firestore.rollback),
            RollbackRequest.deserialize,
            Empty.SerializeToString,
        ),
        "BatchGetDocuments": stream(
            _answering(firestore, "BatchGetDocuments", firestore.batch_get_documents),
            BatchGetDocumentsRequest.deserialize,
            BatchGetDocumentsResponse.serialize,
        ),
        "RunQuery": stream(
            _answering(firestore, "RunQuery", firestore.run_query),
            RunQueryRequest.deserialize,
            RunQueryResponse.serialize,
        ),
    }


def _answering(
    firestore: Firestore, name: str, carry_out: Callable[[Any], Any]
) -> Callable[[Any, grpc.ServicerContext], Any]:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        firestore.asked.append(name)
        try:
            firestore.meddle(request, False)
            told = carry_out(request)
            told = list(told) if isinstance(told, Iterator) else told
            firestore.meddle(request, True)
        except Refused as refused:
            context.abort(refused.code, refused.said)
        return iter(told) if isinstance(told, list) else told

    return answer
