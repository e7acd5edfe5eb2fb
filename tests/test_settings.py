"""``tidewaiter.toml``: what is ours, and what is wrong with it in one sentence."""

from pathlib import Path

import pytest

from tidewaiter.settings import Organization, Settings, SettingsError, parse_settings, read_settings


def test_nothing_need_be_said() -> None:
    """Empty settings are the defaults."""
    assert parse_settings("") == Settings()


def test_what_is_ours_is_read(tmp_path: Path) -> None:
    """All keys of [organization] are lists of strings."""
    path = tmp_path / "tidewaiter.toml"
    path.write_text(
        "[organization]\n"
        'aws_accounts = ["111122223333"]\n'
        'aws_organizations = ["o-exampleorgid"]\n'
        'azure_tenants = ["t"]\n'
        'azure_subscriptions = ["s"]\n'
        'gcp_projects = ["shop"]\n'
        'gcp_organizations = ["123456789012"]\n'
        'registries = ["registry.example.com"]\n'
    )
    assert read_settings(path).organization == Organization(
        aws_accounts=("111122223333",),
        aws_organizations=("o-exampleorgid",),
        azure_tenants=("t",),
        azure_subscriptions=("s",),
        gcp_projects=("shop",),
        gcp_organizations=("123456789012",),
        registries=("registry.example.com",),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour = 1", "colour: unknown key"),
        ("[organization]\naws_acounts = []", "organization.aws_acounts: unknown key"),
        ("organization = 3", "organization: expected `object`, got `int`"),
        (
            "[organization]\naws_accounts = [111122223333]",
            "organization.aws_accounts[0]: expected `str`, got `int`",
        ),
        (
            '[organization]\nregistries = "r"',
            "organization.registries: expected `array`, got `str`",
        ),
        ("'a`b' = 1", "a`b: unknown key"),
        ("n = " + "[" * 5000, "not TOML: nested too deeply"),
        ("n = " + "9" * 5000, "not TOML: Exceeds the limit (4300 digits)"),
        ("[organization", "not TOML: Expected ']' at the end of a table declaration"),
    ],
)
def test_an_error_names_the_key_and_the_reason(text: str, sentence: str) -> None:
    """One sentence says what is wrong, and where."""
    with pytest.raises(SettingsError) as caught:
        parse_settings(text)
    assert str(caught.value).startswith(sentence)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file, a file of bytes and a wrong key each name the file."""
    missing, binary, wrong = (tmp_path / name for name in ("missing", "binary", "wrong"))
    binary.write_bytes(b"\xff\xfe\x00")
    wrong.write_text("colour = 1")
    said = []
    for path in (missing, binary, wrong):
        with pytest.raises(SettingsError) as caught:
            read_settings(path)
        said.append(str(caught.value))
    assert said == [
        f"{missing}: No such file or directory",
        f"{binary}: not UTF-8 text",
        f"{wrong}: colour: unknown key",
    ]
