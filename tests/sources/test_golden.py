"""Golden pairs: a record as a provider ships it, beside what we must understand of it.

``tests/samples/<source>/<case>.json`` is the record (after its wrappers), ``<case>.expected.json``
is one of ``{"event": {...}}``, ``{"ignored": "kind"}`` or ``{"malformed": "$.path"}``, with an
optional ``"context"``.  ``"rest"`` beside ``"ignored"`` is what becomes of it when the whole log is
asked for, in the same form.
"""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tidewaiter.errors import Malformed
from tidewaiter.model import Event
from tidewaiter.sources import SOURCES, Context, Ignored, Record, source_of
from tidewaiter.sources.interface import record_of

SAMPLES = Path(__file__).parent.parent / "samples"
CASES = sorted(
    path for path in SAMPLES.glob("*/*.json") if not path.name.endswith(".expected.json")
)


def understood(raw: bytes, context: Context) -> dict[str, object]:
    """What the sources make of ``raw``, in the form of an expectation file."""
    record = record_of(raw, context)
    claimants = [source for source in SOURCES if source.claims(record)]
    assert len(claimants) == 1, [source.name for source in claimants]
    assert source_of(record) is claimants[0], f"NAMES knows no mark of {claimants[0].name}"
    found = answer(claimants[0].read, record)
    if "ignored" in found and claimants[0].rest:
        found["rest"] = answer(claimants[0].rest, record)
    return found


def answer(read: Callable[[Record], Event | Ignored], record: Record) -> dict[str, object]:
    """What one reader makes of ``record``."""
    try:
        found = read(record)
    except Malformed as error:
        return {"malformed": error.path}
    if isinstance(found, Ignored):
        return {"ignored": found.kind}
    return {"event": json.loads(msgspec.json.encode(found))}


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_record_is_understood_as_written_beside_it(case: Path) -> None:
    """Each sample gives exactly the event, the ignored kind or the malformed path beside it."""
    expected = json.loads(case.with_suffix(".expected.json").read_text())
    context = msgspec.convert(expected.pop("context", {}), Context)
    assert understood(case.read_bytes(), context) == expected


def test_every_source_has_samples() -> None:
    """A source without a golden pair is not finished."""
    assert {source.name for source in SOURCES} == {case.parent.name for case in CASES}
