"""Write ``docs/settings.schema.json``, by which editors complete and check ``tidewaiter.toml``;
``--check`` compares.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pages

from tidewaiter.detectors import DETECTORS
from tidewaiter.settings import Settings

PAGE = Path(__file__).with_name("settings.schema.json")


def schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) of the whole file."""
    (found,), parts = msgspec.json.schema_components((Settings,), ref_template="#/$defs/{name}")
    whole: dict[str, Any] = parts.pop(found["$ref"].rpartition("/")[2])
    # Only ids that there are can be tuned; TOML has dates of its own, as text in JSON.
    tuning = whole["properties"]["detectors"]
    whole["properties"]["detectors"] = {
        "type": "object",
        "description": "What is different for one detector, by its id.",
        "properties": {detector.id: tuning["additionalProperties"] for detector in DETECTORS},
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": "tidewaiter.toml",
        "$defs": parts,
    }


if __name__ == "__main__":
    text = json.dumps(schema(), indent=2, default=str) + "\n"
    sys.exit(pages.write_or_check(PAGE, text, sys.argv[1:]))
