"""What all generators share: to write a page, or with ``--check`` to say whether it is stale."""

import sys
from pathlib import Path


def write_or_check(page: Path, text: str, argv: list[str]) -> int:
    """Write ``text`` to ``page``, or compare them; return the exit status."""
    if argv == ["--check"]:
        if page.exists() and page.read_text(encoding="utf-8") == text:
            return 0
        print(f"docs/{page.name} is stale: run `make docs`", file=sys.stderr)
        return 1
    page.write_text(text, encoding="utf-8")
    return 0
