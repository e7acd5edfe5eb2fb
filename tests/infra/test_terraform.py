"""Every module is well formed, valid, and passes its own tests."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.infra.terraform import INFRA, MODULES, copied, needed, run

pytestmark = needed

TESTED = sorted({file.parent.parent.relative_to(INFRA) for file in INFRA.rglob("*.tftest.hcl")})
MOST = 15  # variables of a module
BLOCK = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)


def test_everything_is_formatted() -> None:
    """``terraform fmt -check`` finds nothing to change."""
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", "-recursive", INFRA],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_valid(module: Path, tmp_path: Path) -> None:
    """``terraform validate`` knows every type, argument and reference."""
    ran = run(copied(module, tmp_path), "validate")
    assert (ran.code, "Success! The configuration is valid." in ran.said) == (0, True), ran.said


@pytest.mark.parametrize("module", TESTED, ids=str)
def test_a_module_passes_its_own_tests(module: Path, tmp_path: Path) -> None:
    """``terraform test`` runs at least one check, and none fails."""
    ran = run(copied(module, tmp_path), "test")
    passed = re.search(r"Success! (\d+) passed, 0 failed\.", ran.said)
    assert ran.code == 0, ran.said
    assert passed is not None
    assert int(passed[1]) > 0


def test_the_modules_that_are_deployed_are_tested() -> None:
    """Whatever makes something, and is no example, has tests of its own."""
    made = {
        module
        for module in MODULES
        if "examples" not in module.parts
        and any('\nresource "' in file.read_text() for file in (INFRA / module).glob("*.tf"))
    }
    assert set(TESTED) == made


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_asks_for_little_and_explains_it(module: Path) -> None:
    """A module has at most 15 variables, each with a sentence."""
    file = INFRA / module / "variables.tf"
    variables = dict(BLOCK.findall(file.read_text())) if file.exists() else {}
    unexplained = [
        name
        for name, body in variables.items()
        if not re.search(r'^  description = "[A-Z].*\."$', body, re.MULTILINE)
    ]
    assert (unexplained, len(variables) <= MOST) == ([], True)


def test_providers_are_configured_in_examples_alone() -> None:
    """A module that can be used by others leaves its providers to them."""
    found = [
        str(file.relative_to(INFRA))
        for file in INFRA.rglob("*.tf")
        if re.search(r'^provider "', file.read_text(), re.MULTILINE)
    ]
    assert [file for file in found if "/examples/" not in file] == []


def test_nothing_runs_elsewhere() -> None:
    """No module runs commands, downloads other modules, or makes archives and random names."""
    forbidden = re.compile(r'local-exec|remote-exec|"archive_file"|"random_\w+"|"null_resource"')
    sources = re.compile(r'^\s*source\s*=\s*"(.*)"', re.MULTILINE)
    text = {file: file.read_text() for file in INFRA.rglob("*.tf")}
    assert [str(file) for file, said in text.items() if forbidden.search(said)] == []
    named = {source for said in text.values() for source in sources.findall(said)}
    foreign = {source for source in named if not source.startswith(".")}
    assert foreign <= {"hashicorp/aws", "hashicorp/azurerm", "hashicorp/google"}
