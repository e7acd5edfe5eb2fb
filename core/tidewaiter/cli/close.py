"""Close an incident: it is not told again unless something new happens.

A false positive prints the [[trusted]] entry that would hold its like back, for review.
"""

import argparse
from contextlib import closing
from datetime import UTC, datetime
from getpass import getuser

from tidewaiter.cli.options import add_config, add_memory, known_memory, settings
from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.status import CLOSED
from tidewaiter.status_change import change

NAME = "close"
SUMMARY = "close an incident as resolved or as a false positive"
_UNKNOWN = 1


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    command.add_argument(
        "--as",
        dest="status",
        choices=sorted(CLOSED),
        required=True,
        help="what it turned out to be",
    )
    add_decision(command)


def add_decision(command: argparse.ArgumentParser) -> None:
    """Add what every decision about an incident needs."""
    command.add_argument("incident", metavar="INCIDENT", help="its id, as replay and show tell it")
    command.add_argument("--reason", required=True, metavar="TEXT", help="why; kept and shown")
    add_memory(command, "what a replay, or the live system, remembers", required=True)
    command.add_argument("--by", metavar="NAME", help="who decides (default: who is logged in)")
    add_config(command)


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Keep the decision and say so."""
    return decide(options, screen, options.status)


def decide(options: argparse.Namespace, screen: Screen, status: str) -> int:
    """Change the incident's status to ``status``."""
    reason, by = _text(options.reason), _text(options.by or _user())
    if not reason:
        raise Stop("--reason must say why")
    chosen = settings(options, screen)
    with closing(known_memory(options)) as memory:
        incident_id = _text(options.incident)
        now = datetime.now(UTC)
        found = change(memory, chosen, incident_id, status=status, reason=reason, by=by, now=now)
    if found is None:
        raise Stop(f"there is no incident {incident_id}", _UNKNOWN)
    screen.remark(f"{found.incident.id} is {status}: {found.incident.title}")
    screen.write(found.proposed)
    return 0


def _text(given: str) -> str:
    """Bytes of the command line that are no text could not be kept."""
    return given.encode("utf-8", "backslashreplace").decode().strip()


def _user() -> str:
    try:
        return getuser()
    except (KeyError, ImportError, OSError):
        raise Stop("nobody knows who decides: say so with --by NAME") from None
