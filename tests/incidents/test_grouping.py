"""Which findings become one incident."""

from datetime import timedelta

from msgspec.structs import replace

from tests.laws.company import ALICE, BOB, DAY_ZERO, HOST, by, event
from tidewaiter.detectors import DETECTORS
from tidewaiter.findings import Incident
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event, Grant, Image, Principal, PrincipalKind, Workload
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


def test_a_replica_that_runs_is_the_image_that_was_implanted() -> None:
    """ECR copies an implant to another region by itself, and there it starts: one story."""
    implant = push(50, ALICE, 0, "2.0")
    (pushed,) = implant.images
    copied = replace(pushed, registry=HOST.replace("eu-west-1", "eu-central-1"))
    later = [implant.time + timedelta(minutes=minutes) for minutes in (1, 9)]
    replicated = event(51, later[0], Activity.IMAGE_COPIED, images=(copied,), origin=pushed)
    workload = Workload("ecs service", "web", "prod")
    run = event(52, later[1], Activity.WORKLOAD_DEPLOYED, images=(copied,), workload=workload)
    (incident,) = told(*known(1), implant, replicated, run)
    assert [one.detector for one in incident.findings] == [
        "unfamiliar-pusher",
        "pushed-outside-pipeline",
        "suspicious-image-deployed",
    ]
    assert told(*known(1), run, replicated, implant) == [incident]


def test_an_image_joins_two_people() -> None:
    """What two people did to one image is one story, however far apart."""
    (incident,) = told(share(1, ALICE, "ami-1"), share(2, BOB, "ami-1", 100))
    assert incident.principals == (ALICE.id, BOB.id)


def test_two_that_turn_out_to_be_one_merge() -> None:
    """The smaller id survives, and the incident knows the other."""
    apart = told(share(1, ALICE, "ami-1"), share(2, BOB, "ami-2"))
    (whole,) = told(share(1, ALICE, "ami-1"), share(2, BOB, "ami-2"), share(3, BOB, "ami-1"))
    assert (whole.id, *whole.merged) == tuple(sorted(one.id for one in apart))


def look(number: int, who: Principal, day: float = 0) -> list[Event]:
    """Somebody looks through the registry."""
    told = by(who, "Boto3/1.34 Botocore/1.34", "203.0.113.9")
    time = DAY_ZERO + timedelta(days=day)
    seen = [Image(registry=HOST, repository=f"r{place}") for place in range(12)]
    return [
        event(
            number + place,
            time + timedelta(seconds=place),
            Activity.REGISTRY_LISTED,
            images=(what,),
            **told,
        )
        for place, what in enumerate(seen)
    ]


def groups(*events: Event) -> list[list[str]]:
    """The detectors of each incident that alice has a part in."""
    return [
        [one.detector for one in incident.findings]
        for incident in told(*known(1), *events)
        if ALICE.id in incident.principals
    ]


def test_a_look_through_a_registry_waits_for_the_first_image() -> None:
    """What its principal does to an image within two weeks is one story with it; the next image,
    days later, is another one.
    """
    shares = share(50, ALICE, "ami-1", 24 * 10), share(51, ALICE, "ami-2", 24 * 12)
    assert groups(*look(100, ALICE), *shares) == [
        ["registry-enumerated", "image-shared"],
        ["image-shared"],
    ]


def test_a_look_through_a_registry_does_not_wait_for_ever() -> None:
    """After two weeks, by somebody else, or before the look, an image is a story of its own."""
    assert groups(*look(100, ALICE), share(50, ALICE, "ami-1", 24 * 15)) == [
        ["registry-enumerated"],
        ["image-shared"],
    ]
    assert groups(*look(100, ALICE), share(50, BOB, "ami-1", 24 * 2)) == [["registry-enumerated"]]
    assert groups(share(50, ALICE, "ami-1", -48), *look(100, ALICE)) == [
        ["image-shared"],
        ["registry-enumerated"],
    ]


def test_two_looks_are_one_story_once_there_is_an_image() -> None:
    """Days apart they are two, until what they were for is known."""
    looks = [*look(100, ALICE), *look(200, ALICE, 3)]
    assert groups(*looks) == [["registry-enumerated"], ["registry-enumerated"]]
    assert groups(*looks, share(50, ALICE, "ami-1", 24 * 6)) == [
        ["registry-enumerated", "registry-enumerated", "image-shared"]
    ]


def test_a_late_look_joins_the_story_of_an_image() -> None:
    """The record of the look may come after that of the image: what is told is the same."""
    looks, shared = look(100, ALICE), share(50, ALICE, "ami-1", 24 * 10)
    assert groups(shared, *looks) == groups(*looks, shared)


def test_a_pipelines_incidents_are_only_related() -> None:
    """One role's two incidents of a day stay two, and point to each other."""
    first, second = told(share(1, OLD_ROLE, "ami-1"), share(2, OLD_ROLE, "ami-2", 1))
    assert (first.related, second.related) == ((second.id,), (first.id,))


def test_a_pipelines_incidents_of_different_days_are_not_related() -> None:
    """Nothing connects what one role did weeks apart."""
    incidents = told(share(1, OLD_ROLE, "ami-1"), share(2, OLD_ROLE, "ami-2", 500))
    assert [incident.related for incident in incidents] == [(), ()]


def test_a_role_of_its_own_is_told_for_each_of_few_repositories() -> None:
    """A pipeline that has a repository of its own, and is new to five others, is told for each."""
    own = [push(2000 + day, NEW_ROLE, 9, f"1.{day}", day - 8) for day in range(6)]
    new = [push(place, NEW_ROLE, place, "2.0") for place in range(5)]
    incidents = told(*known(5), *own, *new)
    assert [[one.event_id for one in incident.findings] for incident in incidents] == [
        ["e0"],
        ["e1"],
        ["e2"],
        ["e3"],
        ["e4"],
    ]


def test_a_role_that_replaces_another_one_is_told_once() -> None:
    """All that it ever pushed to the other one pushed to: two repositories, and two days, are one
    story.
    """
    new = (push(0, NEW_ROLE, 0, "2.0"), push(1, NEW_ROLE, 1, "2.0", 1.5))
    (incident,) = told(*known(2), *new)
    assert [one.event_id for one in incident.findings] == ["e0", "e1"]
    assert incident.title == (
        "role ci-new (key …-NEW) pushed to 2 repositories where role ci-old did"
    )


def test_a_role_that_replaces_another_one_in_one_repository_is_told_by_its_image() -> None:
    """One repository is no story of a succession yet."""
    (incident,) = told(*known(2), push(0, NEW_ROLE, 0, "2.0"))
    assert incident.title == "r0:2.0 was pushed by a principal that never pushed there"


def test_braces_in_the_name_of_a_role_stay_what_they_are() -> None:
    """Whoever names a role chooses a text, and no place to be filled in."""
    odd = replace(OLD_ROLE, name="role ci-{old}")
    old = [replace(one, principal=odd) for one in known(2)]
    (incident,) = told(*old, *(push(place, NEW_ROLE, place, "2.0") for place in range(2)))
    assert incident.title.endswith("pushed to 2 repositories where role ci-{old} did")


def test_a_new_role_of_many_repositories_is_told_once() -> None:
    """A renamed role is new to six repositories in a day: one incident says so."""
    (incident,) = told(*known(6), *(push(place, NEW_ROLE, place, "2.0") for place in range(6)))
    assert len(incident.findings) == 6


def test_a_new_role_that_moves_many_tags_is_told_once() -> None:
    """Even if it moves tags there: one incident, and its title says what happened."""
    (incident,) = told(*known(6), *(push(place, NEW_ROLE, place, "1.0") for place in range(6)))
    assert {finding.detector for finding in incident.findings} == {"tag-moved", "unfamiliar-pusher"}
    assert incident.title == (
        "role ci-new (key …-NEW) pushed to 6 repositories where role ci-old did"
    )


def test_a_role_new_to_the_repositories_of_many_is_told_once() -> None:
    """Where it replaces nobody, so many repositories in a day are one story of their own."""
    own = [push(2000 + day, NEW_ROLE, 9, f"1.{day}", day - 8) for day in range(6)]
    (incident,) = told(
        *known(6), *own, *(push(place, NEW_ROLE, place, "2.0") for place in range(6))
    )
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
