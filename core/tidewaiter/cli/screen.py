"""Where a command writes: what was asked for goes to stdout, everything about it to stderr.

Colour and progress come from rich and only on a terminal; ``NO_COLOR`` (https://no-color.org) is
respected, and without rich everything is plain text.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper, UnsupportedOperation
from typing import Protocol, TextIO

from tidewaiter.outputs.escape import visible
from tidewaiter.outputs.layout import Line, plain

_NARROW, _WIDE, _UNKNOWN = 60, 110, 100
_SENTENCE = 600  # characters of one line on stderr


class Stop(Exception):  # noqa: N818 - it ends a command, wrongly used or not
    """The command ends here; the message is one sentence for the person who typed it."""

    def __init__(self, message: str, status: int = 2) -> None:
        super().__init__(message)
        self.status = status


class Bar(Protocol):
    """A progress bar that is being shown."""

    def move(self, phase: str, done: int, total: int) -> None:
        """``done`` of ``total`` steps of ``phase`` are behind us; a new phase starts anew."""

    def print_above(self, line: str) -> None:
        """Write a line without disturbing the bar."""


class Screen:
    """Two streams and what they can show."""

    def __init__(
        self, out: TextIO | None, err: TextIO | None, environment: Mapping[str, str]
    ) -> None:
        """A stream is ``None`` where the process was started without it."""
        self._out = out
        self._err = err
        for stream in (out, err):
            # An ASCII terminal shows escapes, not a traceback.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        unpainted = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
        self._painted = out is not None and out.isatty() and not unpainted
        self._bar: Bar | None = None

    @property
    def width(self) -> int:
        """Columns for text: the terminal's (or ``COLUMNS``), within what reads well."""
        return max(_NARROW, min(shutil.get_terminal_size((_UNKNOWN, 24)).columns, _WIDE))

    @property
    def unread(self) -> bool:
        """Whether nobody reads stdout (any more)."""
        return self._out is None

    def show(self, lines: Iterable[Line]) -> None:
        """Write ``lines`` to stdout, painted where that is possible."""
        lines = list(lines)
        if self._painted:
            with suppress(ImportError):
                from tidewaiter.cli.terminal import ansi  # rich is optional

                self.write(ansi(lines))
                return
        self.write(plain(lines))

    def write(self, text: str) -> None:
        """Write ``text`` to stdout as it is; nothing once nobody reads it any more (``| head``)."""
        if self._out is None:
            return
        try:
            if not _written(self._out, text, BrokenPipeError):
                self._out = None
        except OSError as error:
            raise Stop(f"standard output: {error.strerror}") from error

    def remark(self, sentence: str) -> None:
        """Write one line to stderr, escaped and cut."""
        line = visible(sentence, limit=_SENTENCE)
        if self._bar is not None:
            self._bar.print_above(line)
        elif self._err is not None and not _written(self._err, line + "\n", OSError):
            self._err = None  # a full disk, too: incidents are worth more than what is said of them

    def complain(self, sentence: str) -> None:
        """Write the one line that says why a command ends."""
        self.remark(f"tidewaiter: {sentence}")

    @contextmanager
    def progress(self) -> Iterator[Bar | None]:
        """Show a bar on stderr while inside; ``None`` if that is no terminal or rich is missing."""
        if self._err is None or not self._err.isatty():
            yield None
            return
        try:
            from tidewaiter.cli.terminal import progress_bar  # rich is optional
        except ImportError:
            yield None
            return
        with progress_bar(self._err) as bar:
            self._bar = bar
            try:
                yield bar
            finally:
                self._bar = None


def _written(stream: TextIO, text: str, harmless: type[OSError]) -> bool:
    """Whether ``text`` could be written; if not, let the interpreter's last flush go nowhere."""
    try:
        stream.write(text)
        stream.flush()
    except harmless:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        with suppress(UnsupportedOperation):  # a stream in memory
            os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        return False
    return True
