"""Collections of Firestore for tests: our small server behind a socket, so that whole requests are
made.
"""

import os
from functools import cache
from itertools import count
from typing import Any

from google.cloud.firestore import Client

from tests.gcp.firestore_server import Firestore, Meddling, Server
from tidewaiter_gcp.asking import Asking
from tidewaiter_gcp.firestore import FirestoreMemory

PROJECT = "example-shop"

_numbers = count(1)


@cache
def server() -> Server:
    """Where Firestore is, for the rest of this process and for those that it starts."""
    started = Server()
    os.environ["FIRESTORE_EMULATOR_HOST"] = started.address
    return started


def new_client(at: str | None = None) -> Client:
    """A client of its own, of another server if need be."""
    known = server().address
    os.environ["FIRESTORE_EMULATOR_HOST"] = at or known
    try:
        return Client(project=PROJECT)
    finally:
        os.environ["FIRESTORE_EMULATOR_HOST"] = known


@cache
def shared_client() -> Client:
    """A client for many: it takes a while to make one."""
    return new_client()


def new_collection() -> str:
    """The name of an empty collection: Firestore needs nobody to make it."""
    return f"tidewaiter-{next(_numbers)}"


def new_memory() -> FirestoreMemory:
    """A memory in a collection of its own."""
    return memory_in(new_collection())


def memory_in(collection: str) -> FirestoreMemory:
    """One more worker on ``collection``."""
    return FirestoreMemory(PROJECT, collection, client=shared_client())


def names_in(collection: str) -> list[str]:
    """The documents that lie there, whoever believes them."""
    folder = f"projects/{PROJECT}/databases/(default)/documents/{collection}/"
    names = server().firestore.documents
    return sorted(name.removeprefix(folder) for name in names if name.startswith(folder))


class Line:
    """A server of its own on which ``faults`` happen, one a request; then all is well.

    ``sent`` are the methods in order, and ``pauses`` the seconds slept between them.  ``memory``
    is on that line, and ``beside`` asks the same server later.
    """

    def __init__(self, *faults: Meddling, patience: float = 10.0) -> None:
        self._faults = list(faults)
        self._now: Meddling | None = None
        self._server = Server()
        self.firestore: Firestore = self._server.firestore
        self.firestore.meddle = self._meddle
        self.pauses: list[float] = []
        self.asking = Asking(lambda: patience, lambda: sum(self.pauses), self.pauses.append)
        self.client = new_client(self._server.address)
        self.memory = FirestoreMemory(PROJECT, "points", client=self.client, asking=self.asking)

    @property
    def sent(self) -> list[str]:
        """The methods that were asked for, in order."""
        return self.firestore.asked

    @property
    def beside(self) -> FirestoreMemory:
        """One more worker on the same collection."""
        return FirestoreMemory(PROJECT, "points", client=self.client)

    def _meddle(self, request: Any, done: bool) -> None:
        if not done:
            self._now = self._faults.pop(0) if self._faults else None
        if self._now:
            self._now(request, done)

    def hang_up(self) -> None:
        """Stop the server: nobody listens there any more."""
        self._server.stop()
