"""Incidents in the AWS Security Finding Format."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.stories import HOST, IMPLANT, NEW, OLD, QUIET, finding
from tidewaiter.errors import Malformed
from tidewaiter.findings import ImageSeen, Incident, SourceSeen, TechniqueSeen
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Severity
from tidewaiter.outputs.asff import Hub, findings
from tidewaiter.outputs.asff_format import check
from tidewaiter.replay import replay
from tidewaiter.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
HUB = Hub("111122223333", "eu-west-1")
NOW = datetime(2026, 2, 3, 14, 30, tzinfo=UTC)
PRODUCT = "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default"
REPOSITORY = "arn:aws:ecr:eu-west-1:111122223333:repository/prod/web"


def told(incident: Incident) -> dict[str, Any]:
    """The one finding of an incident, checked."""
    (one,) = findings(incident, HUB, NOW)
    check(one)
    return one


def image(
    registry: str | None = None,
    tag: str | None = None,
    digest: str | None = None,
    machine: str | None = None,
) -> ImageSeen:
    """An image of prod/web, or a machine image."""
    return ImageSeen(
        reference=machine or f"{registry}/prod/web:{tag}@{digest}",
        registry=registry,
        repository=None if machine else "prod/web",
        tag=tag,
        digest=digest,
        layers=(),
        machine_image_id=machine,
    )


def about(incident: Incident) -> list[tuple[str, str]]:
    """Type and id of each resource."""
    return [(one["Type"], one["Id"]) for one in told(incident)["Resources"]]


def test_an_incident_is_one_finding() -> None:
    """Everything that Security Hub demands, and what it shows of a finding."""
    one = told(IMPLANT)
    del one["Resources"], one["ProductFields"]
    assert one == {
        "Id": "tidewaiter/3f2a9c1d4e5b6a70",
        "ProductArn": PRODUCT,
        "GeneratorId": "tidewaiter",
        "AwsAccountId": "111122223333",
        "SchemaVersion": "2018-10-08",
        "CreatedAt": "2026-02-03T14:02:11.000Z",
        "UpdatedAt": "2026-02-03T14:30:00.000Z",
        "FirstObservedAt": "2026-02-03T14:02:11.000Z",
        "LastObservedAt": "2026-02-03T14:11:20.000Z",
        "Title": "prod/web:latest was replaced with an unreviewed image and is running",
        "Description": "the tag latest moved from sha256:aaaa1111… to sha256:bbbb2222…;"
        " the same 3 layers plus 2 more (32.5 MB, 412 B); first push by alice to prod/web",
        "FindingProviderFields": {
            "Confidence": 90,
            "Severity": {"Label": "CRITICAL", "Original": "critical"},
            "Types": [
                "TTPs/Persistence/T1525 Implant Internal Image",
                "TTPs/Execution/T1610 Deploy Container",
            ],
            "RelatedFindings": [{"ProductArn": PRODUCT, "Id": "tidewaiter/00aa11bb22cc33dd"}],
        },
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
        "Remediation": {
            "Recommendation": {
                "Text": "1. Roll prod/web back to sha256:aaaa1111…. 2. Disable the key"
                " AKIAIOSFODNN7EXAMPLE of alice and list what else it did."
            }
        },
    }


def test_images_workloads_and_actors_are_resources() -> None:
    """Each by its own type, where Security Hub has one."""
    assert about(IMPLANT) == [
        ("AwsEcrContainerImage", f"{REPOSITORY}/{OLD}"),
        ("AwsEcrContainerImage", f"{REPOSITORY}/{NEW}"),
        ("AwsEcsService", "arn:aws:ecs:eu-west-1:111122223333:service/prod/web"),
        ("AwsIamUser", "arn:aws:iam::111122223333:user/alice"),
        ("AwsIamAccessKey", "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE"),
    ]
    container, *_, key = told(IMPLANT)["Resources"]
    assert container["Details"]["AwsEcrContainerImage"] == {
        "RegistryId": "111122223333",
        "RepositoryName": "prod/web",
        "ImageDigest": OLD,
        "ImageTags": ["latest"],
    }
    assert (container["Partition"], container["Region"]) == ("aws", "eu-west-1")
    assert key["ResourceRole"] == "Actor"
    assert key["Details"]["AwsIamAccessKey"] == {
        "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "PrincipalName": "arn:aws:iam::111122223333:user/alice",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"images": (image(HOST, "a", NEW), image(HOST, None, NEW), image(HOST, "b", NEW))},
            [("AwsEcrContainerImage", f"{REPOSITORY}/{NEW}")],
        ),
        ({"images": (image(HOST, "a"),)}, [("AwsEcrRepository", REPOSITORY)]),
        (
            {"images": (image(machine="ami-0123456789abcdef0"),)},
            [("Other", "arn:aws:ec2:eu-west-1::image/ami-0123456789abcdef0")],
        ),
        (
            {"images": (image(machine="ami-0123456789abcdef0"),), "regions": ()},
            [("Other", "ami-0123456789abcdef0")],
        ),
        (
            {"images": (image("shop.azurecr.io", "a", NEW),)},
            [("Other", f"shop.azurecr.io/prod/web:a@{NEW}")],
        ),
        (
            {"workloads": ("ec2 instance i-0a9b8c7d6e5f40008", "lambda function resize")},
            [
                (
                    "AwsEc2Instance",
                    "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a9b8c7d6e5f40008",
                ),
                (
                    "AwsLambdaFunction",
                    "arn:aws:lambda:eu-west-1:111122223333:function:resize",
                ),
            ],
        ),
        (
            {"workloads": ("ecs service prod/web",), "regions": ("eu-west-1", "us-east-1")},
            [("Other", "ecs service prod/web")],
        ),
        (
            {"workloads": ("pod shop/web",), "providers": ("kubernetes",)},
            [("Other", "pod shop/web")],
        ),
        (
            {
                "principals": ("arn:aws:iam::111122223333:role/ci", "ci@example.com"),
                "credentials": ("ASIAIOSFODNN7EXAMPLE", "4e5f60718293a4b5"),
            },
            [
                ("AwsIamRole", "arn:aws:iam::111122223333:role/ci"),
                ("Other", "ci@example.com"),
                ("AwsIamAccessKey", "AWS::IAM::AccessKey:ASIAIOSFODNN7EXAMPLE"),
            ],
        ),
        (
            {"principals": ("arn:aws:iam::111122223333:root",)},
            [("Other", "arn:aws:iam::111122223333:root")],
        ),
        ({}, [("AwsAccount", "AWS::::Account:111122223333")]),
        ({"accounts": ("example-shop",)}, [("Other", "example-shop")]),
        ({"accounts": ()}, [("Other", "incident 0000000000000001")]),
    ],
)
def test_what_has_no_type_is_other(
    changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Whatever cloud it is of; a name is an ARN only if all its parts are known."""
    bare = replace(QUIET, principals=(), credentials=())
    assert about(replace(bare, **changes)) == expected


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("us-east-1", "aws")],
)
def test_partitions_have_their_own_arns(region: str, partition: str) -> None:
    """China and GovCloud are no part of aws."""
    assert Hub("111122223333", region).product.startswith(f"arn:{partition}:securityhub:{region}:")


@pytest.mark.parametrize(
    ("status", "workflow", "record"),
    [
        ("open", "NEW", "ACTIVE"),
        ("acknowledged", "NOTIFIED", "ACTIVE"),
        ("resolved", "RESOLVED", "ARCHIVED"),
        ("false-positive", "SUPPRESSED", "ARCHIVED"),
        ("expired", "NEW", "ARCHIVED"),
    ],
)
def test_status_is_theirs(status: str, workflow: str, record: str) -> None:
    """What people decided shows in the hub."""
    one = told(replace(IMPLANT, status=status))
    assert (one["Workflow"]["Status"], one["RecordState"]) == (workflow, record)


@pytest.mark.parametrize(
    ("severity", "label"),
    [
        (Severity.INFO, "INFORMATIONAL"),
        (Severity.LOW, "LOW"),
        (Severity.MEDIUM, "MEDIUM"),
        (Severity.HIGH, "HIGH"),
        (Severity.CRITICAL, "CRITICAL"),
    ],
)
def test_severities_are_theirs(severity: Severity, label: str) -> None:
    """With our own word beside."""
    fields = told(replace(IMPLANT, severity=severity))["FindingProviderFields"]
    assert fields["Severity"] == {"Label": label, "Original": str(severity)}


def test_what_turned_out_to_be_one_is_archived() -> None:
    """Or the hub would show the same story twice for ever."""
    this, old = findings(replace(IMPLANT, merged=("inc-2",), related=()), HUB, NOW)
    check(old)
    assert (this["Id"], this["RecordState"]) == ("tidewaiter/3f2a9c1d4e5b6a70", "ACTIVE")
    assert (old["Id"], old["RecordState"]) == ("tidewaiter/inc-2", "ARCHIVED")
    assert this["FindingProviderFields"]["RelatedFindings"][0]["Id"] == old["Id"]
    assert old["FindingProviderFields"]["RelatedFindings"][0]["Id"] == this["Id"]


def test_an_incident_that_tells_little_is_a_finding_too() -> None:
    """Without reasons, steps, known techniques or places."""
    one = told(
        replace(
            QUIET,
            findings=(),
            next_steps=(),
            techniques=(),
            sources=(
                SourceSeen(ip=None, zone=None, country=None, user_agents=()),
                SourceSeen(ip=None, zone="service", country=None, user_agents=()),
                SourceSeen(ip="2001:db8::9", zone=None, country=None, user_agents=()),
            ),
        )
    )
    assert one["Description"] == one["Title"]
    assert "Remediation" not in one
    assert one["FindingProviderFields"]["Types"] == ["Unusual Behaviors"]
    sources = one["ProductFields"]["tidewaiter/sources"]
    assert sources == "no address, no address (service), 2001:db8::9"


def test_a_technique_that_is_not_in_the_table_keeps_its_id() -> None:
    """Its tactic is named as their types are."""
    seen = replace(QUIET, techniques=(TechniqueSeen("T9999", "lateral-movement"),))
    types = told(seen)["FindingProviderFields"]["Types"]
    assert types == ["TTPs/Lateral Movement/T9999"]


def test_very_much_is_cut_to_what_the_hub_takes() -> None:
    """How many resources were left out is said."""
    long = "\u202e" + "é" * 3000
    many = replace(
        IMPLANT,
        title=long,
        images=tuple(image(HOST, f"t{number}", f"{NEW}{number}") for number in range(400)),
        workloads=tuple(f"pod {number} {long}" for number in range(400)),
        principals=tuple(f"{number} {long}" for number in range(400)),
        credentials=tuple(f"AKIA{number:012d}" for number in range(400)),
        findings=tuple(finding("tag-moved", f"{number} {long}") for number in range(400)),
        next_steps=(long,) * 40,
        related=tuple(f"inc-{number}" for number in range(40)),
        accounts=(long,),
    )
    one = told(many)
    assert len(one["Resources"]) == 32
    assert one["ProductFields"]["tidewaiter/resources-left-out"] == str(4 * 400 - 32)
    assert [len(one[name]) for name in ("Title", "Description")] == [256, 1024]
    assert one["Title"].startswith("\\u202eé")
    assert len(one["FindingProviderFields"]["RelatedFindings"]) == 10


_WORDS = st.text(min_size=1, max_size=600)


@example(words=[" "] * 9, names=(" ",))
@given(
    words=st.lists(_WORDS, min_size=9, max_size=9),
    names=st.lists(_WORDS, max_size=40).map(tuple),
)
@settings(max_examples=100, deadline=None)
def test_whatever_a_log_says_the_finding_is_valid(words: list[str], names: tuple[str, ...]) -> None:
    """An attacker cannot make the hub refuse what is told of him."""
    evil = replace(
        IMPLANT,
        title=words[0],
        principals=names,
        workloads=names,
        credentials=names,
        accounts=names,
        regions=names,
        next_steps=names,
        findings=(finding("tag-moved", words[1]),),
        images=(
            image(words[2], words[3], words[4]),
            replace(image(HOST, words[5], words[6]), repository=words[7]),
            image(machine=f"ami-{words[8]}"),
        ),
    )
    text = str(told(evil))
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["Title"], "a" * 257, "$.Title: "),
        (["Title"], " ", "$.Title: "),
        (["Description"], "a" * 1025, "$.Description: "),
        (["AwsAccountId"], "example-shop", "$.AwsAccountId: "),
        (["CreatedAt"], "2026-02-03 14:02", "$.CreatedAt: "),
        (["ProductArn"], "arn:aws:iam::111122223333:root", "$.ProductArn: "),
        (["SchemaVersion"], "2019-01-01", "$.SchemaVersion: "),
        (["FindingProviderFields", "Severity", "Label"], "INFO", "Severity.Label: "),
        (["FindingProviderFields", "Types"], ["Malware"], "Types[0]: "),
        (["FindingProviderFields", "Confidence"], 101, "Confidence: "),
        (["Workflow", "Status"], "OPEN", "$.Workflow.Status: "),
        (["RecordState"], "open", "$.RecordState: "),
        (["Resources"], [], "$.Resources: "),
        (["Resources", 0, "Type"], "AwsAmi", "$.Resources[0].Type: "),
        (["Severity"], {"Label": "LOW"}, "unknown field `Severity`"),
        (["ProductFields"], {"a": "b" * 300_000}, "and a finding may have 240,000"),
    ],
)
def test_what_breaks_the_format_is_named(path: list[Any], value: object, said: str) -> None:
    """Before it is sent, as emulators take anything."""
    one = told(IMPLANT)
    inner: Any = one
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(Malformed) as caught:
        check(one)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "folder", ["ecr-ccat", "acr-to-aks", "artifact-registry-to-gke", "ami-from-snapshot"]
)
def test_every_example_is_valid(folder: str) -> None:
    """Of every cloud, with every incident that it was made of."""
    (incident,) = replay([str(EXAMPLES / folder)], Settings(), ProcessMemory()).incidents
    made = findings(incident, HUB, NOW)
    for one in made:
        check(one)
    assert len(made) == 1 + len(incident.merged)
