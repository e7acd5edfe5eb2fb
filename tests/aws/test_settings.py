"""Where a function's settings lie, and what it was deployed with."""

import boto3
import pytest

from tests.aws.buckets import at_moto, new_bucket, s3
from tidewaiter.errors import Unavailable
from tidewaiter.settings import SettingsError, parse_settings
from tidewaiter_aws.deployment import Environment, environment_of
from tidewaiter_aws.objects import Objects
from tidewaiter_aws.settings import fetching

TEXT = '[organization]\naws_accounts = ["111122223333"]  # é\n'


@pytest.fixture(autouse=True)
def _moto(monkeypatch: pytest.MonkeyPatch) -> None:
    at_moto(monkeypatch)


def test_a_function_may_do_without_settings() -> None:
    """Without an address there are none, and nobody is asked."""
    assert fetching(None, Objects())() is None


def test_settings_lie_in_a_bucket() -> None:
    """Each call reads them anew."""
    bucket = new_bucket()
    fetch = fetching(f"s3://{bucket}/team a/tidewaiter.toml", Objects())
    for text in (TEXT, ""):
        s3().put_object(Bucket=bucket, Key="team a/tidewaiter.toml", Body=text.encode())
        assert fetch() == text


@pytest.mark.parametrize("kind", ["String", "SecureString"])
def test_settings_lie_in_a_parameter(kind: str) -> None:
    """Encrypted or not, each call reads them anew."""
    ssm, name = boto3.client("ssm"), f"/tidewaiter/{kind}"
    fetch = fetching(f"ssm://{name}", Objects())
    for text in (TEXT, "[learning]\ndays = 3\n"):
        ssm.put_parameter(Name=name, Value=text, Type=kind, Overwrite=True)  # type: ignore[arg-type]
        assert fetch() == text
        assert parse_settings(text) == parse_settings(fetch() or "")


def test_missing_settings_are_not_taken_for_none() -> None:
    """Whoever deletes them does not change what holds."""
    with pytest.raises(Unavailable, match=r"^s3://example/tidewaiter.toml: NoSuchBucket: "):
        fetching("s3://example/tidewaiter.toml", Objects())()
    with pytest.raises(Unavailable, match=r"^ssm:///gone: ParameterNotFound: "):
        fetching("ssm:///gone", Objects())()


def test_settings_are_text() -> None:
    """Bytes that are no text are refused in a sentence."""
    bucket = new_bucket()
    s3().put_object(Bucket=bucket, Key="t.toml", Body=b"\xff\xfe")
    with pytest.raises(Unavailable, match=r"t\.toml: not UTF-8 text"):
        fetching(f"s3://{bucket}/t.toml", Objects())()


@pytest.mark.parametrize("address", ["tidewaiter.toml", "s3://bucket", "s3:///key", "ssm://name"])
def test_other_addresses_are_refused(address: str) -> None:
    """The sentence says which forms there are."""
    with pytest.raises(SettingsError, match=r"is neither s3://BUCKET/KEY nor ssm:///NAME"):
        fetching(address, Objects())


NEEDED = {
    "TIDEWAITER_MEMORY": "dynamodb://table",
    "TIDEWAITER_QUARANTINE": "bucket",
    "TIDEWAITER_MAIL_TOPIC": "arn:aws:sns:eu-west-1:111122223333:mail",
}


def test_the_environment_says_all() -> None:
    """What is empty is as good as absent."""
    needed = Environment(
        memory="dynamodb://table",
        quarantine="bucket",
        mail_topic="arn:aws:sns:eu-west-1:111122223333:mail",
    )
    assert environment_of(NEEDED) == needed
    assert environment_of({**NEEDED, "TIDEWAITER_SETTINGS": "", "PATH": "/bin"}) == needed
    more = {
        "TIDEWAITER_INCIDENT_TOPIC": "arn:aws:sns:eu-west-1:111122223333:incidents",
        "TIDEWAITER_SECURITY_HUB": "on",
        "TIDEWAITER_SETTINGS": "ssm:///tidewaiter",
        "TIDEWAITER_READ_MANIFESTS": "off",
    }
    told = environment_of(NEEDED | more)
    assert (told.security_hub, told.settings) == (True, "ssm:///tidewaiter")
    assert told.incident_topic == more["TIDEWAITER_INCIDENT_TOPIC"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"TIDEWAITER_MEMORY": ""}, "TIDEWAITER_MEMORY is not set"),
        ({"TIDEWAITER_QUARANTINE": ""}, "TIDEWAITER_QUARANTINE is not set"),
        ({"TIDEWAITER_MAIL_TOPIC": ""}, "TIDEWAITER_MAIL_TOPIC is not set"),
        ({"TIDEWAITER_SECURITY_HUB": "yes"}, "SECURITY_HUB is 'yes'; it must be on or off"),
        ({"TIDEWAITER_READ_MANIFESTS": "on"}, "images cannot be read yet; it must be off"),
    ],
)
def test_a_wrong_environment_is_refused(changed: dict[str, str], sentence: str) -> None:
    """The sentence names the variable."""
    with pytest.raises(SettingsError, match=sentence):
        environment_of(NEEDED | changed)
