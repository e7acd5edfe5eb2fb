"""What all exports need: objects without absent members, and words that can be relied on."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from tidewaiter.addresses import parse_address
from tidewaiter.model import Dataset, Event, Image, Report, Severity, Zone

Members = dict[str, Any]

_EMPTY: tuple[object, ...] = (None, (), [], {})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# What products call severities beside our own words.
_SEVERITIES = {
    **{str(severity): severity for severity in Severity},
    "informational": Severity.INFO,
    "negligible": Severity.INFO,
    "minimal": Severity.LOW,
    "moderate": Severity.MEDIUM,
}
_CODE = re.compile(r"[\w.:/-]{1,100}", re.ASCII)
_EMAIL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+", re.ASCII)
_LONGEST_EMAIL = 320
_LONGEST_ADDRESS = 100  # so that what is remembered stays small


def told(**members: object) -> Members:
    """Return the members that are there: an absent one has no name either.

    >>> told(bucket="logs", path=None, tags=[], size=0)
    {'bucket': 'logs', 'size': 0}
    """
    return {name: value for name, value in members.items() if value not in _EMPTY}


def plain(part: object) -> Any:
    """Return a part of an event as plain JSON values, without what is absent."""
    return msgspec.to_builtins(part)


def datasets(event: Event) -> tuple[Dataset, ...]:
    """Return the datasets that ``event`` belongs to.

    A push to a registry that keeps its images in a bucket is work with an image *and* a
    transaction of the bucket, so it belongs to Compute and to Storage.
    """
    own = () if event.dataset is None else (event.dataset,)
    return own if event.stored is None or Dataset.STORAGE in own else (*own, Dataset.STORAGE)


def ip(text: str | None) -> str | None:
    """Return the address in its usual form, or ``None`` where the text is none.

    The scope of a link-local address is left out: neither Elasticsearch nor OCSF takes it.
    """
    return _parsed(text) if text and len(text) <= _LONGEST_ADDRESS else None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> str | None:
    found = parse_address(text)
    return None if found is None else str(found)


def zone_of(zone: Zone | None) -> Zone | None:
    """Return ``zone``; one that is unknown is absent."""
    return None if zone is Zone.UNKNOWN else zone


def email(text: str | None) -> str | None:
    """Return ``text`` if it is an e-mail address."""
    return text if text and len(text) <= _LONGEST_EMAIL and _EMAIL.fullmatch(text) else None


def error_code(event: Event) -> str | None:
    """Return the code before the words of ``AccessDenied: You are not authorized``, if any."""
    code = (event.error or "").partition(": ")[0]
    return code if _CODE.fullmatch(code) else None


def severity_of(report: Report) -> Severity | None:
    """Return how bad a report is: as bad as the worst of what it counts, if it does not say so."""
    counted = (_SEVERITIES.get(word) for word, count in report.counts if count > 0)
    worst = max(filter(None, counted), key=lambda severity: severity.rank, default=None)
    return report.severity or worst


def milliseconds(time: datetime) -> int:
    """Return milliseconds since 1970."""
    return (time - _EPOCH) // _MILLISECOND


def name_of(image: Image) -> str | None:
    """Return an image as people write it, without its digest; ``None`` if it has no name."""
    return image.machine_image or image.tagged or image.home or image.name
