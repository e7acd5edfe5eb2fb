"""Objects in buckets: logs that are read, settings, and what is put into quarantine."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from tidewaiter.errors import Unavailable
from tidewaiter.live.quarantine import Put
from tidewaiter_aws.asking import ONCE, Asking, reason

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

_BLOCK = 1 << 20  # bytes


class Place(Struct, frozen=True):
    """Where an object lies; of a bucket with versions, which of them is meant."""

    bucket: str
    key: str
    version: str | None = None

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


class Objects:
    """Asks S3; its client is made when it is needed first.

    Every method raises :class:`~tidewaiter.errors.Unavailable`, which names the object and the
    reason, when S3 does not give or take it: also if it is not there, or not for us.
    """

    def __init__(self, asking: Asking | None = None) -> None:
        self._asking = asking or Asking()

    @cached_property
    def _client(self) -> "S3Client":
        return boto3.client("s3", config=ONCE)

    def blocks(self, place: Place) -> Iterator[bytes]:
        """Yield the bytes of an object, as they lie there.

        An object that is gone is no reason to go on: whoever wants to hide deletes logs.  What the
        bucket keeps of it under its version is read all the same.
        """
        wanted: GetObjectRequestTypeDef = {"Bucket": place.bucket, "Key": place.key}
        if place.version is not None:
            wanted["VersionId"] = place.version
        found = self._asking.ask(str(place), lambda: self._client.get_object(**wanted))
        try:
            yield from found["Body"].iter_chunks(_BLOCK)
        except (BotoCoreError, ClientError) as error:  # it broke off
            raise Unavailable(f"{place}: {reason(error)}") from error
        finally:
            found["Body"].close()

    def into(self, bucket: str) -> Put:
        """Return what writes to one bucket, by name."""
        return lambda name, data: self.put(Place(bucket, name), data)

    def put(self, place: Place, data: bytes) -> None:
        """Write an object, or the same once more."""
        self._asking.ask(
            str(place),
            lambda: self._client.put_object(
                Bucket=place.bucket, Key=place.key, Body=data, ContentType="application/json"
            ),
        )
