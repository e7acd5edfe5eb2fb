"""Cases: what providers logged, and what one detector must make of the last record of it.

A case is ``tests/cases/<detector>/<source>-<fires|quiet|held>-<what>.json``.  It is a list of raw
records in the order of their arrival, or an object of these members:

- ``settings``: the text of a ``tidewaiter.toml``;
- ``finding``: members that the finding must have (``{"severity": "low"}``);
- ``earlier``: how many findings there are about earlier records (none if it is left out);
- ``records``: the list.

A record that is nothing without its wrapper is written ``{"context": {...}, "record": {...}}``.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from tidewaiter.findings import Finding
from tidewaiter.incidents.grouping import HeldBack, Told
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Event
from tidewaiter.pipeline import Pipeline
from tidewaiter.settings import Settings, parse_settings
from tidewaiter.sources import SOURCES, Context
from tidewaiter.sources.interface import record_of

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(FOLDER.glob("*/*.json"))
NAME = re.compile(r"(?P<source>\w+)-(?P<verdict>fires|quiet|held)-[\w-]+")


class _Written(Struct, forbid_unknown_fields=True):
    records: list[Raw]
    settings: str = ""
    finding: dict[str, object] = {}
    earlier: int = 0


class _Wrapped(Struct, forbid_unknown_fields=True):
    context: Context
    record: Raw


class Case(Struct, frozen=True):
    """One case, understood by the sources."""

    detector: str
    source: str
    verdict: str
    events: tuple[Event, ...]
    settings: Settings
    finding: dict[str, object]
    earlier: int

    @property
    def last(self) -> Event:
        """The event that the detector must notice, or not."""
        return self.events[-1]


def read_case(path: Path) -> Case:
    """Read a case; its name says which detector it is for, and what is expected."""
    written = msgspec.json.decode(path.read_bytes(), type=list[Raw] | _Written)
    case = _Written(written) if isinstance(written, list) else written
    named = NAME.fullmatch(path.stem)
    assert named is not None, f"{path.name} says not what is expected"
    return Case(
        detector=path.parent.name,
        source=named["source"],
        verdict=named["verdict"],
        events=tuple(_understand(raw) for raw in case.records),
        settings=parse_settings(case.settings),
        finding=case.finding,
        earlier=case.earlier,
    )


def _understand(raw: Raw) -> Event:
    record = record_of(raw)
    if record.fields.keys() == {"context", "record"}:
        wrapped = msgspec.json.decode(raw, type=_Wrapped)
        record = record_of(wrapped.record, wrapped.context)
    (source,) = (source for source in SOURCES if source.claims(record))
    event = source.read(record)
    assert isinstance(event, Event), f"{event} tells a detector nothing"
    return event


def judge(events: Iterable[Event], settings: Settings = Settings()) -> Told:
    """Let a pipeline with an empty memory take ``events`` in this order."""
    pipeline = Pipeline(ProcessMemory(), settings, clock=lambda: datetime(2100, 1, 1, tzinfo=UTC))
    for event in events:
        pipeline.take(event)
    assert pipeline.bugs == {}
    return pipeline.told()


def findings(told: Told, detector: str) -> list[Finding]:
    """What ``detector`` found."""
    every = (finding for incident in told.incidents for finding in incident.findings)
    return [finding for finding in every if finding.detector == detector]


def held_back(told: Told, detector: str) -> list[HeldBack]:
    """What ``detector`` would have found, were enough familiar."""
    return [held for held in told.held_back if held.detector == detector]
