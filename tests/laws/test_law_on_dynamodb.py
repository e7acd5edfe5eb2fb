"""The law of memory on DynamoDB, where two workers share a table and nothing else.

Days are short, and nothing happened before them: moto looks at every item of a table to find one.
"""

from random import Random

from hypothesis import given, settings

from tests.aws.tables import memory_in, new_table
from tests.laws.company import DAYS, SETTINGS
from tests.laws.test_law_of_memory import SEEDS, told
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Event
from tidewaiter.pipeline import Pipeline


@given(day=DAYS.map(lambda day: day[:8]), seed=SEEDS)
@settings(max_examples=4, deadline=None)
def test_two_workers_tell_what_a_replay_tells(day: list[Event], seed: int) -> None:
    """In any order, by workers that do not know what the other wrote, the same is told."""
    random = Random(seed)
    table = new_table()
    workers = [Pipeline(memory_in(table), SETTINGS) for _ in range(2)]
    for one in random.sample(day, len(day)):
        random.choice(workers).take(one)
    alone = Pipeline(ProcessMemory(), SETTINGS)
    for one in sorted(day, key=lambda event: (event.time, event.act, event.id)):
        alone.take(one)
    assert told(*workers) == told(alone)
