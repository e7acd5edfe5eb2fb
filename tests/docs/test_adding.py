"""docs/adding.md, followed to the letter in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.egg-info")
BLOCK = re.compile(r"([^\n]+):\n\n```\w+\n(.*?)```\n", re.DOTALL)
NAME = re.compile(r"`([^`]+)`")


def steps(title: str) -> list[tuple[list[str], str]]:
    """The section's code blocks, each with the names of the line before it."""
    page = (ROOT / "docs" / "adding.md").read_text()
    section = page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [(NAME.findall(intro), text) for intro, text in BLOCK.findall(section)]


def follow(title: str, tree: Path) -> list[str]:
    """Do in ``tree`` what the section says, and return the names of the files that are new."""
    for folder in ("core", "tests"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=NOT_COPIED)
    shutil.copy(ROOT / "pyproject.toml", tree)
    registry, written = tree, []
    for names, text in steps(title):
        if names[-1].endswith("/__init__.py"):
            registry = tree / names[-1]
        if len(names) > 1 or "/" not in names[0]:
            insert(registry, rf"^{names[0]}: .* = [({{]$", f"\n{text}")
        elif tree / names[0] == registry:
            insert(registry, r"^from tidewaiter\.\w+ import \(", f"\n{text}")
        else:
            (tree / names[0]).parent.mkdir(parents=True, exist_ok=True)
            (tree / names[0]).write_text(text)
            written.append(names[0])
    return written


def insert(path: Path, place: str, text: str) -> None:
    """Put ``text`` after the first match of ``place``."""
    before = path.read_text()
    found = re.search(place, before, re.MULTILINE)
    assert found is not None, f"{path} has no place for {text!r}"
    path.write_text(before[: found.end()] + text + before[found.end() :])


def check_style(tree: Path, module: str) -> None:
    """Lint and format what the page says, as `make check` does."""
    run(tree, "ruff", "check", "--no-cache", module)
    run(tree, "ruff", "format", "--no-cache", "--check", module)


def run(tree: Path, *arguments: str) -> str:
    """Run a Python module in ``tree``, apart from this test run, and return what it prints."""
    apart = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=tree,
        env=apart,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_page_adds_a_source(tmp_path: Path) -> None:
    """Whoever follows the page has a source that is clean and understood as written beside it."""
    module, *samples = follow("How to add a source", tmp_path)
    check_style(tmp_path, module)
    golden = (
        "pytest",
        "-rp",
        "-p",
        "no:cacheprovider",
        "-k",
        "harbor",
        "tests/sources/test_golden.py",
    )
    passed = re.findall(r"^PASSED .*\[(.+)\]$", run(tmp_path, *golden), re.MULTILINE)
    expected = [name for name in samples if not name.endswith(".expected.json")]
    assert {f"tests/samples/{case}.json" for case in passed} == set(expected)


def test_the_page_adds_a_detector(tmp_path: Path) -> None:
    """Whoever follows the page has a clean detector that fires and stays quiet as its cases say."""
    module, *cases = follow("How to add a detector", tmp_path)
    check_style(tmp_path, module)
    judged = (
        "pytest",
        "-rp",
        "-p",
        "no:cacheprovider",
        "-k",
        "unfamiliar-deleter",
        "tests/detectors/test_cases.py",
    )
    passed = re.findall(
        r"^PASSED .*::test_a_case_is_judged.*\[(.+)\]$", run(tmp_path, *judged), re.MULTILINE
    )
    assert {f"tests/cases/{case}.json" for case in passed} == set(cases)
