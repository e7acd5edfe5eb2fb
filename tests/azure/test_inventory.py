"""What is there in a subscription, as its own services list it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.azure.cloud import Cloud
from tests.live.letterboxes import Clock, Mail, delivery, worker
from tidewaiter.inventory import Thing, read
from tidewaiter.live.stock import Part, Stock
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Severity
from tidewaiter.settings import Notify, Settings
from tidewaiter_azure.asking import Asking
from tidewaiter_azure.inventory import Inventory
from tidewaiter_azure.registries import Registries
from tidewaiter_azure.rest import Rest, Service

pytestmark = pytest.mark.usefixtures("managed")

SUBSCRIPTION = "/subscriptions/s1"
GROUP = f"{SUBSCRIPTION}/resourceGroups/shop-rg/providers"
COMPUTE = f"{SUBSCRIPTION}/providers/Microsoft.Compute"
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
TIMES = {"createdTime": "2026-01-01T00:00:00Z", "lastUpdateTime": "2026-01-02T00:00:00Z"}
WEB = "prod/web"


def resource(kind: str, name: str, **properties: Any) -> dict[str, Any]:
    """A resource as the resource manager lists it."""
    about = {"id": f"{GROUP}/{kind}/{name}", "name": name, "type": kind, "location": "westeurope"}
    return {**about, "tags": {"secret": "x"}, "properties": properties}


@pytest.fixture
def inventory(cloud: Cloud) -> Inventory:
    """The inventory of a small subscription."""
    told, host = cloud.told, cloud.told.url.removeprefix("https://")
    told.repositories = {WEB: [{"digest": ONE, "tags": ["latest", "1"], **TIMES}], "empty": []}
    told.resources = {
        f"{COMPUTE}/images": [resource("Microsoft.Compute/images", f"i{n}") for n in range(5)],
        f"{COMPUTE}/galleries": [resource("Microsoft.Compute/galleries", "golden")],
        f"{GROUP}/Microsoft.Compute/galleries/golden/images": [
            resource("Microsoft.Compute/galleries/images", "golden/images/web")
        ],
        f"{GROUP}/Microsoft.Compute/galleries/images/golden/images/web/versions": [
            resource(
                "Microsoft.Compute/galleries/images/versions",
                "1.0.0",
                publishingProfile={"publishedDate": "2026-01-01T00:00:00Z", "replicaCount": 1},
            )
        ],
        f"{COMPUTE}/virtualMachines": [
            resource(
                "Microsoft.Compute/virtualMachines",
                "vm",
                storageProfile={"imageReference": {"id": "/images/golden"}},
                osProfile={"adminPassword": "x"},
            )
        ],
        f"{SUBSCRIPTION}/providers/Microsoft.ContainerInstance/containerGroups": [
            resource(
                "Microsoft.ContainerInstance/containerGroups",
                "group",
                containers=[
                    {"properties": {"image": "nginx", "environmentVariables": [{"value": "x"}]}}
                ],
            )
        ],
        f"{SUBSCRIPTION}/providers/Microsoft.App/containerApps": [
            resource("Microsoft.App/containerApps", "app", template=None),
            resource(
                "Microsoft.App/containerApps",
                "job",
                template={"containers": [{"image": f"{host}/{WEB}:latest"}]},
            ),
        ],
        f"{SUBSCRIPTION}/providers/Microsoft.ContainerRegistry/registries": [
            resource("Microsoft.ContainerRegistry/registries", "shop", loginServer=host)
        ],
    }
    return Inventory(Rest(Service(told.url, "https://example.com/.default")), Registries(), ["s1"])


def things(part: Part) -> list[Thing]:
    """What core reads of a part."""
    return [thing for raw in part.look() for thing in read(raw, part.place)]


def test_everything_is_listed_as_core_reads_it(cloud: Cloud, inventory: Inventory) -> None:
    """Machine images, gallery versions, what runs, and each repository's tags."""
    host = cloud.told.url.removeprefix("https://")
    found = {part.name: things(part) for part in inventory.parts()}
    assert {name.partition(" ")[2]: len(some) for name, some in found.items()} == {
        "Microsoft.Compute/images": 5,
        "Microsoft.Compute/virtualMachines": 1,
        "Microsoft.Compute/virtualMachineScaleSets": 0,
        "Microsoft.ContainerInstance/containerGroups": 1,
        "Microsoft.App/containerApps": 1,
        f"gallery {GROUP}/Microsoft.Compute/galleries/golden": 1,
        f"registry {host}/empty": 0,
        f"registry {host}/{WEB}": 2,
    }
    latest = found[f"s1 registry {host}/{WEB}"]
    images = [thing.images[0] for thing in latest]
    assert sorted((one.tag, one.digest) for one in images) == [("1", ONE), ("latest", ONE)]
    workloads = [one.workload.label for some in found.values() for one in some if one.workload]
    assert workloads == [
        "virtual machine shop-rg/vm",
        "container group shop-rg/group",
        "container app shop-rg/job",
    ]


def test_a_registry_that_is_closed_to_us_hides_no_other(cloud: Cloud, inventory: Inventory) -> None:
    """What is wrong with it is said, and everything else is learned."""
    kind = "Microsoft.ContainerRegistry/registries"
    closed = resource(kind, "closed", loginServer="127.0.0.1:1")
    cloud.told.resources[f"{SUBSCRIPTION}/providers/{kind}"].insert(0, closed)
    inventory._registries._asking = Asking(lambda: 0.0)
    memory = ProcessMemory()
    stock = Stock(memory, inventory.parts, lambda: 100.0)
    assert worker(memory).learn(stock).counts["Inventoried"] == 11
    (remark,) = stock.remarks
    assert remark.startswith("s1 registry 127.0.0.1:1: 127.0.0.1:1: not answered within 0 seconds")
    assert stock.whole


def test_nothing_secret_is_kept_and_nothing_that_changes(
    cloud: Cloud, inventory: Inventory
) -> None:
    """A second look is the same, whatever the order in which the services answer."""
    first = [raw for part in inventory.parts() for raw in part.look()]
    for some in cloud.told.resources.values():
        some.reverse()
    assert [raw for part in inventory.parts() for raw in part.look()] == first
    assert not any(b"secret" in raw or b"assword" in raw or b"environ" in raw for raw in first)


def test_the_first_poisoning_of_a_long_standing_tag_is_a_move(
    cloud: Cloud, inventory: Inventory
) -> None:
    """Nobody saw ``latest`` being pushed; the inventory knows where it pointed."""
    host = cloud.told.url.removeprefix("https://")
    now = datetime.now(UTC)
    memory, mail, clock = ProcessMemory(), Mail(), Clock(now - timedelta(days=2))
    everything = Settings(notify=Notify(at=Severity.LOW, machines=Severity.LOW))
    live = worker(memory, sinks=(mail,), clock=clock, settings=everything)
    stock = Stock(memory, inventory.parts, lambda: 100.0, clock)
    assert live.learn(stock).counts["Inventoried"] == 11
    assert (stock.remarks, stock.whole) == ([], True)
    stock.finish()
    clock.now = now
    push = (
        '{"records":[{"time":"%s","resourceId":"/SUBSCRIPTIONS/S1/X/REGISTRIES/SHOP",'
        '"category":"ContainerRegistryRepositoryEvents","operationName":"Push",'
        '"callerIpAddress":"203.0.113.9","identity":"mallory","resultType":"HTTP_201",'
        '"properties":{"loginServer":"%s","repository":"%s","tag":"latest","digest":"%s",'
        '"mediaType":"application/vnd.docker.distribution.manifest.v2+json"}}]}'
    )
    when = (now - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert live.work([delivery((push % (when, host, WEB, TWO)).encode())]).well
    assert any("was replaced" in one.incident.title for one in mail.told)
