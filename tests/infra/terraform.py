"""Run terraform on copies of the modules, so that nothing is left behind in the tree."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.infra import offline

Json = dict[str, Any]

INFRA = Path(__file__).parents[2] / "infra"
MODULES = sorted({file.parent.relative_to(INFRA) for file in INFRA.rglob("*.tf")})

needed = pytest.mark.usefixtures("providers")
"""Marks tests that run terraform; the fixture says why if it cannot be had."""


class Ran(NamedTuple):
    """How a command ended: its code, and all that it said."""

    code: int
    said: str


def copied(module: Path, folder: Path) -> Path:
    """Copy infra/ below ``folder``; return where ``module`` is there, initialised."""
    infra = folder / "infra"
    shutil.copytree(INFRA, infra, ignore=shutil.ignore_patterns(".terraform*"))
    ran = run(infra / module, "init", "-backend=false", "-input=false")
    assert ran.code == 0, ran.said
    return infra / module


def run(module: Path, *words: str) -> Ran:
    """Run ``terraform words`` in ``module``, with the providers of everything around it."""
    infra = next(parent for parent in (module, *module.parents) if parent.name == "infra")
    terraform = ["terraform", f"-chdir={module}", words[0], "-no-color", *words[1:]]
    done = subprocess.run(
        offline.command([infra], terraform), capture_output=True, text=True, check=False
    )
    return Ran(done.returncode, done.stdout + done.stderr)


def plan(module: Path, variables: Mapping[str, object]) -> Json:
    """Return the plan of ``module`` (as ``copied`` made it) as terraform shows it in JSON."""
    given = module / "given.auto.tfvars.json"
    given.write_text(json.dumps(variables))
    ran = run(module, "plan", "-input=false", "-out=plan.bin")
    assert ran.code == 0, ran.said
    shown = subprocess.run(
        offline.command([INFRA], ["terraform", f"-chdir={module}", "show", "-json", "plan.bin"]),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(shown.stdout))


def planned(told: Json, *types: str) -> Iterator[Json]:
    """Yield address, type and values of what ``told`` plans, in all its modules."""
    yield from _below(told["planned_values"]["root_module"], types)


def _below(module: Json, types: tuple[str, ...]) -> Iterator[Json]:
    for resource in module.get("resources", []):
        if not types or resource["type"] in types:
            yield resource
    for child in module.get("child_modules", []):
        yield from _below(child, types)
