"""Objects in buckets of Cloud Storage: settings, and what is put into quarantine."""

from msgspec import Struct

from tidewaiter.live.quarantine import Put
from tidewaiter_gcp.services import Services, quoted

_STORAGE = "storage"


class Place(Struct, frozen=True):
    """Where an object lies."""

    bucket: str
    name: str

    def __str__(self) -> str:
        return f"gs://{self.bucket}/{self.name}"


class Objects:
    """Asks Cloud Storage; raises :class:`~tidewaiter.errors.Unavailable` as ``services`` do."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def read(self, place: Place) -> bytes:
        """Return an object's bytes; ``storage.objects.get`` is needed."""
        path = f"/storage/v1/b/{quoted(place.bucket)}/o/{quoted(place.name)}"
        return self._services.get(_STORAGE, path, alt="media")

    def into(self, bucket: str) -> Put:
        """Return what writes to one bucket, by name."""
        return lambda name, data: self.put(Place(bucket, name), data)

    def put(self, place: Place, data: bytes) -> None:
        """Write an object, or the same once more: ``storage.objects.create`` is needed, and to
        write over what is there ``storage.objects.delete``.
        """
        path = f"/upload/storage/v1/b/{quoted(place.bucket)}/o"
        self._services.post(_STORAGE, path, data, uploadType="media", name=place.name)
