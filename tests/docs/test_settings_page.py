"""``docs/settings.md`` names every key that there is."""

import re
import tomllib
from pathlib import Path

import msgspec

from tidewaiter.model import Zone
from tidewaiter.settings import Settings, Trusted, Tuning, parse_settings

SECTIONS = {"trusted": Trusted, "detectors": Tuning}
PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()


def test_the_example_says_everything_that_can_be_said() -> None:
    """The page's settings can be read, and leave no section and no key out."""
    text = PAGE.split("```toml\n")[1].split("```")[0]
    parse_settings(text)
    told = tomllib.loads(text)
    told["trusted"], told["detectors"] = told["trusted"][0], next(iter(told["detectors"].values()))
    # Optional keys stand behind the required ones in a section, and anywhere in the example.
    assert {name: set(section) for name, section in told.items()} == {
        section.name: set(SECTIONS.get(section.name, section.type).__struct_fields__)
        for section in msgspec.structs.fields(Settings)
    }


def test_every_section_and_zone_is_explained() -> None:
    """Each section has a chapter, and each zone a row."""
    chapters = re.findall(r"^## `\[+(\w+)\]+`$", PAGE, re.MULTILINE)
    zones = re.findall(r"^\| `([\w ]+)` \|", PAGE, re.MULTILINE)
    assert chapters == [section.name for section in msgspec.structs.fields(Settings)]
    assert set(zones) == set(Zone)
