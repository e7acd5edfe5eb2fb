"""Detectors of the operator's own: files in folders that the settings name, and entry points.

They obey the same contract as ours (``detectors/interface.py``): a module with ``DETECTOR``.
Whoever may write the settings may run code here.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from tidewaiter.containment import contained
from tidewaiter.detectors.interface import Detector
from tidewaiter.errors import Bug
from tidewaiter.model import short_hash
from tidewaiter.settings import Settings

GROUP = "tidewaiter.detectors"  # of entry points; each names a Detector


class Loaded(Struct, frozen=True):
    """What could be loaded, and what is wrong with the rest, by name."""

    detectors: tuple[Detector, ...]
    bugs: dict[str, Bug]


def load(settings: Settings, ours: Sequence[Detector]) -> Loaded:
    """Return ``ours`` and the operator's; one that fails, or takes an id, is left out and named."""
    found, bugs = list(ours), {}
    for name, source in _sources(settings):
        made, bug = contained(name, source)
        taken = {one.id for one in found}
        if bug is None and any(one.id in taken for one in made):
            bug = Bug(f"{name}: there is a detector {made[0].id!r} already")
        if bug is None:
            found += made
        else:
            bugs[name] = bug
    return Loaded(tuple(found), bugs)


Source = Callable[[], Iterable[Detector]]


def _sources(settings: Settings) -> Iterator[tuple[str, Source]]:
    """Yield what may hold a detector, with its name."""
    for folder in settings.plugins.folders:
        paths = [path for path in sorted(Path(folder).glob("*.py")) if not _is_aside(path)]
        yield from ((str(path), partial(_of_file, path)) for path in paths)
        if not paths:
            yield folder, partial(_nothing, "no detector lies there")
    for name in settings.plugins.entry_points:
        yield name, partial(_installed, name)


def _is_aside(path: Path) -> bool:
    return path.name.startswith(("_", "test_"))


def _of_file(path: Path) -> Iterator[Detector]:
    name = f"tidewaiter_plugin_{short_hash(str(path.resolve()))}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None, path  # its name ends in .py
    assert spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # the catalogue reads the story from the module
    spec.loader.exec_module(module)
    yield _checked(module.DETECTOR)


def _installed(name: str) -> Iterator[Detector]:
    from importlib.metadata import entry_points  # slow, and few have any

    found = [_checked(one.load()) for one in entry_points(group=GROUP, name=name)]
    yield from found or _nothing(f"no entry point of {GROUP} has this name")


def _nothing(reason: str) -> Iterable[Detector]:
    raise LookupError(reason)


def _checked(found: object) -> Detector:
    if not isinstance(found, Detector):
        raise TypeError("DETECTOR is no Detector")
    return found
