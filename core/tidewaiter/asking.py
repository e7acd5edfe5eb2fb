"""Asking a service of a cloud: again while it is too busy, in one sentence why it did not answer,
and never too fast.

The SDKs' own retries know no deadline, and a function that is killed while it waits has handed
nothing back.  So an SDK is told to try once, and the waiting is done here; what its errors mean,
the cloud's adapter says.
"""

import random
import time
from collections.abc import Callable
from typing import ClassVar, TypeVar

from msgspec import Struct

from tidewaiter.errors import Unavailable

T = TypeVar("T")

_FIRST, _LONGEST = 0.05, 2.0  # seconds; the longest pause after the first attempt, and ever


class Unfinished(Exception):  # noqa: N818 - no error yet: the rest is asked for again
    """The service did a part, or somebody was faster: the rest is asked for again."""


class Failures(Struct, frozen=True):
    """What an SDK raises: ``passes`` tells whether asking again may help, ``reason`` says in one
    line what is wrong, and ``wished`` for how many seconds the service wants to be left alone.
    """

    kinds: tuple[type[Exception], ...]  # and Unfinished, which always passes
    passes: Callable[[Exception], bool]
    reason: Callable[[Exception], str]
    wished: Callable[[Exception], float] = lambda _: 0.0


class Asking(Struct, frozen=True):
    """How long one call may take; every cloud says in its own what its ``failures`` mean.

    ``patience`` tells at the begin of each call how many seconds it has: a function gives what is
    left of its own time, less what it needs to hand back and the time of one attempt.
    """

    failures: ClassVar[Failures]

    patience: Callable[[], float] = lambda: 10.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def ask(self, whom: str, call: Callable[[], T]) -> T:
        """Return what ``call`` returns, which may be done several times.

        Raises :class:`Unavailable`, which names ``whom`` and the reason: at once if asking again
        is no use, or else when there is no more patience.
        """
        failures = self.failures
        expected: tuple[type[Exception], ...] = (Unfinished, *failures.kinds)
        patience = self.patience()
        deadline = self.clock() + patience
        longest = _FIRST
        while True:
            try:
                return call()
            except expected as error:
                if not (isinstance(error, Unfinished) or failures.passes(error)):
                    raise Unavailable(f"{whom}: {failures.reason(error)}") from error
                # Each waits a time of its own, or all workers would come back at once.
                pause = max(random.uniform(0, longest), failures.wished(error))  # noqa: S311
                if self.clock() + pause >= deadline:
                    waited = f"not answered within {max(patience, 0):.0f} seconds"
                    raise Unavailable(f"{whom}: {waited}: {failures.reason(error)}") from error
            self.sleep(pause)
            longest = min(2 * longest, _LONGEST)


class Pace(Struct):
    """At most ``per_second`` calls, evenly, whatever they are."""

    per_second: float = 10.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    due: float = 0.0  # when the next call may be made

    def wait(self) -> None:
        """Sleep until the next call may be made."""
        now = self.clock()
        if now < self.due:
            self.sleep(self.due - now)
        self.due = max(now, self.due) + 1 / self.per_second
