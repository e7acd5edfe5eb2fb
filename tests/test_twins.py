"""Two records, one act: what a feed and an audit record tell together."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.laws.company import ALICE, AWAITED, CI, DAY_ZERO, HOST, by, event, image
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Event, Image
from tidewaiter.pipeline import Pipeline
from tidewaiter.tag_history import unknown_digest
from tidewaiter.twins import complete, is_told_by_another, without_twins

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


def daemon(number: int, seconds: int) -> Event:
    """What a docker daemon tells of a push to ``latest``: neither the digest nor who."""
    return push(number, BARE, seconds=seconds, awaits="the registry's own log")


def test_a_daemons_record_is_told_by_any_other_of_the_tag() -> None:
    """Whoever tells actor or digest of a push within ten minutes tells of the daemon's, too."""
    audited, fed = push(1, BARE, **WHO), feed(2, 7, 0)
    assert [
        is_told_by_another(daemon(3, seconds), remembering(other, daemon(3, seconds)))
        for other in (audited, fed)
        for seconds in (9, 700)
    ] == [True, False, True, False]


def test_a_daemons_record_alone_is_a_move_to_unknown_content() -> None:
    """Nobody else tells of it: the tag moved, and so it is said, with the log that would tell."""
    pushes = [
        push(
            day,
            image("prod/web", "latest", day, told=False),
            seconds=day * 86400,
            **by(CI, "docker/26.1", "192.0.2.10"),
        )
        for day in range(7)
    ]
    pipeline = Pipeline(ProcessMemory())
    for one in (*pushes, daemon(8, 7 * 86400)):
        pipeline.take(one)
    (incident,) = pipeline.incidents()
    assert [one.detector for one in incident.findings] == ["tag-moved"]
    assert incident.next_steps[-2] == (
        "The actor is unknown: only the registry's own log would tell. Enable it."
    )


def test_a_timeline_leaves_out_what_the_daemon_told_of_a_push() -> None:
    """The registry's record of a push stands alone in a story, and a later one of the daemon's."""
    audited = push(1, KNOWN, **WHO)
    same, later = (
        push(number, replace(KNOWN, digest=None, layers=()), seconds=seconds, awaits="a log")
        for number, seconds in ((2, 9), (3, 700))
    )
    assert without_twins([audited, same, later]) == [audited, later]


def test_what_is_told_is_not_touched() -> None:
    """Beside an image without digest, one that has its own keeps it."""
    audited = push(1, KNOWN, BARE, **WHO)
    first, second = complete(audited, remembering(audited, feed(2, 7, 1))).images
    assert (first, second.digest) == (KNOWN, image("prod/web", "latest", 7).digest)
