"""What every detector is: metadata for people, and two pure functions.

``facts(event)`` says what to remember of an event; ``check(event, seen)`` says what is wrong with
it, given what was seen before.  Neither touches a store, a clock or the network.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from tidewaiter.acts import TWIN
from tidewaiter.detectors.evidence import Evidence
from tidewaiter.findings import Confidence
from tidewaiter.memory.interface import Point
from tidewaiter.model import Activity, Client, Event, Image, Outcome, Severity
from tidewaiter.settings import Settings
from tidewaiter.settings.values import duration
from tidewaiter.tag_history import History

SETTLE = timedelta(hours=24)  # nothing younger than this is familiar
FAMILIAR = timedelta(days=90)  # nothing older than this is


class Story(Struct, frozen=True):
    """What a pipeline does in several repositories at once, and is one thing: ``name`` is what all
    claims of it share, and ``of_many`` says it of ``{count}`` repositories.
    """

    name: str
    of_many: str


class Claim(Struct, frozen=True, kw_only=True):
    """What a detector says about the event it was shown.

    ``subject`` completes the finding's identity where one act may have several.  ``held`` is the
    reason why it is held back (and only counted): the familiarity that would decide is not there
    yet. ``previous`` is the image that was there before, as one would roll back to it.
    What is said in one ``story`` is one incident, whichever images it is about.
    """

    reason: str
    image: Image | None = None
    subject: str = ""
    severity: Severity | None = None  # None: the detector's own
    confidence: Confidence | None = None
    held: str | None = None
    previous: str | None = None
    story: Story | None = None


class Seen(Protocol):
    """What is remembered, as the judged event may see it.

    Points of one act are given once, at their earliest.  Lists are in order of time.
    """

    settings: Settings

    def before(self, topic: str, span: timedelta = FAMILIAR) -> Sequence[Point]:
        """Points strictly before the event, at most ``span`` before it."""

    def aged(self, topic: str, span: timedelta = FAMILIAR) -> Sequence[Point]:
        """Points that count as familiar: at least ``SETTLE`` before the event."""

    def moves(self, topic: str) -> History:
        """What a tag pointed to (a topic of ``tag_of``), each move once, in order of time."""

    def event(self, point: Point) -> Event | None:
        """The event that a point was made of, where it is kept."""

    def client(self) -> Client | None:
        """The client behind the event: its login's, where the provider hides it."""

    def suspicions(self, key: str) -> Sequence[tuple[Event, "Detector", Claim]]:
        """What other detectors said, of what happened before the event to the image with this key.

        Only those that give evidence are asked, and only what is more than information is told.
        """


def remembers_nothing(event: Event) -> Iterable[Point]:
    """For detectors that need only what the journal keeps (see ``tidewaiter.sightings``)."""
    del event
    return ()


class Detector(Struct, frozen=True, kw_only=True):
    """One detector; ``id`` is a kebab-case statement of what happened, and is never reused.

    ``judges`` are the activities that ``check`` is shown; ``facts`` is shown every event.
    ``needs`` is what logs must tell, or it is blind.
    ``revisits(event)`` names topics whose *later* points belong to events that must be judged
    again because this one arrived after them.  ``steps`` and ``quiet_if`` are sentences for the
    responder; the names in braces are filled from the finding, and a sentence whose name is
    unknown is left out.  ``window`` and ``threshold`` are defaults: ``check`` asks
    :func:`window_of` and :func:`threshold_of` for those that hold.
    """

    id: str
    title: str
    headline: str  # the incident's title when this finding leads it
    techniques: tuple[str, ...]
    machine_techniques: tuple[str, ...] = ()  # where it is about a machine image, if other ones
    providers: frozenset[str]
    needs: frozenset[Evidence]
    judges: frozenset[Activity]
    severity: Severity
    confidence: Confidence
    false_positives: tuple[str, ...]
    blind_spots: tuple[str, ...]
    steps: tuple[str, ...]
    quiet_if: str
    references: tuple[str, ...]
    check: Callable[[Event, Seen], Iterable[Claim]]
    facts: Callable[[Event], Iterable[Point]] = remembers_nothing
    revisits: Callable[[Event], Iterable[str]] = lambda _: ()
    span: timedelta = FAMILIAR  # how long after the event others may have to be judged again
    slack: timedelta = 2 * TWIN  # and before it: 0 where all records of an act have one time
    window: timedelta | None = None  # within which things belong together; operators may tune it
    threshold: int | None = None  # of how many; operators may tune it
    tells_of_use: bool = False  # it says that an image runs, not that it was implanted
    outcome: Outcome = Outcome.SUCCESS  # of what facts, revisits and check are shown
    accompanies: bool = False  # as information, it is told only in stories that others begin
    judges_place: bool = False  # it compares networks itself: being outside makes it no graver
    evidence: bool = True  # what it says makes an image suspicious to others
    per_day: bool = False  # about principal and repository: one incident a day
    of_many: str = "pushed to {count} repositories for the first time"  # what is said of such a day


def weight(detector: Detector, claim: Claim) -> Severity:
    """Return the severity that counts: one step lower for low confidence."""
    severity = claim.severity or detector.severity
    unsure = (claim.confidence or detector.confidence) is Confidence.LOW
    return severity.step(-1) if unsure else severity


def window_of(detector: Detector, settings: Settings) -> timedelta:
    """Return the window that holds: the operator's, or the detector's own."""
    text = settings.tuning(detector.id).window
    if text is not None:
        return duration(text, f"detectors.{detector.id}.window")
    return detector.window or timedelta(0)


def threshold_of(detector: Detector, settings: Settings) -> int:
    """Return the threshold that holds: the operator's, or the detector's own."""
    return settings.tuning(detector.id).threshold or detector.threshold or 1
