"""The unified cloud infrastructure data model: what one log record says, whatever cloud wrote it.

Detectors match on :class:`Activity`, a closed vocabulary; the vendor's own verb is kept verbatim in
``Event.operation``.  Absent is ``None`` (or an empty tuple), never ``""`` or ``"unknown"``.
``docs/model.md`` lists every field and where each source has it.
"""

from tidewaiter.model.actors import NOBODY, Client, Credential, Principal
from tidewaiter.model.event import Event, short_hash
from tidewaiter.model.images import (
    EYES,
    GUARDS,
    UNKNOWN_DIGEST,
    Change,
    Grant,
    Image,
    Layer,
    Workload,
    is_told,
)
from tidewaiter.model.parts import Endpoint, Flow, Report, Session, Stored
from tidewaiter.model.services import Category, category_of
from tidewaiter.model.vocabulary import (
    PUTS,
    WATCHED,
    Activity,
    Dataset,
    Outcome,
    PrincipalKind,
    Severity,
    Zone,
    dataset_of,
)

__all__ = [
    "EYES",
    "GUARDS",
    "NOBODY",
    "PUTS",
    "UNKNOWN_DIGEST",
    "WATCHED",
    "Activity",
    "Category",
    "Change",
    "Client",
    "Credential",
    "Dataset",
    "Endpoint",
    "Event",
    "Flow",
    "Grant",
    "Image",
    "Layer",
    "Outcome",
    "Principal",
    "PrincipalKind",
    "Report",
    "Session",
    "Severity",
    "Stored",
    "Workload",
    "Zone",
    "category_of",
    "dataset_of",
    "is_told",
    "short_hash",
]
