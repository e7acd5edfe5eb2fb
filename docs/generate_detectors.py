"""Write ``docs/detectors.md`` from the detectors; with ``--check``, say whether it is stale."""

import sys
from pathlib import Path

from tidewaiter.cli.catalogue import entries, markdown

PAGE = Path(__file__).with_name("detectors.md")


def main(argv: list[str]) -> int:
    """Write the page, or compare it."""
    text = markdown(entries())
    if argv == ["--check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(f"docs/{PAGE.name} is stale: run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
