"""Long histories: what `moves` tells is what a plain, slow reading tells, with few comparisons."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.laws.company import DAY_ZERO
from tidewaiter import tag_history
from tidewaiter.acts import TWIN
from tidewaiter.memory.interface import Point
from tidewaiter.model import UNKNOWN_DIGEST
from tidewaiter.tag_history import Move, moves

Told = list[tuple[Point, Move]]

STEP = TWIN / 4  # coarse: ties and the very border of what is one act are frequent
TAG, TAGS = "tag example.com/web:latest", "tags example.com/web:#"


def point(topic: str, tag: str, time: datetime, act: str, told: Move) -> Point:
    """A point as ``sightings`` makes it: on ``tag_of`` its value is the digest."""
    value = told.digest if topic == TAG else tag
    return Point(topic, value, time, act, msgspec.json.encode(told).decode())


@st.composite
def some_point(draw: st.DrawFn) -> Point:
    """A point of few tags, digests and acts, close to others in time."""
    feed = draw(st.booleans())
    digest = draw(st.sampled_from(["sha256:a", "sha256:b", "sha256:c", f"{UNKNOWN_DIGEST}1"]))
    at = DAY_ZERO + draw(st.integers(0, 20)) * STEP
    at += timedelta(microseconds=draw(st.sampled_from([0, 0, 1])))
    return point(
        draw(st.sampled_from([TAG, TAGS])),
        draw(st.sampled_from(["1.3", "1.4"])),
        at,
        draw(st.sampled_from("uvwxyz")),
        Move(digest, "alice", None, feed),
    )


histories = st.lists(some_point(), max_size=30)


def slow_digests(known: Told) -> dict[str, str]:
    """Each act without digest looks at every record of a feed."""
    found: dict[str, str] = {}
    for one, told in known:
        if told.feed or told.content_is_known:
            continue
        near = [
            (abs(feed.time - one.time), feed.order, by_feed.digest)
            for feed, by_feed in known
            if by_feed.feed
            and by_feed.content_is_known
            and feed.topic == one.topic
            and tag(feed, by_feed) == tag(one, told)
            and abs(feed.time - one.time) <= TWIN
        ]
        if near:
            found[one.act] = min(near)[2]
    return found


def tag(one: Point, told: Move) -> str:
    """The tag, where the topic does not name it."""
    return "" if one.value == told.digest else one.value


def slow_without_mute(known: Told) -> Told:
    """Each record that tells neither actor nor digest looks at every other."""
    return [
        (one, told)
        for one, told in known
        if told.content_is_known
        or not told.feed
        or not any(
            (by_other.content_is_known or not by_other.feed)
            and (other.topic, tag(other, by_other)) == (one.topic, tag(one, told))
            and abs(other.time - one.time) <= TWIN
            for other, by_other in known
        )
    ]


def slow_moves(history: Iterable[Point]) -> Told:
    """Each record of a feed looks at every act."""
    known = slow_without_mute([(one, msgspec.json.decode(one.note, type=Move)) for one in history])
    digests = slow_digests(known)
    whole = [
        (one, told if told.feed else replace(told, digest=digests.get(one.act, told.digest)))
        for one, told in known
    ]
    return [
        (one, told)
        for one, told in whole
        if not told.feed
        or not any(
            not by_actor.feed
            and (other.topic, by_actor.digest) == (one.topic, told.digest)
            and abs(other.time - one.time) <= TWIN
            for other, by_actor in whole
        )
    ]


@given(histories)
def test_moves_are_those_of_the_plain_reading(history: list[Point]) -> None:
    """Whatever the points and their order, both readings tell the same moves in the same order."""
    assert slow_moves(history) == moves(history)


@given(histories)
def test_moves_in_order_of_time_are_those_of_the_plain_reading(history: list[Point]) -> None:
    """So they do when the points come as a memory recalls them."""
    recalled = sorted(history, key=lambda one: one.order)
    assert slow_moves(recalled) == moves(recalled)


class Clocked(datetime):
    """A time that counts how often it is compared or subtracted."""

    asked = 0

    def __lt__(self, other: Any) -> bool:
        Clocked.asked += 1
        return super().__lt__(other)

    def __sub__(self, other: Any) -> Any:
        Clocked.asked += 1
        return super().__sub__(other)


def hourly(builds: int) -> list[Point]:
    """A tag that is pushed every hour: an audit entry without digest, and what the feed tells."""
    history = []
    for build in range(builds):
        time = Clocked.fromisoformat(str(DAY_ZERO + timedelta(hours=build)))
        audited = Move(f"{UNKNOWN_DIGEST}{build}", "pipeline", None, feed=False)
        fed = Move(f"sha256:{build}", "nobody", None, feed=True)
        history.append(point(TAG, "latest", time, f"audit {build}", audited))
        history.append(point(TAG, "latest", time, f"feed {build}", fed))
    return history


@pytest.mark.parametrize("builds", [100, 1000])
def test_comparisons_grow_with_the_history(builds: int) -> None:
    """Of ``n`` builds each asks for few others, found by bisection: not ``n`` times ``n``."""
    history = hourly(builds)
    Clocked.asked = 0
    assert len(moves(history)) == builds
    assert builds < Clocked.asked < builds * 3 * builds.bit_length() + builds * 10


def test_a_note_is_decoded_once() -> None:
    """Reading a history again decodes nothing, and what is kept for that is bounded."""
    history = hourly(500)
    moves(history)
    before = tag_history.move_of.cache_info()
    moves(history)
    after = tag_history.move_of.cache_info()
    assert (before.misses, before.hits + len(history)) == (after.misses, after.hits)
    assert after.maxsize
