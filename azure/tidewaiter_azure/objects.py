"""Blobs in containers: settings, what is put into quarantine, and what is tried again."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from azure.core.exceptions import AzureError, ResourceNotFoundError
from msgspec import Struct

from tidewaiter.errors import Unavailable
from tidewaiter.live.quarantine import Put
from tidewaiter_azure.asking import ONCE, Asking, reason
from tidewaiter_azure.identity import credential

if TYPE_CHECKING:
    from azure.storage.blob import BlobClient, BlobServiceClient

T = TypeVar("T")


class Place(Struct, frozen=True):
    """Where a blob lies."""

    container: str
    name: str

    def __str__(self) -> str:
        return f"blob://{self.container}/{self.name}"


class Objects:
    """Asks for the blobs of one account, whose URL is ``endpoint``; the client is made when it is
    needed first.

    Every method raises :class:`~tidewaiter.errors.Unavailable`, which names the blob and the
    reason, when it is not given or taken: also if it is not there, or not for us.
    """

    def __init__(self, endpoint: str, asking: Asking | None = None) -> None:
        self._endpoint = endpoint
        self._asking = asking or Asking()

    @cached_property
    def _service(self) -> "BlobServiceClient":
        from azure.storage.blob import BlobServiceClient  # slow, and most invocations need none

        return BlobServiceClient(self._endpoint, credential=credential(), **ONCE)

    def _ask(self, place: Place, call: "Callable[[BlobClient], T]") -> T:
        client = self._service.get_blob_client(place.container, place.name)
        return self._asking.ask(str(place), lambda: call(client))

    def blocks(self, place: Place) -> Iterator[bytes]:
        """Yield the bytes of a blob, as they lie there."""
        found = self._ask(place, lambda blob: blob.download_blob())
        try:
            yield from found.chunks()
        except AzureError as error:  # it broke off
            raise Unavailable(f"{place}: {reason(error)}") from error

    def into(self, container: str) -> Put:
        """Return what writes to one container, by name."""
        return lambda name, data: self.put(Place(container, name), data)

    def put(self, place: Place, data: bytes) -> None:
        """Write a blob, or the same once more."""
        self._ask(place, lambda blob: blob.upload_blob(data, overwrite=True))

    def find(self, place: Place) -> bytes | None:
        """Return the bytes of a blob; ``None`` if it is not there, though its container is."""

        def ask(blob: "BlobClient") -> bytes | None:
            try:
                return bytes(blob.download_blob().readall())
            except ResourceNotFoundError as error:
                if getattr(error, "error_code", None) == "BlobNotFound":
                    return None
                raise

        return self._ask(place, ask)

    def delete(self, place: Place) -> None:
        """Delete a blob, which may be gone already."""

        def ask(blob: "BlobClient") -> None:
            try:
                blob.delete_blob()
            except ResourceNotFoundError:
                return

        self._ask(place, ask)

    def names(self, container: str) -> list[str]:
        """Return the names of all blobs of a container, in order."""
        client = self._service.get_container_client(container)
        return self._asking.ask(f"blob://{container}", lambda: sorted(client.list_blob_names()))
