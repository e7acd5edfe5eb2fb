"""Paint ``docs/story.svg`` from a real replay; with ``--check``, say whether it is stale."""

import re
import sys
from io import StringIO
from pathlib import Path

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


def main(argv: list[str]) -> int:
    """Paint the picture, or compare it."""
    text = picture(gravest(ROOT / EXAMPLE))
    if argv == ["--check"]:
        if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == text:
            return 0
        print(f"docs/{PICTURE.name} is stale: run `make docs`", file=sys.stderr)
        return 1
    PICTURE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
