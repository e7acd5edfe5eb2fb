"""Run a command in which terraform knows its providers, without a registry of them.

    python tests/infra/offline.py DIR... -- terraform -chdir=DIR validate

The tool beside the checkout, in ``shared/tools/terraform-offline``, serves the providers' schemas.
Of a nested block's required ``id`` it says that it is computed as well, which terraform refuses, so
that no alarm could be checked; ``mend`` takes that back.
"""

import fcntl
import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TOOL = Path(__file__).resolve().parents[3] / "shared" / "tools" / "terraform-offline"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
SERVING = "--serving"


def command(directories: list[Path], words: list[str]) -> list[str]:
    """Return the command that runs ``words`` with the providers that ``directories`` need."""
    prepare()
    python = CACHE / "terraform-offline" / "venv" / "bin" / "python"
    named = [str(each) for each in directories]
    return [str(python), __file__, SERVING, *named, "--", *words]


@functools.cache
def prepare() -> None:
    """Let the tool fetch what it needs, once; tests that run beside this one wait."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "terraform-offline.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        tool = TOOL / "terraform-offline"
        subprocess.run([tool, TOOL, "--", "true"], check=True, capture_output=True)


def mend(block: dict[str, Any]) -> dict[str, Any]:
    """Return a block's schema in which nothing required is computed, at any depth."""
    for attribute in block["attributes"].values():
        if attribute.get("required"):
            attribute.pop("computed", None)
    for inner in block["block_types"].values():
        mend(inner["block"])
    return block


def serve(arguments: list[str]) -> None:
    """Serve the mended schemas to the command in ``arguments``; ends the process with its code."""
    sys.path.insert(0, str(TOOL))
    import attach_providers  # type: ignore[import-not-found]
    import schema_from_cdktf  # type: ignore[import-not-found]

    load = schema_from_cdktf.load

    def load_mended(*where: str) -> tuple[str | None, dict[str, Any]]:
        name, schema = load(*where)
        mend(schema["block"])
        return name, schema

    schema_from_cdktf.load = load_mended
    wheels = CACHE / "terraform-offline" / "wheels"
    sys.argv = ["attach_providers", str(wheels), *arguments]
    attach_providers.main()


if __name__ == "__main__":
    if sys.argv[1] == SERVING:
        serve(sys.argv[2:])
    split = sys.argv.index("--")
    done = command([Path(each) for each in sys.argv[1:split]], sys.argv[split + 1 :])
    os.execv(done[0], done)
