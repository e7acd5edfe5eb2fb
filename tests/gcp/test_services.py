"""Google's REST services, asked over real sockets, with and without credentials."""

import json
import ssl
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from tests.gcp.google_server import Google, Server
from tidewaiter.errors import Unavailable
from tidewaiter.live.quarantine import Quarantine
from tidewaiter.reading.quarantine import Entry
from tidewaiter.reading.reader import Bad, Where
from tidewaiter.settings import SettingsError
from tidewaiter_gcp.asking import Asking
from tidewaiter_gcp.log import Log
from tidewaiter_gcp.objects import Objects, Place
from tidewaiter_gcp.occurrences import Occurrences
from tidewaiter_gcp.services import Services
from tidewaiter_gcp.settings import fetching

ODD = "a folder/ä?#%2F&x=1+2.json"


@pytest.fixture
def server() -> Iterator[Server]:
    """Google, on a port of this machine."""
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def google(server: Server) -> Google:
    """What the services know."""
    return server.google


@pytest.fixture
def services(server: Server) -> Services:
    """Asks without spending time on waiting."""
    slept: list[float] = []
    asking = Asking(lambda: 5.0, lambda: sum(slept), slept.append)
    return Services(asking, server.environment)


def failing(times: int, status: int) -> Callable[[str, str, bool], int | None]:
    """Refuse so many requests."""
    left = iter(range(times))
    return lambda _method, _path, done: None if done or next(left, None) is None else status


@pytest.mark.parametrize("name", ["tidewaiter.toml", ODD])
def test_objects_come_back_as_they_were_put(name: str, google: Google, services: Services) -> None:
    """Whatever is in their names."""
    objects, place = Objects(services), Place("example-bucket", name)
    objects.put(place, b"\x00\xff")
    objects.put(place, b"text")
    assert google.objects == {f"gs://example-bucket/{name}": b"text"}
    assert objects.read(place) == b"text"
    assert all("authorization" not in map(str.lower, headers) for headers in google.headers)


def test_what_passes_is_asked_again(google: Google, services: Services) -> None:
    """After two failures the object is written."""
    google.meddle = failing(2, 503)
    Objects(services).put(Place("example-bucket", "a"), b"text")
    assert len(google.asked) == 3


def test_what_lasts_is_said(services: Services) -> None:
    """With the service, the place and the reason."""
    with pytest.raises(Unavailable) as said:
        Objects(services).read(Place("example-bucket", "gone"))
    assert str(said.value).startswith("storage/storage/v1/b/example-bucket/o/gone: 404 ")


def test_a_service_that_is_not_there_is_said(server: Server, services: Services) -> None:
    """After some patience, without a traceback of the library's."""
    server.stop()
    with pytest.raises(Unavailable, match=r"not answered within 5 seconds: ConnectionError$"):
        services.get("storage", "/storage/v1/b/example-bucket/o/a")


class TlsServer(Server):
    """Google with a certificate of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._certify(folder)

    def _certify(self, folder: Path) -> None:
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "storage.example.com")])
        now = datetime.now(UTC)
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(names, critical=False)
            .sign(key, hashes.SHA256())
        )
        self.key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.certificate = folder / "certificate.pem"
        self.certificate.write_bytes(made.public_bytes(Encoding.PEM))
        (folder / "key.pem").write_bytes(self.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "key.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True)


def test_google_itself_is_asked_with_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account signs one, which goes to an encrypted address only."""
    secure = TlsServer(tmp_path)
    account = {
        "type": "service_account",
        "project_id": "example-shop",
        "client_email": "tidewaiter@example-shop.iam.gserviceaccount.com",
        "private_key": secure.key.decode(),
        "token_uri": "https://oauth2.example.com/token",
        "universe_domain": "example.com",  # else Google would be asked where the account may be
    }
    (tmp_path / "account.json").write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(secure.certificate))
    secure.google.objects["gs://example-bucket/a"] = b"text"
    override = {"CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": f"https://{secure.address}"}
    objects = Objects(Services(variables=override))
    assert objects.read(Place("example-bucket", "a")) == b"text"
    (headers,) = secure.google.headers
    kind, _, token = headers["authorization"].partition(" ")
    told = json.loads(b64decode(token.split(".")[1] + "=="))
    assert (kind, told["iss"]) == ("Bearer", account["client_email"])
    assert told["scope"] == "https://www.googleapis.com/auth/cloud-platform"
    secure.stop()


def test_without_credentials_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to do; the addresses of Google need no setting."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "no-such-file.json")
    with pytest.raises(Unavailable, match=r"^run/v2/x: there are no Google credentials: run"):
        Services(variables={}).get("run", "/v2/x")
    assert Services(variables={})._address("run") == "https://run.googleapis.com"


BAD = Bad(Where("tidewaiter/2026/03/02/77", 3, "$.a"), "cut off", b'{"a": \xff')


def test_quarantine_keeps_records_whole_and_once(google: Google, services: Services) -> None:
    """By the day of the message, in the form that a replay reads."""
    quarantine = Quarantine(Objects(services).into("example-quarantine"))
    for _ in range(2):
        quarantine.keep(BAD)
    ((name, line),) = google.objects.items()
    assert name.startswith("gs://example-quarantine/2026/03/02/")
    told = json.loads(line)
    assert (told["reason"], told["raw_base64"]) == ("cut off", "eyJhIjog/w==")
    assert Entry.of(BAD).record == told["record"]
    quarantine.keep(Bad(Where("elsewhere", 1, "$"), "cut off", b"{"))
    assert any("/undated/" in one for one in google.objects)


def test_settings_are_read_anew_each_time(google: Google, services: Services) -> None:
    """A change is seen; what is no text is said."""
    fetch = fetching("gs://example-settings/live/tidewaiter.toml", Objects(services))
    for text in ("", '[notify]\nat = "low"\n'):
        google.objects["gs://example-settings/live/tidewaiter.toml"] = text.encode()
        assert fetch() == text
    google.objects["gs://example-settings/live/tidewaiter.toml"] = b"\xff"
    with pytest.raises(Unavailable, match=r"^gs://.*/tidewaiter.toml: not UTF-8 text$"):
        fetch()
    assert fetching(None, Objects(services))() is None


@pytest.mark.parametrize("address", ["gs://bucket", "gs:///name", "s3://bucket/name", "name"])
def test_settings_lie_in_a_bucket(address: str, services: Services) -> None:
    """The sentence shows the form."""
    with pytest.raises(SettingsError, match="is not gs://BUCKET/NAME"):
        fetching(address, Objects(services))


NAME = "projects/example-shop/occurrences/0f5c1d7e"
FAR = "projects/example-shop/locations/europe-west1/occurrences/0f5c1d7e"


@pytest.mark.parametrize("name", [NAME, FAR])
def test_an_occurrence_is_read_by_its_name(name: str, google: Google, services: Services) -> None:
    """As JSON, and once."""
    google.documents[f"/v1/{name}"] = {"name": name}
    assert json.loads(Occurrences(services, Log()).read(name) or b"") == {"name": name}
    assert google.asked == [f"GET /v1/{name}"]


@pytest.mark.parametrize("status", [403, 404])
def test_an_occurrence_that_is_not_for_us_is_said_and_left(
    status: int, google: Google, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notification is worth more than nothing."""
    google.meddle = failing(1, status)
    assert Occurrences(services, Log()).read(NAME) is None
    assert "an occurrence cannot be read" in capsys.readouterr().err


def test_an_occurrence_that_cannot_be_had_now_comes_again(
    google: Google, services: Services
) -> None:
    """As long as somebody delivers the message."""
    google.meddle = failing(1000, 503)
    with pytest.raises(Unavailable):
        Occurrences(services, Log()).read(NAME)


@pytest.mark.parametrize(
    "name",
    [
        "projects/example-shop/occurrences/..",
        "projects/example-shop/occurrences/a?b",
        "projects/../occurrences/a",
        "projects/example-shop/occurrences/a/../../secrets",
        "//example.com/occurrences/a",
        "projects/example-shop/notes/a",
    ],
)
def test_what_is_no_name_is_not_asked_for(name: str, google: Google, services: Services) -> None:
    """It stands in an address, and a notification might come from anybody."""
    assert Occurrences(services, Log()).read(name) is None
    assert google.asked == []
