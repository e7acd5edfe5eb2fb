"""``docs/settings.md`` names every key that there is."""

import re
import tomllib
from pathlib import Path

import msgspec

from tidewaiter.model import Zone
from tidewaiter.settings import Settings, parse_settings

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()


def test_the_example_says_everything_that_can_be_said() -> None:
    """The page's settings can be read, and leave no section and no key out."""
    text = PAGE.split("```toml\n")[1].split("```")[0]
    parse_settings(text)
    keys = {
        section.name: [field.name for field in msgspec.structs.fields(section.type)]
        for section in msgspec.structs.fields(Settings)
    }
    assert {name: list(section) for name, section in tomllib.loads(text).items()} == keys


def test_every_section_and_zone_is_explained() -> None:
    """Each section has a chapter, and each zone a row."""
    chapters = re.findall(r"^## `\[(\w+)\]`$", PAGE, re.MULTILINE)
    zones = re.findall(r"^\| `([\w ]+)` \|", PAGE, re.MULTILINE)
    assert chapters == [section.name for section in msgspec.structs.fields(Settings)]
    assert set(zones) == set(Zone)
