"""The attacks: what each does, on which evenings, and to what.

Each is a generator that yields the days to wait before it goes on.  ``implanted`` of its label is
the moment from which the image is there.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from benchmarks.quality import cast
from benchmarks.quality.cast import (
    ATTACKER,
    CLOUDS,
    OFFICE,
    Actor,
    Cloud,
    Picture,
    Repository,
)
from benchmarks.quality.company import START, Company
from benchmarks.quality.deliveries import Label

_BOTO = "Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux#6.1.0 lang/python#3.11.6"
_EVENING = timedelta(hours=20)


class Scene:
    """One attack on one repository, by somebody with a stolen (or their own) credential."""

    def __init__(
        self, company: Company, label: Label, repository: Repository, thief: Actor, day: int
    ) -> None:
        self.company = company
        self.dice = company.dice
        self.label = label
        self.repository = repository
        self.provider = company.clouds[repository.cloud]
        self.thief = thief
        self.address = thief.address(company.dice)
        self.day = day
        self._minutes = 0

    def now(self, later: int = 4) -> datetime:
        """Some minutes later."""
        self._minutes += later
        return START + timedelta(days=self.day, minutes=self._minutes) + _EVENING

    def login(self) -> None:
        """Log in."""
        self.provider.login(self.thief, self.now(), self.address)

    def enumerate(self) -> None:
        """List everything, as the Cloud Container Attack Tool does."""
        names = [one.name for one in self.company.of(self.repository.cloud)]
        scanning = replace(self.thief, agent=_BOTO, engine="python-requests/2.31.0")
        self.provider.enumerate(scanning, self.now(), names, self.address)

    def pull(self, tag: str = "latest") -> None:
        """Pull what runs."""
        self.provider.pull(self.thief, self.now(), self.repository, tag)

    def push(self, tag: str = "latest", image: Picture | None = None) -> Picture:
        """Push the image with a backdoor."""
        original = self.repository.latest or cast.built(self.dice, self.repository.floor)
        image = image or cast.backdoored(self.dice, original)
        time = self.now()
        self.label.implanted = time
        self.provider.push(self.thief, time, self.repository, image, tag)
        if tag == "latest":
            self.repository.latest = image
        return image

    def deploy(self, image: Picture, tag: str = "latest") -> None:
        """The company itself deploys it."""
        self.company.deploy(self.repository, self.now(), image, tag)


Attack = Callable[[Scene], Iterator[int]]


def container_attack_tool(scene: Scene) -> Iterator[int]:
    """T5: enumerate, pull, add a backdoor, push over the same tag, wait for the deployment."""
    scene.login()
    scene.enumerate()
    scene.pull()
    scene.deploy(scene.push())
    yield from ()


def slowly(scene: Scene) -> Iterator[int]:
    """The same with days between the steps, and a tag that no build moves meanwhile."""
    scene.login()
    scene.enumerate()
    yield 2
    scene.login()
    scene.pull()
    yield 3
    scene.login()
    image = scene.push("v9")
    yield 1
    scene.deploy(image, "v9")


def new_tag(scene: Scene) -> Iterator[int]:
    """T3: push under a tag of one's own, and run it."""
    scene.login()
    scene.pull()
    scene.deploy(scene.push("backdoor"), "backdoor")
    yield from ()


def poison(scene: Scene) -> Iterator[int]:
    """A stolen key replaces ``latest`` with something built elsewhere."""
    scene.login()
    image = scene.push(image=cast.built(scene.dice, cast.layers(scene.dice, 4)))
    scene.deploy(image)
    yield from ()


def among_people(scene: Scene) -> Iterator[int]:
    """Put a backdoor where people try things, and run what nobody ran before."""
    scene.login()
    scene.pull("dev")
    scene.deploy(scene.push("dev"), "dev")
    yield from ()


def cover_up(scene: Scene) -> Iterator[int]:
    """Push, let it run, and delete it."""
    scene.login()
    scene.pull()
    image = scene.push()
    scene.deploy(image)
    yield 1
    scene.login()
    scene.provider.delete(scene.thief, scene.now(), scene.repository, image)


def machine_image(scene: Scene) -> Iterator[int]:
    """Make a machine image, share it outside, start it."""
    time = scene.now()
    scene.label.implanted = time
    image = scene.provider.make(scene.thief, time, "web-backup", scene.address)
    scene.provider.share(scene.thief, scene.now(), image, scene.address, foreign=True)
    scene.provider.launch(scene.thief, scene.now(60), image, scene.address)
    yield from ()


def machine_image_alone(scene: Scene) -> Iterator[int]:
    """T1: make a machine image of an instance."""
    scene.label.implanted = scene.now()
    scene.provider.make(scene.thief, scene.label.implanted, "golden", scene.address)
    yield from ()


def registry_import(scene: Scene) -> Iterator[int]:
    """T4: import somebody's image over a tag that runs, and let it be deployed."""
    scene.label.implanted = scene.now()
    azure, target = scene.company.azure, f"{scene.repository.name}:latest"
    azure.bring_in(scene.thief, scene.label.implanted, "evil/web:1", target, scene.address)
    scene.deploy(cast.built(scene.dice, ()))
    yield from ()


def local_registry(scene: Scene) -> Iterator[int]:
    """T2: build on a machine of the company, and push to the registry in its network."""
    local, name = scene.company.local, "plant/gateway"
    image = cast.built(scene.dice, cast.layers(scene.dice, 2))
    scene.label.implanted = scene.now()
    local.daemon(scene.label.implanted, "tag", name, "latest")
    time = scene.now()
    local.push(scene.thief, time, name, image, "latest")
    local.daemon(time, "push", name, "latest")
    yield from ()


# Name, what is done, where, and whose credential: a stolen key used from the attacker's network
# (thief, or intruder where people push), one's own from the office (insider), a pipeline's from
# elsewhere, or the one of another repository's pipeline from where that works (neighbour).
SCENARIOS: tuple[tuple[str, Attack, tuple[Cloud, ...], str], ...] = (
    ("T1 machine image of an instance", machine_image_alone, ("aws",), "thief"),
    ("T2 push to a local registry", local_registry, ("aws",), "insider"),
    ("T3 push with a modified tag", new_tag, ("aws",), "thief"),
    ("T4 registry import", registry_import, ("azure",), "thief"),
    ("T5 container attack tool", container_attack_tool, CLOUDS, "thief"),
    ("the same over six days", slowly, CLOUDS, "thief"),
    ("poisoned latest", poison, CLOUDS, "thief"),
    ("insider, own network", poison, CLOUDS, "insider"),
    ("stolen pipeline credential", poison, CLOUDS, "pipeline"),
    ("another pipeline's credential", poison, CLOUDS, "neighbour"),
    ("backdoor where people push", among_people, CLOUDS, "intruder"),
    ("cover-up", cover_up, CLOUDS, "thief"),
    ("machine image, shared, started", machine_image, CLOUDS, "thief"),
)


class Attacks:
    """All of them, spread over the second half of the month; ``go_on`` does those of a day."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._due: list[tuple[int, Scene, Iterator[int]]] = []
        victims = {cloud: company.of(cloud, "daily") for cloud in CLOUDS}
        for cloud in CLOUDS:
            company.dice.shuffle(victims[cloud])
        number = 100
        for scenario, attack, clouds, whose in SCENARIOS:
            for cloud in clouds:
                number += 1
                place = company.of(cloud, "hand") if whose == "intruder" else victims[cloud]
                repository = self._victim(place, whose)
                thief = self._actor(repository, number, whose)
                label = Label(scenario=f"{scenario} ({cloud})")
                # What people push to now and then is known later than what is built.
                day = company.dice.randrange(19 if whose == "intruder" else 13, 23)
                scene = Scene(company, label, repository, thief, day)
                self._due.append((day, scene, attack(scene)))

    @staticmethod
    def _victim(known: list[Repository], whose: str) -> Repository:
        """A repository that no other attack is about; its pipeline has a network of its own."""
        fixed = [one for one in known if one.builder.addresses]
        chosen = fixed[0] if whose == "pipeline" else known[-1]
        known.remove(chosen)
        return chosen

    def _actor(self, repository: Repository, number: int, whose: str) -> Actor:
        company, cloud = self._company, repository.cloud
        elsewhere = cast.home(company.dice)
        if whose == "pipeline":
            return replace(repository.builder, addresses=(elsewhere,))
        if whose == "neighbour":
            return company.machine(cloud, f"ci-team{2 if repository.name < 'team1' else 0}")
        if whose == "insider":
            return company.person(cloud, number, f"{OFFICE}{number}")
        return replace(company.person(cloud, number, elsewhere), engine=ATTACKER)

    def go_on(self, day: int) -> None:
        """Do the next step of all attacks that are due."""
        due = [one for one in self._due if one[0] == day]
        self._due = [one for one in self._due if one[0] != day]
        for _, scene, steps in due:
            scene.day = day
            with self._company.log.labelled(scene.label):
                wait = next(steps, None)
            if wait is not None:
                self._due.append((day + wait, scene, steps))
