"""Settings that change without a new deployment: re-read, and refused where they are broken.

The last that could be used stay in the memory, so that a worker that starts while the file is
broken works as its like do.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tidewaiter import topics
from tidewaiter.enrich import Enricher
from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import EVER, Memory, Point
from tidewaiter.model import short_hash
from tidewaiter.settings import Settings, SettingsError, parse_settings

Fetch = Callable[[], str | None]

FRESH = timedelta(minutes=4)  # read at least so often; with a minute's delivery it is five


class Current(Struct, frozen=True):
    """The settings that hold; ``refused`` says why those that were written do not."""

    settings: Settings
    refused: str | None = None


class LiveSettings:
    """The settings that ``fetch`` gives as text (``None``: there are none), as old as ``FRESH``.

    ``fetch`` may raise :class:`~tidewaiter.errors.Unavailable`.
    """

    def __init__(
        self,
        fetch: Fetch,
        memory: Memory,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetch = fetch
        self._memory = memory
        self._clock = clock
        self._known: Current | None = None
        self._read: datetime | None = None

    def current(self) -> Current:
        """Return what holds now.

        Raises :class:`~tidewaiter.errors.Unavailable` if nothing can be read, and nobody ever
        accepted any.
        """
        now = self._clock()
        if self._known is None or self._read is None or now >= self._read + FRESH:
            self._known = self._reread(now)
            self._read = now
        return self._known

    def _reread(self, now: datetime) -> Current:
        try:
            return self._renewed(self._fetch(), now)
        except Unavailable as error:
            last = self._known.settings if self._known else self._remembered()
            if last is None:
                raise
            return Current(last, str(error))

    def _renewed(self, text: str | None, now: datetime) -> Current:
        try:
            found = Settings() if text is None else _usable(text)
        except SettingsError as error:
            last = self._known.settings if self._known else self._remembered()
            return Current(last or Settings(), str(error))
        if text is not None:
            self._memory.add((_point(text, now),))
        return Current(found)

    def _remembered(self) -> Settings | None:
        """What held when settings were last accepted, here or by another worker; what only an older
        release took is passed over.
        """
        for point in reversed(self._memory.recall((topics.SETTINGS,), *EVER)[topics.SETTINGS]):
            try:
                return _usable(point.note)
            except SettingsError:
                continue
        return None


def _usable(text: str) -> Settings:
    """Parse settings, and open the files that they name.  Raises ``SettingsError``."""
    found = parse_settings(text)
    Enricher(found)
    return found


def _point(text: str, now: datetime) -> Point:
    """Remembered again every hour, as what is old is forgotten."""
    return Point(topics.SETTINGS, short_hash(text), now, "", text, once=topics.HOUR)


def text_of(address: str, data: bytes) -> str:
    """Return the text that lies at ``address``.  Raises ``Unavailable`` if it is none."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Unavailable(f"{address}: not UTF-8 text") from None
