"""Asking a service of AWS (:mod:`tidewaiter.asking`): what its SDK raises, and what that means."""

from typing import ClassVar

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

from tidewaiter import asking
from tidewaiter.asking import Failures

# One attempt takes at most the sum of the two; a call may overrun its patience by that.
ONCE = Config(
    connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 1}, max_pool_connections=10
)

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
    return isinstance(error, NoConnection | HTTPClientError | IncompleteReadError)


class Asking(asking.Asking, frozen=True):
    """How long one call to AWS may take."""

    failures: ClassVar = Failures((ClientError, BotoCoreError), _passes, reason)
