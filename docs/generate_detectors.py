"""Write ``docs/detectors.md`` from the detectors; with ``--check``, say whether it is stale."""

import sys
from pathlib import Path

import pages

from tidewaiter.cli.catalogue import entries, markdown

PAGE = Path(__file__).with_name("detectors.md")

if __name__ == "__main__":
    sys.exit(pages.write_or_check(PAGE, markdown(entries()), sys.argv[1:]))
