"""A memory in one table of Table Storage, for the functions, and for a command line that joins
them.

:mod:`tidewaiter_azure.tables_entities` says what lies in it.  Needed is the role *Storage Table
Data Contributor* on the table; there are no keys.

**Writes** are upserts of points that never change, up to 100 of one topic in a transaction, in any
order and as often as one likes.  An upsert takes no condition, so that of one interval several
points may lie there (:mod:`tidewaiter.memory.intervals`).  Topics are partitions, so those of one
event are written at once by a few threads, as nearly all of the time is waiting.

**Reads** are of one partition each, and always see what was written: of two workers the one that
writes last sees what the other wrote, or the law of memory would not hold.

**Time.**  Points are kept for ``KEEP`` after their event, or after they were written where that is
later: history that is learned is old.  Table Storage deletes nothing by itself, and nobody believes
what has expired; :meth:`TablesMemory.expire` deletes it, and the timer asks for it once a day, a
slice at a time, as all of the table is read for it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from azure.data.tables import TableClient

from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import KEEP, Point
from tidewaiter.memory.intervals import Intervals, begin_of
from tidewaiter.memory.packing import LAST, moment
from tidewaiter_azure.asking import Asking
from tidewaiter_azure.tables_entities import (
    LEASE,
    Entity,
    entity_of,
    key_of,
    lease_key,
    point_of,
    topic_key,
)
from tidewaiter_azure.tables_table import BATCH, Found, Table

_SPARE = timedelta(days=1)  # how long a lease lies there after it ran out
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_TABLE = re.compile(r"[A-Za-z][A-Za-z0-9]{2,62}")
_FORM = "aztables://ACCOUNT/TABLE[?endpoint=URL]"


class TablesMemory:
    """Points in a table.  Raises :class:`~tidewaiter.errors.Unavailable` when it does not answer,
    and :class:`~tidewaiter.errors.Malformed` for a point that no entity can hold.

    Several threads may use it, as the functions of one worker do.
    """

    def __init__(
        self,
        table: str,
        endpoint: str,
        *,
        asking: Asking | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        client: TableClient | None = None,
    ) -> None:
        """Remember in ``table``, which lies at ``endpoint``: the URL of an account's tables."""
        self._table = Table(table, endpoint, asking or Asking(), client)
        self._clock = clock
        self._intervals = Intervals()

    def add(self, points: Iterable[Point]) -> None:
        """Keep ``points``, but what this worker kept before; of an interval the earliest."""
        fresh = self._intervals.fresh(points)
        latest = self._clock() + KEEP
        entities = {key_of(one): entity_of(one, max(one.time + KEEP, latest)) for one in fresh}
        gone = self._intervals.superfluous(BATCH, fresh)
        self._table.write(list(entities.values()), [key_of(one) for one in gone])
        self._intervals.deleted(gone)
        self._intervals.wrote(fresh)

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Return the points of each topic between the two times, both included."""
        wanted = list(dict.fromkeys(topics))
        span = moment(begin_of(since)), moment(until) + LAST
        found = self._table.query([topic_key(topic) for topic in wanted], *span)
        now = moment(self._clock())
        return {
            topic: self._intervals.believed(_living(topic, entities, now), since)
            for topic, entities in zip(wanted, found, strict=True)
        }

    def claim(self, key: str, until: datetime, now: datetime) -> bool:
        """Take the lease unless somebody holds it."""
        topic, order = lease_key(key)
        lease: Entity = {
            "PartitionKey": topic,
            "RowKey": order,
            "expires": moment(max(until, self._clock()) + _SPARE),
            "until": moment(until),
            "holder": uuid4().hex,
        }
        return self._table.take(lease, moment(now))

    def purge(self, before: datetime) -> int:
        """Forget what is older than ``before``.  All of the table is read for it."""
        self._intervals.forget()
        leases = f"RowKey eq '{LEASE}' and until le @before"
        condition = f"RowKey lt @before or {leases}"
        count = 0
        for keys, _ in self._table.keys_where(condition, before=moment(before)):
            self._table.write((), keys)
            count += sum(order != LEASE for _, order in keys)
        return count

    def expire(self, after: str = "") -> Iterator[str]:
        """Delete what has expired, a request's answer at a time; after each, yield from where to go
        on (``after``), which is empty at the end.

        All of the table is read for it: a request for 1,000 entities, and one for each transaction
        that deletes.
        """
        self._intervals.forget()
        now = moment(self._clock())
        for keys, place in self._table.keys_where("expires le @now", after, now=now):
            self._table.write((), keys)
            yield place

    def close(self) -> None:
        """Let go of threads and connections."""
        self._table.close()


def open_address(address: str, patience: Callable[[], float] | None = None) -> TablesMemory:
    """Open ``aztables://ACCOUNT/TABLE``, behind which ``?endpoint=URL`` may stand: of another cloud
    than the public one, or of an emulator.

    ``patience`` is that of :class:`~tidewaiter_azure.asking.Asking`.  Raises
    :class:`~tidewaiter.errors.Unavailable` for an address of another form.
    """
    parts = urlsplit(address)
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    endpoint = said.pop("endpoint", f"https://{parts.netloc}.table.core.windows.net")
    table = parts.path.removeprefix("/")
    named = _ACCOUNT.fullmatch(parts.netloc) and _TABLE.fullmatch(table)
    # Tokens are for encrypted lines only.
    if not named or parts.fragment or said or urlsplit(endpoint).scheme != "https":
        raise Unavailable(f"{address}: is not {_FORM}")
    return TablesMemory(table, endpoint, asking=Asking(patience) if patience else None)


def _living(topic: str, entities: Iterable[Found], now: str) -> Iterator[Point]:
    """Yield the points in ``entities`` that have not expired."""
    for entity in entities:
        if str(entity["expires"]) > now:
            yield point_of(topic, entity)
