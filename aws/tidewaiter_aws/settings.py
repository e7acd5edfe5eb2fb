"""Where ``tidewaiter.toml`` lies for a function: ``s3://BUCKET/KEY`` or ``ssm:///NAME``."""

from urllib.parse import urlsplit

import boto3

from tidewaiter.live.tuning import Fetch, text_of
from tidewaiter.settings import SettingsError
from tidewaiter_aws.asking import ONCE, Asking
from tidewaiter_aws.objects import Objects, Place


def fetching(address: str | None, objects: Objects, asking: Asking | None = None) -> Fetch:
    """Return what reads the settings anew at each call; without an address there are none.

    It raises :class:`~tidewaiter.errors.Unavailable` when they are not there, not for us, or no
    text; an address of another form is a :class:`~tidewaiter.settings.SettingsError` at once.
    """
    if address is None:
        return lambda: None
    parts = urlsplit(address)
    if parts.scheme == "s3" and parts.netloc and parts.path.strip("/"):
        place = Place(parts.netloc, parts.path.removeprefix("/"))
        return lambda: text_of(address, b"".join(objects.blocks(place)))
    if parts.scheme == "ssm" and not parts.netloc and parts.path.strip("/"):
        return lambda: _parameter(parts.path, asking or Asking())
    raise SettingsError(f"{address!r} is neither s3://BUCKET/KEY nor ssm:///NAME")


def _parameter(name: str, asking: Asking) -> str:
    """Read a parameter of Systems Manager; a SecureString, too."""

    def ask() -> str:
        client = boto3.client("ssm", config=ONCE)
        try:
            return client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        finally:
            client.close()

    return asking.ask(f"ssm://{name}", ask)
