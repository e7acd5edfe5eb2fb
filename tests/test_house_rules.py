"""The rules of the house that no linter knows.  A rule that is not a test is a wish."""

import ast
import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = ROOT / "core" / "tidewaiter"
ADAPTERS = sorted(path for root in ("aws", "azure", "gcp") for path in (ROOT / root).rglob("*.py"))
MODULES = [*sorted(CORE.rglob("*.py")), *ADAPTERS]
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# What Microsoft's libraries put into the namespace package `azure` (docs/adr/0003).
NAMESPACE_OF_AZURE = {
    "ai", "appconfiguration", "communication", "core", "cosmos", "data", "eventgrid", "eventhub",
    "functions", "identity", "keyvault", "mgmt", "monitor", "search", "servicebus", "storage",
}  # fmt: skip
# What each package of adapters may import besides core and the standard library (docs/adr/0006).
SDKS = {
    "aws": {"aws_lambda_powertools", "boto3", "botocore", "msgspec", "mypy_boto3_"},
    "azure": {"azure", "msgspec"},
    "gcp": {"flask", "functions_framework", "google", "grpc", "msgspec", "requests"},
}
CLOUD_SDKS = {
    "aiohttp", "aws_lambda_powertools", "azure", "boto3", "botocore", "functions_framework",
    "google", "grpc", "httpx", "moto", "requests", "urllib3",
}  # fmt: skip
EMPTY_WORDS = {"base", "common", "helper", "helpers", "manager", "managers", "util", "utils"}
EMPTY_VERBS = ("get_", "handle_", "process_")

# Spelt so that these lines do not match themselves.
BUILD_MACHINE = r"(?<![\w.~*])/(?:work|root|tmp|home/\w+|Users/\w+)/(?=\w)|\.\./(?:shared)/"
PACKAGE_HOST = r"pypi\.(?:org)|pythonhosted\.(?:org)|registry\.(?:npmjs)|proxy\.(?:golang)"

IMPORT_ALL = """
import importlib, json, pkgutil, sys
before = set(sys.modules)
import tidewaiter
for found in pkgutil.walk_packages(tidewaiter.__path__, "tidewaiter."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def tracked() -> list[Path]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def named(path: Path) -> str:
    """The path as a person would say it."""
    return path.relative_to(ROOT).as_posix()


def definitions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """All functions and classes of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def words(name: str) -> set[str]:
    """``SomeName`` or ``some.other_name`` in lower-case words."""
    return set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace(".", "_").split("_"))


def swallows_everything(node: ast.AST) -> bool:
    """Whether it is ``except Exception`` (or wider) that does not end in a bare ``raise``."""
    if not isinstance(node, ast.ExceptHandler) or ast.unparse(node.body[-1]) == "raise":
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(
        kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in caught
    )


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports anywhere, and the members that may be modules."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def module_name(path: Path) -> str:
    """The name under which a file of core, or of an adapter, is imported."""
    tops = (CORE.parent, ROOT / "aws", ROOT / "azure", ROOT / "gcp")
    top = next(top for top in tops if path.is_relative_to(top))
    parts = path.relative_to(top).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def test_deployment_roots_are_not_packages() -> None:
    """Of aws/, azure/ and gcp/ only ``tidewaiter_<root>`` below is a package."""
    packages = {named(path.parent) for path in ADAPTERS if path.name == "__init__.py"}
    allowed = {f"{root}/tidewaiter_{root}" for root in ("aws", "azure", "gcp")}
    assert packages - allowed == set()
    assert "aws/tidewaiter_aws" in packages


def test_adapters_import_core_and_their_own_sdk() -> None:
    """No deployment root imports another's package or SDK, or anything else that is not pinned."""
    found = []
    for path in ADAPTERS:
        root = path.relative_to(ROOT).parts[0]
        allowed = (*SDKS[root], "tidewaiter", f"tidewaiter_{root}")
        tops = {name.partition(".")[0] for name in imported_modules(path)}
        strange = {
            top
            for top in tops - sys.stdlib_module_names
            if not any(top == one or (one.endswith("_") and top.startswith(one)) for one in allowed)
        }
        found += [f"{named(path)}: {top}" for top in sorted(strange)]
    assert found == []


def imported_modules(path: Path) -> Iterator[str]:
    """The modules that a file imports, at its top or later."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_no_folder_hides_a_part_of_the_azure_namespace() -> None:
    """No folder or module in azure/ has the name of one of Microsoft's packages."""
    found = {
        path.stem for path in (ROOT / "azure").glob("*") if path.is_dir() or path.suffix == ".py"
    }
    assert found & NAMESPACE_OF_AZURE == set()


def test_core_imports_no_cloud_sdk() -> None:
    """All of core is imported without one cloud SDK or HTTP client."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        env={"PYTHONPATH": str(CORE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported = set(json.loads(done.stdout))
    assert "tidewaiter" in imported
    assert imported & CLOUD_SDKS == set()


def test_modules_are_short() -> None:
    """A module of core, or of an adapter, has at most 250 lines."""
    lengths = {named(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 250} == {}


def test_names_say_what_they_are() -> None:
    """No name in core or an adapter has an empty word, and no function an empty verb."""
    files = [named(path) for path in MODULES if words(module_name(path)) & EMPTY_WORDS]
    inside = [
        f"{named(path)}: {node.name}"
        for path in MODULES
        for node in definitions(path)
        if words(node.name) & EMPTY_WORDS or node.name.lstrip("_").startswith(EMPTY_VERBS)
    ]
    assert files + inside == []


def test_everything_is_caught_in_one_place() -> None:
    """``except Exception`` stands in the containment and nowhere else."""
    found = [
        named(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if swallows_everything(node)
    ]
    assert found == ["core/tidewaiter/containment.py"]


@pytest.mark.parametrize("family", ["sources", "detectors"])
def test_no_file_of_a_family_is_forgotten(family: str) -> None:
    """Every file of the folder is reached from its registry, and what it defines stands there."""
    registry = importlib.import_module(f"tidewaiter.{family}")
    files = {module_name(path): path for path in (CORE / family).rglob("*.py")}
    member = family.removesuffix("s").upper()
    members = {name: vars(importlib.import_module(name)).get(member) for name in files}
    used = {name for path in files.values() for name in imported(path)} | {registry.__name__}
    assert {name for name in files if members[name] is None} - used == set()
    defined = [found for found in members.values() if found is not None]
    registered = list(getattr(registry, family.upper()))
    assert [one for one in defined if one not in registered] == []
    assert len(registered) == len(defined)


def test_locks_name_hashes_and_no_address() -> None:
    """Every pinned package has its hashes, and no lock names a registry."""
    locks = {named(path): path.read_text() for path in (ROOT / "requirements").glob("*.txt")}
    assert set(locks) >= {"requirements/build.txt", "requirements/runtime.txt"}
    assert [name for name, text in locks.items() if re.search("http|index|://", text)] == []
    pins = [pin for text in locks.values() for pin in re.split(r"(?m)^(?=\w)", text) if pin.strip()]
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_no_file_names_the_machine_it_was_made_on() -> None:
    """No committed file names a path of a build machine or the host of a package registry."""
    found = [
        f"{named(path)}: {hit.group()}"
        for path in tracked()
        for hit in re.finditer(f"{BUILD_MACHINE}|{PACKAGE_HOST}", path.read_text(errors="replace"))
    ]
    assert found == []


def test_every_test_says_what_it_tests() -> None:
    """Each test has a docstring of one sentence."""
    docstrings = {
        f"{named(path)}: {node.name}": ast.get_docstring(node) or ""
        for path in TESTS
        for node in definitions(path)
        if node.name.startswith("test_")
    }
    assert [name for name, text in docstrings.items() if not text.endswith(".")] == []


def test_no_test_patches() -> None:
    """Tests use fakes written by hand, so none imports mock."""
    imports = re.compile(r"^\s*(?:from|import) .*\bmock\b", re.MULTILINE)
    assert [named(path) for path in TESTS if imports.search(path.read_text())] == []


@pytest.mark.parametrize(("ci", "fails"), [("true", True), ("", False)])
@pytest.mark.parametrize(
    "skipping",
    ["@pytest.mark.skip\ndef test_one(): pass\n", "pytest.importorskip('no_such_module')\n"],
    ids=["test", "file"],
)
def test_only_ci_forbids_skipping(ci: str, fails: bool, skipping: str, tmp_path: Path) -> None:
    """A skipped test, or a skipped file, fails under ``CI=true`` and only there."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_skips.py").write_text(f"import pytest\n\n{skipping}")
    (tmp_path / "test_runs.py").write_text("def test_two(): pass\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout


def test_check_calls_what_the_readme_says() -> None:
    """The README's two commands exist, and its test command is the last thing `make check` does."""
    readme = (ROOT / "README.md").read_text()
    commands = set(re.findall(r"^(?:\$ )?(make \w+)", readme, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text()
    check = re.search(r"^check: (.*?) ##", makefile, re.MULTILINE)
    assert commands >= {"make demo", "make test"}
    assert check is not None
    assert check[1].split()[-1] == "test"
