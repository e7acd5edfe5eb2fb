"""What is there, as AWS lists it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from tests.aws.buckets import at_moto
from tests.aws.tables import endpoint
from tests.laws.company import ALICE, by, event
from tidewaiter.asking import Pace
from tidewaiter.errors import Unavailable
from tidewaiter.findings import Incident
from tidewaiter.inventory import Thing, read
from tidewaiter.live.stock import Part, Stock
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Image
from tidewaiter.pipeline import Pipeline
from tidewaiter_aws.inventory import parts
from tidewaiter_aws.listing import Listing

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"


def manifest(*layers: str) -> str:
    """The manifest of an image."""
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": DOCKER,
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "digest": f"sha256:{'c' * 64}",
                "size": 7,
            },
            "layers": [{"digest": one, "size": 1000} for one in layers],
        }
    )


class Account:
    """One region of an account at moto that nobody else uses, and a way to list it."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._session = boto3.Session("testing", "testing", region_name=region)
        self.waited: list[float] = []
        pace = Pace(clock=lambda: sum(self.waited), sleep=self.waited.append)
        self.listing = Listing(region, pace)

    def client(self, service: str) -> Any:
        """Ask a service to make something."""
        make: Any = self._session.client
        return make(service, endpoint_url=endpoint())

    @property
    def host(self) -> str:
        """Its registry."""
        return f"123456789012.dkr.ecr.{self.region}.amazonaws.com"

    def push(self, repository: str, tag: str, *layers: str) -> str:
        """Push an image, and return its digest."""
        pushed = self.client("ecr").put_image(
            repositoryName=repository, imageManifest=manifest(*layers), imageTag=tag
        )
        return str(pushed["image"]["imageId"]["imageDigest"])

    def parts(self) -> dict[str, Part]:
        """Its parts by name, without the region."""
        found = parts([self.listing])
        return {one.name.removeprefix(f"{self.region} "): one for one in found}

    def things(self, name: str) -> list[Thing]:
        """What a part tells, looked at closer."""
        part = self.parts()[name]
        seen = list(part.look())
        listings = [*seen, *part.look_closer(seen)]
        return [thing for raw in listings for thing in read(raw, part.place)]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Account]:
    """Accounts by region."""
    at_moto(monkeypatch)
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # that takes many seconds
    return Account


def images(things: list[Thing]) -> set[Image]:
    """All that things name."""
    return {image for thing in things for image in thing.images}


def test_a_repository_is_told_with_its_images_and_their_layers(
    account: Callable[[str], Account],
) -> None:
    """Each repository is a part."""
    aws = account("eu-north-1")
    for name in ("prod/web", "prod/new"):
        aws.client("ecr").create_repository(repositoryName=name)
    digest = aws.push("prod/web", "latest", "sha256:1", "sha256:2")
    aws.push("prod/web", "1.4", "sha256:1", "sha256:2")
    assert list(aws.parts()) == ["amis", "ec2", "ecs", "lambda", "ecr prod/web", "ecr prod/new"]
    things = aws.things("ecr prod/web")
    home, listed_1, listed_2, got = things
    assert home.images == (Image(registry=aws.host, repository="prod/web"),)
    assert images([listed_1, listed_2]) == {
        Image(aws.host, "prod/web", tag, digest) for tag in ("latest", "1.4")
    }
    assert listed_1.since is not None
    assert [layer.digest for layer in got.images[0].layers] == ["sha256:1", "sha256:2"]
    assert got.images[0].digest == digest
    assert [one.images for one in aws.things("ecr prod/new")] == [
        (Image(registry=aws.host, repository="prod/new"),)
    ]


def test_of_many_images_those_with_a_tag_count_most(account: Callable[[str], Account]) -> None:
    """All their tags are told, and manifests of a hundred, 25 a call."""
    aws = account("eu-south-1")
    aws.client("ecr").create_repository(repositoryName="prod/web")
    for number in range(130):
        aws.push("prod/web", "moved" if number % 2 else f"t{number}", f"sha256:{number}")
    things = aws.things("ecr prod/web")
    assert {image.tag for image in images(things) if image.tag} == {
        "moved",
        *(f"t{number}" for number in range(0, 130, 2)),
    }
    got = [image for image in images(things) if image.layers]
    assert len(got) == min(100, len({image.digest for image in images(things) if image.digest}))


def test_machine_images_and_instances_are_told(account: Callable[[str], Account]) -> None:
    """Images of our own; instances that are gone run nothing."""
    aws = account("eu-central-2")
    ec2 = aws.client("ec2")
    first = ec2.register_image(Name="first", RootDeviceName="/dev/xvda")["ImageId"]
    runs, gone = (
        one["InstanceId"]
        for one in ec2.run_instances(ImageId=first, MinCount=2, MaxCount=2)["Instances"]
    )
    made = ec2.create_image(InstanceId=runs, Name="web-golden")["ImageId"]
    ec2.terminate_instances(InstanceIds=[gone])
    mine = Image(machine_image=made, name="web-golden")
    assert mine in images(aws.things("amis"))
    (instance,) = aws.things("ec2")
    assert instance.workload is not None
    assert instance.workload.label == f"ec2 instance {runs}"
    assert instance.images == (Image(machine_image=first),)
    assert (instance.account, instance.region) == ("123456789012", aws.region)


def test_tasks_and_their_definitions_are_told(account: Callable[[str], Account]) -> None:
    """Cluster by cluster; what their environment holds is not kept."""
    aws = account("eu-west-2")
    ecs, ec2 = aws.client("ecs"), aws.client("ec2")
    for name in ("empty", "prod"):
        ecs.create_cluster(clusterName=name)
    definition = ecs.register_task_definition(
        family="web",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[
            {
                "name": "web",
                "cpu": 256,
                "memory": 512,
                "image": f"{aws.host}/prod/web:latest",
                "environment": [{"name": "PASSWORD", "value": "hunter2"}],
            }
        ],
    )["taskDefinition"]["taskDefinitionArn"]
    network = {
        "subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
        "securityGroups": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
    }
    ecs.run_task(
        cluster="prod",
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )
    task, defined = aws.things("ecs")
    assert task.workload is not None
    assert (task.workload.scope, task.workload.definition) == ("prod", definition)
    assert defined.workload is not None
    assert defined.workload.label == "ecs task definition web:1"
    assert defined.images == (Image(aws.host, "prod/web", "latest"),)
    assert b"hunter2" not in b"".join(aws.parts()["ecs"].look())


def test_functions_that_are_images_are_told(account: Callable[[str], Account]) -> None:
    """With the digest that they run; others are nothing to us, nor is their environment."""
    aws = account("eu-central-1")
    ecr, code = aws.client("ecr"), aws.client("lambda")
    ecr.create_repository(repositoryName="prod/resize")
    aws.push("prod/resize", "latest", "sha256:1")
    trust = {"Version": "2012-10-17", "Statement": []}
    role = aws.client("iam").create_role(
        RoleName="resize", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    uri = f"{aws.host}/prod/resize:latest"
    code.create_function(
        FunctionName="resize",
        Role=role,
        PackageType="Image",
        Code={"ImageUri": uri},
        Environment={"Variables": {"PASSWORD": "hunter2"}},
    )
    code.create_function(
        FunctionName="zipped",
        Role=role,
        Runtime="python3.13",
        Handler="a.b",
        Code={"ZipFile": b"a"},
    )
    told = code.get_function(FunctionName="resize")["Code"]["ResolvedImageUri"]
    digest = told.partition("@")[2]  # moto makes up one of its own
    (thing,) = aws.things("lambda")
    assert digest.startswith("sha256:")
    assert thing.images == (Image(aws.host, "prod/resize", "latest", digest),)
    assert thing.workload is not None
    assert thing.workload.label == "lambda function resize"
    assert (thing.account, thing.region) == ("123456789012", aws.region)
    assert b"hunter2" not in b"".join(aws.parts()["lambda"].look())


def test_calls_keep_their_pace(account: Callable[[str], Account]) -> None:
    """Ten a second, and the first at once."""
    aws = account("eu-west-3")
    for number in range(3):
        aws.client("ecr").create_repository(repositoryName=f"web-{number}")
    for part in aws.parts().values():
        if " ecr " in part.name:
            list(part.look())
    assert [round(seconds, 3) for seconds in aws.waited] == [0.1] * 3


def test_what_does_not_answer_is_named(account: Callable[[str], Account]) -> None:
    """Call, region and reason."""
    aws = account("ap-south-1")
    part = aws.parts()["lambda"]
    ecr = aws.client("ecr")
    ecr.create_repository(repositoryName="gone")
    repository = aws.parts()["ecr gone"]
    ecr.delete_repository(repositoryName="gone")
    said = r"^ecr describe_images in ap-south-1: RepositoryNotFoundException: "
    with pytest.raises(Unavailable, match=said):
        list(repository.look())
    assert list(part.look()) == []


def test_the_first_poisoning_of_a_long_standing_tag_is_a_move(
    account: Callable[[str], Account],
) -> None:
    """After an inventory on day one, without any history."""
    aws = account("sa-east-1")
    aws.client("ecr").create_repository(repositoryName="prod/web")
    digest = aws.push("prod/web", "latest", "sha256:1", "sha256:2")
    later = datetime.now(UTC) + timedelta(days=300)  # nothing moved there all that time
    bad = Image(aws.host, "prod/web", "latest", f"sha256:{'b' * 64}")
    push = event(
        1, later, Activity.IMAGE_PUSHED, images=(bad,), **by(ALICE, "docker/26.1", "203.0.113.9")
    )

    def told(*, learned: bool) -> list[Incident]:
        memory = ProcessMemory()
        pipeline = Pipeline(memory, clock=lambda: later)
        if learned:
            taken = later - timedelta(minutes=30)
            only = aws.parts()["ecr prod/web"]
            stock = Stock(memory, lambda: [only], lambda: 60.0, lambda: taken)
            assert stock(pipeline) == 3
            assert stock.remarks == []
        pipeline.take(push)
        return pipeline.incidents()

    def why(incidents: list[Incident]) -> set[str]:
        return {one.detector for incident in incidents for one in incident.findings}

    (incident,) = told(learned=True)
    assert {"tag-moved"} <= why([incident])
    assert any(digest in step for step in incident.next_steps)
    assert "tag-moved" not in why(told(learned=False))
