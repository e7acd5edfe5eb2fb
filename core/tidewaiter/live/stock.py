"""Taking stock: what is there is learned part by part, in as many slices as it takes.

A part is a repository, or all machine images of a region, or the like.  A function that may run
for minutes learns as many as it can, in the order of their names; the next goes on behind the last.
A part that did not change within a week is only looked at: what was learned of it is still known.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tidewaiter.errors import Malformed, Unavailable
from tidewaiter.inventory import Place, Thing, read
from tidewaiter.learning_inventory import learn_inventory
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import short_hash
from tidewaiter.pipeline import Pipeline

_PROGRESS = "inventory"
_EACH = timedelta(hours=20)  # a nightly schedule may drift
_AGAIN = timedelta(days=7)  # far below the 40 days after which what was learned is forgotten
_SPARE = timedelta(minutes=1)


class Part(Struct, frozen=True, kw_only=True):
    """What is listed and learned at once: ``name`` orders parts, and stays the same.

    ``look`` returns listings as the provider's command line prints them, without what changes by
    itself; ``look_closer`` is given these, and returns more of them (manifests).  Both may raise
    :class:`~tidewaiter.errors.Unavailable`.
    """

    name: str
    place: Place
    look: Callable[[], Iterable[bytes]]
    look_closer: Callable[[Sequence[bytes]], Iterable[bytes]] = lambda _: ()


class Stock:
    """One slice, for ``Worker.learn``; ``remarks`` are sentences about parts that were left out,
    as they could not be listed: they are tried again the next time.
    """

    def __init__(
        self,
        memory: Memory,
        parts: Callable[[], Iterable[Part]],
        seconds_left: Callable[[], float],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._memory = memory
        self._parts = parts
        self._left = seconds_left
        self._clock = clock
        self._learned: list[Point] = []
        self.remarks: list[str] = []
        self.whole = True

    def __call__(self, pipeline: Pipeline) -> int:
        """Learn what there is time for; return how many things that were.

        Raises :class:`Unavailable` when the memory does not answer, while another slice is at it,
        and when not even the names of the parts can be listed.
        """
        after = self._begin()
        if after is None:
            return 0
        count, last = 0, after
        for part in sorted(self._parts(), key=lambda one: one.name):
            if part.name <= after:
                continue
            if self._left() <= 0:
                self.whole = False
                break
            count += self._learn(part, pipeline)
            last = part.name
        if self.whole or last != after:
            self._learned.append(self._point(_PROGRESS, "" if self.whole else last))
        return count

    def finish(self) -> None:
        """Remember how far it came, once what it showed was told: before, it would be lost."""
        self._memory.add(self._learned)
        self._learned.clear()

    def _begin(self) -> str | None:
        """Return behind which part to go on; ``None`` if stock was taken lately."""
        now = self._clock()
        known = self._memory.recall((_PROGRESS,), *EVER)[_PROGRESS]
        last = known[-1] if known else None
        if last and not last.value and last.time > now - _EACH:
            return None
        until = now + timedelta(seconds=max(0, self._left())) + _SPARE
        if not self._memory.claim(_PROGRESS, until, now):
            raise Unavailable("another function takes stock")
        return last.value if last else ""

    def _learn(self, part: Part, pipeline: Pipeline) -> int:
        topic = f"{_PROGRESS} {part.name}"
        seen = self._asked(part, part.look)
        state = short_hash(*(one.decode() for one in seen)) if seen else ""
        if not seen or self._is_known(topic, state):
            return 0
        closer = self._asked(part, lambda: part.look_closer(seen))
        if closer is None:
            return 0
        things = self._things(part, [*seen, *closer])
        # Read before, it may show what was pushed since; then that push would be no move.
        count = learn_inventory(pipeline, [(self._clock(), things)])
        self._learned.append(self._point(topic, state))
        return count

    def _asked(self, part: Part, ask: Callable[[], Iterable[bytes]]) -> list[bytes] | None:
        """Return all listings; ``None`` with a remark if they cannot be had now."""
        try:
            return list(ask())
        except Unavailable as error:
            self.remarks.append(f"{part.name}: {error}")
            return None

    def _is_known(self, topic: str, state: str) -> bool:
        now = self._clock()
        known = self._memory.recall((topic,), now - _AGAIN, now)[topic]
        return bool(known) and known[-1].value == state

    def _things(self, part: Part, listings: Iterable[bytes]) -> list[Thing]:
        things: list[Thing] = []
        for raw in listings:
            try:
                things += read(raw, part.place)
            except Malformed as error:
                self.remarks.append(f"{part.name}: {error}")
        return things

    def _point(self, topic: str, value: str) -> Point:
        now = self._clock()
        return Point(topic, value, now, short_hash(topic, value, now.isoformat()))
