"""Every call that is no work with images, asked of one service's module after the other."""

from collections.abc import Callable

from tidewaiter.sources.gcp_audit import (
    cloud_run,
    clusters,
    identity,
    instances,
    storage,
    verbs,
    workspace,
)
from tidewaiter.sources.google_entries import Entry
from tidewaiter.sources.google_events import Detail

_READERS: tuple[Callable[[Entry], Detail | None], ...] = (
    storage.other,
    instances.other,
    cloud_run.other,
    clusters.other,
    workspace.other,
    identity.other,
)


def told_of(entry: Entry) -> Detail:
    """Say what was done.  Raises :class:`~tidewaiter.errors.Malformed` with the path."""
    details = (reader(entry) for reader in _READERS)
    return next(filter(None, details), None) or verbs.called(entry)
