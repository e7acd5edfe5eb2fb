"""What is there now, in the providers' own list-call output: repositories, tags, machine images,
workloads.

A listing is told by its members, never by its file's name.
"""

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from tidewaiter.decoding import decode
from tidewaiter.errors import Malformed
from tidewaiter.inventory import aws, aws_running, azure, gcp, kubernetes
from tidewaiter.inventory.interface import Place, Reader, Thing

__all__ = ["Place", "Thing", "hosts_in", "read", "with_hosts"]

MEMBERS: Mapping[str, Reader] = {**aws.MEMBERS, **aws_running.MEMBERS, **kubernetes.MEMBERS}
ELEMENTS: Mapping[tuple[str, ...], Reader] = {**azure.ELEMENTS, **gcp.ELEMENTS}

Host = tuple[tuple[str, str], str]  # account and name of a repository, and its registry

_ANY = msgspec.json.Decoder(dict[str, Raw] | list[dict[str, Raw] | str])


def read(raw: bytes, place: Place) -> Iterator[Thing]:
    """Yield what a listing tells.  Raises :class:`Malformed` if it cannot be read."""
    reader = _reader(raw)
    if reader is None:
        raise Malformed("no listing that is known: docs/cli.md names them", "$")
    yield from reader(raw, place)


def hosts_in(raw: bytes) -> list[Host]:
    """Return the registry of each repository, if that is what a listing tells.

    Raises :class:`Malformed` if it cannot be read.
    """
    return list(aws.hosts(raw)) if _reader(raw) is aws.MEMBERS["repositories"] else []


def with_hosts(place: Place, hosts: Iterable[Host]) -> Place:
    """Return ``place`` with the registries of ``hosts``; a name in two regions tells none."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, host in hosts:
        found.setdefault(name, set()).add(host)
    return replace(place, hosts={name: min(has) for name, has in found.items() if len(has) == 1})


def _reader(raw: bytes) -> Reader | None:
    told = decode(_ANY, raw)
    if isinstance(told, dict):
        return next((reader for name, reader in MEMBERS.items() if name in told), None)
    if not told:
        return _nothing
    first = told[0]
    if isinstance(first, str):
        return azure.names
    kinds = ELEMENTS.items()
    return next((reader for names, reader in kinds if first.keys() >= set(names)), None)


def _nothing(_raw: bytes, _place: Place) -> Iterator[Thing]:
    """Read an empty list."""
    return iter(())
