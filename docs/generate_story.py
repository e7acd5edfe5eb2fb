"""Paint ``docs/story.svg`` from a real replay; with ``--check``, say whether it is stale."""

import re
import sys
from io import StringIO
from pathlib import Path

import pages
from rich.console import Console

from tidewaiter.cli.terminal import painted
from tidewaiter.findings import Incident
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.outputs.text import story
from tidewaiter.replay import replay
from tidewaiter.settings import Settings

ROOT = Path(__file__).parents[1]
EXAMPLE = "examples/ecr-ccat"
PICTURE = Path(__file__).with_name("story.svg")
WIDTH = 100
# Rich would have every viewer of the README load fonts from elsewhere.
FONTS = re.compile(r"@font-face\s*\{\{.*?\}\}\s*", re.DOTALL)


def gravest(folder: Path) -> Incident:
    """Return the gravest incident in ``folder``; of several the newest."""
    found = replay([str(folder)], Settings(), ProcessMemory()).incidents
    return max(found, key=lambda incident: (incident.severity.rank, incident.last_time))


def picture(incident: Incident) -> str:
    """Return the story of ``incident`` as a terminal shows it."""
    from rich._export_format import CONSOLE_SVG_FORMAT  # the only place where the format is

    console = Console(
        record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(painted(story(incident, WIDTH)), end="")
    text = console.export_svg(
        title=f"tidewaiter replay {EXAMPLE}",
        code_format=FONTS.sub("", CONSOLE_SVG_FORMAT),
        unique_id="story",
    )
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


if __name__ == "__main__":
    sys.exit(pages.write_or_check(PICTURE, picture(gravest(ROOT / EXAMPLE)), sys.argv[1:]))
