"""Texts as stores in clouds keep them: keys that are short whatever is in a log, and long texts
packed.
"""

import zlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256

from tidewaiter.memory.interface import Point

LAST = " ~"  # behind a moment: after every :func:`order_of` of that time
_LARGE = 1024  # bytes from which on a text is packed


def moment(time: datetime) -> str:
    """Return ``time`` as text that sorts as times do; :func:`time_of` reads it.

    >>> moment(datetime(2026, 3, 2, 12, tzinfo=UTC))
    '2026-03-02T12:00:00.000000'
    """
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def time_of(text: str) -> datetime:
    """Return the time that :func:`moment` wrote."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def order_of(point: Point) -> str:
    """Return the point's time, and what tells it from the others of its topic then: 59 letters of
    ``A-Z a-z 0-9 - _ : .`` and a space.
    """
    return f"{moment(point.time)} {short_name(point.value, point.act)}"


def short_name(*texts: str) -> str:
    """Return 32 letters of ``A-Z a-z 0-9 - _`` that no two lists of texts share, whoever chooses
    them.
    """
    told = sha256()
    for text in texts:
        raw = text.encode("utf-8", "surrogatepass")
        told.update(len(raw).to_bytes(8, "big") + raw)
    return urlsafe_b64encode(told.digest()[:24]).decode()


def packed(text: str) -> str | bytes:
    """Return small text as it is; what is long, or no text (halves of characters, which JSON may
    hold), as bytes.
    """
    raw = text.encode("utf-8", "surrogatepass")
    return text if len(raw) < _LARGE and _is_text(raw) else zlib.compress(raw)


def unpacked(part: str | bytes) -> str:
    """Return the text that was :func:`packed`."""
    if isinstance(part, str):
        return part
    return zlib.decompress(part).decode("utf-8", "surrogatepass")


def size_of(part: str | bytes) -> int:
    """Return how many bytes what was :func:`packed` takes."""
    return len(part) if isinstance(part, bytes) else len(part.encode())


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
