"""Entries for ``[[trusted]]`` that are proposed to people."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.laws.company import ALICE, CI, DAY_ZERO, by, event, history, image
from tidewaiter.incidents.accusation import Accusation
from tidewaiter.learning_proposals import Case, cases, proposals, quoted
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Activity, Image, Severity
from tidewaiter.pipeline import Pipeline
from tidewaiter.settings import Settings, Trusted, parse_settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE = Case(
    principal=ALICE.id,
    machine=False,
    place="registry.example.com/prod/web",
    network="203.0.113.0/24",
    detector="tag-moved",
    severity=Severity.HIGH,
    reason="latest moved",
    time=NOON,
)


def entries(*found: Case) -> list[Trusted]:
    """What is proposed, as settings read it."""
    return list(parse_settings("\n".join(proposals(found))).trusted)


def test_an_entry_names_who_what_and_whence() -> None:
    """All that a finding tells stands in its entry, which ends after a year."""
    (entry,) = entries(ONE)
    assert entry.principals == (ALICE.id,)
    assert entry.repositories == ("registry.example.com/prod/web",)
    assert entry.networks == ("203.0.113.0/24",)
    assert entry.detectors == ("tag-moved",)
    assert str(entry.until) == "2027-03-02"


def test_the_comment_says_what_it_would_hold_back() -> None:
    """Findings, days, the gravest; alike ones once; and a warning where it may be an attack."""
    others = [replace(ONE, reason=f"{n} moved", time=NOON + timedelta(days=n)) for n in range(6)]
    (text,) = proposals([ONE, ONE, *others])
    assert text.splitlines()[:3] == [
        "# would have held back 8 findings from 2026-03-02 to 2026-03-07, the gravest high:",
        "#   tag-moved: latest moved (2 times)",
        "#   tag-moved: 0 moved",
    ]
    assert "#   and 2 more\n# make sure that this was no attack before you trust it\n" in text


def test_what_is_low_has_no_warning() -> None:
    """One finding is told in the singular, and nobody is warned of it."""
    (text,) = proposals([replace(ONE, severity=Severity.LOW)])
    assert text.startswith("# would have held back 1 finding on 2026-03-02, the gravest low:\n")
    assert "attack" not in text


def test_three_repositories_of_a_folder_are_the_folder() -> None:
    """Two are told by their names."""
    three = [replace(ONE, place=f"r.example.com/team/{name}") for name in ("a", "b", "c")]
    two = [replace(ONE, place=f"r.example.com/other/{name}") for name in ("a", "b")]
    (entry,) = entries(*three, *two)
    assert entry.repositories == (
        "r.example.com/other/a",
        "r.example.com/other/b",
        "r.example.com/team/*",
    )


def test_what_a_finding_does_not_tell_is_not_asked_of_it() -> None:
    """A hidden address or image would fit no pattern; who roams has no usual network."""
    (hidden,) = entries(ONE, replace(ONE, network=None))
    assert hidden.networks == ()
    (placed, unplaced) = entries(ONE, ONE, replace(ONE, place=None))
    assert (placed.repositories, unplaced.repositories) == ((ONE.place,), ())
    (roaming,) = entries(*(replace(ONE, network=f"198.51.{n}.0/24") for n in range(4)))
    assert roaming.networks == ()


def test_principals_and_kinds_of_image_have_entries_of_their_own() -> None:
    """The one with most findings comes first."""
    bob = replace(ONE, principal="bob")
    found = entries(bob, ONE, ONE, replace(ONE, machine=True))
    assert [entry.principals for entry in found] == [(ALICE.id,), (ALICE.id,), ("bob",)]


def test_hostile_text_stays_text() -> None:
    """Quotes, line ends and what is no character end no string and no comment."""
    text = 'a"\\\n]\u202e\ud800\U0001f40b\x7f'
    (entry,) = entries(replace(ONE, principal=text, reason='x\n[[trusted]]\nowner = ""'))
    assert entry.principals == (text.replace("\ud800", "?"),)
    assert quoted("plain") == '"plain"'


def alice(what: Image, number: int = 1, activity: Activity = Activity.IMAGE_PUSHED) -> Pipeline:
    """A pipeline that knows the quiet days, and what alice did to an image."""
    pipeline = Pipeline(ProcessMemory())
    who = by(ALICE, "docker/26.1", "203.0.113.9")
    for one in [*history(), event(number, DAY_ZERO, activity, images=(what,), **who)]:
        pipeline.take(one)
    return pipeline


def found_by(pipeline: Pipeline) -> list[Case]:
    """All cases of the incidents that are told."""
    behind = [one for told in pipeline.told().behind.values() for one in told]
    return list(cases(pipeline.archive, behind))


def test_findings_become_cases() -> None:
    """With principal, repository and network; under the entry they are held back."""
    pipeline = alice(image("prod/web", "latest", 3))
    found = found_by(pipeline)
    assert {(case.network, case.machine) for case in found} == {("203.0.113.0/24", False)}
    settings = parse_settings("\n".join(proposals(found)))
    judged = Pipeline(pipeline.memory, Settings(trusted=settings.trusted))
    push = judged.archive.act("aws:e1")
    assert push is not None
    assert {one.claim.held for one in judged.accusations(push) if one.weight.rank > 0} == {
        "trusted: why it is expected (who answers for it)"
    }


def test_golden_images_are_named_without_their_dates() -> None:
    """A machine image by its name with the digits left open, or else by its id."""
    golden = Image(machine_image="ami-0123456789abcdef0", name="gold-2026-01-02 [x]")
    made = Activity.IMAGE_CREATED
    assert {case.place for case in found_by(alice(golden, activity=made))} == {"gold-* [[]x]"}
    for name in (None, "2026-01-02"):
        found = found_by(alice(replace(golden, name=name), activity=made))
        assert {case.place for case in found} == {"ami-0123456789abcdef0"}


def test_only_what_an_entry_could_cover_becomes_a_case() -> None:
    """Neither information, nor that an image runs, nor what nobody known did."""
    pipeline = alice(image("prod/web", "latest", 3))
    (one, *_) = (one for told in pipeline.told().behind.values() for one in told)
    unknown = replace(one.event, principal=None)
    mild = replace(one.claim, severity=Severity.INFO)
    use = replace(one.detector, tells_of_use=True)
    assert (
        list(
            cases(
                pipeline.archive,
                [
                    Accusation(unknown, one.detector, one.claim),
                    Accusation(one.event, one.detector, mild),
                    Accusation(one.event, use, one.claim),
                ],
            )
        )
        == []
    )


def test_a_finding_without_image_or_client_is_a_case() -> None:
    """What the log does not tell is absent."""
    pipeline = alice(image("prod/web", "latest", 3))
    (one, *_) = (one for told in pipeline.told().behind.values() for one in told)
    bare = replace(one.event, images=(), client=None, principal=replace(CI, id="elsewhere"))
    claim = replace(one.claim, image=None)
    (case,) = cases(pipeline.archive, [Accusation(bare, one.detector, claim)])
    assert (case.place, case.network, case.machine) == (None, None, False)
    unnamed = replace(bare, images=(Image(),))
    (case,) = cases(pipeline.archive, [Accusation(unnamed, one.detector, claim)])
    assert case.place is None
