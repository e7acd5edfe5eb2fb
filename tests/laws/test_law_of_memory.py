"""The law of memory, on the unsorted pipeline: what is told is a function of the set of records."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from tests.laws.company import ALICE, DAY_ZERO, DAYS, SETTINGS, by, event, history, image
from tidewaiter.detectors import DETECTORS
from tidewaiter.memory.interface import Memory
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.memory.sqlite import SqliteMemory
from tidewaiter.model import Activity, Event
from tidewaiter.pipeline import Pipeline

M = TypeVar("M", bound=Memory)
LAWS = settings(max_examples=150, deadline=None)
FINDING = settings(max_examples=3000, deadline=None, phases=(Phase.generate,))
SEEDS = st.integers(0, 2**32)
AGENTS_OF_TWO = (("docker/26.1", "192.0.2.10"), ("Boto3/1.34 Botocore/1.34", "192.0.2.10"))


def remembering(memory: M) -> M:
    """Fill ``memory`` with the quiet days before."""
    pipeline = Pipeline(memory, SETTINGS)
    for one in history():
        pipeline.take(one)
    return memory


def told(*pipelines: Pipeline) -> dict[str, bytes]:
    """Everything that the workers tell together, and what they hold back."""
    found = {one.id: msgspec.json.encode(one) for worker in pipelines for one in worker.incidents()}
    held = {repr(one): b"" for worker in pipelines for one in worker.held_back()}
    return found | held


def expected(day: list[Event]) -> dict[str, bytes]:
    """What is told when everything arrives once, in order of time."""
    worker = Pipeline(remembering(ProcessMemory()), SETTINGS)
    for one in sorted(day, key=lambda event: (event.time, event.act, event.id)):
        worker.take(one)
    return told(worker)


@given(day=DAYS, seed=SEEDS)
@LAWS
def test_order_and_repetition_do_not_show(day: list[Event], seed: int) -> None:
    """Any order, with some records delivered twice or thrice, tells the same incidents."""
    random = Random(seed)
    arriving = day + random.choices(day, k=random.randrange(2 * len(day)))
    random.shuffle(arriving)
    worker = Pipeline(remembering(ProcessMemory()), SETTINGS)
    for one in arriving:
        worker.take(one)
    assert told(worker) == expected(day)


@given(day=DAYS, seed=SEEDS)
@LAWS
def test_two_workers_tell_what_one_tells(day: list[Event], seed: int) -> None:
    """Two workers on one memory, interrupted by each other between remembering and judging."""
    random = Random(seed)
    memory = remembering(ProcessMemory())
    workers = Pipeline(memory, SETTINGS), Pipeline(memory, SETTINGS)
    loads: tuple[list[Event], list[Event]] = ([], [])
    for one in random.sample(day, len(day)):
        loads[random.randrange(2)].append(one)
    runs = [steps(worker, load) for worker, load in zip(workers, loads, strict=True)]
    while runs:
        run = random.choice(runs)
        if next(run, "over") == "over":
            runs.remove(run)
    assert told(*workers) == expected(day)


def steps(worker: Pipeline, load: list[Event]) -> Iterator[str]:
    """Take each event in two steps."""
    for one in load:
        whole = worker.remember(one)
        yield "remembered"
        worker.judge(whole)
        yield "judged"


@given(day=DAYS, seed=SEEDS)
@LAWS
def test_a_crash_anywhere_does_not_show(day: list[Event], seed: int) -> None:
    """A worker that stops after any write, and all its records again by another, tell the same."""
    random = Random(seed)
    memory = remembering(ProcessMemory())
    crashing = Pipeline(Crashing(memory, random.randrange(1, 6 * len(day))), SETTINGS)
    for one in random.sample(day, len(day)):
        try:
            crashing.take(one)
        except KeyboardInterrupt:
            break
    again = Pipeline(memory, SETTINGS)
    for one in random.sample(day, len(day)):
        again.take(one)
    assert told(again) == expected(day)


class Crashing(ProcessMemory):
    """Stops the worker in the middle of its n-th write: some points are kept, some are not."""

    def __init__(self, memory: ProcessMemory, writes: int) -> None:
        super().__init__()
        self._topics, self._earliest = memory._topics, memory._earliest
        self._writes = writes

    def add(self, points: object) -> None:
        """Keep half of the points of the last write."""
        given_points = list(points)  # type: ignore[call-overload]
        self._writes -= 1
        if self._writes == 0:
            super().add(given_points[: len(given_points) // 2])
            raise KeyboardInterrupt
        super().add(given_points)


@given(day=DAYS, seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_the_file_remembers_like_the_process(day: list[Event], seed: int) -> None:
    """On SQLite, by two workers with connections of their own, the same is told."""
    random = Random(seed)
    with TemporaryDirectory() as folder:
        memories = [SqliteMemory(Path(folder) / "memory.sqlite") for _ in range(2)]
        remembering(memories[0])
        workers = [Pipeline(memory, SETTINGS) for memory in memories]
        for one in random.sample(day, len(day)):
            random.choice(workers).take(one)
        found = told(*workers)
        for memory in memories:
            memory.close()
    assert found == expected(day)


@given(day=DAYS)
@settings(max_examples=50, deadline=None)
def test_everything_again_changes_nothing(day: list[Event]) -> None:
    """The same day replayed into the same memory is told the same, to the letter."""
    memory = remembering(ProcessMemory())
    runs = []
    for _ in range(2):
        worker = Pipeline(memory, SETTINGS)
        for one in day:
            worker.take(one)
        runs.append(told(worker))
    assert runs[0] == runs[1] == expected(day)


def test_what_comes_late_is_judged_at_the_rim_of_a_window_too() -> None:
    """A window begins with a whole hour, and so it ends for what arrives after it."""
    minute_past = DAY_ZERO + timedelta(hours=12, minutes=1)
    listing = event(0, minute_past, Activity.REGISTRY_LISTED, **by(ALICE, *AGENTS_OF_TWO[0]))
    pushed = (image("prod/web", "latest", 0),)
    push = event(1, DAY_ZERO, Activity.IMAGE_PUSHED, images=pushed, **by(ALICE, *AGENTS_OF_TWO[1]))
    worker = Pipeline(remembering(ProcessMemory()), SETTINGS)
    for one in (listing, push):
        worker.take(one)
    assert told(worker) == expected([listing, push])


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of the day found
@pytest.mark.parametrize("detector", [one.id for one in DETECTORS])
def test_the_laws_are_not_vacuous(detector: str) -> None:
    """Among the days are some on which the detector speaks."""

    def speaks(day: list[Event]) -> bool:
        worker = Pipeline(remembering(ProcessMemory()), SETTINGS)
        for one in day:
            worker.take(one)
        return any(said.detector == detector for one in worker.incidents() for said in one.findings)

    assert speaks(find(DAYS, speaks, settings=FINDING))
