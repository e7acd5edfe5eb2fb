"""The command line: ``tidewaiter replay``, ``events``, ``coverage`` and the others.

Exit status: 0 done, whether or not incidents were found; 1 nothing is known about what was asked
for, or no such incident; 2 the command cannot be carried out, for the reason in one line on stderr;
3 with ``--strict``, when a record was quarantined or ``coverage`` found a log missing; 130
interrupted.
"""

import os
import sys
from collections.abc import Sequence

from tidewaiter.cli.screen import Screen, Stop

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out the command in ``argv`` (by default the process's own); return the exit status."""
    screen = Screen(sys.stdout, sys.stderr, os.environ)
    try:
        return _carried_out(argv, screen)
    except Stop as stop:
        screen.complain(str(stop))
        return stop.status
    except KeyboardInterrupt:
        screen.complain("interrupted")
        return 130


def _carried_out(argv: Sequence[str] | None, screen: Screen) -> int:
    # Imported here, so that Ctrl-C meanwhile is one line, too.
    from tidewaiter.cli.arguments import parsed
    from tidewaiter.errors import Unavailable
    from tidewaiter.settings import SettingsError

    options = parsed(argv)
    try:
        status: int = options.run(options, screen)
    except (SettingsError, Unavailable) as error:
        raise Stop(str(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise Stop(f"{where}{error.strerror or error}") from error
    return status
