"""What is rare, is nobody's attack, and looks like one."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from benchmarks.quality import cast
from benchmarks.quality.cast import CLOUDS, OFFICE, Repository
from benchmarks.quality.company import START, Company
from benchmarks.quality.deliveries import Label


def do(company: Company, day: int) -> None:
    """Do what happens on this very day."""
    for when, scenario, work in _REMARKABLE:
        if day == when:
            with company.log.labelled(Label(scenario=scenario, attack=False)):
                work(company, START + timedelta(days=day))


def hot_fix(company: Company, today: datetime) -> None:
    """Somebody on call pushes by hand; at night from home, by day from the office."""
    cloud = CLOUDS[today.day // 12 % 3]
    number = 190 + today.day % 3
    place = company.homes[number] if today.weekday() > 2 else f"{OFFICE}77"
    who, repository = company.person(cloud, number, place), company.of(cloud, "daily")[5]
    provider, time = company.clouds[cloud], today + timedelta(hours=21)
    provider.login(who, time, place)
    provider.pull(who, time + timedelta(minutes=1), repository, "latest")
    image = cast.built(company.dice, cast.layers(company.dice, 3))
    time += timedelta(minutes=40)
    provider.push(who, time, repository, image, f"hotfix-{today.day}")
    time += timedelta(minutes=3)
    company.deploy(repository, time, image, f"hotfix-{today.day}")


def join(company: Company, today: datetime) -> None:
    """Somebody new pushes to a repository to which people push."""
    for cloud in CLOUDS:
        number = 150 + today.day
        company.push_by_hand(company.of(cloud, "hand")[0], company.person(cloud, number), today)


def travel(company: Company, today: datetime) -> None:
    """Somebody pushes from a hotel."""
    for cloud in CLOUDS:
        repository = company.of(cloud, "hand")[1]
        number = company.owners(repository)[0]
        who = company.person(cloud, number, cast.home(random.Random(number)))
        company.push_by_hand(repository, who, today)


def rotate(company: Company, today: datetime) -> None:
    """Keys are replaced."""
    del today
    company.keys = [cast.key(company.dice) for _ in company.keys]
    for name, actor in company.machines.items():
        company.machines[name] = replace(actor, key=cast.key(company.dice))


def rename(company: Company, today: datetime) -> None:
    """The role of a team's pipeline gets another name."""
    new = company.machine("aws", "ci-payments")
    for repository in company.of("aws"):
        if repository.builder.name == "ci-team2" and repository.cadence != "hand":
            repository.builder = new
            company.build(repository, today + company.between(8, 17))


def found(company: Company, today: datetime) -> None:
    """A team's pipeline gets a new repository."""
    for cloud in CLOUDS:
        other = company.of(cloud, "daily")[0]
        name = f"team0/new-{cloud}"
        one = Repository(name=name, cloud=cloud, cadence="daily", builder=other.builder)
        company.repositories.append(one)
        company.build(one, today + company.between(8, 17))


def investigate(company: Company, today: datetime) -> None:
    """The security team takes an image of a machine for forensics."""
    who = company.person("aws", 199, f"{OFFICE}99")
    company.clouds["aws"].make(who, today + timedelta(hours=15), "case-17", f"{OFFICE}99")


_REMARKABLE: tuple[tuple[int, str, Callable[[Company, datetime], None]], ...] = (
    (8, "new repository", found),
    (9, "hot-fix", hot_fix),
    (12, "key rotation", rotate),
    (14, "travel", travel),
    (15, "new joiner", join),
    (16, "travel", travel),
    (17, "role renamed", rename),
    (20, "forensic image", investigate),
    (24, "hot-fix", hot_fix),
    (25, "new joiner", join),
)
