"""What `tidewaiter show` knows of a subject, however it is spelled."""

from datetime import timedelta

import pytest

from tests.laws.company import ALICE, CI, DAY_ZERO, HOST, by, event, history, image
from tidewaiter.history import show
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity
from tidewaiter.pipeline import Pipeline
from tidewaiter.settings import Settings

IMPLANT = image("prod/web", "latest", 3)


@pytest.fixture(scope="module")
def memory() -> ProcessMemory:
    """A memory of the quiet days, and of alice's implant."""
    filled = ProcessMemory()
    pipeline = Pipeline(filled)
    who = by(ALICE, "docker/26.1", "203.0.113.9")
    login = event(1, DAY_ZERO, Activity.REGISTRY_LOGIN, **who)
    later = DAY_ZERO + timedelta(minutes=9)
    push = event(2, later, Activity.IMAGE_PUSHED, images=(IMPLANT,), **who)
    for one in [*history(), login, push]:
        pipeline.take(one)
    return filled


@pytest.mark.parametrize(
    "subject",
    [
        IMPLANT.digest,
        str(IMPLANT.digest).removeprefix("sha256:"),
        f"{HOST}/prod/web@{IMPLANT.digest}",
        "alice",
        ALICE.id,
        "AKIAALICE",
        f"{ALICE.id}@today",
    ],
)
def test_every_spelling_leads_to_the_push(memory: ProcessMemory, subject: str) -> None:
    """Digest, reference, name, ARN, key and session all show the incident and the push."""
    found = show(memory, Settings(), subject)
    assert [one.principals for one in found.incidents] == [(ALICE.id,)]
    assert found.timeline[-1].event_id == "e2"


@pytest.mark.parametrize(
    "subject", ["prod/web:latest", f"{HOST}/prod/web:latest", "prod/web", f"{HOST}/prod/web"]
)
def test_a_tag_shows_all_that_it_pointed_to(memory: ProcessMemory, subject: str) -> None:
    """The whole history of the tag, or the repository: eight quiet pushes, and the implant."""
    found = show(memory, Settings(), subject)
    assert [moment.event_id for moment in found.timeline][-2:] == ["e10070", "e2"]
    assert len(found.timeline) == 9


def test_an_incident_shows_itself(memory: ProcessMemory) -> None:
    """By its id, an incident is told alone, with its own timeline."""
    (incident,) = show(memory, Settings(), "alice").incidents
    found = show(memory, Settings(), incident.id)
    assert (found.incidents, found.timeline) == ((incident,), incident.timeline)


def test_a_subject_nobody_saw_has_no_history(memory: ProcessMemory) -> None:
    """What the memory does not hold is empty, not an error."""
    found = show(memory, Settings(), "nobody")
    assert (found.incidents, found.timeline) == ((), ())


def test_what_was_purged_is_not_shown() -> None:
    """A point may outlive the record that it points to; then there is nothing to show."""
    filled = ProcessMemory()
    pipeline = Pipeline(filled)
    who = by(CI, "docker/26.1", "203.0.113.9")
    pipeline.take(event(1, DAY_ZERO, Activity.IMAGE_PUSHED, images=(IMPLANT,), **who))
    for topic in [topic for topic in filled._topics if topic.startswith("act ")]:
        del filled._topics[topic]
    assert show(filled, Settings(), str(IMPLANT.digest)).timeline == ()
