"""A timeline told shortly."""

from tests.stories import at, moment
from tidewaiter.findings import Moment
from tidewaiter.outputs.collapse import Told, collapse


def told(*moments: Moment) -> list[tuple[str, int]]:
    """The sentences and counts."""
    return [(line.text, line.count) for line in collapse(moments)]


def listing(name: str, second: int) -> Moment:
    """One call of an enumeration."""
    return moment(f"14:00:{second:02}", "registry.listed", f"alice listed {name} from 192.0.2.1")


def test_a_run_that_differs_in_one_name_is_one_line() -> None:
    """An enumeration is told with its first names and the number of the others."""
    calls = [listing(f"prod/{number}", number) for number in range(37)]
    expected = Told(
        at("14:00:00"),
        at("14:00:36"),
        "alice listed prod/0, prod/1 and 35 more from 192.0.2.1",
        37,
    )
    assert list(collapse(calls)) == [expected]


def test_a_run_over_two_names_names_both() -> None:
    """Names that repeat are told once."""
    calls = [listing(name, at) for at, name in enumerate(("a", "b", "a"))]
    assert told(*calls) == [("alice listed a and b from 192.0.2.1", 3)]


def test_two_lines_are_told_as_two() -> None:
    """What differs is summed up from three lines on."""
    calls = [listing("a", 1), listing("b", 2)]
    assert told(*calls) == [(call.summary, 1) for call in calls]


def test_exact_repeats_are_one_line() -> None:
    """The same sentence twice is told once with its count, whatever was done."""
    push = moment("14:00:00", "image.pushed", "alice pushed a")
    assert told(push, push) == [("alice pushed a", 2)]


def test_pushes_of_different_images_are_never_summed_up() -> None:
    """What changes an image is told one by one."""
    pushes = [moment("14:00:00", "image.pushed", f"alice pushed {name}") for name in "abc"]
    assert told(*pushes) == [(push.summary, 1) for push in pushes]


def test_a_run_ends_where_two_words_differ() -> None:
    """A second differing word, another length or another activity begins a new line."""
    calls = [
        moment("14:00:00", "image.pulled", "alice pulled a"),
        moment("14:00:01", "image.pulled", "alice pulled b"),
        moment("14:00:02", "image.pulled", "alice pulled c"),
        moment("14:00:03", "image.pulled", "bob pulled a"),
        moment("14:00:04", "image.pulled", "bob pulled d"),
        moment("14:00:05", "image.pulled", "carol copied e"),
        moment("14:00:06", "image.pulled", "carol copied e twice"),
        moment("14:00:07", "image.scanned", "carol copied e twice"),
    ]
    assert told(*calls) == [
        ("alice pulled a, b and 1 more", 3),
        ("bob pulled a", 1),
        ("bob pulled d", 1),
        ("carol copied e", 1),
        ("carol copied e twice", 1),
        ("carol copied e twice", 1),
    ]


def test_an_empty_timeline_is_no_line() -> None:
    """Nothing is told of nothing."""
    assert told() == []
