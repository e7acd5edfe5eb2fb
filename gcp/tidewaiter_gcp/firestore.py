"""A memory in one collection of Firestore (native mode), for the functions, and for a command line
that joins them.

:mod:`tidewaiter_gcp.firestore_documents` says what lies in the collection.  It needs a TTL policy
on the field ``expires``, and no index: neither a composite one nor those of single fields, which
should be switched off for the collection.  Needed are the permissions
``datastore.entities.{create,delete,get,list,update}`` (the role ``roles/datastore.user``).

**Writes** are sets of points that never change, 500 in a commit, in any order and as often as one
likes (:mod:`tidewaiter.memory.intervals` says how busy topics stay small all the same).  They need
no transaction; where commits meet on a document, Firestore aborts one, which is tried again.

**Reads** are consistent, one query a topic: of two workers the one that writes last sees what the
other wrote, or the law of memory would not hold.  Several topics at once are asked for by a few
threads, as nearly all of the time is waiting.

**Time.**  Points are kept for ``KEEP`` after their event, or after they were written where that is
later: history that is learned is old.  Firestore deletes what has expired within a day or so, and
until then nobody believes it.  So there is no need to purge, which reads the whole collection.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import KEEP, Point
from tidewaiter.memory.intervals import Intervals, begin_of
from tidewaiter_gcp.asking import Asking
from tidewaiter_gcp.firestore_collection import BATCH, Collection
from tidewaiter_gcp.firestore_documents import (
    LEASE,
    fields_of,
    name_of,
    name_of_lease,
    point_of,
    span_of,
    time_in,
)

if TYPE_CHECKING:
    from google.cloud.firestore import Client

_PROJECT = re.compile(r"[a-z0-9.:-]{4,80}")
_COLLECTION = re.compile(r"(?!__.*__$)[A-Za-z0-9_-]{1,100}")
_DATABASE = re.compile(r"[a-z][a-z0-9-]{3,62}|\(default\)")
_DAY = timedelta(days=1)  # a lease is kept so long after it ran out, for those who look


class FirestoreMemory:
    """Points in a collection.  Raises :class:`~tidewaiter.errors.Unavailable` when it does not
    answer, and :class:`~tidewaiter.errors.Malformed` for a point that no document can hold.
    """

    def __init__(  # noqa: PLR0913 - all but project and collection have their defaults
        self,
        project: str,
        collection: str,
        *,
        database: str | None = None,
        asking: Asking | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        client: "Client | None" = None,
    ) -> None:
        """Remember in ``collection``; ``asking`` says how long one call may take."""
        self._collection = Collection(project, collection, database, asking or Asking(), client)
        self._clock = clock
        self._intervals = Intervals()

    def add(self, points: Iterable[Point]) -> None:
        """Keep ``points``, but what this worker kept before; of an interval the earliest."""
        fresh = self._intervals.fresh(points)
        latest = self._clock() + KEEP
        documents = {name_of(one): fields_of(one, max(one.time + KEEP, latest)) for one in fresh}
        gone = self._intervals.superfluous(-len(documents) % BATCH if documents else 0, fresh)
        self._collection.write(documents, [name_of(one) for one in gone])
        self._intervals.deleted(gone)
        self._intervals.wrote(fresh)

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Return the points of each topic between the two times, both included."""
        wanted = list(dict.fromkeys(topics))
        first = begin_of(since)
        found = self._collection.query([span_of(topic, first, until) for topic in wanted])
        now = self._clock()
        return {
            topic: self._intervals.believed(
                (point_of(name, told) for name, told in documents if told["expires"] > now), since
            )
            for topic, documents in zip(wanted, found, strict=True)
        }

    def claim(self, key: str, until: datetime, now: datetime) -> bool:
        """Take the lease unless somebody holds it.

        Who took it is noted: an answer that was lost on its way must not refuse the next attempt.
        """
        expires = max(until, self._clock()) + _DAY
        fields = {"until": until, "holder": uuid4().hex, "expires": expires}
        return self._collection.take(name_of_lease(key), fields, now)

    def purge(self, before: datetime) -> int:
        """Forget what is older than ``before``; Firestore forgets what has expired by itself.

        All documents are read for it.
        """
        self._intervals.forget()
        leases: list[str] = []
        points: list[str] = []
        for name, told in self._collection.all_of(("until",)):
            if not name.startswith(LEASE):
                if time_in(name) < before:
                    points.append(name)
            elif told["until"] <= before:
                leases.append(name)
        self._collection.write({}, [*leases, *points])
        return len(points)

    def close(self) -> None:
        """Let go of threads and connections."""
        self._collection.close()


def open_address(address: str, patience: Callable[[], float] | None = None) -> FirestoreMemory:
    """Open ``firestore://PROJECT/COLLECTION``, behind which ``?database=NAME`` may stand.

    ``patience`` is that of :class:`~tidewaiter_gcp.asking.Asking`.  With
    ``FIRESTORE_EMULATOR_HOST`` set it is an emulator's.  Raises
    :class:`~tidewaiter.errors.Unavailable` for an address of another form.
    """
    parts = urlsplit(address)
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    database = said.pop("database", None)
    collection = parts.path.removeprefix("/")
    whole = (
        _PROJECT.fullmatch(parts.netloc)
        and _COLLECTION.fullmatch(collection)
        and not (parts.fragment or said)
        and (database is None or _DATABASE.fullmatch(database))
    )
    if not whole:
        raise Unavailable(f"{address}: is not firestore://PROJECT/COLLECTION[?database=NAME]")
    asking = None if patience is None else Asking(patience)
    return FirestoreMemory(parts.netloc, collection, database=database, asking=asking)
