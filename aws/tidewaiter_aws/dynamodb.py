"""A memory in one table of DynamoDB, for the functions, and for a command line that joins them.

The table is on-demand, has the key ``topic`` (S) and ``order`` (S), the time to live ``expires``
(N), and point-in-time recovery; :mod:`tidewaiter_aws.dynamodb_items` says what lies in it.  Needed
are the permissions BatchWriteItem, PutItem and Query, and Scan to purge.

**Writes** are puts of points that never change, 25 in a call, in any order and as often as one
likes.  A batch takes no conditions, so that of one interval several points may lie there
(:mod:`tidewaiter.memory.intervals`).  Conditional puts would keep one from the beginning, with a
call for each point instead of each event, and calls are what a small function has least time for.

**Reads** are consistent, one query a topic: of two workers the one that writes last sees what the
other wrote, or the law of memory would not hold.  Several topics at once are asked for by a few
threads, as nearly all of the time is waiting; clients may be shared by threads.

**Time.**  Points are kept for ``KEEP`` after their event, or after they were written where that is
later: history that is learned is old.  DynamoDB deletes what has expired within days, and until
then nobody believes it.  So there is no need to purge, which reads the whole table.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import KEEP, Point
from tidewaiter.memory.intervals import Intervals, begin_of
from tidewaiter.memory.packing import LAST, moment
from tidewaiter_aws.asking import Asking
from tidewaiter_aws.dynamodb_items import (
    LEASE,
    LEASES,
    item_of,
    key_of,
    lease_key,
    point_of,
    seconds,
    topic_key,
)
from tidewaiter_aws.dynamodb_table import BATCH, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from tidewaiter_aws.dynamodb_items import Item

_SPARE = timedelta(days=1)  # how long a lease lies there after it ran out
_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")


class DynamodbMemory:
    """Points in a table.  Raises :class:`~tidewaiter.errors.Unavailable` when it does not answer,
    and :class:`~tidewaiter.errors.Malformed` for a point that no item can hold.
    """

    def __init__(  # noqa: PLR0913 - all but the table have their defaults
        self,
        table: str,
        *,
        region: str | None = None,
        endpoint: str | None = None,
        asking: Asking | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        client: "DynamoDBClient | None" = None,
    ) -> None:
        """Remember in ``table``; ``asking`` says how long one call may take."""
        self._table = Table(table, region, endpoint, asking or Asking(), client)
        self._clock = clock
        self._intervals = Intervals()

    def add(self, points: Iterable[Point]) -> None:
        """Keep ``points``, but what this worker kept before; of an interval the earliest."""
        fresh = self._intervals.fresh(points)
        latest = self._clock() + KEEP
        items = {key_of(one): item_of(one, max(one.time + KEEP, latest)) for one in fresh}
        gone = self._intervals.superfluous(-len(items) % BATCH, fresh)
        self._table.write(list(items.values()), [key_of(one) for one in gone])
        self._intervals.deleted(gone)
        self._intervals.wrote(fresh)

    def recall(
        self, topics: Iterable[str], since: datetime, until: datetime
    ) -> dict[str, list[Point]]:
        """Return the points of each topic between the two times, both included."""
        wanted = list(dict.fromkeys(topics))
        span = moment(begin_of(since)), moment(until) + LAST
        found = self._table.query([topic_key(topic) for topic in wanted], *span)
        now = self._clock().timestamp()
        return {
            topic: self._intervals.believed(_living(topic, items, now), since)
            for topic, items in zip(wanted, found, strict=True)
        }

    def claim(self, key: str, until: datetime, now: datetime) -> bool:
        """Take the lease unless somebody holds it.

        Who took it is noted: an answer that was lost on its way must not refuse the next attempt.
        """
        who = uuid4().hex
        topic, order = lease_key(key)
        return self._table.put_if(
            {
                "topic": {"S": topic},
                "order": {"S": order},
                "expires": {"N": seconds(max(until, self._clock()) + _SPARE)},
                "until": {"S": moment(until)},
                "holder": {"S": who},
            },
            "attribute_not_exists(#until) OR #until <= :now OR #holder = :who",
            now=moment(now),
            who=who,
        )

    def purge(self, before: datetime) -> int:
        """Forget what is older than ``before``; DynamoDB forgets what has expired by itself.

        All of the table is read for it: half a unit for every 4 KB.
        """
        self._intervals.forget()
        keys = self._table.keys_where(
            "begins_with(#topic, :leases) AND #until <= :before"
            " OR NOT begins_with(#topic, :leases) AND #order < :before",
            ("topic", "order", "until"),
            leases=LEASES,
            before=moment(before),
        )
        self._table.write((), keys)
        return sum(order != LEASE for _, order in keys)

    def close(self) -> None:
        """Let go of threads and connections."""
        self._table.close()


def open_address(address: str, patience: Callable[[], float] | None = None) -> DynamodbMemory:
    """Open ``dynamodb://TABLE``, behind which ``?region=REGION&endpoint=URL`` may stand.

    ``patience`` is that of :class:`~tidewaiter_aws.asking.Asking`.  Raises
    :class:`~tidewaiter.errors.Unavailable` for an address of another form.
    """
    parts = urlsplit(address)
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    region, endpoint = said.pop("region", None), said.pop("endpoint", None)
    whole = _NAME.fullmatch(parts.netloc) and not (parts.path or parts.fragment or said)
    if not whole or (endpoint and urlsplit(endpoint).scheme not in {"http", "https"}):
        raise Unavailable(f"{address}: is not dynamodb://TABLE[?region=REGION&endpoint=URL]")
    asking = Asking(patience) if patience else None
    return DynamodbMemory(parts.netloc, region=region, endpoint=endpoint, asking=asking)


def _living(topic: str, items: "Iterable[Item]", now: float) -> Iterator[Point]:
    """Yield the points in ``items`` that have not expired."""
    for item in items:
        if int(item["expires"]["N"]) > now:
            yield point_of(topic, item)
