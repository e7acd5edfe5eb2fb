"""Settings that change while a worker runs."""

from datetime import UTC, datetime

import pytest

from tests.live.letterboxes import Clock
from tidewaiter.errors import Unavailable
from tidewaiter.live.tuning import LiveSettings
from tidewaiter.memory.interface import Memory, Point
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Severity
from tidewaiter.settings import Settings
from tidewaiter.topics import SETTINGS

LOW, HIGH = '[notify]\nat = "low"\n', '[notify]\nat = "high"\n'
BROKEN = '[notify]\nat = "loud"\n'
REASON = "notify.at: invalid enum value 'loud'"


class File:
    """A file that somebody edits; ``None`` while it cannot be had."""

    def __init__(self, text: str | None) -> None:
        self.text = text
        self.reads = 0
        self.down = False

    def __call__(self) -> str | None:
        """Read it."""
        self.reads += 1
        if self.down:
            raise Unavailable("s3: down")
        return self.text


def live(file: File, memory: Memory | None = None) -> tuple[LiveSettings, Clock]:
    """Settings, and the clock that they look at."""
    clock = Clock(datetime(2026, 4, 1, tzinfo=UTC))
    return LiveSettings(file, memory or ProcessMemory(), clock), clock


def test_without_a_file_the_defaults_hold() -> None:
    """Nothing has to be written."""
    assert live(File(None))[0].current().settings.notify.at is Severity.HIGH


def test_a_change_holds_within_five_minutes() -> None:
    """The file is read again after four, and not at each delivery."""
    file = File(LOW)
    settings, clock = live(file)
    assert settings.current().settings.notify.at is Severity.LOW
    file.text = HIGH
    clock.move(minutes=3)
    assert settings.current().settings.notify.at is Severity.LOW
    assert file.reads == 1
    clock.move(minutes=1)
    assert settings.current().settings.notify.at is Severity.HIGH


def test_broken_settings_are_refused_while_the_last_good_ones_stay() -> None:
    """The reason is said at each look until somebody mends them."""
    file = File(LOW)
    settings, clock = live(file)
    settings.current()
    file.text = BROKEN
    clock.move(minutes=4)
    assert settings.current().settings.notify.at is Severity.LOW
    assert REASON in (settings.current().refused or "")
    file.text = HIGH
    clock.move(minutes=4)
    assert settings.current().refused is None


def test_a_worker_that_starts_with_broken_settings_works_as_its_like_do() -> None:
    """The last that were accepted anywhere are in the memory."""
    memory = ProcessMemory()
    live(File(LOW), memory)[0].current()
    found = live(File(BROKEN), memory)[0].current()
    assert found.settings.notify.at is Severity.LOW
    assert REASON in (found.refused or "")


def test_what_an_older_release_accepted_is_passed_over() -> None:
    """After an upgrade that refuses it, the worker starts, and says why."""
    memory = ProcessMemory()
    live(File(LOW), memory)[0].current()
    later = datetime(2026, 4, 2, tzinfo=UTC)
    memory.add((Point(SETTINGS, "older", later, "", BROKEN),))
    found = live(File(BROKEN), memory)[0].current()
    assert found.settings.notify.at is Severity.LOW
    memory.purge(later)
    found = live(File(BROKEN), memory)[0].current()
    assert (found.settings, REASON in (found.refused or "")) == (Settings(), True)


def test_settings_that_were_never_good_are_the_defaults() -> None:
    """Detection goes on; the reason is said."""
    found = live(File(BROKEN))[0].current()
    assert found.settings.notify.at is Severity.HIGH
    assert REASON in (found.refused or "")


def test_a_file_that_cannot_be_had_changes_nothing() -> None:
    """What is known, here or to others, holds, and it is said why; who knows nothing must come
    again.
    """
    file, memory = File(LOW), ProcessMemory()
    settings, clock = live(file, memory)
    settings.current()
    file.down = True
    clock.move(minutes=4)
    found = settings.current()
    assert (found.settings.notify.at, found.refused) == (Severity.LOW, "s3: down")
    assert live(file, memory)[0].current() == found
    with pytest.raises(Unavailable):
        live(file)[0].current()


def test_settings_whose_files_cannot_be_used_are_refused() -> None:
    """What only an attempt shows is refused, too."""
    file = File('[geolocation]\ncountry = "missing.mmdb"\n')
    assert "missing.mmdb" in (live(file)[0].current().refused or "")
