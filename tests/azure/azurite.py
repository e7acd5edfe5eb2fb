"""Azurite, Microsoft's emulator of Azure Storage, as tests run it: encrypted, and with tokens
instead of keys.  It ends with the process that started it.
"""

import atexit
import re
import subprocess
import sys
import time
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from azure.data.tables import TableClient, TableServiceClient
from msgspec import Struct

from tests.azure.certificates import certificate, key
from tests.azure.services import ACCOUNT
from tests.azure.tokens import Identity
from tidewaiter_azure.asking import ONCE
from tidewaiter_azure.tables import TablesMemory

_MAIN = Path(sys.prefix) / "azurite/node_modules/azurite/dist/src/azurite.js"
_WITH_PARENT = "data:text/javascript,process.stdin.resume().on('end',()=>process.exit())"
_PORT = re.compile(r"listening at https://127\.0\.0\.1:(\d+)")

_numbers = count(1)


class Ports(Struct, frozen=True):
    """Where its three services listen; 0 is any free port."""

    blob: int = 0
    queue: int = 0
    table: int = 0


class Azurite:
    """One emulator, which keeps what it is given in memory, or in ``folder``."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.ports = Ports()
        self.start()

    def start(self) -> None:
        """Start it; after a stop on the same ports, with all that ``folder`` keeps."""
        assert _MAIN.exists(), "Azurite is not installed: run `make test`, or see the Makefile"
        where = ["--location", str(self._folder)] if self._folder else ["--inMemoryPersistence"]
        services = [
            text
            for name in ("blob", "queue", "table")
            for text in (f"--{name}Host", "127.0.0.1", f"--{name}Port", str(self.port(name)))
        ]
        self._process = subprocess.Popen(
            [
                *("node", "--import", _WITH_PARENT, str(_MAIN), *where, *services),
                *("--disableTelemetry", "--skipApiVersionCheck", "--silent"),
                *("--oauth", "basic", "--cert", str(certificate()), "--key", str(key())),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        found: list[int] = []
        while len(found) < 3:
            line = self._process.stdout.readline()
            assert line, "Azurite did not start"
            found += map(int, _PORT.findall(line))
        self.ports = Ports(*found)

    def port(self, name: str) -> int:
        """The port of the service ``blob``, ``queue`` or ``table``."""
        return int(getattr(self.ports, name))

    def url(self, name: str) -> str:
        """What a service is called; what clients in Azure know as ``https://ACCOUNT.blob...``."""
        return f"https://127.0.0.1:{self.port(name)}/{ACCOUNT}"

    def stop(self) -> None:
        """Stop it: who asks now is refused by a closed port."""
        self._process.kill()
        self._process.communicate()

    def saved(self, text: str) -> None:
        """Wait until it has written ``text`` to its table's file, as it does every five seconds."""
        assert self._folder
        file = self._folder / "__azurite_db_table__.json"
        while not (file.exists() and text in file.read_text()):
            time.sleep(0.1)


@cache
def azurite() -> Azurite:
    """The emulator that all tests of this process share."""
    started = Azurite()
    atexit.register(started.stop)
    return started


@cache
def tables() -> TableServiceClient:
    """A client for many: it takes a while to make one."""
    return TableServiceClient(
        azurite().url("table"),
        credential=Identity(),
        connection_verify=str(certificate()),
        **ONCE,
    )


def new_table() -> str:
    """Make an empty table, and return its name."""
    name = f"tidewaiter{next(_numbers)}"
    tables().create_table(name)
    return name


def new_client(table: str, **more: Any) -> TableClient:
    """A client of its own, for whoever meddles with it."""
    return TableClient(
        azurite().url("table"),
        table,
        credential=Identity(),
        connection_verify=str(certificate()),
        **ONCE,
        **more,
    )


def address(table: str, server: Azurite | None = None) -> str:
    """How the command line names the table."""
    return f"aztables://{ACCOUNT}/{table}?endpoint={(server or azurite()).url('table')}"


def new_memory() -> TablesMemory:
    """A memory in a table of its own."""
    return memory_in(new_table())


def memory_in(table: str) -> TablesMemory:
    """One more worker on ``table``."""
    return TablesMemory(table, azurite().url("table"), client=tables().get_table_client(table))


def entities_in(table: str) -> int:
    """How many entities lie there, whoever believes them."""
    return len(list(tables().get_table_client(table).list_entities(select=["RowKey"])))
