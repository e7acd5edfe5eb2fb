"""Lines on a page."""

from tidewaiter.outputs.layout import Role, block, faint, plain, titled, wrap


def test_a_title_hangs_beside_its_mark() -> None:
    """The lines of a title stand below each other."""
    assert plain(titled("HIGH", Role.LABEL, "one two three four five six", 32)) == (
        "HIGH      one two three four\n          five six\n"
    )


def test_a_block_has_its_label_once() -> None:
    """Sentences stand beside their label, and their continuation hangs."""
    assert plain(block("Next", ["1. one two three four", "2. five"], 32, hang=3)) == (
        "  Next      1. one two three\n               four\n            2. five\n"
    )


def test_no_sentences_no_label() -> None:
    """A block without sentences, and remarks that are none, leave no line."""
    assert plain(block("Why", [], 80)) + plain(faint("", 80)) == ""


def test_no_text_is_still_a_line() -> None:
    """An empty sentence takes its line, so that nothing is lost beside it."""
    assert wrap("", 80) == [""]


def test_a_word_longer_than_a_line_is_broken() -> None:
    """No line is wider than the page."""
    assert wrap("a" * 50, 20) == ["a" * 20, "a" * 20, "a" * 10]
