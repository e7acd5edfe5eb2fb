"""Streams, with terminals played by strings."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories import IMPLANT
from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.outputs.layout import plain
from tidewaiter.outputs.text import story

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LINES = story(IMPLANT, 100)
TERMINAL = {"TERM": "xterm-256color"}


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich looks at the process's own environment."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def without_rich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package without its optional part."""
    monkeypatch.delitem(sys.modules, "tidewaiter.cli.terminal", raising=False)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    yield
    sys.modules.pop("tidewaiter.cli.terminal", None)


def shown(out: io.StringIO, environment: dict[str, str]) -> str:
    """What the stream holds after a story."""
    Screen(out, io.StringIO(), environment).show(LINES)
    return out.getvalue()


def test_a_terminal_is_painted() -> None:
    """On a terminal the same words stand in colour."""
    text = shown(Terminal(), TERMINAL)
    assert COLOUR.search(text)
    assert COLOUR.sub("", text) == plain(LINES)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_turned_off(environment: dict[str, str]) -> None:
    """NO_COLOR and a dumb terminal get plain text."""
    assert shown(Terminal(), environment) == plain(LINES)


def test_a_file_is_not_painted() -> None:
    """What is no terminal gets plain text."""
    assert shown(io.StringIO(), TERMINAL) == plain(LINES)


@pytest.mark.usefixtures("without_rich")
def test_without_rich_everything_is_plain() -> None:
    """The optional package is missing: plain text, and no progress bar."""
    assert shown(Terminal(), TERMINAL) == plain(LINES)
    with Screen(io.StringIO(), Terminal(), TERMINAL).progress() as bar:
        assert bar is None


def test_markup_is_not_read() -> None:
    """Square brackets of a log are no commands to the painter."""
    out = Terminal()
    Screen(out, io.StringIO(), TERMINAL).show([(("[red]:whale:[/red]", "plain"),)])
    assert COLOUR.sub("", out.getvalue()) == "[red]:whale:[/red]\n"


def test_progress_is_drawn_on_a_terminal_only() -> None:
    """A bar moves on a terminal and leaves a remark above it; a file gets neither."""
    err = Terminal()
    screen = Screen(io.StringIO(), err, TERMINAL)
    with screen.progress() as bar:
        assert bar is not None
        bar.move("reading", 1, 10)
        bar.move("reading", 2, 10)
        bar.move("judging", 1, 0)
        screen.remark("a\x1b[2J[red]remark")
    screen.remark("after")
    assert "a\\x1b[2J[red]remark" in err.getvalue()
    assert "judging" in err.getvalue()
    assert err.getvalue().endswith("after\n")
    with Screen(io.StringIO(), io.StringIO(), TERMINAL).progress() as bar:
        assert bar is None


def test_a_remark_is_one_short_line() -> None:
    """What a record says in an error neither breaks the line nor fills the screen."""
    err = io.StringIO()
    Screen(io.StringIO(), err, {}).remark("a\nb" * 1000)
    assert err.getvalue().count("\n") == 1
    assert len(err.getvalue()) < 1000


@pytest.mark.parametrize(("columns", "width"), [("20", 60), ("80", 80), ("300", 110)])
def test_the_width_is_what_reads_well(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal's width is taken within limits."""
    monkeypatch.setenv("COLUMNS", columns)
    assert Screen(io.StringIO(), io.StringIO(), {}).width == width


class Closed(io.StringIO):
    """A pipe that nobody reads."""

    def write(self, text: str) -> int:
        """Fail as a pipe does."""
        del text
        raise BrokenPipeError(32, "Broken pipe")


def test_a_reader_that_went_away_is_left_alone() -> None:
    """After a broken pipe nothing more is written, on either stream, and nothing fails."""
    screen = Screen(Closed(), Closed(), {})
    for _ in range(2):
        screen.write("text")
        screen.remark("remark")
    with screen.progress() as bar:
        assert bar is None


def test_a_real_pipe_that_is_closed_ends_quietly() -> None:
    """The process ends with its own status and says nothing when its reader is gone."""
    code = "import sys; from tidewaiter.cli import main; sys.exit(main(['detectors']) or 7)"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "core")},
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (7, b"")


def test_without_streams_nothing_is_written() -> None:
    """A process may be started with both streams closed."""
    screen = Screen(None, None, {})
    screen.show(LINES)
    screen.remark("nobody reads this")
    with screen.progress() as bar:
        assert bar is None


def test_an_ascii_stream_gets_escapes() -> None:
    """A stream that knows only ASCII is written to, with escapes for the rest."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    Screen(out, io.StringIO(), {}).write("a … b\n")
    assert raw.getvalue() == b"a \\u2026 b\n"


class Full(io.StringIO):
    """A file on a full disk."""

    def write(self, text: str) -> int:
        """Fail as a disk does."""
        del text
        raise OSError(28, "No space left on device")


def test_remarks_on_a_full_disk_are_given_up() -> None:
    """What is said on stderr is worth less than the incidents on stdout."""
    out = io.StringIO()
    screen = Screen(out, Full(), {})
    for _ in range(2):
        screen.remark("remark")
    screen.write("incident")
    assert out.getvalue() == "incident"


def test_a_full_disk_under_the_incidents_is_told() -> None:
    """Incidents that cannot be written end the command in one line that says where."""
    with pytest.raises(Stop, match="standard output: No space left on device"):
        Screen(Full(), io.StringIO(), {}).write("incident")
