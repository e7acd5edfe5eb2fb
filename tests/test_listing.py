"""Rows of image events, and which of them are wanted."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from msgspec.structs import replace

from tidewaiter.enrich import Enricher
from tidewaiter.listing import Filter, row, rows
from tidewaiter.model import Activity, Client, Credential, Event, Image, Principal

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEB = Image(registry="registry.example.com", repository="prod/web", tag="1", digest="sha256:aa")
ALICE = Principal("arn:aws:iam::111122223333:user/alice", name="alice")
KEY = Credential(id="AKIAIOSFODNN7EXAMPLE", issued_to="alice@example.com")


def event(number: int = 0, address: str | None = "203.0.113.9", **said: object) -> Event:
    """A push by alice, some minutes after noon."""
    facts: dict[str, object] = {
        "activity": Activity.IMAGE_PUSHED,
        "principal": ALICE,
        "credential": KEY,
        "client": Client(address) if address else None,
        "images": (WEB,),
        "act": f"a{number}",
        **said,
    }
    return Enricher().enrich(
        Event(
            id=f"e{number}",
            time=NOON + timedelta(minutes=number),
            provider="aws",
            source="cloudtrail",
            operation="PutImage",
            **facts,  # type: ignore[arg-type]
        )
    )


def passing(wanted: Filter, *events: Event) -> list[str]:
    """The ids of those that are wanted."""
    return [one.id for one in wanted.passing(events)]


def test_the_newest_is_first() -> None:
    """Rows are ordered by time, the last event first."""
    found = rows([event(1), event(3), event(2)], Filter())
    assert [one.time.minute for one in found] == [3, 2, 1]


def test_one_act_is_one_row() -> None:
    """What is delivered twice, or by two trails, is listed once; another act of that minute too."""
    elsewhere = replace(event(1), id="of another trail")
    other = event(1, act="another")
    assert len(list(rows([event(1), event(1), elsewhere, other], Filter()))) == 2


@pytest.mark.parametrize(
    ("address", "external"),
    [
        ("203.0.113.9", True),
        ("2001:db8::9", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.1.1", False),
        ("AWS Internal", None),
        ("ecs.amazonaws.com", None),
        (None, None),
    ],
)
def test_external_has_three_values(address: str | None, external: bool | None) -> None:
    """An address is outside, or inside, or the log hides who it was."""
    assert row(event(address=address)).external is external


def test_a_row_without_facts_has_none() -> None:
    """What a log does not tell stays absent in its row."""
    told = row(event(principal=None, images=(), address=None))
    assert (told.actor, told.image, told.source_address) == (None, None, None)
    assert row(event(images=(Image(),))).image is None


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (Filter(), True),
        (Filter(activities=("image.pulled",)), False),
        (Filter(activities=("image.pulled", "*.pushed")), True),
        (Filter(actor="ALICE"), True),
        (Filter(actor="akiaiosf"), True),
        (Filter(actor="alice@"), True),
        (Filter(actor="bob"), False),
        (Filter(image="prod/WEB:1"), True),
        (Filter(image="sha256:aa"), True),
        (Filter(image="prod/api"), False),
        (Filter(network=ip_network("203.0.113.0/24")), True),
        (Filter(network=ip_network("203.0.113.9")), True),
        (Filter(network=ip_network("2001:db8::/32")), False),
        (Filter(since=NOON), True),
        (Filter(since=NOON + timedelta(seconds=1)), False),
        (Filter(until=NOON), False),
        (Filter(until=NOON + timedelta(seconds=1)), True),
    ],
)
def test_filters(wanted: Filter, passes: bool) -> None:
    """Each filter lets through what it names, and nothing else."""
    assert passing(wanted, event()) == (["e0"] if passes else [])


def test_filters_by_what_is_not_told() -> None:
    """An event without actor, image or address passes no filter that asks for one."""
    bare = event(principal=None, credential=None, client=None, images=())
    hidden = event(address="AWS Internal")
    assert passing(Filter(actor="alice"), bare) == []
    assert passing(Filter(image="web"), bare) == []
    assert passing(Filter(network=ip_network("0.0.0.0/0")), bare, hidden) == []


def test_more_than_image_work_needs_the_whole_log() -> None:
    """Whoever asks for sign-ins has the whole of every log read."""
    assert not Filter(activities=("image.*", "registry.*", "workload.deployed")).whole
    assert Filter(activities=("identity.*",)).whole
