"""What machines do every night."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from benchmarks.quality import cast
from benchmarks.quality.cast import Cloud, Repository

if TYPE_CHECKING:
    from benchmarks.quality.company import Company  # which calls us every night


def nightly(company: "Company", cloud: Cloud, today: datetime) -> None:
    """Golden images and their copies, inventories, mirrors, and what is too old."""
    provider = company.clouds[cloud]
    packer, recovery = company.machine(cloud, "packer"), company.machine(cloud, "dr-backup")
    night, known = today + timedelta(hours=2), company.golden[cloud]
    for at, name in enumerate(("gold-web", "gold-data")):
        time = night + timedelta(minutes=20 * at)
        image = provider.make(packer, time, name, packer.addresses[0])
        known.append(image)
        time += timedelta(minutes=5)
        provider.share(packer, time, image, packer.addresses[0], foreign=False)
        time += timedelta(minutes=5)
        provider.copy(recovery, time, image, recovery.addresses[0])
    scaler = company.machine(cloud, "autoscaler")
    for hour in (7, 12):
        time = today + timedelta(hours=hour)
        provider.launch(scaler, time, known[-1], scaler.addresses[0])
    for image in known[:-14]:
        known.remove(image)
        provider.discard(packer, night + timedelta(hours=1), image, packer.addresses[0])
    inventory = company.machine(cloud, "inventory")
    names = [one.name for one in company.of(cloud)]
    time = today + timedelta(hours=5)
    provider.enumerate(inventory, time, names, inventory.addresses[0])
    _mirror(company, cloud, today + timedelta(hours=3))
    _clean_up(company, cloud, today + timedelta(hours=4))


def _mirror(company: "Company", cloud: Cloud, time: datetime) -> None:
    """Approved images of Docker Hub are copied in, when there are new ones."""
    who = replace(company.machine(cloud, "mirror"), engine="skopeo/1.14.0")
    for name in ("debian", "nginx"):
        time += timedelta(minutes=2)
        if cloud == "azure":
            source, target = f"library/{name}:1", f"mirror/{name}:1"
            company.azure.bring_in(who, time, source, target, who.addresses[0])
            continue
        repository = Repository(name=f"mirror/{name}", cloud=cloud, cadence="daily", builder=who)
        company.clouds[cloud].login(who, time, who.addresses[0])
        image = cast.built(company.dice, company.floor)
        company.clouds[cloud].push(who, time, repository, image, "1")


def _clean_up(company: "Company", cloud: Cloud, time: datetime) -> None:
    """What is older than the last thirty builds goes."""
    who = company.machine(cloud, "cleaner")
    company.clouds[cloud].login(who, time, who.addresses[0])
    for repository in company.of(cloud, "often"):
        old = company.old.get(f"{cloud} {repository.name}", [])
        for image in old[:-30][:24]:
            old.remove(image)
            company.clouds[cloud].delete(who, time, repository, image)
