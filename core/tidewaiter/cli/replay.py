"""Judge logs that lie in files as the live system would have, and tell what was found."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from tidewaiter.cli.account import account
from tidewaiter.cli.logs import add_logs, check_paths, rejecting, status
from tidewaiter.cli.options import add_format, add_memory, number, settings
from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.findings import Incident
from tidewaiter.incidents.grouping import HeldBack
from tidewaiter.memory.interface import Memory
from tidewaiter.memory.opening import files_of, is_address, open_memory
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Severity
from tidewaiter.outputs.held import held
from tidewaiter.outputs.jsonl import ascii_json, line
from tidewaiter.outputs.text import story
from tidewaiter.replay import Result, replay
from tidewaiter.status import CLOSED

NAME = "replay"
SUMMARY = "judge logs in files and print the incidents"


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_logs(command)
    add_memory(command, "remember here, so that the next replay continues this one")
    add_format(command, "one incident a line")
    command.add_argument(
        "--min-severity",
        choices=[severity.value for severity in Severity],
        default=Severity.LOW.value,
        help="print no incident below this (default: low); all are counted",
    )
    command.add_argument(
        "--show-held-back",
        action="store_true",
        help="then list what was held back, with the reason",
    )
    command.add_argument(
        "--limit", type=number, metavar="N", help="print at most the N newest incidents"
    )


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Replay, print the incidents, and sum up."""
    _keep_apart(options)
    check_paths(options.paths, list(_written(options)), screen)
    result = _replayed(options, screen)
    wanted = _wanted(result.incidents, options)
    for incident in wanted:
        if options.format == "json":
            screen.write(line(incident) + "\n")
        else:
            screen.show([*story(incident, screen.width), ()])
    if options.show_held_back:
        _list(result.held_back, options, screen)
    for remark in account(result, len(wanted)):
        screen.remark(remark)
    return status(options, result.summary.quarantined)


def _list(held_back: Sequence[HeldBack], options: argparse.Namespace, screen: Screen) -> None:
    if options.format == "json":
        screen.write("".join(f"{ascii_json(one)}\n" for one in held_back))
    elif held_back:
        screen.show([*held(held_back, screen.width), ()])


def _replayed(options: argparse.Namespace, screen: Screen) -> Result:
    chosen = settings(options, screen)
    with ExitStack() as stack:
        memory = stack.enter_context(closing(_memory(options.memory)))
        rejected = stack.enter_context(rejecting(options.quarantine, screen))
        bar = stack.enter_context(screen.progress())
        return replay(
            options.paths,
            chosen,
            memory,
            on_malformed=rejected.add,
            progress=bar.move if bar else None,
            without=list(_written(options)),
        )


def _keep_apart(options: argparse.Namespace) -> None:
    """Refuse to write two things to one file."""
    memory, kept = options.memory, options.quarantine
    if not (memory and kept) or is_address(memory):
        return
    if Path(memory).resolve() == kept.resolve():
        raise Stop(f"{kept}: cannot be both the memory and the quarantine")


def _written(options: argparse.Namespace) -> Iterator[Path]:
    """The files that this run writes."""
    if options.quarantine:
        yield options.quarantine
    yield from files_of(options.memory)


def _memory(where: str | None) -> Memory:
    return ProcessMemory() if where is None else open_memory(where)


def _wanted(incidents: Sequence[Incident], options: argparse.Namespace) -> list[Incident]:
    """The incidents that are grave enough and not closed; of these the newest."""
    least = Severity(options.min_severity).rank
    grave = [
        incident
        for incident in incidents
        if incident.severity.rank >= least and incident.status not in CLOSED
    ]
    return grave[-options.limit :] if options.limit else grave
