"""Our small Firestore and somebody else's emulator say the same, where that is right."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore import Client, CollectionReference

from tests.gcp.databases import PROJECT, new_client, new_collection, server
from tests.gcp.emulator import emulator
from tidewaiter.memory.interface import Point
from tidewaiter_gcp.firestore import FirestoreMemory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ODD = ["", "é", "😀", "a/b", "__a__", ".", "x" * 5000, "\ud83d", "\x00", "a b+c%20"]

Act = Callable[[CollectionReference], Any]


@pytest.fixture(scope="module")
def both() -> list[Client]:
    """A client of each."""
    return [new_client(server().address), new_client(emulator())]


def documents(client: Client, collection: str) -> dict[str, Any]:
    """All that lies in a collection, by name."""
    return {one.id: one.to_dict() for one in client.collection(collection).stream()}


def outcome(act: Act, collection: CollectionReference) -> Any:
    """What was answered, or the kind of error."""
    try:
        told = act(collection)
    except GoogleAPICallError as error:
        return type(error).__name__
    return told


def test_a_memory_leaves_the_same_documents(both: list[Client]) -> None:
    """Points, those that are superfluous, and leases, whatever is in their names."""
    collection = new_collection()
    memories = [
        FirestoreMemory(PROJECT, collection, client=client, clock=lambda: NOON) for client in both
    ]
    for one in memories:
        one.add(Point(text, text, NOON, text, text) for text in ODD)
        one.add(Point("t", "v", NOON + timedelta(minutes=n), "a", once=3600) for n in (9, 4))
    ours, theirs = (documents(client, collection) for client in both)
    assert ours == theirs
    assert len(ours) == len(ODD) + 1
    at = [NOON + timedelta(minutes=minutes) for minutes in range(20)]
    answers = [
        [one.claim("key", at[10], at[0]), one.claim("key", at[15], at[9])] for one in memories
    ]
    assert answers == [[True, False]] * 2
    assert [one.claim("key", at[19], at[10]) for one in memories] == [True, True]
    assert [one.purge(NOON + timedelta(days=1)) for one in memories] == [len(ours)] * 2
    assert [documents(client, collection) for client in both] == [{}, {}]


ACTS: dict[str, Act] = {
    "set": lambda c: (c.document("a").set({"n": 1, "t": NOON, "b": b"\x00", "s": "é"}), None)[1],
    "get": lambda c: c.document("a").get().to_dict(),
    "get nothing": lambda c: c.document("b").get().to_dict(),
    "create twice": lambda c: c.document("a").create({"n": 3}),
    "delete": lambda c: (c.document("a").delete(), c.document("a").get().exists)[1],
    "delete nothing": lambda c: (c.document("a").delete(), None)[1],
    "create": lambda c: (c.document("b").create({"n": 4}), c.document("b").get().to_dict())[1],
    "list": lambda c: [(one.id, one.to_dict()) for one in c.order_by("__name__").stream()],
    "limit": lambda c: [one.id for one in c.order_by("__name__").limit(1).stream()],
}


def test_one_request_after_the_other_is_answered_alike(both: list[Client]) -> None:
    """In the same order, on both."""
    name = new_collection()
    answers = [
        {said: outcome(act, client.collection(name)) for said, act in ACTS.items()}
        for client in both
    ]
    assert answers[0] == answers[1]
    assert answers[0]["create twice"] == "AlreadyExists"
