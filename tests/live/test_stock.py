"""Taking stock in slices."""

from datetime import UTC, datetime

import msgspec
import pytest

from tests.live.letterboxes import Clock
from tidewaiter import topics
from tidewaiter.errors import Unavailable
from tidewaiter.inventory import Place
from tidewaiter.live.stock import Part, Stock
from tidewaiter.memory.interface import EVER
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.pipeline import Pipeline

HOST = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
NIGHT = datetime(2026, 2, 3, 2, tzinfo=UTC)


def listed(tag: str, digest: str) -> bytes:
    """What describe-images prints."""
    detail = {
        "registryId": "111122223333",
        "repositoryName": "prod/web",
        "imageDigest": digest,
        "imageTags": [tag],
        "imagePushedAt": "2025-02-03T02:00:00Z",
    }
    return msgspec.json.encode({"imageDetails": [detail]})


class Registry:
    """Parts by name, each with one listing; ``asked`` are the parts that were looked at, and
    ``closer`` those that were looked at closer.
    """

    def __init__(self, *names: str) -> None:
        self.listings = {name: listed("latest", f"sha256:{name}") for name in names}
        self.down: set[str] = set()
        self.asked: list[str] = []
        self.closer: list[str] = []

    def __call__(self) -> list[Part]:
        """List them in no order."""
        return [self._part(name) for name in reversed(self.listings)]

    def _part(self, name: str) -> Part:
        def look() -> list[bytes]:
            self.asked.append(name)
            return self._told(name, self.listings[name])

        def look_closer(_: object) -> list[bytes]:
            self.closer.append(name)
            return self._told(f"{name} closer")

        place = Place(region="eu-west-1")
        return Part(name=name, place=place, look=look, look_closer=look_closer)

    def _told(self, name: str, *listings: bytes) -> list[bytes]:
        if name in self.down:
            raise Unavailable(f"{name} is down")
        return list(listings)


class Function:
    """Functions that take stock one after the other; each has time for so many parts."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.memory = ProcessMemory()
        self.clock = Clock(NIGHT)

    def stock(self, parts: int = 99) -> Stock:
        """One slice."""
        start = len(self.registry.asked)

        def left() -> float:
            return float(parts - len(self.registry.asked) + start)

        return Stock(self.memory, self.registry, left, self.clock)

    def run(self, parts: int = 99) -> Stock:
        """Take one slice and remember it, as if it took a while."""
        stock = self.stock(parts)
        stock(Pipeline(self.memory))
        stock.finish()
        self.clock.move(minutes=10)
        return stock


@pytest.fixture
def function() -> Function:
    """A function of a registry of four parts."""
    return Function(Registry("a", "b", "c", "d"))


def test_what_is_listed_is_learned(function: Function) -> None:
    """As learn --inventory does it, in the order of names; every thing is counted."""
    assert function.stock()(Pipeline(function.memory)) == 4
    assert function.registry.asked == ["a", "b", "c", "d"]
    tag = topics.tag_of(f"{HOST}/prod/web", "latest")
    points = function.memory.recall((tag,), *EVER)[tag]
    assert {point.value for point in points} == {f"sha256:{name}" for name in "abcd"}


def test_the_next_slice_goes_on_behind_the_last(function: Function) -> None:
    """Until all is done; then nothing is due before the next night."""
    assert [function.run(3).whole, function.run(3).whole] == [False, True]
    assert function.registry.asked == ["a", "b", "c", "d"]
    function.run()
    assert len(function.registry.asked) == 4
    function.clock.move(hours=20)
    function.run()
    assert len(function.registry.asked) == 8


def test_a_slice_without_time_for_a_single_part_is_no_pass(function: Function) -> None:
    """The next one begins where it would have begun."""
    assert not function.run(0).whole
    assert function.run().whole
    assert function.registry.asked == ["a", "b", "c", "d"]


def test_what_did_not_change_is_only_looked_at(function: Function) -> None:
    """And learned again after a week, before it is forgotten."""
    function.run()
    function.registry.closer.clear()
    function.registry.listings["b"] = listed("latest", "sha256:new")
    function.clock.move(days=1)
    assert function.run().remarks == []
    assert function.registry.closer == ["b"]
    function.clock.move(days=7)
    function.run()
    assert function.registry.closer == ["b", "a", "b", "c", "d"]


@pytest.mark.parametrize("down", ["b", "b closer"])
def test_what_cannot_be_listed_is_said_and_tried_again(function: Function, down: str) -> None:
    """The others are learned all the same."""
    function.registry.down = {down}
    assert function.run().remarks == [f"b: {down} is down"]
    assert function.registry.asked == ["a", "b", "c", "d"]
    function.registry.down.clear()
    function.registry.closer.clear()
    function.clock.move(days=1)
    function.run()
    assert function.registry.closer == ["b"]


def test_what_cannot_be_read_is_said(function: Function) -> None:
    """Whatever a registry lists."""
    function.registry.listings["c"] = b'{"imageDetails":[{}]}'
    (remark,) = function.run().remarks
    assert remark.startswith("c: $.imageDetails[0]: ")


def test_a_part_without_listings_is_nothing(function: Function) -> None:
    """There is nothing to compare with, either."""
    function.registry._told = lambda *_: []  # type: ignore[method-assign]
    stock = function.stock()
    assert stock(Pipeline(function.memory)) == 0
    assert stock.remarks == []


def test_a_slice_that_was_not_finished_is_done_again(function: Function) -> None:
    """What it showed was perhaps never told."""
    function.stock()(Pipeline(function.memory))
    function.clock.move(minutes=10)
    function.run()
    assert function.registry.asked == ["a", "b", "c", "d"] * 2
    assert function.registry.closer == ["a", "b", "c", "d"] * 2


def test_only_one_takes_stock(function: Function) -> None:
    """A second function leaves it to the first."""
    function.stock(2)(Pipeline(function.memory))
    with pytest.raises(Unavailable, match="another function takes stock"):
        function.stock()(Pipeline(function.memory))
