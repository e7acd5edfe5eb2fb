"""What a mail program would make a link of."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.outputs.links import unlinked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://evil.example.com/a.html", "http[:]//evil[.]example[.]com/a[.]html"),
        ("ftp://203.0.113.9/x", "ftp[:]//203.0.113.9/x"),
        ("www.3232235777", "www[.]3232235777"),
        ("evil.com.1", "evil[.]com[.]1"),
        ("alice@evil.example.com", "alice@evil[.]example[.]com"),
        ("shop.xn--p1ai", "shop[.]xn--p1ai"),
        ("пример.рф", "пример[.]рф"),
        ("evil。example。com", "evil[.]example[.]com"),
        (r"\\203.0.113.9\share", r"[\\]203.0.113.9\share"),
        ("evil-111122223333.dkr.ecr.eu-west-1.amazonaws.com", None),
        ("111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example.com", None),
        ("bucket.s3-website-eu-west-1.amazonaws.com", None),
        ("x.tidewaiter.toml", None),
    ],
)
def test_what_would_be_a_link_is_none(text: str, expected: str | None) -> None:
    """Schemes, hosts in any alphabet, addresses of mail and shares lose what makes them one."""
    found = unlinked(text)
    assert found == (expected or text.replace(".", "[.]"))


@pytest.mark.parametrize(
    "text",
    [
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/prod/web:latest",
        "111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com/web",
        "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/web",
        "shopregistry.azurecr.io/prod/web",
        "europe-west1-docker.pkg.dev/example-shop/apps/web",
        "eu.gcr.io/example-shop/web",
        "ci@example-shop.iam.gserviceaccount.com",
        "name it in tidewaiter.toml",
        "203.0.113.9 with docker/24.0.7, Boto3/1.34.0 md/Botocore#1.34.0 kernel/6.6.9-amd64",
        "2001:db8::9 pushed prod/web:1.4.2. Then nothing...",
        "$.a",
    ],
)
def test_what_is_no_link_or_harmless_stays(text: str) -> None:
    """Registries of the clouds can be copied, and numbers are left alone."""
    assert unlinked(text) == text


@given(st.text(alphabet="ewa1-.。/:\\ \n", max_size=30))
def test_no_name_that_may_be_a_host_is_left(text: str) -> None:
    """Nor does taking links out twice change more."""
    found = unlinked(text)
    assert unlinked(found) == found
    assert re.search(r"\w[.。][a-z]{2,}|\w://|\\\\\w", found) is None
