"""Where ``tidewaiter.toml`` lies for a function: ``blob://CONTAINER/NAME``."""

from collections.abc import Callable
from urllib.parse import urlsplit

from tidewaiter.errors import Unavailable
from tidewaiter.settings import SettingsError
from tidewaiter_azure.objects import Objects, Place

Fetch = Callable[[], str | None]


def fetching(address: str | None, objects: Objects) -> Fetch:
    """Return what reads the settings anew at each call; without an address there are none.

    It raises :class:`~tidewaiter.errors.Unavailable` when they are not there, not for us, or no
    text; an address of another form is a :class:`~tidewaiter.settings.SettingsError` at once.
    """
    if address is None:
        return lambda: None
    parts = urlsplit(address)
    if parts.scheme == "blob" and parts.netloc and parts.path.strip("/"):
        place = Place(parts.netloc, parts.path.removeprefix("/"))
        return lambda: _text(address, b"".join(objects.blocks(place)))
    raise SettingsError(f"{address!r} is not blob://CONTAINER/NAME")


def _text(address: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Unavailable(f"{address}: not UTF-8 text") from None
