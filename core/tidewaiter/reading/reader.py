"""From paths to records: the files of all clouds, whatever wraps them, in the order in which they
stand.

What cannot be read is handed on as :class:`Bad`, whole, with its place; everything around it is
still read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Raw, Struct

from tidewaiter.envelopes import Damaged, Found, Members, Unwrapped, opened, parse
from tidewaiter.envelopes.rows import Columns, Text
from tidewaiter.reading import files
from tidewaiter.reading.salvaging import Damage
from tidewaiter.reading.sieve import Sifted, Wanted, may_be_sifted, sift
from tidewaiter.reading.splitting import values
from tidewaiter.sources.interface import Context, Ignored, Record, record_of

_Parsed = Sifted | Members | Ignored

_KEPT = 31 << 20  # bytes; the threshold follows freed blocks up to 32 MiB


class Where(Struct, frozen=True):
    """A place: ``record`` is the number of the record in its file, from 1; ``path`` is a JSON path.

    >>> Where("trail.json", 3, "$.Records[2]").within("$.userIdentity.arn")
    Where(file='trail.json', record=3, path='$.Records[2].userIdentity.arn')
    """

    file: str
    record: int
    path: str = "$"

    def within(self, path: str) -> "Where":
        """Return the place of a field; ``path`` is counted from the record."""
        return Where(self.file, self.record, self.path + path.removeprefix("$"))

    def __str__(self) -> str:
        return f"{self.file}: record {self.record}: {self.path}"


class Good(Struct, frozen=True):
    """A record and its place."""

    where: Where
    record: Record


class Bad(Struct, frozen=True):
    """What is no record, whole, with its place and the reason."""

    where: Where
    reason: str
    raw: Raw | bytes


class Reader:
    """Reads files one after another; ``ignored`` counts by kind what was read and is not ours.

    ``wanted`` tells which CloudTrail calls matter (``tidewaiter.sources.cloudtrail.WANTED``), and
    is asked once there is one; without it all do.  ``formats`` are those of flow log rows that
    have no header.
    """

    def __init__(
        self, wanted: Callable[[], Wanted] | None, formats: Sequence[Columns] = ()
    ) -> None:
        self.wanted = wanted
        self._context = Context(flow_formats=tuple(formats))
        self.ignored: Counter[str] = Counter()
        # The C library gives blocks of a file's size back to the kernel at once and pays for fresh
        # pages with every file, a third of the whole time.  It keeps what is smaller than the
        # largest block ever freed (mallopt(3), M_MMAP_THRESHOLD); this one is never touched, so it
        # costs nothing.
        bytes(_KEPT)

    def read(self, path: str) -> Iterator[Good | Bad]:
        """Yield every record of a file (``-`` is standard input).  No file makes it raise."""
        try:
            yield from self.records(path, files.read(path))
        except OSError as error:
            yield Bad(Where(path, 0), f"cannot be read: {error.strerror}", b"")

    def records(self, file: str, blocks: Iterable[bytes]) -> Iterator[Good | Bad]:
        """Yield every record in ``blocks``; ``file`` is what they are called."""
        number = 0
        text: Text[_Parsed] = Text(self._parse, self._context.flow_formats)
        for found in values(blocks, self._parse, text.read):
            if isinstance(found, Damage):
                number += 1
                yield Bad(Where(file, number, found.path), found.reason, found.raw)
            elif isinstance(found.value, Sifted):
                yield from self._sifted(file, number, found.value)
                number += found.value.size
            else:
                for one in self._opened(found.value, found.path):
                    number += 1
                    yield from self._placed(file, number, one)

    def _opened(self, value: Members | Ignored, path: str) -> Iterable[Unwrapped]:
        return (value,) if isinstance(value, Ignored) else opened(value, self._context, path)

    def _parse(self, text: bytes) -> _Parsed:
        sifted = sift(text, self.wanted()) if self.wanted and may_be_sifted(text) else None
        return sifted or parse(text)

    def _sifted(self, file: str, before: int, sifted: Sifted) -> Iterator[Good]:
        for service, count in sifted.ignored.items():
            self.ignored[f"cloudtrail {service}"] += count
        for index, raw in sifted.kept:
            place = Where(file, before + index + 1, f"$.Records[{index}]")
            yield Good(place, record_of(raw))

    def _placed(self, file: str, number: int, one: Unwrapped) -> Iterator[Good | Bad]:
        if isinstance(one, Found):
            yield Good(Where(file, number, one.path), one.record)
        elif isinstance(one, Damaged):
            yield Bad(Where(file, number, one.error.path), one.error.reason, one.raw)
        else:
            self.ignored[one.kind] += 1
