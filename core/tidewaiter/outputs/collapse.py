"""A timeline as a person would tell it: what repeats is said once, with a count.

An attacker's enumeration is hundreds of calls that differ in one name.  Such a run becomes "alice
listed prod/web, prod/api and 35 more".  What changes an image is never summed up that way, only
exact repeats.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from tidewaiter.findings import Moment

# Activities of which the number matters more than the names.
_BACKGROUND = frozenset(
    {"image.pulled", "image.scanned", "layer.uploaded", "registry.listed", "registry.login"}
)
_NAMES_TOLD = 2
_ENOUGH = 3  # fewer lines than this are told one by one, unless they are equal


class Told(Struct, frozen=True):
    """One line of a story: ``count`` moments from ``first`` to ``last`` in one sentence."""

    first: datetime
    last: datetime
    text: str
    count: int


def collapse(timeline: Iterable[Moment]) -> Iterator[Told]:
    """Yield the moments in their order, runs of similar ones as one."""
    for run in _runs(timeline):
        names = list(dict.fromkeys(run.names))
        if len(names) <= 1 or len(run.moments) >= _ENOUGH:
            yield _told(run.moments, run.sentence(names))
        else:
            for moment in run.moments:
                yield _told([moment], moment.summary)


def _told(moments: list[Moment], text: str) -> Told:
    return Told(moments[0].time, moments[-1].time, text, len(moments))


class _Run:
    """Consecutive moments of one activity whose summaries differ in one word at most."""

    def __init__(self, first: Moment) -> None:
        self.moments = [first]
        self._words = first.summary.split(" ")
        self._varies: int | None = None

    @property
    def names(self) -> list[str]:
        """The differing words; none while all are equal."""
        if self._varies is None:
            return []
        return [moment.summary.split(" ")[self._varies] for moment in self.moments]

    def accepts(self, moment: Moment) -> bool:
        """Add ``moment`` if it is alike."""
        first = self.moments[0]
        words = moment.summary.split(" ")
        if moment.activity != first.activity or len(words) != len(self._words):
            return False
        differing = [at for at, word in enumerate(words) if word != self._words[at]]
        if differing and moment.activity not in _BACKGROUND:
            return False
        if len(differing) > 1 or (differing and self._varies not in (None, differing[0])):
            return False
        self._varies = differing[0] if differing else self._varies
        self.moments.append(moment)
        return True

    def sentence(self, names: list[str]) -> str:
        """The common sentence, with the first of ``names`` and the number of the others."""
        if self._varies is None:
            return self.moments[0].summary
        words = list(self._words)
        told, more = names[:_NAMES_TOLD], len(names) - _NAMES_TOLD
        words[self._varies] = (
            f"{', '.join(told)} and {more} more" if more > 0 else " and ".join(told)
        )
        return " ".join(words)


def _runs(timeline: Iterable[Moment]) -> Iterator[_Run]:
    run: _Run | None = None
    for moment in timeline:
        if run is None or not run.accepts(moment):
            if run is not None:
                yield run
            run = _Run(moment)
    if run is not None:
        yield run
