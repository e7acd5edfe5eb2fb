"""The examples as a queue brings them, and what a memory knows that saw the beginning of one."""

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.aws.invocations import on_bus
from tests.live.letterboxes import delivery, worker
from tidewaiter.findings import Incident
from tidewaiter.intake import Intake
from tidewaiter.memory.interface import EVER, Memory
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Event
from tidewaiter.pipeline import Pipeline
from tidewaiter.reading.reader import Bad

EXAMPLES = Path(__file__).parents[2] / "examples"


def bodies(folder: str) -> list[Any]:
    """The messages that would have brought an example, in order: each CloudTrail record as
    EventBridge delivers it, and what came by another way as it came.
    """
    found = [
        one
        for path in sorted((EXAMPLES / folder).rglob("*"))
        if path.is_file() and path.suffix != ".md"
        for told in _values(path)
        for one in _messages(told)
    ]
    return sorted(found, key=_time)


def _time(told: Any) -> datetime:
    """When the first event of a message was; what is no event to us comes first."""
    return min((event.time for event in events([told])), default=EVER[0])


def _values(path: Path) -> list[Any]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in text.splitlines()]
    whole = json.loads(text)
    return whole if isinstance(whole, list) else [whole]


def _messages(told: Any) -> list[Any]:
    match told:
        case {"Records": [{"body": str()}, *_] as queued}:
            return [json.loads(one["body"]) for one in queued]
        case {"Records": [*records]}:
            return [on_bus(one) for one in records]
    return [told]


def _refuse(bad: Bad) -> None:
    raise AssertionError(bad)


def events(told: Sequence[Any]) -> list[Event]:
    """The events of messages, in the order in which they stand there."""
    intake = Intake(_refuse)
    return [
        event
        for number, one in enumerate(told)
        for event in intake.delivered(str(number), [json.dumps(one).encode()])
    ]


def remember(memory: Memory, before: Sequence[Any]) -> None:
    """Put into ``memory`` what it would know after the messages ``before``.

    They are judged where that is fast; what is remembered is then copied point by point.
    """
    fast = ProcessMemory()
    raw = [json.dumps(one).encode() for one in before]
    assert worker(fast).work([delivery(one, str(n)) for n, one in enumerate(raw)]).well
    memory.add(point for points in fast._topics.values() for point in points)


def replayed(all_bodies: Sequence[Any]) -> list[Incident]:
    """The incidents of a replay."""
    pipeline = Pipeline(ProcessMemory())
    for event in events(all_bodies):
        pipeline.take(event)
    return pipeline.told(datetime.now(UTC)).incidents
