"""The story that a responder reads."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.stories import IMPLANT, NEW, QUIET, at, moment
from tidewaiter.findings import Incident, SourceSeen, TechniqueSeen
from tidewaiter.outputs.layout import plain
from tidewaiter.outputs.text import story, timeline

STORY = """\
CRITICAL  prod/web:latest was replaced with an unreviewed image and is running
          AWS 111122223333 · eu-west-1 · 111122223333.dkr.ecr.eu-west-1.amazonaws.com
          incident 3f2a9c1d4e5b6a70 · open · high confidence · T1525 Implant Internal Image, T1610
          Deploy Container

  2026-02-03 UTC
  14:02:11  alice logged in from 203.0.113.9 (NL) with boto3
  14:02:40  alice listed the images of prod/web, prod/api and 3 more (5 times until 14:02:44)
  14:05:02  alice pulled prod/web:latest@sha256:aaaa1111…
  14:09:37  alice pushed prod/web:latest@sha256:bbbb2222…: the same 3 layers plus 2 more
  14:11:20  ecs service prod/web started prod/web@sha256:bbbb2222…

  Who       arn:aws:iam::111122223333:user/alice; credential AKIAIOSFODNN7EXAMPLE
  From      203.0.113.9 (NL, external) with Boto3/1.34.0 md/Botocore#1.34.0, docker/24.0.7
  Runs in   ecs service prod/web
  Related   00aa11bb22cc33dd

  Why       the tag latest moved from sha256:aaaa1111… to sha256:bbbb2222… (tag-moved)
            the same 3 layers plus 2 more (32.5 MB, 412 B) (layers-appended)
            first push by alice to prod/web (unfamiliar-pusher)
  Quiet if  alice is on call and this was a reviewed hot fix of prod/web.

  Next      1. Roll prod/web back to sha256:aaaa1111….
            2. Disable the key AKIAIOSFODNN7EXAMPLE of alice and list what else it did.
            3. See everything: tidewaiter show 3f2a9c1d4e5b6a70
  Digests
    sha256:aaaa1111aaaa1111aaaa1111aaaa1111aaaa1111aaaa1111aaaa1111aaaa1111
    sha256:bbbb2222bbbb2222bbbb2222bbbb2222bbbb2222bbbb2222bbbb2222bbbb2222
"""


def text(incident: Incident, width: int = 100, *, whole: bool = False) -> str:
    """The story as a mail would carry it."""
    return plain(story(incident, width, whole=whole))


def test_a_story_reads_as_it_should() -> None:
    """Who, from where, what changed, where it runs, why we say so, and what to do."""
    assert text(IMPLANT) == STORY


@pytest.mark.parametrize("width", [60, 80, 110])
@pytest.mark.parametrize("incident", [IMPLANT, QUIET], ids=["implant", "quiet"])
def test_a_story_fits_its_page(width: int, incident: Incident) -> None:
    """No line but a digest, which is there to be copied, is wider than the page."""
    lines = [row for row in text(incident, width).splitlines() if "sha256:aaaa1111a" not in row]
    assert max(len(row) for row in lines if NEW not in row) <= width


def test_what_is_not_known_is_not_said() -> None:
    """An incident without sources, workloads or digests has no empty lines for them."""
    labels = {row[2:10].strip() for row in text(QUIET).splitlines() if row[:2] == "  "}
    assert labels.isdisjoint({"From", "Runs in", "Related", "Digests"})
    bare = replace(QUIET, principals=(), credentials=(), accounts=(), regions=())
    assert "Who" not in text(bare)
    assert "\n          AWS\n" in text(bare)


def test_a_step_that_shows_the_way_is_not_repeated() -> None:
    """The last step is added only where no other says it."""
    steps = ("Run tidewaiter show AKIAIOSFODNN7EXAMPLE.",)
    assert text(replace(IMPLANT, next_steps=steps)).count("tidewaiter show") == 1


def test_a_command_can_be_copied() -> None:
    """The step that shows a digest's history names the incident, whose id fits the line."""
    told = text(replace(IMPLANT, next_steps=(f"See: tidewaiter show {NEW}",)), 60)
    assert "  Next      1. See: tidewaiter show 3f2a9c1d4e5b6a70\n" in told


def test_reasons_that_repeat_are_counted() -> None:
    """One reason given for many acts is one line."""
    many = replace(IMPLANT, findings=IMPLANT.findings[1:2] * 3)
    assert "412 B) (layers-appended), 3 times\n" in text(many)


def test_the_middle_of_a_long_story_is_counted() -> None:
    """Forty lines are told and the rest is numbered, unless everything is wanted."""
    pushes = tuple(moment(f"14:{at:02}:00", "image.pushed", f"push {at}") for at in range(60))
    long = replace(IMPLANT, timeline=pushes)
    assert "  ⋮         20 more moments: tidewaiter show tells them all\n" in text(long)
    assert "push 30\n" not in text(long)
    assert text(long).count("2026-02-03 UTC") == 1
    assert "push 30\n" in text(long, whole=True)


def test_a_new_day_is_announced() -> None:
    """The date stands where it changes, and at the end of a run over midnight."""
    calls = [
        moment("23:59:58", "image.pulled", "alice pulled a"),
        moment("00:00:01", "image.pulled", "alice pulled a", day="2026-02-04"),
        moment("09:00:00", "image.pushed", "alice pushed a", day="2026-02-04"),
    ]
    assert plain(timeline("alice", calls, 100)) == (
        "HISTORY   alice\n"
        "\n"
        "  2026-02-03 UTC\n"
        "  23:59:58  alice pulled a (2 times until 2026-02-04 00:00:01)\n"
        "  2026-02-04 UTC\n"
        "  09:00:00  alice pushed a\n"
    )


def test_more_digests_than_can_be_read_are_counted() -> None:
    """Three digests are written in full."""
    images = [
        replace(IMPLANT.images[0], digest="sha256:" + f"{number:02}" * 32) for number in range(5)
    ]
    told = text(replace(IMPLANT, images=tuple(images), next_steps=()))
    assert "    and 2 more in --format json\n" in told


def test_a_digest_of_a_step_is_written_in_full() -> None:
    """What somebody shall roll back to can be copied, though no image of the incident has it."""
    other = "sha256:" + "c" * 64
    told = text(replace(QUIET, next_steps=(f"Roll back to {other}.",)))
    assert told.endswith(f"\n  Digests\n    {other}\n")


def test_a_source_that_no_log_told_is_said_to_be_unknown() -> None:
    """A source may lack its address, its place and its agents."""
    nowhere = SourceSeen(ip=None, zone=None, country=None, user_agents=())
    assert "  From      an address that no log told\n" in text(replace(IMPLANT, sources=(nowhere,)))


def test_long_user_agents_that_begin_alike_are_told_once() -> None:
    """Of an agent that fills a line its beginning is told, and not again for each version."""
    kit = tuple(f"{'x' * 80}/{version}" for version in range(5))
    source = replace(IMPLANT.sources[0], user_agents=kit)
    assert text(replace(IMPLANT, sources=(source,))).count(f"{'x' * 59}…\n") == 1


def test_an_unknown_technique_is_told_by_its_tactic() -> None:
    """An incident of a later version is still told."""
    later = replace(IMPLANT, techniques=(TechniqueSeen("T9999", "impact"),))
    assert "T9999 impact" in text(later)


def test_hostile_text_is_escaped_everywhere() -> None:
    """Nothing that a log said reaches the page as a control character or a new line."""
    evil = "\x1b[31m\r\nCRITICAL forged\u202e"
    poisoned = replace(
        IMPLANT,
        title=evil,
        principals=(evil,),
        credentials=(evil,),
        accounts=(evil,),
        regions=(evil,),
        providers=(evil,),
        workloads=(evil,),
        next_steps=(evil,),
        quiet_if=(evil,),
        related=(evil,),
        status=evil,
        id=evil,
        sources=(replace(IMPLANT.sources[0], ip=evil, country=evil, user_agents=(evil,)),),
        images=(replace(IMPLANT.images[0], registry=evil, digest=evil, reference=evil),),
        findings=(replace(IMPLANT.findings[0], reason=evil, detector=evil),),
        timeline=(moment("14:00:00", "image.pushed", evil),),
        techniques=(TechniqueSeen(evil, evil),),
    )
    shown = text(poisoned)
    assert [c for c in shown if c != "\n" and (c < " " or "\x7f" <= c < "\xa0")] == []
    assert "\u202e" not in shown
    assert [row for row in shown.splitlines() if row.startswith("CRITICAL forged")] == []


def test_a_story_over_days_keeps_its_times() -> None:
    """Times are of the event, in UTC, whatever their number."""
    later = at("14:02:11") + timedelta(days=30)
    moments = (IMPLANT.timeline[0], replace(IMPLANT.timeline[0], time=later, summary="again"))
    assert "  2026-03-05 UTC\n  14:02:11  again\n" in text(replace(IMPLANT, timeline=moments))
