"""What one verb tells: the parts of an event that its own reader finds out.

Everything else of an event (who, when, where, how it ended) is alike for all verbs of a log, and
is read in one place for all of them.
"""

from operator import attrgetter
from typing import Any

from msgspec import Struct

from tidewaiter.model import Activity, Change, Grant, Image, Report, Session, Stored, Workload


class Told(Struct, frozen=True):
    """The fields of :class:`~tidewaiter.model.Event` that a verb tells, by their names there."""

    activity: Activity
    images: tuple[Image, ...] = ()
    origin: Image | None = None
    grants: tuple[Grant, ...] = ()
    changes: tuple[Change, ...] = ()
    workload: Workload | None = None
    target: str | None = None
    stored: Stored | None = None
    session: Session | None = None
    report: Report | None = None

    def parts(self) -> dict[str, Any]:
        """Return them as the arguments of an event, a session of which nothing is known as none.

        What a log's own ``Told`` adds beside them (a second factor, a refusal) is left out.
        """
        told = dict(zip(_NAMES, _VALUES(self), strict=True))
        return told | {"session": None} if self.session == _UNKNOWN else told


_NAMES = Told.__struct_fields__
_VALUES = attrgetter(*_NAMES)  # on the path of every event: the quickest way to all of them
_UNKNOWN = Session()
