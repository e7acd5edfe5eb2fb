"""One act, told by several records."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from msgspec.structs import replace

from tidewaiter.acts import merge
from tidewaiter.model import Activity, Change, Client, Event, Grant, Image, Outcome, Principal

FIRST = Event(
    id="first",
    act="operation-1",
    time=datetime(2026, 2, 7, 14, 9, 37, tzinfo=UTC),
    provider="gcp",
    source="gcp_audit",
    activity=Activity.IMAGE_SHARED,
    operation="v1.compute.images.setIamPolicy",
    outcome=Outcome.PENDING,
    principal=Principal(id="alice@example.com", name="alice"),
    client=Client("203.0.113.9", "google-cloud-sdk"),
    images=(Image(machine_image="projects/shop/global/images/golden", name="golden"),),
    grants=(Grant("public", "allUsers"),),
)
LAST = replace(
    FIRST,
    id="last",
    time=FIRST.time.replace(second=41),
    activity=Activity.IMAGE_CHANGED,
    outcome=Outcome.SUCCESS,
    principal=Principal(id="alice@example.com"),
    client=None,
    images=(Image(machine_image="projects/shop/global/images/golden"),),
    grants=(),
)


def test_the_last_record_leads_and_the_first_fills_in() -> None:
    """The whole has the last record's time and outcome, and the first one's request."""
    expected = replace(FIRST, id="last", time=LAST.time, outcome=Outcome.SUCCESS)
    assert merge([FIRST, LAST]) == expected


def test_the_order_of_records_does_not_matter() -> None:
    """Three records of one act tell the same in any order."""
    copy = replace(LAST, id="later copy", time=LAST.time.replace(second=50), region="europe-west1")
    found = {merge(records) for records in permutations([FIRST, LAST, copy])}
    assert found == {replace(merge([FIRST, LAST]), region="europe-west1")}


def test_one_record_is_the_whole() -> None:
    """A record alone is not changed."""
    assert merge([FIRST]) == FIRST


HOST = Image(registry="shop.azurecr.io")
ONE = Image(registry="shop.azurecr.io", repository="web", tag="1")
TWO = (ONE, Image(registry="shop.azurecr.io", repository="web", tag="2"))


@pytest.mark.parametrize(
    ("known", "other", "expected"),
    [
        ((HOST,), TWO, TWO),
        ((ONE,), TWO, (ONE,)),
        (TWO, (HOST,), TWO),
        ((HOST,), (), (HOST,)),
        ((), (HOST,), (HOST,)),
    ],
    ids=["registry-alone", "named-already", "two", "nothing-more", "nothing-yet"],
)
def test_images_come_from_the_record_that_names_them(
    known: tuple[Image, ...], other: tuple[Image, ...], expected: tuple[Image, ...]
) -> None:
    """Lists of different length are not mixed, and a bare registry gives way to images."""
    assert merge([replace(LAST, images=known), replace(FIRST, images=other)]).images == expected


def test_what_was_asked_for_tells_more_than_what_is_stated_anyway() -> None:
    """Of two records that tell of one setting, the one that changed it counts."""
    stated = (Change("admin user", "on", "shop", stated=True), Change("quarantine", "off", "shop"))
    asked = (Change("admin user", "on", "shop"), Change("quarantine", "off", "shop", stated=True))
    whole = merge((replace(FIRST, changes=asked), replace(LAST, changes=stated)))
    assert whole.changes == (asked[0], stated[1])
