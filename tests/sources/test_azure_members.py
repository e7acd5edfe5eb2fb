"""Members in any case: the first name that tells something, or the path of what does not fit."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tidewaiter.errors import Malformed
from tidewaiter.sources.azure_members import Members, tenant_of
from tidewaiter.sources.interface import record_of

TENANT = "99990000-aaaa-4bbb-8ccc-ddddeeeeffff"


def members(value: dict[str, Any]) -> Members:
    """The members of an object as a record has them."""
    return Members(record_of(json.dumps(value)).fields)


def test_a_name_is_found_in_any_case_and_the_first_that_tells_is_used() -> None:
    """Empty text and null tell nothing."""
    found = members({"IPAddress": "192.0.2.1", "a": " ", "B": None, "C": "x"})
    assert (found.text("ipAddress"), found.text("a", "b", "c"), found.text("d")) == (
        "192.0.2.1",
        "x",
        None,
    )


def test_a_word_may_be_a_number() -> None:
    """Error codes come as either."""
    found = members({"a": 50126, "b": "50126", "c": 0, "d": ""})
    assert [found.word(name) for name in "abcde"] == ["50126", "50126", "0", None, None]


def test_a_number_may_be_text() -> None:
    """The command line prints every column of a table as text."""
    found = members({"a": 1367, "b": " 1367 ", "c": "1.5", "d": -1, "e": None})
    assert [found.number(name) for name in "abcdef"] == [1367, 1367, None, None, None, None]


def test_a_truth_value_may_be_text() -> None:
    """Anything else than true and false tells nothing."""
    found = members({"a": True, "b": "False", "c": "maybe", "d": None})
    assert [found.flag(name) for name in "abcd"] == [True, False, None, None]


def test_what_is_below_may_be_json_text() -> None:
    """An object, a list of objects and a list of texts, each as itself or as a string."""
    found = members(
        {
            "a": {"x": "1"},
            "b": '{"X": "2"}',
            "c": [{"x": "3"}, None],
            "d": '["4", null, " "]',
            "e": "[",
        }
    )
    assert [found.inner(name).text("x") for name in "abef"] == ["1", "2", None, None]
    assert [one.text("x") for one in found.each("z", "c")] == ["3", None]
    assert found.each("e") == []
    assert (found.texts("d"), found.texts("e")) == (["4"], [])
    assert found.inner("e", "b").text("x") == "2"


def test_one_object_is_laid_over_another() -> None:
    """What both have is taken from the upper one, with its path."""
    upper, lower = members({"a": {"x": "1"}}).inner("a"), members({"X": "2", "y": "3"})
    both = upper.over(lower)
    assert (both.text("x"), both.text("y"), both.path("x"), both.path("Y", "y")) == (
        "1",
        "3",
        "$.a.x",
        "$.y",
    )
    assert both.path("p", "q") == "$.a.q"
    assert members({}).inner("a").over(lower).path("q") == "$.q"


@pytest.mark.parametrize(
    ("read", "path"),
    [
        (lambda found: found.text("a"), "$.A"),
        (lambda found: found.word("a"), "$.A"),
        (lambda found: found.flag("b"), "$.b"),
        (lambda found: found.inner("b"), "$.b"),
        (lambda found: found.each("a"), "$.A[0]"),
        (lambda found: found.texts("a"), "$.A[0]"),
        (lambda found: found.each("c")[0].text("x"), "$.c[0].x"),
    ],
)
def test_a_wrong_type_is_malformed_with_its_path(
    read: Callable[[Members], object], path: str
) -> None:
    """The name is as the record writes it."""
    found = members({"A": [7], "b": 7, "c": [{"x": {}}]})
    with pytest.raises(Malformed) as caught:
        read(found)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("record", "tenant"),
    [
        ({"AADTenantId": TENANT.upper(), "TenantId": "workspace"}, TENANT),
        ({"resourceId": f"/TENANTS/{TENANT}/providers/Microsoft.aadiam"}, TENANT),
        ({"TenantId": "workspace"}, None),
    ],
)
def test_the_tenant_is_not_the_workspace(record: dict[str, Any], tenant: str | None) -> None:
    """Rows of Log Analytics have two ids of that name."""
    assert tenant_of(members(record)) == tenant
