"""What people decided about incidents: acknowledged, resolved, or a false positive.

A decision is a point like all others, and so are the findings that it was about: whoever closes an
incident closes what was known of it.  Anything new opens it again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tidewaiter import topics
from tidewaiter.findings import Decision
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import short_hash

ACKNOWLEDGED, RESOLVED, FALSE_POSITIVE = "acknowledged", "resolved", "false-positive"
CLOSED = frozenset({RESOLVED, FALSE_POSITIVE})

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Decision)


def points_of(incident_id: str, decision: Decision, findings: Iterable[str]) -> list[Point]:
    """Return what is remembered of ``decision``; ``findings`` are the ids that it was about."""
    time, note = decision.time, _encoder.encode(decision).decode()
    act = f"decision {short_hash(incident_id, note)}"
    made = Point(topics.decision(incident_id), decision.status, time, act, note)
    settled = topics.settled(incident_id)
    return [made, *(Point(settled, finding, time, act) for finding in findings)]


def decisions(memory: Memory, ids: Sequence[str]) -> tuple[Decision, ...]:
    """Return all that was decided about an incident under any of its ``ids``, in order of time."""
    known = memory.recall(map(topics.decision, ids), *EVER)
    points = sorted((point for found in known.values() for point in found), key=_order)
    return tuple(_decoder.decode(point.note) for point in points)


def _order(point: Point) -> tuple[datetime, str, str]:
    return point.order


def unsettled(memory: Memory, ids: Sequence[str], findings: Iterable[str]) -> set[str]:
    """Return which of ``findings`` were not known when the incident was closed."""
    known = memory.recall(map(topics.settled, ids), *EVER)
    return set(findings) - {point.value for found in known.values() for point in found}


def decided(
    memory: Memory,
    ids: Sequence[str],
    made: Sequence[Decision],
    findings: Iterable[tuple[str, bool]],
) -> str | None:
    """Return the status by what people decided; ``None`` if they did not, or something is new.

    ``findings`` are ids, and whether they only say that the image runs: where that it was implanted
    is a false positive, so is every further start of it.
    """
    last = made[-1].status if made else None
    if last not in CLOSED:
        return last
    harmless = last == FALSE_POSITIVE
    counting = (finding for finding, of_use in findings if not (of_use and harmless))
    return None if unsettled(memory, ids, counting) else last
