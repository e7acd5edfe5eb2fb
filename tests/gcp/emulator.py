"""Somebody else's emulator of Firestore, as a second opinion; it ends with this process.

It knows documents, commits and preconditions that they be there or not; cursors it ignores, what is
set again it merges, and transactions it does not keep apart.
"""

import atexit
import socket
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

_FOLDER = Path(sys.prefix) / "firestore-emulator"
_RUN = """
import { FirestoreServer } from "@firestore-emulator/server";
process.stdin.resume().on("end", () => process.exit());
await new FirestoreServer().start(Number(process.argv[1]));
"""


@cache
def emulator() -> str:
    """Where it listens, for the rest of this process."""
    installed = (_FOLDER / "node_modules").exists()
    assert installed, "the emulator is not installed: run `make test`, or see the Makefile"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["node", "--input-type=module", "--eval", _RUN, str(port)],
        cwd=_FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(process.communicate)
    for _ in range(600):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return f"127.0.0.1:{port}"
        assert process.poll() is None
        time.sleep(0.05)
    raise TimeoutError
