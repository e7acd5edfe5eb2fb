"""Options that several commands share."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.memory.interface import Memory
from tidewaiter.memory.opening import is_address, open_memory
from tidewaiter.settings import Settings, read_settings

_HERE = Path("tidewaiter.toml")


def add_format(command: argparse.ArgumentParser, json_means: str) -> None:
    """Add ``--format``."""
    command.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help=f"text for people (default), or json: {json_means}; the contract is docs/json.md",
    )


def add_config(command: argparse.ArgumentParser) -> None:
    """Add ``--config``."""
    command.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings (default: tidewaiter.toml of the current folder, if there is one)",
    )


def add_memory(command: argparse.ArgumentParser, means: str, *, required: bool = False) -> None:
    """Add ``--memory``, which ``means`` something to the command."""
    command.add_argument(
        "--memory",
        metavar="MEMORY",
        required=required,
        help=f"{means}: an SQLite file, or an address such as dynamodb://TABLE",
    )


def known_memory(options: argparse.Namespace, *, looking: bool = False) -> Memory:
    """Open the memory that somebody else has filled.

    Raises :class:`Stop` if there is no such file, and :class:`~tidewaiter.errors.Unavailable`.
    """
    if not is_address(options.memory):
        must_exist(Path(options.memory))
    return open_memory(options.memory, looking=looking)


def settings(options: argparse.Namespace, screen: Screen) -> Settings:
    """Read the settings that were asked for, or those that lie here; a remark says so.

    Raises :class:`~tidewaiter.settings.SettingsError`.
    """
    chosen: Path | None = options.config
    if chosen is not None:
        return read_settings(chosen)
    if not _HERE.exists():
        return Settings()
    screen.remark(f"settings: ./{_HERE}")
    return read_settings(_HERE)


def must_exist(path: Path) -> Path:
    """Return ``path``; raises :class:`Stop` if there is nothing."""
    if not path.exists():
        raise Stop(f"{path}: no such file or folder")
    return path


def number(text: str) -> int:
    """Read a count on the command line.  Raises what argparse expects."""
    if not (text.isdecimal() and text.isascii() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def moment(text: str) -> datetime:
    """Read a time on the command line, in UTC unless it says otherwise.  Raises what argparse
    expects.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        reason = f"{text!r} is no time; write 2026-03-01 or 2026-03-01T14:00:00Z"
        raise argparse.ArgumentTypeError(reason) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
