"""Tell all that is remembered about one image, tag, credential, principal or incident."""

import argparse
from contextlib import closing

from tidewaiter.cli.options import add_config, add_format, add_memory, known_memory, settings
from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.history import History, show
from tidewaiter.outputs.jsonl import ascii_json
from tidewaiter.outputs.text import story, timeline

NAME = "show"
SUMMARY = "tell the whole history of one subject, from a memory"
_UNKNOWN = 1


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    command.add_argument(
        "subject",
        metavar="SUBJECT",
        help="a digest, repository[:tag], machine image, credential, principal, workload, incident",
    )
    add_memory(command, "what a replay, or the live system, remembers")
    add_config(command)
    add_format(command, "one object")


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Print the history."""
    if options.memory is None:
        raise Stop("show needs --memory MEMORY, which tidewaiter replay --memory MEMORY fills")
    chosen = settings(options, screen)
    # Bytes of the command line that are no text are in no log, and could not be printed.
    subject = options.subject.encode("utf-8", "backslashreplace").decode()
    with closing(known_memory(options, looking=True)) as memory:
        found = show(memory, chosen, subject)
    if not (found.incidents or found.timeline):
        raise Stop(f"nothing is known about {subject}", _UNKNOWN)
    if options.format == "json":
        screen.write(ascii_json(found) + "\n")
    else:
        _tell(found, screen)
    return 0


def _tell(found: History, screen: Screen) -> None:
    """Tell the timeline, unless it is that of the only incident, and the incidents."""
    if [found.timeline] != [incident.timeline for incident in found.incidents]:
        screen.show([*timeline(found.subject, found.timeline, screen.width), ()])
    for incident in found.incidents:
        screen.show([*story(incident, screen.width, whole=True), ()])
