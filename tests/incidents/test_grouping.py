"""Which findings become one incident."""

from datetime import timedelta

from tests.laws.company import ALICE, BOB, DAY_ZERO, HOST, by, event
from tidewaiter.detectors import DETECTORS
from tidewaiter.findings import Incident
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event, Grant, Image, Principal, PrincipalKind
from tidewaiter.pipeline import Pipeline

OLD_ROLE = Principal(id="arn:aws:iam::111122223333:role/ci-old", name="role ci-old")
NEW_ROLE = Principal(id="arn:aws:iam::111122223333:role/ci-new", name="role ci-new")


def known(repositories: int) -> list[Event]:
    """The old role pushed to each repository on six days."""
    return [
        push(1000 + day * 100 + place, OLD_ROLE, place, f"1.{day}", day - 8)
        for day in range(6)
        for place in range(repositories)
    ]


def push(number: int, who: Principal, place: int, tag: str, day: float = 0) -> Event:
    """One push of new content under a new tag."""
    what = Image(registry=HOST, repository=f"r{place}", tag=tag, digest=f"sha256:{number:064x}")
    time = DAY_ZERO + timedelta(days=day, seconds=place)
    told = by(who, "AWS Internal", "AWS Internal")
    return event(number, time, Activity.IMAGE_PUSHED, images=(what,), **told)


def share(number: int, who: Principal, ami: str, hours: float = 0) -> Event:
    """Somebody shares an image abroad."""
    time = DAY_ZERO + timedelta(hours=hours)
    told = by(who, "aws-cli/2.15", "203.0.113.9")
    grants = (Grant("account", "444455556666"),)
    images = (Image(machine_image=ami),)
    return event(number, time, Activity.IMAGE_SHARED, images=images, grants=grants, **told)


def told(*events: Event) -> list[Incident]:
    """What is told of all of ``events``, without what only accompanies the rest."""
    detectors = [one for one in DETECTORS if not one.accompanies]
    pipeline = Pipeline(ProcessMemory(), detectors=detectors)
    for one in events:
        pipeline.take(one)
    return pipeline.incidents()


def test_one_persons_findings_of_a_day_are_one_incident() -> None:
    """Two images shared by alice within a day are one story, a third two days later another."""
    incidents = told(
        share(1, ALICE, "ami-1"), share(2, ALICE, "ami-2", 23), share(3, ALICE, "ami-3", 48)
    )
    assert [[one.event_id for one in incident.findings] for incident in incidents] == [
        ["e1", "e2"],
        ["e3"],
    ]


def test_an_image_joins_two_people() -> None:
    """What two people did to one image is one story, however far apart."""
    (incident,) = told(share(1, ALICE, "ami-1"), share(2, BOB, "ami-1", 100))
    assert incident.principals == (ALICE.id, BOB.id)


def test_two_that_turn_out_to_be_one_merge() -> None:
    """The smaller id survives, and the incident knows the other."""
    apart = told(share(1, ALICE, "ami-1"), share(2, BOB, "ami-2"))
    (whole,) = told(share(1, ALICE, "ami-1"), share(2, BOB, "ami-2"), share(3, BOB, "ami-1"))
    assert (whole.id, *whole.merged) == tuple(sorted(one.id for one in apart))


def test_a_pipelines_incidents_are_only_related() -> None:
    """One role's two incidents of a day stay two, and point to each other."""
    first, second = told(share(1, OLD_ROLE, "ami-1"), share(2, OLD_ROLE, "ami-2", 1))
    assert (first.related, second.related) == ((second.id,), (first.id,))


def test_a_pipelines_incidents_of_different_days_are_not_related() -> None:
    """Nothing connects what one role did weeks apart."""
    incidents = told(share(1, OLD_ROLE, "ami-1"), share(2, OLD_ROLE, "ami-2", 500))
    assert [incident.related for incident in incidents] == [(), ()]


def test_a_new_role_of_few_repositories_is_told_for_each() -> None:
    """A pipeline that is new to five repositories makes an incident for each."""
    incidents = told(*known(5), *(push(place, NEW_ROLE, place, "2.0") for place in range(5)))
    assert [[one.event_id for one in incident.findings] for incident in incidents] == [
        ["e0"],
        ["e1"],
        ["e2"],
        ["e3"],
        ["e4"],
    ]


def test_a_new_role_of_many_repositories_is_told_once() -> None:
    """A renamed role is new to six repositories in a day: one incident says so."""
    (incident,) = told(*known(6), *(push(place, NEW_ROLE, place, "2.0") for place in range(6)))
    assert len(incident.findings) == 6


def test_a_new_role_that_moves_many_tags_is_told_once() -> None:
    """Even if it moves tags there: one incident, and its title says what happened."""
    (incident,) = told(*known(6), *(push(place, NEW_ROLE, place, "1.0") for place in range(6)))
    assert {finding.detector for finding in incident.findings} == {"tag-moved", "unfamiliar-pusher"}
    assert incident.title == "role ci-new (key …-NEW) pushed to 6 repositories for the first time"


def test_a_days_pushes_to_one_repository_are_one_incident() -> None:
    """Whoever is unfamiliar in the morning is not told again at noon."""
    again = push(50, NEW_ROLE, 0, "2.1", 0.2)
    (incident,) = told(*known(1), push(0, NEW_ROLE, 0, "2.0"), again)
    assert [one.event_id for one in incident.findings] == ["e0", "e50"]


def test_the_kind_of_a_principal_decides() -> None:
    """The roles here are pipelines by their names; the people are people."""
    pipeline = Pipeline(ProcessMemory())
    kinds = [
        whole.principal.kind
        for whole in map(pipeline.remember, (push(1, NEW_ROLE, 0, "1"), share(2, ALICE, "ami-1")))
        if whole.principal
    ]
    assert kinds == [PrincipalKind.PIPELINE, PrincipalKind.HUMAN]
