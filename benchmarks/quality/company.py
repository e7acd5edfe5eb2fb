"""A month of a company that ships all day on three clouds, and hides nothing."""

import random
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from benchmarks.quality import cast, nights
from benchmarks.quality.amazon import Amazon
from benchmarks.quality.cast import BUILD_NETWORK, CLOUDS, OFFICE, Actor, Cloud, Picture, Repository
from benchmarks.quality.deliveries import Log
from benchmarks.quality.google import PROJECT, Google
from benchmarks.quality.interface import Provider
from benchmarks.quality.local import Local
from benchmarks.quality.microsoft import Microsoft

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAYS = 30
OFTEN = 1  # hours between two builds of the busiest repositories
PEOPLE = 200
REPOSITORIES = 20  # of each cloud
TEAMS = 5
_CLI = "aws-cli/2.15.30 Python/3.11.6 Linux/6.1.0 exe/x86_64"
_SDK = "Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux#6.1.0 lang/python#3.11.6"
_PACKER = "HashiCorp/1.0 Packer/1.10.0"
_GCLOUD = "google-cloud-sdk gcloud/475.0.0 command/gcloud.compute.images.create,gzip(gfe)"


class Company:
    """Everybody and everything, and what they do on a day."""

    def __init__(self, seed: int, people: int = PEOPLE) -> None:
        self.log = Log(seed)
        self.dice = self.log.dice
        self.azure = Microsoft(self.log)
        self.local = Local(self.log)
        self.clouds: dict[Cloud, Provider] = {
            "aws": Amazon(self.log),
            "azure": self.azure,
            "gcp": Google(self.log),
        }
        self.people = people
        self.homes = [cast.home(self.dice) for _ in range(people)]
        self.keys = [cast.key(self.dice) for _ in range(people)]
        self.machines: dict[tuple[Cloud, str], Actor] = {}
        self.repositories = [one for cloud in CLOUDS for one in self._repositories(cloud)]
        self.floor = cast.layers(self.dice, 3)
        self.golden: dict[Cloud, list[str]] = {cloud: [] for cloud in CLOUDS}
        self.old: dict[str, list[Picture]] = {}

    def person(self, cloud: Cloud, number: int, place: str | None = None) -> Actor:
        """An employee, who sits in the office, works from home, or is at ``place``."""
        name = f"dev-{number:03}"
        addresses = (place,) if place else (f"{OFFICE}{number % 250 + 1}", self.homes[number])
        return Actor(
            name=name if cloud == "aws" else f"{name}@example.com",
            kind="person",
            key=self.keys[number],
            addresses=addresses,
            agent=_GCLOUD if cloud == "gcp" else _CLI,
        )

    def machine(self, cloud: Cloud, name: str, *, hosted: bool = False) -> Actor:
        """A pipeline or service, on agents of our own or on hosted ones."""
        known = self.machines.get((cloud, name))
        if known is None:
            full = {
                "aws": name,
                "azure": cast.identifier(random.Random(name)),
                "gcp": f"{name}@{PROJECT}.iam.gserviceaccount.com",
            }[cloud]
            known = Actor(
                name=full,
                kind="pipeline",
                key=cast.key(self.dice),
                addresses=() if hosted else (f"{BUILD_NETWORK}{len(self.machines) + 10}",),
                agent=_PACKER if name == "packer" else _GCLOUD if cloud == "gcp" else _CLI,
            )
            self.machines[cloud, name] = known
        return known

    @property
    def builders(self) -> tuple[str, ...]:
        """The applications that build in Azure, whose names say nothing."""
        return tuple(one.name for (cloud, _), one in self.machines.items() if cloud == "azure")

    def of(self, cloud: Cloud, cadence: str | None = None) -> list[Repository]:
        """The repositories of a cloud."""
        return [
            one
            for one in self.repositories
            if one.cloud == cloud and cadence in {None, one.cadence}
        ]

    def _repositories(self, cloud: Cloud) -> list[Repository]:
        return [self._repository(cloud, number) for number in range(REPOSITORIES)]

    def _repository(self, cloud: Cloud, number: int) -> Repository:
        team = number % TEAMS
        cadences = ("often", *["daily"] * 12, *["weekly"] * 4, "hand", "hand", "hand")
        return Repository(
            name=f"team{team}/service{number}",
            cloud=cloud,
            cadence=cadences[number],  # type: ignore[arg-type]
            builder=self.machine(cloud, f"ci-team{team}", hosted=team % 2 == 1),
            platforms=2 if number % 4 == 1 else 1,
            floor=cast.layers(self.dice, 3),
        )

    # What happens.

    def live(self, day: int) -> None:
        """One day of everybody."""
        today = START + timedelta(days=day)
        working = today.weekday() < 5
        for repository in self.repositories:
            self._builds(repository, today, working=working)
        for cloud in CLOUDS:
            nights.nightly(self, cloud, today)
            if working:
                self._readers(cloud, today)
            if today.weekday() == 4:
                self._release(cloud, today)
        self._at_home(today)

    def _builds(self, repository: Repository, today: datetime, *, working: bool) -> None:
        cadence = repository.cadence
        if cadence == "often":
            for hour in range(0, 24, OFTEN):
                self.build(repository, today + timedelta(hours=hour, minutes=5))
        elif cadence == "daily" and working:
            for _ in range(self.dice.randrange(1, 3)):
                self.build(repository, today + self.between(8, 17))
        elif cadence == "weekly" and today.weekday() == 2:
            self.build(repository, today + self.between(8, 17))
        elif cadence == "hand" and working and self.dice.random() < 0.6:
            number = self.dice.choice(self.owners(repository))
            self.push_by_hand(repository, self.person(repository.cloud, number), today)

    def owners(self, repository: Repository) -> range:
        """The people who push to it by hand."""
        at = self.repositories.index(repository)
        return range(at, at + 3)

    def build(self, repository: Repository, time: datetime) -> None:
        """A pipeline pulls its cache, builds, pushes a numbered tag, moves ``latest``, deploys."""
        cloud, who = self.clouds[repository.cloud], repository.builder
        address = who.address(self.dice)
        cloud.login(who, time, address)
        if repository.latest and repository.platforms == 1:
            cloud.pull(who, time + timedelta(seconds=20), repository, "latest")
        if self.dice.random() < 0.05:  # the base was renewed
            repository.floor = cast.layers(self.dice, 3)
        image = cast.built(self.dice, repository.floor, repository.platforms)
        repository.number += 1
        time += timedelta(minutes=4)
        cloud.push(who, time, repository, image, f"build-{repository.number}")
        cloud.retag(who, time + timedelta(seconds=12), repository, image, "latest")
        if self.dice.random() < 0.03:  # tried again
            cloud.retag(who, time + timedelta(seconds=60), repository, image, "latest")
        repository.latest = image
        self.old.setdefault(f"{repository.cloud} {repository.name}", []).append(image)
        if repository.cadence != "often" or repository.number % 6 == 0:
            self.deploy(repository, time + timedelta(minutes=3), image, "latest")

    def deploy(self, repository: Repository, time: datetime, image: Picture, tag: str) -> None:
        """The company's deployment, and a node that pulls."""
        cloud = self.clouds[repository.cloud]
        deployer = self.machine(repository.cloud, "deployer")
        cloud.deploy(deployer, time, repository, image, tag)
        node = self.machine(repository.cloud, "node-prod")
        cloud.login(node, time + timedelta(seconds=9), node.addresses[0])
        cloud.pull(node, time + timedelta(seconds=15), repository, tag)

    def push_by_hand(self, repository: Repository, who: Actor, today: datetime) -> None:
        """Somebody pushes what they built on their laptop."""
        cloud, time = self.clouds[repository.cloud], today + self.between(9, 18)
        image = cast.built(self.dice, repository.floor)
        cloud.login(who, time, who.address(self.dice))
        cloud.push(who, time + timedelta(minutes=5), repository, image, "dev")
        repository.latest = image

    def _release(self, cloud: Cloud, today: datetime) -> None:
        """On Fridays what was built is promoted: one content, two more tags."""
        who, time = self.machine(cloud, "release"), today + timedelta(hours=18)
        for repository in self.of(cloud, "daily")[:4]:
            if repository.latest:
                self.clouds[cloud].login(who, time, who.addresses[0])
                version = f"v1.{time.isocalendar().week}"
                for tag in (version, "stable"):
                    time += timedelta(seconds=20)
                    self.clouds[cloud].retag(who, time, repository, repository.latest, tag)
                self.deploy(repository, time + timedelta(minutes=2), repository.latest, "stable")

    def _readers(self, cloud: Cloud, today: datetime) -> None:
        """Developers pull what they work on; a few have scripts that list."""
        for number in self.dice.sample(range(self.people), self.people // 6):
            who = self.person(cloud, number)
            address, time = who.address(self.dice), today + self.between(8, 19)
            repository = self.of(cloud)[number % REPOSITORIES]
            self.clouds[cloud].login(who, time, address)
            self.clouds[cloud].pull(who, time + timedelta(seconds=30), repository, "latest")
            if number % 40 == 0:
                script = replace(who, agent=_SDK, engine="python-requests/2.31.0")
                time += timedelta(hours=1)
                self.clouds[cloud].enumerate(script, time, [repository.name], address)

    def _at_home(self, today: datetime) -> None:
        """The registry in the company's own network gets its nightly builds."""
        who = replace(self.machine("aws", "ci-local"), addresses=("10.1.2.3",))
        for name in ("plant/gateway", "plant/panel"):
            time = today + timedelta(hours=1)
            self.local.push(who, time, name, cast.built(self.dice, self.floor), "latest")

    def between(self, first: int, last: int) -> timedelta:
        """Some time of the day between two hours."""
        return timedelta(seconds=self.dice.randrange(first * 3600, last * 3600))
