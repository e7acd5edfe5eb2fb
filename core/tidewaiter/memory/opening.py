"""Opening a memory by its address, or by the path of its file.

Where a memory lies in a cloud, its adapter is a package of its own, which is imported when an
address asks for it (docs/adr/0006).
"""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import Memory
from tidewaiter.memory.sqlite import SqliteMemory

# Each scheme with the module whose ``open_address`` takes the address, and the extra it needs.
_SCHEMES = {
    "aztables": ("tidewaiter_azure.tables", "azure"),
    "dynamodb": ("tidewaiter_aws.dynamodb", "aws"),
    "firestore": ("tidewaiter_gcp.firestore", "gcp"),
}

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def is_address(where: str | Path) -> bool:
    """Whether ``where`` is no path: ``SCHEME://...``."""
    return isinstance(where, str) and _ADDRESS.match(where) is not None


def open_memory(
    where: str | Path, *, looking: bool = False, patience: Callable[[], float] | None = None
) -> Memory:
    """Open the SQLite file ``where``, or the memory at the address ``where``.

    ``looking`` changes nothing, and needs no right to.  ``patience`` tells how many seconds one
    call to an address may take; it is asked at the begin of each.  Raises
    :class:`~tidewaiter.errors.Unavailable`, in one sentence, for what cannot be opened.
    """
    found = _ADDRESS.match(str(where)) if is_address(where) else None
    if found is None:
        return SqliteMemory(Path(where), looking=looking)
    scheme = found[1].lower()
    if scheme not in _SCHEMES:
        known = ", ".join(f"{name}://" for name in _SCHEMES)
        raise Unavailable(f"{where}: no memory has such an address; it is a file, or {known}...")
    name, extra = _SCHEMES[scheme]
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        needed = f"{where}: needs the extra {extra!r}: pip install 'tidewaiter[{extra}]'"
        raise Unavailable(needed) from error
    memory: Memory = module.open_address(where, patience)
    return memory


def files_of(where: str | Path | None) -> list[Path]:
    """Return the files that are written when the memory is; SQLite has up to three beside its
    own.
    """
    if where is None or is_address(where):
        return []
    return [Path(f"{where}{end}") for end in ("", "-wal", "-shm", "-journal")]
