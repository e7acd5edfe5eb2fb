"""What was held back, for people: each finding with the reason why it is not told."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tidewaiter.outputs.brevity import Brevity
from tidewaiter.outputs.layout import Line, Role, block, titled

if TYPE_CHECKING:
    from tidewaiter.incidents.grouping import HeldBack


def held(findings: "Sequence[HeldBack]", width: int) -> Iterator[Line]:
    """Tell ``findings``, which are in order of time, under their dates."""
    brief = Brevity([text for one in findings for text in (one.reason, one.why)])
    count = f"{len(findings):,} finding{'' if len(findings) == 1 else 's'} not told"
    yield from titled("HELD BACK", Role.LABEL, count, width)
    day = None
    for one in findings:
        if one.time.date() != day:
            day = one.time.date()
            yield ((f"  {day} UTC", Role.TIME),)
        said = [f"{one.reason} ({one.detector})", f"held back: {one.why}"]
        yield from block(f"{one.time:%H:%M:%S}", list(map(brief, said)), width, role=Role.TIME)
