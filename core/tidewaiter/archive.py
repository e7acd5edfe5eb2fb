"""The events that the memory holds: whole acts, put together from all their records."""

from tidewaiter import sightings, topics
from tidewaiter.acts import merge
from tidewaiter.enrich import Enricher
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import Activity, Event, short_hash
from tidewaiter.twins import complete

_RUN_LATER = frozenset(
    {
        Activity.IMAGE_PUSHED,
        Activity.IMAGE_CREATED,
        Activity.IMAGE_COPIED,
        Activity.IMAGE_SHARED,
        Activity.WORKLOAD_DEFINED,
    }
)
_FOLLOWS = "follows"


class Archive:
    """Reads events, and what belongs to them, from ``memory``, and enriches them."""

    def __init__(self, memory: Memory, enricher: Enricher | None = None) -> None:
        self.memory = memory
        self.enricher = enricher or Enricher()

    def keep(self, event: Event) -> Event:
        """Keep the record, and return its act as all records so far tell it."""
        if sightings.is_bulk(event):
            return self.enricher.enrich(event)
        self.memory.add((sightings.act_point(event),))
        records = self._records(event.act)
        return self.enricher.enrich(event if len(records) == 1 else merge(records))

    def version(self, event: Event) -> Point:
        """Return the point that says that the act of ``event`` was judged with all the records that
        it has now; of what is kept in bulk, that its like was judged in that hour.
        """
        if sightings.is_bulk(event):
            return sightings.like(event)
        name = short_hash(*sorted(point.value for point in self._recorded(event.act)))
        return Point(topics.judged(event.act), name, event.time, event.act)

    def follow(self, version: Point, later: str) -> None:
        """Note that something was said of the act ``later`` when an earlier one was judged: whoever
        finds a sink down, or dies, before that is told, is given only the earlier one again.
        """
        self.memory.add((Point(version.topic, later, version.time, version.act, _FOLLOWS),))

    def followed(self, version: Point) -> list[str] | None:
        """Return the later acts of which something was said when it was judged before; ``None`` if
        it never was.
        """
        known = self.memory.recall((version.topic,), *EVER)[version.topic]
        if not any(_covers(point, version) for point in known):
            return None
        noted = (point for point in known if point.note == _FOLLOWS)
        return [point.value for point in noted if point.act == version.act]

    def act(self, act_id: str) -> Event | None:
        """Return the act with this id, complete; ``None`` if it is not (or no longer) known."""
        records = self._records(act_id)
        return complete(self.enricher.enrich(merge(records)), self.memory) if records else None

    def _records(self, act_id: str) -> list[Event]:
        points = self._recorded(act_id)
        return [event for point in points if (event := sightings.kept_event(point))]

    def _recorded(self, act_id: str) -> list[Point]:
        topic = topics.act(act_id)
        return self.memory.recall((topic,), *EVER)[topic]

    def load(self, point: Point) -> Event | None:
        """Return the event of ``point`` with all its act's records; ``None`` if it is forgotten."""
        noted = sightings.kept_event(point)
        if noted and sightings.is_bulk(noted):
            return self.enricher.enrich(noted)
        return self.act(point.act)

    def family(self, key: str, before: Event | None = None) -> set[str]:
        """Return the keys that are one image with ``key``: its index, and the children of that.

        With ``before`` only as far as it was known when that event happened.
        """
        until = before.time if before else EVER[1]
        found, queue = {key}, [key]
        while queue:
            one = queue.pop()
            links = (topics.index_of(one), topics.children_of(one))
            for points in self.memory.recall(links, EVER[0], until).values():
                new = {point.value for point in points} - found
                found |= new
                queue += new
        return found

    def uses(self, event: Event) -> list[str]:
        """Return the topics of what may be done later with what ``event`` is about, or the rest of
        its index.

        Workloads name it by digest, by any tag that it has, or by a definition that does so;
        whoever removes it names the digest or a tag, or moves a tag back.
        """
        if event.activity not in _RUN_LATER:
            return []
        names = set(sightings.names(event))
        names.update(*(self.family(image.key) for image in event.images if image.key))
        for topic in (topics.tags_of, topics.defined):
            known = self.memory.recall([topic(name) for name in sorted(names)], *EVER).values()
            names.update(point.value for points in known for point in points)
        if event.activity is Activity.WORKLOAD_DEFINED and event.workload:
            names.add(event.workload.definition or "")
        ordered = sorted(names)
        tags = [name.rpartition(":") for name in ordered if "@" not in name]
        return [
            *(topics.use(name) for name in ordered),
            *(topics.removed(name) for name in ordered),
            *(topics.tag_of(home, tag) for home, _, tag in tags),
        ]


def _covers(known: Point, version: Point) -> bool:
    return known.value == version.value and (
        not version.once or (known.bucket == version.bucket and known.order <= version.order)
    )
