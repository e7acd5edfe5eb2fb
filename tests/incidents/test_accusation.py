"""Findings before they are told."""

from tests.laws.company import ALICE, DAY_ZERO, by, event, image
from tidewaiter.detectors.interface import Claim
from tidewaiter.detectors.tag_moved import DETECTOR
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.model import Activity


def accusation(reason: str) -> Accusation:
    """Something said about a push."""
    what = (image("prod/web", "latest", 0),)
    who = by(ALICE, "docker/26.1", "203.0.113.9")
    push = event(1, DAY_ZERO, Activity.IMAGE_PUSHED, images=what, **who)
    return Accusation(push, DETECTOR, Claim(reason=reason))


def test_accusations_are_equal_that_say_the_same() -> None:
    """However often an act is judged."""
    assert accusation("because") == accusation("because")
    assert accusation("because") != accusation("perhaps")
    assert accusation("because") != "because"
    assert len({accusation("because"), accusation("because")}) == 1
