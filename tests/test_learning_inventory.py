"""What an inventory changes: the first poisoning of a long-standing tag is seen as a move."""

from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.laws.company import (
    ALICE,
    BOB,
    CI,
    DAY_ZERO,
    DAYS,
    HOST,
    by,
    event,
    history,
    image,
    index,
)
from tidewaiter.findings import Incident
from tidewaiter.history import show
from tidewaiter.incidents.grouping import Told
from tidewaiter.inventory import Thing
from tidewaiter.learning_inventory import learn_inventory
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event, Image, Principal, Workload
from tidewaiter.pipeline import Pipeline
from tidewaiter.settings import Settings

TAKEN = DAY_ZERO - timedelta(hours=1)
LONG_AGO = TAKEN - timedelta(days=300)
LATEST = image("prod/web", "latest", 1)


def thing(what: Image, since: datetime | None = LONG_AGO, **said: object) -> Thing:
    """What a listing tells of an image."""
    return Thing(provider="aws", images=(what,), since=since, **said)  # type: ignore[arg-type]


def push(what: Image, who: Principal = ALICE, number: int = 1, hours: float = 0) -> Event:
    """Somebody pushes."""
    time = DAY_ZERO + timedelta(hours=hours)
    said = by(who, "docker/26.1", "203.0.113.9")
    return event(number, time, Activity.IMAGE_PUSHED, images=(what,), **said)


def told(things: list[Thing], *events: Event, late: bool = False) -> Told:
    """What is told of ``events`` by a pipeline that knows ``things``, before or after."""
    pipeline = Pipeline(ProcessMemory())
    if not late:
        learn_inventory(pipeline, [(TAKEN, things)])
    for one in events:
        pipeline.take(one)
    if late:
        learn_inventory(pipeline, [(TAKEN, things)])
    return pipeline.told()


def found(incidents: list[Incident]) -> set[str]:
    """Which detectors spoke of more than what is worth recording."""
    return {
        finding.detector
        for incident in incidents
        for finding in incident.findings
        if finding.severity.rank > 0
    }


@pytest.mark.parametrize("late", [False, True])
def test_the_first_poisoning_of_a_long_standing_tag_is_a_move(late: bool) -> None:
    """On day one, without any history, whenever the inventory is learned; the advice is to go
    back to what it listed.
    """
    result = told([thing(LATEST)], push(image("prod/web", "latest", 9)), late=late)
    assert "tag-moved" in found(result.incidents)
    (incident,) = result.incidents
    assert any(str(LATEST.digest) in step for step in incident.next_steps)
    assert "tag-moved" not in found(told([], push(image("prod/web", "latest", 9))).incidents)


@pytest.mark.parametrize("since", [TAKEN - timedelta(days=1), None])
def test_where_things_move_one_waits_until_a_pusher_is_known(since: datetime | None) -> None:
    """A tag that moved of late may be moved by anybody, until those who do were seen."""
    moved = push(image("prod/web", "latest", 9), hours=30)
    alone = told([thing(LATEST, since)], moved)
    assert "tag-moved" not in found(alone.incidents)
    assert "tag-moved" in {one.detector for one in alone.held_back}
    usual = push(image("prod/web", "2.0", 7), who=BOB, number=2)
    assert "tag-moved" in found(told([thing(LATEST, since)], usual, moved).incidents)


def test_day_one_is_no_storm() -> None:
    """A pipeline may always have pushed there: its first moves are held back, and then it is
    known for them.
    """
    pushes = [
        push(image("prod/web", "latest", 20 + day), who=CI, number=day, hours=24.5 * day)
        for day in range(8)
    ]
    assert "tag-moved" not in found(told([thing(LATEST)], *pushes).incidents)


def test_a_known_pusher_moves_what_nobody_is_known_for() -> None:
    """An inventory does not say who put something there: the tag is nobody else's."""
    earlier = push(image("prod/web", "2.0", 7), who=BOB, number=2)
    moved = push(image("prod/web", "latest", 9), who=BOB, number=3, hours=30)
    assert "tag-moved" not in found(told([thing(LATEST)], earlier, moved).incidents)


def test_the_same_content_again_is_no_move() -> None:
    """Whoever pushes what is there already changes nothing."""
    assert found(told([thing(LATEST)], push(LATEST)).incidents) == set()


def test_layers_appended_to_a_listed_image_are_seen() -> None:
    """The parent's layers come from its manifest in the inventory."""
    result = told([thing(image("prod/web", None, 1))], push(image("prod/web", "new", 2)))
    assert "layers-appended" in found(result.incidents)


def test_a_later_listing_without_times_hides_none() -> None:
    """What describe-images told stays known when repositories are listed after it."""
    pipeline = Pipeline(ProcessMemory())
    later = TAKEN + timedelta(minutes=5)
    bare = thing(Image(HOST, "prod/web"), None)
    learn_inventory(pipeline, [(TAKEN, [thing(LATEST)])])
    learn_inventory(pipeline, [(later, [bare])])
    pipeline.take(push(image("prod/web", "latest", 9)))
    assert "tag-moved" in found(pipeline.incidents())


def test_nothing_listed_is_nothing_learned() -> None:
    """An inventory without a file leaves the memory as it is."""
    assert learn_inventory(Pipeline(ProcessMemory()), []) == 0


def test_a_tag_runs_what_the_inventory_says() -> None:
    """A task definition names a tag, which points to an image of which the log told something."""
    bad = image("prod/web", "canary", 9)
    definition = "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7"
    defined = Workload("ecs task definition", "web:7", definition=definition)
    service = Workload("ecs service", "web", "prod", definition=definition)
    implanted = replace(push(bad), time=TAKEN - timedelta(hours=1))
    deployed = event(5, DAY_ZERO, Activity.WORKLOAD_DEPLOYED, workload=service)
    pipeline = Pipeline(ProcessMemory())
    for one in [*history(), implanted]:
        pipeline.take(one)
    things = [
        thing(replace(bad, tag="stable"), None),
        thing(Image(HOST, "prod/web", "stable"), None, workload=defined),
    ]
    learn_inventory(pipeline, [(TAKEN, things)])
    pipeline.take(deployed)
    assert "suspicious-image-deployed" in found(pipeline.incidents())


def test_a_late_inventory_shows_what_ran_the_moved_tag() -> None:
    """The move and the use of what it brought are both judged again."""
    workload = Workload("ecs service", "web", "prod")
    bad = image("prod/web", "latest", 9)
    run = event(7, DAY_ZERO + timedelta(hours=1), Activity.WORKLOAD_DEPLOYED)
    run = replace(run, images=(bad,), workload=workload)
    early, late = (
        told([thing(LATEST)], push(bad), run, late=late).incidents for late in (False, True)
    )
    assert msgspec.json.encode(early) == msgspec.json.encode(late)
    assert "suspicious-image-deployed" in found(late)


def test_what_runs_may_start_anew_with_something_else() -> None:
    """An inventory between a move and the next start of what runs the tag hides neither."""
    workload = Workload("ecs service", "web", "prod")
    implanted = push(image("prod/web", "latest", 9), hours=-2)
    run = event(7, DAY_ZERO, Activity.WORKLOAD_DEPLOYED, workload=workload)
    run = replace(run, images=(Image(HOST, "prod/web", "latest"),))
    pipeline = Pipeline(ProcessMemory())
    for one in [*history(), implanted]:
        pipeline.take(one)
    learn_inventory(pipeline, [(TAKEN, [thing(LATEST, workload=workload)])])
    pipeline.take(run)
    assert "suspicious-image-deployed" in found(pipeline.incidents())


def test_what_runs_is_known_from_day_one() -> None:
    """The publisher of an image that runs already is none that was never used there."""
    cache = Image("quay.io", "example/cache", "7", f"sha256:{'7' * 64}")
    workload = Workload("ecs service", "cache", "prod")
    run = event(1, DAY_ZERO, Activity.WORKLOAD_DEPLOYED, images=(cache,), workload=workload)
    running = thing(cache, TAKEN, workload=workload, account=run.account)
    machine = thing(
        Image(machine_image="ami-0123456789abcdef0"),
        workload=Workload("ec2 instance", "i-0123456789abcdef0"),
    )
    known, unknown = told([running, machine], run), told([], run)
    assert [one.detector for one in unknown.held_back] == ["unfamiliar-image-deployed"]
    assert known.held_back == []


def test_what_is_there_can_be_asked_for_by_its_name() -> None:
    """A machine image's name leads to its id, and its number to the same image."""
    memory = ProcessMemory()
    pipeline = Pipeline(memory)
    gold = Image(machine_image="projects/shop/global/images/gold", name="gold", children=("123",))
    learn_inventory(pipeline, [(TAKEN, [thing(gold)])])
    assert pipeline.archive.family("123") == {"123", gold.machine_image}
    assert show(memory, Settings(), "gold").timeline == ()


LISTED = [
    thing(LATEST),
    thing(image("prod/web", "1.4", 2)),
    thing(index("prod/api", "latest", 0), None),
    thing(image("prod/api", "1.4", 3), TAKEN - timedelta(hours=3)),
    thing(image("prod/web", "latest", 1), workload=Workload("ecs service", "web", "prod")),
]


@given(day=DAYS, seed=st.integers(0, 2**32), known=st.booleans())
@settings(max_examples=100, deadline=None)
def test_when_an_inventory_is_learned_does_not_show(
    day: list[Event], seed: int, known: bool
) -> None:
    """Before, within or after the day that it was taken before: the same is told."""
    before = history() if known else []
    random = Random(seed)
    place = random.randrange(len(day) + 1)
    early, within = Pipeline(ProcessMemory()), Pipeline(ProcessMemory())
    for pipeline in (early, within):
        for one in before:
            pipeline.take(one)
    learn_inventory(early, [(TAKEN, LISTED)])
    for one in sorted(day, key=lambda event: (event.time, event.act, event.id)):
        early.take(one)
    shuffled = random.sample(day, len(day))
    for one in shuffled[:place]:
        within.take(one)
    learn_inventory(within, [(TAKEN, LISTED)])
    for one in shuffled[place:]:
        within.take(one)
    assert said(within) == said(early)


def said(pipeline: Pipeline) -> list[bytes]:
    """Everything that is told or held back."""
    result = pipeline.told()
    return [
        *map(msgspec.json.encode, result.incidents),
        *map(msgspec.json.encode, result.held_back),
    ]
