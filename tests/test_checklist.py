"""What was asked for is there: every name in ``docs/checklist.toml`` leads somewhere."""

import ast
import tomllib
from pathlib import Path

import pytest

from tidewaiter.cli.arguments import parsed
from tidewaiter.detectors import DETECTORS
from tidewaiter.intake import interpret
from tidewaiter.model import Event
from tidewaiter.sources import NAMES
from tidewaiter.sources.cloudtrail import WANTED
from tidewaiter.sources.interface import record_of

ROOT = Path(__file__).parents[1]
ROWS = tomllib.loads((ROOT / "docs" / "checklist.toml").read_text())
# The rows of the checklist; what it calls them is theirs.
ASKED = {
    *(f"M{number}" for number in range(1, 16)),
    *(f"D{number}" for number in range(1, 29)),
    *(f"C{number}" for number in range(1, 5)),
    *(f"F{number}" for number in range(1, 8)),
    *(f"T{number}" for number in range(1, 6)),
    *(f"O{number}" for number in range(1, 5)),
    "AN0946",
    "AN0947",
    "tunables",
}


def test_no_row_is_forgotten() -> None:
    """Each row of the checklist is here, once, with what it asks for."""
    assert set(ROWS) == ASKED
    assert [name for name, row in ROWS.items() if not row.get("item")] == []


@pytest.mark.parametrize("name", ROWS)
def test_what_delivers_a_row_exists(name: str) -> None:
    """A detector, a source, a command, a page or a file; or the issue that owes it."""
    row = ROWS[name]
    if "planned" in row:
        assert isinstance(row["planned"], int)
        return
    assert row["by"]
    known = {*NAMES, *(detector.id for detector in DETECTORS)}
    assert [one for one in row["by"] if not (one in known or is_command(one) or is_path(one))] == []


@pytest.mark.parametrize("name", [name for name in ROWS if "planned" not in ROWS[name]])
def test_what_shows_a_row_exists(name: str) -> None:
    """A test with that function, a sample, or a folder of cases that is not empty."""
    assert ROWS[name]["shown"]
    assert [one for one in ROWS[name]["shown"] if not is_shown(one)] == []


def is_command(name: str) -> bool:
    """Whether it is typed so; ``--help`` of a command that there is not is wrong usage."""
    program, _, command = name.partition(" ")
    if program != "tidewaiter":
        return False
    try:
        parsed([command, "--help"])
    except SystemExit as done:
        return done.code == 0
    return False


def is_path(name: str) -> bool:
    """Whether it stands in the tree."""
    return (ROOT / name).exists()


def is_shown(name: str) -> bool:
    """Whether the file is there, and the function in it."""
    path, _, function = name.partition("::")
    place = ROOT / path
    if place.is_dir():
        return any(place.iterdir())
    if not function:
        return place.exists()
    tree = ast.parse(place.read_text())
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body)


def test_the_operations_of_aws_are_image_work() -> None:
    """All eight that the sources name are read."""
    machine = {"CreateImage", "RegisterImage", "CopyImage", "ImportImage", "ModifyImageAttribute"}
    container = {"PutImage", "CompleteLayerUpload", "InitiateLayerUpload"}
    assert machine <= WANTED["ec2.amazonaws.com"]
    assert container <= WANTED["ecr.amazonaws.com"]


SCOPE = "/subscriptions/11112222-3333-4444-5555-666677778888/resourceGroups/shop/providers/"
AZURE = """{{"time": "2026-03-02T12:00:00Z", "operationName": "{operation}",
"resultType": "Success", "resourceId": "{of}",
"correlationId": "99990000-0000-4000-8000-000000000009", "callerIpAddress": "203.0.113.9"}}"""


@pytest.mark.parametrize(
    ("operation", "of", "activity"),
    [
        ("MICROSOFT.COMPUTE/IMAGES/WRITE", "Microsoft.Compute/images/gold", "image.created"),
        (
            "Microsoft.Compute/virtualMachines/capture/action",
            "Microsoft.Compute/virtualMachines/web",
            "image.created",
        ),
        (
            "Microsoft.ContainerRegistry/registries/importImage/action",
            "Microsoft.ContainerRegistry/registries/shop",
            "image.copied",
        ),
    ],
)
def test_the_operations_of_azure_are_image_work(operation: str, of: str, activity: str) -> None:
    """Images, captures and imports, in any case."""
    told = interpret(record_of(AZURE.format(operation=operation, of=SCOPE + of)))
    assert isinstance(told, Event)
    assert told.activity == activity


GOOGLE = """{{"insertId": "x1", "timestamp": "2026-03-02T12:00:00Z",
"logName": "projects/shop/logs/cloudaudit.googleapis.com%2Factivity", "protoPayload": {{
"methodName": "{method}", "serviceName": "{service}.googleapis.com", "resourceName": "{of}",
"requestMetadata": {{"callerIp": "203.0.113.9"}}, "authenticationInfo":
{{"principalEmail": "alice@example.com"}}, "request": {{}}, "response": {{}} }} }}"""
REPOSITORY = "projects/shop/locations/europe-west1/repositories/apps/dockerImages/web"
OBJECT = (
    f"projects/_/buckets/artifacts.shop.appspot.com/objects/containers/images/sha256:{'a' * 64}"
)


MACHINES = "projects/shop/global"


@pytest.mark.parametrize(
    ("method", "service", "of", "activity"),
    [
        ("v1.compute.images.insert", "compute", f"{MACHINES}/images/gold", "image.created"),
        ("compute.machineImages.insert", "compute", f"{MACHINES}/machineImages/g", "image.created"),
        ("Docker-PutManifest", "artifactregistry", REPOSITORY, "image.pushed"),
        ("storage.objects.create", "storage", OBJECT, "image.pushed"),
    ],
)  # fmt: skip
def test_the_operations_of_google_are_image_work(
    method: str, service: str, of: str, activity: str
) -> None:
    """Machine images, pushes, and what the old registry wrote to its bucket."""
    told = interpret(record_of(GOOGLE.format(method=method, service=service, of=of)))
    assert isinstance(told, Event)
    assert told.activity == activity


def test_the_named_references_are_kept() -> None:
    """Every detector leads to its technique, and the catalogue to the attack's tool."""
    kept = {detector.id: " ".join(detector.references) for detector in DETECTORS}
    assert [name for name, links in kept.items() if "https://" not in links] == []
    assert any("attack.mitre.org/techniques/T1525" in links for links in kept.values())
    assert any("github.com/RhinoSecurityLabs/ccat" in links for links in kept.values())
