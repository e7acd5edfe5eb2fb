"""Short names that never stand for two things."""

from msgspec.structs import replace

from tests.stories import HOST, IMPLANT, NEW
from tidewaiter.outputs.brevity import Brevity, of_incident


def test_digests_are_cut_in_full_and_in_part() -> None:
    """A whole digest and the twelve digits of a summary become the same eight."""
    brief = Brevity([NEW])
    assert brief(f"{NEW} and {NEW[:19]}") == "sha256:bbbb2222… and sha256:bbbb2222…"


def test_digests_that_begin_alike_are_cut_where_they_differ() -> None:
    """Somebody who made a digest with the same beginning gains nothing."""
    one, other = "sha256:" + "a" * 64, "sha256:" + "a" * 20 + "b" * 44
    brief = Brevity([one, other])
    assert brief(one) == "sha256:" + "a" * 21 + "…"
    assert brief(other) == "sha256:" + "a" * 20 + "b…"


def test_the_only_registry_is_left_out() -> None:
    """Its host goes where a name begins, and nowhere else."""
    brief = of_incident(IMPLANT)
    assert brief(f"pulled {HOST}/prod/web") == "pulled prod/web"
    assert brief(f"pulled evil.example.com/{HOST}/web") == f"pulled evil.example.com/{HOST}/web"


def test_several_registries_are_told() -> None:
    """Where there are two hosts, both are said."""
    other = replace(IMPLANT.images[0], registry="registry.example.com")
    brief = of_incident(replace(IMPLANT, images=(*IMPLANT.images, other)))
    assert brief(f"pulled {HOST}/prod/web") == f"pulled {HOST}/prod/web"


def test_what_is_shortened_is_safe_to_show() -> None:
    """Escapes and over-long text of logs are dealt with."""
    assert Brevity([])("a\x1b[0m") == "a\\x1b[0m"
    assert len(Brevity([])("a" * 5000)) == 400
