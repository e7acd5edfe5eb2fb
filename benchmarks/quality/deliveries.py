"""What the company's clouds log, who knows the truth about it, and how it is delivered.

Every act of an attack happens in an odd second, and everything else in an even one.  So the truth
about a finding is told by its time, whatever feed it came from.
"""

import gzip
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

Json = dict[str, Any]

# Where the records of a feed stand in a delivery: under this name, or each on a line of its own.
ENVELOPES = {
    "cloudtrail": "Records",
    "acr": "records",
    "activity": "records",
    "aks": "records",
}


class Label(Struct, kw_only=True, eq=False):
    """The truth about some acts: an attack, or ordinary work that is easily taken for one."""

    scenario: str
    attack: bool = True
    began: datetime | None = None
    implanted: datetime | None = None
    seconds: set[int] = set()


class Log:
    """All that is logged, by feed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.feeds: dict[str, list[tuple[datetime, Json]]] = {}
        self.labels: list[Label] = []
        self._label: Label | None = None
        self._taken: dict[int, Label] = {}

    @contextmanager
    def labelled(self, label: Label) -> Iterator[None]:
        """What is logged inside belongs to ``label``."""
        if label not in self.labels:
            self.labels.append(label)
        self._label = label
        yield
        self._label = None

    def at(self, time: datetime) -> datetime:
        """Return the nearest later time at which the next act may happen."""
        time = time.replace(microsecond=0)
        odd = int(time.timestamp()) % 2 == 1
        label = self._label
        if odd == (label is None):
            time += timedelta(seconds=1)
        if label is not None:
            while self._taken.get(int(time.timestamp()), label) is not label:
                time += timedelta(seconds=2)
            self._taken[int(time.timestamp())] = label
            label.seconds.add(int(time.timestamp()))
            label.began = min(label.began or time, time)
        return time

    def label_of(self, time: datetime) -> Label | None:
        """Return the truth about what happened at ``time``; ``None`` for everyday work."""
        return self._taken.get(int(time.timestamp()))

    def add(self, feed: str, time: datetime, record: Json) -> None:
        """Log a record of something that happened at ``time``."""
        self.feeds.setdefault(feed, []).append((time, record))

    @property
    def records(self) -> int:
        """How many there are."""
        return sum(len(found) for found in self.feeds.values())

    def write(self, folder: Path) -> None:
        """Write delivery files: some records come twice, some hours late, and few in order."""
        dice = random.Random(self.dice.random())
        for feed, entries in self.feeds.items():
            arriving = [(time + _delay(dice), record) for time, record in entries]
            again = [(time + _delay(dice), one) for time, one in entries if dice.random() < 0.02]
            days: dict[str, list[Json]] = {}
            for time, record in sorted([*arriving, *again], key=lambda entry: entry[0]):
                days.setdefault(time.date().isoformat(), []).append(record)
            for day, records in days.items():
                path = folder / f"{feed}-{day}.json.gz"
                path.write_bytes(gzip.compress(_delivery(feed, records), compresslevel=1, mtime=0))


def _delay(dice: random.Random) -> timedelta:
    late = dice.random() < 0.03
    return timedelta(seconds=dice.randrange(3600, 80_000) if late else dice.randrange(900))


def _delivery(feed: str, records: list[Json]) -> bytes:
    name = ENVELOPES.get(feed)
    if name:
        return json.dumps({name: records}).encode()
    return "\n".join(json.dumps(record) for record in records).encode()
