"""``docs/settings.schema.json`` accepts what is read, and refuses what is refused."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from tidewaiter.settings import SettingsError, parse_settings

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "settings.schema.json").read_text())


def accepted(text: str) -> bool:
    """Whether an editor would find no fault with it."""
    plain: Any = json.loads(json.dumps(tomllib.loads(text), default=str))
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(plain))


def test_the_pages_example_is_accepted() -> None:
    """What docs/settings.md shows is right by the schema, too."""
    page = (DOCS / "settings.md").read_text()
    assert accepted(page.split("```toml\n")[1].split("```")[0])
    assert accepted("")


@pytest.mark.parametrize(
    "text",
    [
        "colour = 1",
        "[organization]\naws_accounts = [111122223333]",
        "[networks]\ntrust = []",
        "[notify]\nat = 'loud'",
        "[[trusted]]\nowner = 'me'\nprincipals = ['x']",
    ],
)
def test_what_is_refused_is_refused(text: str) -> None:
    """A fault of form is one to the reader and to the schema."""
    with pytest.raises(SettingsError):
        parse_settings(text)
    assert not accepted(text)


def test_only_detectors_that_there_are_can_be_tuned() -> None:
    """A misspelt id is underlined."""
    assert accepted("[detectors.tag-moved]\nenabled = false")
    assert not accepted("[detectors.tag-mooved]\nenabled = false")
