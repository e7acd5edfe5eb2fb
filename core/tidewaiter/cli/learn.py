"""Learn what is usual from history, and what is there from inventories, so that day one is quiet.

Entries for [[trusted]] are proposed on stdout, for review: what they would have held back stands
above each.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

from tidewaiter.archive import Archive
from tidewaiter.cli.account import account
from tidewaiter.cli.logs import check_paths, rejecting
from tidewaiter.cli.options import add_config, add_memory, moment, must_exist, settings
from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.enrich import Enricher
from tidewaiter.errors import Malformed
from tidewaiter.inventory import Place, Thing, hosts_in, read, with_hosts
from tidewaiter.learning_inventory import learn_inventory
from tidewaiter.learning_proposals import cases, proposals
from tidewaiter.memory.interface import Memory
from tidewaiter.memory.opening import files_of, open_memory
from tidewaiter.pipeline import AHEAD, Pipeline
from tidewaiter.replay import Result, in_batch, replay
from tidewaiter.settings import Settings
from tidewaiter.status import CLOSED

T = TypeVar("T")

NAME = "learn"
SUMMARY = "fill a memory from history and inventories, and propose [[trusted]] entries"


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="logs: a file, a folder with all in it, or -"
    )
    add_memory(command, "remember here", required=True)
    command.add_argument(
        "--inventory",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="what list calls of the providers' command lines print now, as JSON",
    )
    command.add_argument(
        "--taken",
        type=moment,
        metavar="TIME",
        help="when the inventories were taken (default: when each file was written)",
    )
    command.add_argument(
        "--of",
        metavar="REGISTRY[/REPOSITORY]",
        help="what the inventories are of, where they do not say",
    )
    command.add_argument("--account", help="the account, subscription or project where pods run")
    command.add_argument("--cluster", help="the cluster where pods run, as its audit log names it")
    command.add_argument("--region", help="the region of ECR's images, where it is not said")
    add_config(command)


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Learn, propose, and sum up."""
    if not (options.paths or options.inventory):
        raise Stop("learn needs logs (PATH), or what is there (--inventory FILE)")
    written = files_of(options.memory)
    check_paths(options.paths, written, screen)
    listings = _listings(options)
    chosen = settings(options, screen)
    with closing(open_memory(options.memory)) as memory:
        if listings:
            with in_batch(memory):
                things = learn_inventory(Pipeline(memory, chosen), listings)
            screen.remark(f"inventory            {things:,} things in {len(listings):,} files")
        if options.paths:
            _history(options, chosen, memory, written, screen)
    return 0


def _history(
    options: argparse.Namespace,
    chosen: Settings,
    memory: Memory,
    written: Sequence[Path],
    screen: Screen,
) -> None:
    with ExitStack() as stack:
        rejected = stack.enter_context(rejecting(None, screen))
        bar = stack.enter_context(screen.progress())
        result = replay(
            options.paths,
            chosen,
            memory,
            on_malformed=rejected.add,
            progress=bar.move if bar else None,
            without=written,
        )
    _propose(result, Archive(memory, Enricher(chosen)), screen)
    for remark in account(result, 0):
        screen.remark(remark)


def _propose(result: Result, archive: Archive, screen: Screen) -> None:
    told = [one for one in result.incidents if one.status not in CLOSED]
    accused = chain.from_iterable(result.behind[one.id] for one in told)
    screen.write("\n".join(proposals(cases(archive, accused))))


def _listings(options: argparse.Namespace) -> list[tuple[datetime, list[Thing]]]:
    """Read all inventories, each with when it was taken; raises :class:`Stop` with the place of
    what cannot be read.
    """
    files = {path: must_exist(path).read_bytes() for path in options.inventory}
    named = [host for path, raw in files.items() for host in _told(path, hosts_in, raw)]
    said = Place(
        of=options.of,
        account=options.account,
        cluster=options.cluster,
        region=options.region,
    )
    place = with_hosts(said, named)
    return [
        (_taken(path, options.taken), _told(path, read, raw, place)) for path, raw in files.items()
    ]


def _told(path: Path, ask: Callable[..., Iterable[T]], *said: object) -> list[T]:
    try:
        return list(ask(*said))
    except Malformed as error:
        raise Stop(f"{path}: {error.path}: {error.reason}") from None


def _taken(path: Path, given: datetime | None) -> datetime:
    """When the inventory was taken: as the command says, or else when the file was written."""
    taken = given or datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    if taken > datetime.now(UTC) + AHEAD:
        raise Stop(f"{path}: {taken.isoformat()} is ahead of the clock")
    return taken
