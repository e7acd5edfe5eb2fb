"""The small Firestore of the tests promises what Google promises."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.api_core.exceptions import (
    AlreadyExists,
    FailedPrecondition,
    GoogleAPICallError,
    InvalidArgument,
    NotFound,
)
from google.cloud.firestore import DocumentReference, FieldFilter, Transaction, transactional

from tests.gcp.databases import new_collection, shared_client


def document(name: str = "document") -> DocumentReference:
    """A document that is not there yet."""
    found: DocumentReference = shared_client().collection(new_collection()).document(name)
    return found


def test_twenty_racing_transactions_all_count() -> None:
    """Each reads and writes one number, and none overwrites another's."""
    counter = document()
    counter.set({"count": 0})

    @transactional
    def add(transaction: Transaction, by: int) -> None:
        known: dict[str, Any] = counter.get(transaction=transaction).to_dict() or {}
        transaction.update(counter, {"count": known["count"] + by})

    with ThreadPoolExecutor(4) as threads:
        made = [shared_client().transaction(max_attempts=100) for _ in range(20)]
        list(threads.map(add, made, [1] * 20))
    assert counter.get().to_dict() == {"count": 20}


def test_creating_twice_is_refused() -> None:
    """The precondition is that there is none."""
    one = document()
    one.create({"a": 1})
    with pytest.raises(AlreadyExists):
        one.create({"a": 2})
    assert one.get().to_dict() == {"a": 1}


def test_only_what_was_read_is_replaced() -> None:
    """A document that changed since, or is gone, fails the precondition."""
    one = document()
    one.set({"a": 1, "b": 1})
    unchanged = shared_client().write_option(last_update_time=one.get().update_time)
    one.update({"a": 2}, unchanged)
    assert one.get().to_dict() == {"a": 2, "b": 1}
    with pytest.raises(FailedPrecondition):
        one.update({"a": 3}, unchanged)
    one.delete()
    with pytest.raises(NotFound):
        one.update({"a": 3}, unchanged)
    with pytest.raises(NotFound):
        one.update({"a": 3})


def test_a_commit_is_all_or_nothing() -> None:
    """One failed precondition undoes the writes before it."""
    first, second = document(), document()
    second.set({"a": 1})
    batch = shared_client().batch()
    batch.set(first, {"a": 1})
    batch.create(second, {"a": 2})
    with pytest.raises(AlreadyExists):
        batch.commit()
    assert (first.get().exists, second.get().to_dict()) == (False, {"a": 1})


@pytest.mark.parametrize("name", ["..", ".", "__a__", "x" * 1501, "é" * 751])
def test_names_that_firestore_forbids_are_refused(name: str) -> None:
    """They are too long, reserved, or mean something in a path."""
    with pytest.raises(InvalidArgument):
        document(name).set({})


def test_sizes_that_firestore_forbids_are_refused() -> None:
    """A document has at most a mebibyte, a commit 500 writes and ten mebibytes."""
    with pytest.raises(InvalidArgument, match="1 MiB"):
        document().set({"a": "x" * (1 << 20)})
    for count, size in ((501, 1), (12, 900_000)):
        batch = shared_client().batch()
        for _ in range(count):
            batch.set(document(), {"a": "x" * size})
        with pytest.raises(GoogleAPICallError):
            batch.commit(retry=None)


def test_what_needs_an_index_is_refused() -> None:
    """There is none but that of names."""
    collection = shared_client().collection(new_collection())
    for query in (collection.where(filter=FieldFilter("a", "==", 1)), collection.order_by("a")):
        with pytest.raises(FailedPrecondition, match="requires an index"):
            list(query.stream())
