"""Where ``tidewaiter.toml`` lies for a function: ``blob://CONTAINER/NAME``."""

from urllib.parse import urlsplit

from tidewaiter.live.tuning import Fetch, text_of
from tidewaiter.settings import SettingsError
from tidewaiter_azure.objects import Objects, Place


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
        return lambda: text_of(address, b"".join(objects.blocks(place)))
    raise SettingsError(f"{address!r} is not blob://CONTAINER/NAME")
