"""What goes wrong between us and Firestore, made to happen where the server answers."""

from collections.abc import Callable
from typing import Any

from tests.gcp.firestore_server import Meddling, refuse


def well(_request: Any, _done: bool) -> None:
    """Nothing goes wrong."""


def refused(code: str, said: str = "no") -> Meddling:
    """The server refuses the request, by a name of gRPC's."""

    def fault(_request: Any, done: bool) -> None:
        if not done:
            refuse(code, said)

    return fault


def lost(code: str = "UNAVAILABLE") -> Meddling:
    """The request is carried out, and its answer is lost."""

    def fault(_request: Any, done: bool) -> None:
        if done:
            refuse(code, "the connection broke")

    return fault


def meanwhile(act: Callable[[], object]) -> Meddling:
    """Somebody else does something before the request is carried out."""

    def fault(_request: Any, done: bool) -> None:
        if not done:
            act()

    return fault
