"""The one place where whatever goes wrong is caught: no detector silences another."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tidewaiter.errors import Bug, Unavailable

T = TypeVar("T")


def contained(
    name: str,
    ask: Callable[..., Iterable[T]],
    *about: object,
    expected: type[Exception] = Unavailable,
) -> tuple[list[T], Bug | None]:
    """Return all that ``ask(*about)`` yields, or nothing and the bug that says ``name`` and why.

    Raises what is ``expected``, and :class:`Unavailable`: what we depend on may answer later.
    """
    try:
        return list(ask(*about)), None
    except (Unavailable, expected):
        raise
    except Exception as error:  # noqa: BLE001 - the one place
        bug = Bug(f"{name}: {type(error).__name__}: {error}")
        bug.__cause__ = error
        return [], bug
