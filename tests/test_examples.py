"""Each folder of ``examples/`` is told as its README says it must be."""

from functools import cache
from pathlib import Path

import pytest

from tidewaiter.detectors import DETECTORS
from tidewaiter.findings import Incident
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Severity
from tidewaiter.replay import Result, replay
from tidewaiter.settings import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"
FOLDERS = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
CONTAINERS = {"ecr-ccat": "aws", "acr-to-aks": "azure", "artifact-registry-to-gke": "gcp"}
ATTACKS = [*CONTAINERS, "ami-from-snapshot"]

ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/prod/web:latest"
ACR = "shopregistry.azurecr.io/prod/web:latest"
GAR = "europe-west1-docker.pkg.dev/example-shop/apps/web:latest"
AMI = "ami-0e1b2c3d4e5f60006"
ECR_IMPLANT = "sha256:a03c2b5059866f49b85b8465a9b5b9a9df666983a4d8a23ded0f1b6043a0d857"
ACR_IMPLANT = "sha256:3bbce7bcb7ff25b37b02440c32f37f4482990ff20ac42dd0a6b39fb64322c66c"
GAR_IMPLANT = "sha256:18054e06978c9f37fb952cbf5bec52165c53beba6639156204aef8ed56737636"
OFFICE, THIEF = "198.51.100.77", "203.0.113.9"


@cache
def told(*folders: str) -> Result:
    """What a replay of the folders tells; each is replayed once, as the command line does it."""
    paths = [str(EXAMPLES / folder) for folder in folders]
    return replay(paths, Settings(), ProcessMemory())


def story(folder: str) -> Incident:
    """The one incident of a folder."""
    (incident,) = told(folder).incidents
    return incident


def detectors(incident: Incident) -> set[str]:
    """Who said something."""
    return {finding.detector for finding in incident.findings}


def reasons(incident: Incident, detector: str) -> list[str]:
    """What one detector said."""
    return [finding.reason for finding in incident.findings if finding.detector == detector]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_has_a_page_that_explains_it(folder: str) -> None:
    """Each page says what happened, and what must and must not be found."""
    page = (EXAMPLES / folder / "README.md").read_text()
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    assert headings[-2:] == ["## What must be found", "## What must not be found"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_record_is_understood(folder: str) -> None:
    """Nothing is quarantined, nothing is unrecognised, and no detector fails."""
    result = told(folder)
    assert result.summary.quarantined == 0
    assert "unrecognised" not in result.summary.ignored
    assert result.bugs == []
    assert result.summary.events > 0


@pytest.mark.parametrize("folder", ATTACKS)
def test_an_attack_is_one_critical_incident(folder: str) -> None:
    """Duplicates, twins and two feeds make no second incident."""
    assert [incident.severity for incident in told(folder).incidents] == [Severity.CRITICAL]


def test_ecr_chain_is_found_by_all_that_can_see_it() -> None:
    """The tool's every trace on ECR has its detector."""
    incident = story("ecr-ccat")
    assert detectors(incident) == {
        "tag-moved",
        "layers-appended",
        "unfamiliar-pusher",
        "pushed-outside-pipeline",
        "pulled-then-pushed",
        "registry-enumerated",
        "image-uploaded",
        "two-agents-one-credential",
        "suspicious-image-deployed",
    }
    (appended,) = reasons(incident, "layers-appended")
    assert appended.startswith("the same 3 layers as sha256:fe87bd8c")
    assert appended.endswith("plus 2 more (32.5 MB, 412 B)")


@pytest.mark.parametrize(("folder", "provider"), CONTAINERS.items())
def test_container_chains_are_found_alike(folder: str, provider: str) -> None:
    """The same attack gives the same detectors on every cloud that they claim."""
    claimed = {one.id for one in DETECTORS if provider in one.providers}
    assert detectors(story(folder)) == detectors(story("ecr-ccat")) & claimed


@pytest.mark.parametrize(
    ("provider", "unseen"),
    [("azure", {"layers-appended", "registry-enumerated"}), ("gcp", {"layers-appended"})],
)
def test_only_lineage_and_listings_are_not_seen_everywhere(provider: str, unseen: set[str]) -> None:
    """Of what finds the chain on ECR, others declare themselves blind to layers alone, and Azure
    also to who lists a registry.
    """
    blind = {one.id for one in DETECTORS if provider not in one.providers}
    assert detectors(story("ecr-ccat")) & blind == unseen


@pytest.mark.parametrize(
    ("folder", "principal", "credential"),
    [
        ("ecr-ccat", "arn:aws:iam::111122223333:user/alice", "AKIAEXAMPLEALICE7F2Q"),
        (
            "artifact-registry-to-gke",
            "alice-scripts@example-shop.iam.gserviceaccount.com",
            "4e5f60718293a4b5c6d7e8f9000111222333444f",
        ),
        ("ami-from-snapshot", "arn:aws:iam::111122223333:user/bob", "AKIAEXAMPLEBOB00D41K"),
    ],
)
def test_the_thief_is_named_and_so_is_the_key(folder: str, principal: str, credential: str) -> None:
    """Whose key it was is told, and nobody else is accused: neither pipeline nor node."""
    incident = story(folder)
    assert incident.principals == (principal,)
    assert credential in incident.credentials


def test_a_registry_token_is_named_as_the_principal() -> None:
    """ACR names the token alone."""
    assert story("acr-to-aks").principals == ("alice-laptop",)


@pytest.mark.parametrize(
    ("folder", "addresses"),
    [
        *((folder, {OFFICE, THIEF}) for folder in CONTAINERS),
        ("ami-from-snapshot", {"198.51.100.78", "203.0.113.77"}),
    ],
)
def test_addresses_are_those_of_the_credential(folder: str, addresses: set[str]) -> None:
    """The owner's and the thief's address are told, and those of no pipeline or node."""
    assert {source.ip for source in story(folder).sources} == addresses


@pytest.mark.parametrize(
    ("folder", "images"),
    [
        ("ecr-ccat", {f"{ECR}@{ECR_IMPLANT}"}),
        ("acr-to-aks", {f"{ACR}@{ACR_IMPLANT}"}),
        ("artifact-registry-to-gke", {f"{GAR}@{GAR_IMPLANT}"}),
        ("ami-from-snapshot", {AMI}),
    ],
)
def test_the_implant_is_the_only_image_accused(folder: str, images: set[str]) -> None:
    """What the thief listed and pulled is not under suspicion."""
    assert {image.reference for image in story(folder).images} == images


@pytest.mark.parametrize(
    ("folder", "workload"),
    [
        ("ecr-ccat", "ecs service prod/web"),
        ("acr-to-aks", "deployment shop-aks/shop/web"),
        ("artifact-registry-to-gke", "deployment shop-gke/shop/web"),
        ("ami-from-snapshot", "ec2 instance i-0a9b8c7d6e5f40008"),
    ],
)
def test_what_runs_the_implant_is_named(folder: str, workload: str) -> None:
    """One workload runs it, and a roll-back to the image before is no second deployment of it."""
    incident = story(folder)
    assert incident.workloads == (workload,)
    assert {moment.activity for moment in incident.timeline} >= {Activity.WORKLOAD_DEPLOYED}


def test_the_whole_way_is_told_in_order() -> None:
    """The story of ECR goes from the enumeration to the deployment."""
    steps = dict.fromkeys(
        moment.activity for moment in story("ecr-ccat").timeline if moment.time.hour >= 14
    )
    assert list(steps) == [
        Activity.REGISTRY_LISTED,
        Activity.REGISTRY_LOGIN,
        Activity.IMAGE_PULLED,
        Activity.LAYER_UPLOADED,
        Activity.IMAGE_PUSHED,
        Activity.WORKLOAD_DEPLOYED,
    ]


def test_machine_image_is_told_from_its_snapshot_to_its_instance() -> None:
    """Making, sharing and launching are one story."""
    incident = story("ami-from-snapshot")
    assert detectors(incident) == {
        "machine-image-created",
        "image-shared",
        "suspicious-image-deployed",
    }
    assert reasons(incident, "image-shared") == [
        f"{AMI} shared with account 444455556666",
        f"snap-0d1b2c3d4e5f60005, the disk of {AMI}, shared with account 444455556666",
    ]


def test_quiet_month_alarms_nobody() -> None:
    """Thirty days of a company that ships all day make no incident."""
    assert told("quiet-month").incidents == []


def test_quiet_month_holds_back_only_what_is_not_known_yet() -> None:
    """Nothing is held back for another reason than a repository's first days."""
    reasons_why = {one.why.rpartition(", ")[2] for one in told("quiet-month").held_back}
    assert reasons_why == {"and is known after 5"}


def test_folders_together_tell_what_each_tells_alone() -> None:
    """Replaying all of examples/ mixes nothing up."""
    together = told("").incidents
    alone = [incident for folder in FOLDERS for incident in told(folder).incidents]
    assert {one.id: one for one in together} == {one.id: one for one in alone}
