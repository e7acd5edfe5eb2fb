"""Colour and progress, by rich.  Only imported where there is a terminal that shows them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from tidewaiter.model import Severity
from tidewaiter.outputs.layout import Line, Role

_STYLES: dict[str, str] = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "bold cyan",
    Severity.INFO: "bold",
    Role.TITLE: "bold",
    Role.LABEL: "bold",
    Role.TIME: "cyan",
    Role.FAINT: "dim",
    Role.PLAIN: "",
}
_DIGEST = r"sha256:[0-9a-f]+…?"


def painted(lines: Iterable[Line]) -> Text:
    """Return ``lines`` as styled text.  Nothing in them is read as markup."""
    text = Text(no_wrap=True, end="")
    for line in lines:
        for words, role in line:
            style = _STYLES[role]
            stripped = words.rstrip()  # a coloured ground must not run on behind the word
            text.append(stripped, style)
            text.append(words[len(stripped) :])
        text.append("\n")
    text.highlight_regex(_DIGEST, "magenta")
    return text


def ansi(lines: Iterable[Line]) -> str:
    """Return ``lines`` with the escape sequences that this terminal (``TERM``) understands."""
    sheet = StringIO()
    console = Console(file=sheet, force_terminal=True, highlight=False, width=10_000)
    console.print(painted(lines), soft_wrap=True, end="")
    return sheet.getvalue()


class _RichBar:
    """One bar that starts anew with each phase."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._phase = ""
        self._task: TaskID | None = None

    def move(self, phase: str, done: int, total: int) -> None:
        """Show ``done`` of ``total``; a total of 0 is not known."""
        if self._task is None or phase != self._phase:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._phase, self._task = phase, self._progress.add_task(phase, total=None)
        self._progress.update(self._task, completed=done, total=total or None)

    def print_above(self, line: str) -> None:
        """Write ``line``, which is safe to show, above the bar."""
        self._progress.console.print(Text(line), soft_wrap=True)


@contextmanager
def progress_bar(stream: TextIO) -> Iterator[_RichBar]:
    """Show a bar on ``stream`` while inside, and leave no trace of it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}", style="cyan"),
        TimeRemainingColumn(),
    )
    console = Console(file=stream, force_terminal=True)
    with Progress(*columns, console=console, transient=True) as progress:
        yield _RichBar(progress)
