"""List image events of every cloud, newest first: time, platform, operation, actor, source address,
external or not, image.

Logs are read as replay reads them; nothing is judged and nothing is remembered.
"""

import argparse
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import chain, islice

from tidewaiter.cli.logs import add_logs, reading
from tidewaiter.cli.options import moment, number
from tidewaiter.cli.screen import Screen
from tidewaiter.listing import IMAGE_WORK, Filter, Row, rows
from tidewaiter.outputs.escape import visible
from tidewaiter.outputs.jsonl import ascii_json
from tidewaiter.outputs.text import PROVIDERS

NAME = "events"
SUMMARY = "list image events, newest first"
_EXTERNAL = {True: "yes", False: "no", None: "?"}
_TEXT = "{:<19}  {:<12}  {:<28}  {:<36}  {:<15}  {:<3}  {}"
# The table has little room: a platform by a shorter name than stories have, and how it went only
# where it went otherwise than well.
_PLATFORMS = {**PROVIDERS, "registry": "registry"}
_ENDINGS = {"success": "", "failure": " (failed)", "pending": " (begun)"}
_HEADINGS = ("time (UTC)", "platform", "operation", "actor", "source address", "ext", "image")
# Spreadsheets run what begins like a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_logs(command)
    command.add_argument(
        "--format",
        choices=sorted(_FORMATS),
        default="text",
        help="a table (default), one object a line, or comma-separated values",
    )
    command.add_argument(
        "--activity",
        action="append",
        type=_pattern,
        metavar="PATTERN",
        help=f"only these, as in image.pushed or workload.* (default: {' and '.join(IMAGE_WORK)})",
    )
    command.add_argument(
        "--actor", metavar="TEXT", help="only principals or keys with TEXT in the name"
    )
    command.add_argument("--image", metavar="TEXT", help="only images with TEXT in the reference")
    command.add_argument(
        "--address", type=_network, metavar="ADDRESS", help="only from this address or network"
    )
    command.add_argument("--since", type=moment, metavar="TIME", help="only from TIME on, in UTC")
    command.add_argument("--until", type=moment, metavar="TIME", help="only before TIME, in UTC")
    command.add_argument("--limit", type=number, metavar="N", help="only the N newest")


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Print the list."""
    wanted = Filter(
        activities=tuple(options.activity or IMAGE_WORK),
        actor=options.actor,
        image=options.image,
        network=options.address,
        since=options.since,
        until=options.until,
    )
    with reading(options, screen, whole=wanted.whole) as logs:
        found = rows(logs.events(), wanted)
        for text in _FORMATS[options.format](islice(found, options.limit)):
            screen.write(text)
    return logs.status


def _text(found: Iterable[Row]) -> Iterator[str]:
    """Lay out a table: what is too long is cut, except the image, which comes last."""
    yield _TEXT.format(*_HEADINGS) + "\n"
    for one in found:
        cells = (
            f"{one.time:%Y-%m-%d %H:%M:%S}",
            _PLATFORMS.get(one.platform, one.platform)[:12],
            _operation(one),
            visible(_end(one.actor or "", 36)),
            visible(one.source_address or "", 39),
            _EXTERNAL[one.external],
            visible(one.image or "", 300),
        )
        yield _TEXT.format(*cells).rstrip() + "\n"


def _operation(one: Row) -> str:
    """Name what was tried, and say so if it was not done."""
    ending = _ENDINGS[one.outcome]
    return visible(one.operation, 28 - len(ending)) + ending


def _end(name: str, room: int) -> str:
    """The end of an ARN tells more than its beginning."""
    return name if len(name) <= room else "…" + name[1 - room :]


def _json(found: Iterable[Row]) -> Iterator[str]:
    return (ascii_json(one) + "\n" for one in found)


def _csv(found: Iterable[Row]) -> Iterator[str]:
    cells = ([_cell(getattr(one, name)) for name in Row.__struct_fields__] for one in found)
    for line in chain((list(Row.__struct_fields__),), cells):
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerow(line)
        yield written.getvalue()


def _cell(value: datetime | str | bool | None) -> str:  # noqa: FBT001 - it is what a row holds
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return str(value).lower()
    text = visible(value or "")
    return f"'{text}" if text.startswith(_FORMULAS) else text


_FORMATS: dict[str, Callable[[Iterable[Row]], Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "csv": _csv,
}


def _pattern(text: str) -> str:
    if not Filter(activities=(text,)).wanted():
        reason = f"no activity is called {text!r}; docs/model.md names them"
        raise argparse.ArgumentTypeError(reason)
    return text


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no address and no network") from None
