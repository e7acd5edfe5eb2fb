"""Where settings lie, and what is wrong with them."""

import pytest

from tests.azure.cloud import Cloud
from tidewaiter.errors import Unavailable
from tidewaiter.settings import SettingsError
from tidewaiter_azure.objects import Objects, Place
from tidewaiter_azure.settings import fetching


@pytest.fixture
def objects(cloud: Cloud) -> Objects:
    """The blobs of a deployment."""
    return Objects(cloud.settings["TIDEWAITER_STORAGE__blobServiceUri"])


@pytest.mark.usefixtures("managed")
def test_settings_are_read_anew_each_time(cloud: Cloud, objects: Objects) -> None:
    """What is written is what is read next."""
    fetch = fetching(cloud.settings["TIDEWAITER_SETTINGS"], objects)
    assert fetch() == ""
    cloud.configure("# é")
    assert fetch() == "# é"


@pytest.mark.usefixtures("managed")
def test_what_is_no_text_is_said(cloud: Cloud, objects: Objects) -> None:
    """The sentence names the blob."""
    objects.put(Place(cloud.named("settings"), "x"), b"\xff")
    address = f"blob://{cloud.named('settings')}/x"
    with pytest.raises(Unavailable, match=f"^{address}: not UTF-8 text$"):
        fetching(address, objects)()


def test_without_an_address_there_are_none(objects: Objects) -> None:
    """Nobody is asked."""
    assert fetching(None, objects)() is None


@pytest.mark.parametrize("address", ["blob://container", "s3://a/b", "blob:///x", "x.toml", ""])
def test_an_address_of_another_form_is_refused(address: str, objects: Objects) -> None:
    """The sentence shows the form."""
    with pytest.raises(SettingsError, match=r"is not blob://CONTAINER/NAME$"):
        fetching(address, objects)
