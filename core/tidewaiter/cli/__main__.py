"""``python -m tidewaiter.cli``: the same as ``tidewaiter``."""

import sys

from tidewaiter.cli import main

if __name__ == "__main__":
    sys.exit(main())
