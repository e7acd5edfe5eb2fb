"""Where ``tidewaiter.toml`` lies for a function: ``gs://BUCKET/NAME``."""

from urllib.parse import urlsplit

from tidewaiter.live.tuning import Fetch, text_of
from tidewaiter.settings import SettingsError
from tidewaiter_gcp.objects import Objects, Place


def fetching(address: str | None, objects: Objects) -> Fetch:
    """Return what reads the settings anew at each call; without an address there are none.

    It raises :class:`~tidewaiter.errors.Unavailable` when they are not there, not for us, or no
    text; an address of another form is a :class:`~tidewaiter.settings.SettingsError` at once.
    """
    if address is None:
        return lambda: None
    parts = urlsplit(address)
    if parts.scheme != "gs" or not parts.netloc or not parts.path.strip("/"):
        raise SettingsError(f"{address!r} is not gs://BUCKET/NAME")
    place = Place(parts.netloc, parts.path.removeprefix("/"))
    return lambda: text_of(str(place), objects.read(place))
