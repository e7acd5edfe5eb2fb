"""Asking a service of AWS: again while it is too busy, and in one sentence why it did not answer.

The SDK's own retries know no deadline, and a function that is killed while it waits has handed
nothing back.  So the SDK is told to try once, and the waiting is done here.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    NoRegionError,
)
from botocore.exceptions import ConnectionError as NoConnection
from msgspec import Struct

from tidewaiter.errors import Unavailable

T = TypeVar("T")

# One attempt takes at most the sum of the two; a call may overrun its patience by that.
ONCE = Config(
    connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 1}, max_pool_connections=10
)

_FIRST, _LONGEST = 0.05, 2.0  # seconds; the longest pause after the first attempt, and ever
# What the services answer with status 400, and is over in a moment; for this list see the SDK's own
# (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
_PASSING = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TOO_MANY, _BROKEN = 429, 500  # statuses; 500 and all above it say that the fault is theirs


class Unfinished(Exception):  # noqa: N818 - no error yet: the rest is asked for again
    """The service did a part, and wants to be asked for the rest later."""


class Asking(Struct, frozen=True):
    """How long one call may take.

    ``patience`` tells at the begin of each call how many seconds it has: a function gives what is
    left of its own time, less what it needs to hand back and :data:`ONCE`'s timeouts.
    """

    patience: Callable[[], float] = lambda: 10.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def ask(self, whom: str, call: Callable[[], T]) -> T:
        """Return what ``call`` returns, which may be done several times.

        Raises :class:`Unavailable`, which names ``whom`` and the reason: at once if asking again
        is no use, or else when there is no more patience.
        """
        patience = self.patience()
        deadline = self.clock() + patience
        longest = _FIRST
        while True:
            try:
                return call()
            except (ClientError, BotoCoreError, Unfinished) as error:
                if not _passes(error):
                    raise Unavailable(f"{whom}: {reason(error)}") from error
                # Each waits a time of its own, or all workers would come back at once.
                pause = random.uniform(0, longest)  # noqa: S311
                if self.clock() + pause >= deadline:
                    waited = f"not answered within {max(patience, 0):.0f} seconds"
                    raise Unavailable(f"{whom}: {waited}: {reason(error)}") from error
            self.sleep(pause)
            longest = min(2 * longest, _LONGEST)


def code(error: Exception) -> str | None:
    """Return the name that AWS gives the error; ``None`` if it does not come from there."""
    return error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None


def reason(error: Exception) -> str:
    """Say in one line what is wrong, and where it is known what to do about it."""
    if isinstance(error, NoCredentialsError):
        return "there are no AWS credentials: set AWS_PROFILE, or run `aws configure`"
    if isinstance(error, NoRegionError):
        return "no AWS region is set: add ?region=... to the address, or set AWS_DEFAULT_REGION"
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        if "Signature" in told.get("Code", ""):  # the message repeats the request, and its token
            return f"{told['Code']}: the credentials, or the clock, are wrong"
        return " ".join(f"{told.get('Code')}: {told.get('Message')}".split())
    return " ".join(str(error).split())


def _passes(error: Exception) -> bool:
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status == _TOO_MANY or status >= _BROKEN or code(error) in _PASSING
    return isinstance(error, Unfinished | NoConnection | HTTPClientError | IncompleteReadError)
