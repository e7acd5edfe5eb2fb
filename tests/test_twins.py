"""Two records, one act: what a feed and an audit record tell together."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.laws.company import ALICE, AWAITED, DAY_ZERO, HOST, by, event, image
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event, Image
from tidewaiter.pipeline import Pipeline
from tidewaiter.twins import complete, unknown_digest

WHO = by(ALICE, "docker/26.1", "203.0.113.9")
BARE = Image(registry=HOST, repository="prod/web", tag="latest")
KNOWN = image("prod/api", "latest", 1)


def push(number: int, *images: Image, seconds: Any = 0, **said: Any) -> Event:
    """A push of ``images``."""
    time = DAY_ZERO + timedelta(seconds=seconds)
    return event(number, time, Activity.IMAGE_PUSHED, images=images, **said)


def remembering(*events: Event) -> ProcessMemory:
    """A memory of ``events``."""
    memory = ProcessMemory()
    pipeline = Pipeline(memory)
    for one in events:
        pipeline.take(one)
    return memory


def feed(number: int, content: int, seconds: int) -> Event:
    """What the feed tells of a push to ``latest``."""
    fed = replace(image("prod/web", "latest", content), layers=())
    return push(number, fed, seconds=seconds, awaits=AWAITED)


def test_the_nearest_feed_gives_the_digest() -> None:
    """Of two pushes that the feed tells, the one nearest in time is the audited one."""
    audited = push(1, BARE, seconds=60, **WHO)
    memory = remembering(audited, feed(2, 7, 0), feed(3, 8, 62))
    (completed,) = complete(audited, memory).images
    assert completed.digest == image("prod/web", "latest", 8).digest


def test_without_a_feed_the_content_is_like_no_other() -> None:
    """A digest that nobody tells is replaced by one that stands for this act's content."""
    audited = push(1, BARE, **WHO)
    (completed,) = complete(audited, remembering(audited)).images
    assert completed.digest == unknown_digest(audited)


def test_what_is_told_is_not_touched() -> None:
    """Beside an image without digest, one that has its own keeps it."""
    audited = push(1, KNOWN, BARE, **WHO)
    first, second = complete(audited, remembering(audited, feed(2, 7, 1))).images
    assert (first, second.digest) == (KNOWN, image("prod/web", "latest", 7).digest)
