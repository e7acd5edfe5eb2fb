"""Asking services: again while it may help, until there is no more patience."""

from typing import ClassVar

import pytest

from tidewaiter import asking
from tidewaiter.asking import Failures, Pace, Unfinished
from tidewaiter.errors import Unavailable


class Busy(Exception):  # noqa: N818 - it will pass
    """The service is too busy, and may say for how long."""


class Refused(Exception):  # noqa: N818 - as services say it
    """The service does not want us."""


class Asking(asking.Asking, frozen=True):
    """What the errors of a made-up service mean."""

    failures: ClassVar = Failures(
        (Busy, Refused),
        passes=lambda error: isinstance(error, Busy),
        reason=lambda error: f"{type(error).__name__}: {error}",
        wished=lambda error: float(str(error)) if str(error).isdecimal() else 0.0,
    )


class Service:
    """Raises its troubles one after the other, then answers; ``slept`` are the pauses between."""

    def __init__(self, *troubles: Exception, patience: float = 10.0) -> None:
        self.troubles = list(troubles)
        self.slept: list[float] = []
        self.asking = Asking(lambda: patience, lambda: sum(self.slept), self.slept.append)

    def ask(self) -> str:
        """Ask for an answer."""
        return self.asking.ask("a service", self._answer)

    def _answer(self) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        return "well"


def test_what_passes_is_asked_again() -> None:
    """After short pauses, or after as long as the service wishes."""
    service = Service(Busy(""), Unfinished("half of it"), Busy("3"))
    assert service.ask() == "well"
    assert len(service.slept) == 3
    assert max(service.slept[:2]) <= 0.1
    assert service.slept[2] == 3


def test_what_does_not_pass_is_said_at_once() -> None:
    """With whom it was and why."""
    service = Service(Refused("0"))
    with pytest.raises(Unavailable, match=r"^a service: Refused: 0$"):
        service.ask()
    assert service.slept == []


def test_patience_ends() -> None:
    """No pause begins that ends behind it."""
    service = Service(*[Busy("4")] * 9, patience=10.0)
    with pytest.raises(Unavailable, match=r"^a service: not answered within 10 seconds: Busy: 4$"):
        service.ask()
    assert service.slept == [4, 4]


def test_what_is_no_failure_of_the_service_is_not_caught() -> None:
    """A fault of ours is a fault of ours."""
    with pytest.raises(ZeroDivisionError):
        Service(ZeroDivisionError()).ask()


def test_calls_are_spread_evenly() -> None:
    """Whoever was slow by himself need not wait."""
    slept: list[float] = []
    times = iter([0.0, 0.0, 0.125, 9.0])
    pace = Pace(per_second=8, clock=lambda: next(times), sleep=slept.append)
    for _ in range(4):
        pace.wait()
    assert slept == [0.125, 0.125]
