"""The mail that somebody reads at night."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.stories import IMPLANT, QUIET, at, finding, moment
from tidewaiter.findings import Decision, Incident
from tidewaiter.model import Severity
from tidewaiter.news import Digest, Kind, News
from tidewaiter.outputs.mail import BODY, body, digest_body, digest_subject, subject

MEMORY = "dynamodb://tidewaiter"
MAIL = """\
CRITICAL  prod/web:latest was replaced with an unreviewed image and is
          running
          AWS 111122223333 · eu-west-1 ·
          111122223333.dkr.ecr.eu-west-1.amazonaws.com
          incident 3f2a9c1d4e5b6a70 · open · high confidence · T1525 Implant
          Internal Image, T1610 Deploy Container

  Running   yes: ecs service prod/web
  When      2026-02-03 14:02 to 14:11 UTC
  Who       arn:aws:iam::111122223333:user/alice
  First     Roll prod/web back to sha256:aaaa1111….

  2026-02-03 UTC
  14:02:11  alice logged in from 203.0.113.9 (NL) with boto3
  14:02:40  alice listed the images of prod/web, prod/api and 3 more (5
            times until 14:02:44)
  14:05:02  alice pulled prod/web:latest@sha256:aaaa1111…
  14:09:37  alice pushed prod/web:latest@sha256:bbbb2222…: the same 3 layers
            plus 2 more
  14:11:20  ecs service prod/web started prod/web@sha256:bbbb2222…

  Who       arn:aws:iam::111122223333:user/alice; credential
            AKIAIOSFODNN7EXAMPLE
  From      203.0.113.9 (NL, external) with Boto3/1.34.0 md/Botocore#1.34.0,
            docker/24.0.7
  Runs in   ecs service prod/web
  Related   00aa11bb22cc33dd

  Why       the tag latest moved from sha256:aaaa1111… to sha256:bbbb2222…
              (tag-moved)
            the same 3 layers plus 2 more (32.5 MB, 412 B) (layers-appended)
            first push by alice to prod/web (unfamiliar-pusher)
  Quiet if  alice is on call and this was a reviewed hot fix of prod/web.

  Next      1. Roll prod/web back to sha256:aaaa1111….
            2. Disable the key AKIAIOSFODNN7EXAMPLE of alice and list what
               else it did.
            3. See everything: tidewaiter show 3f2a9c1d4e5b6a70
  Digests
    sha256:aaaa1111aaaa1111aaaa1111aaaa1111aaaa1111aaaa1111aaaa1111aaaa1111
    sha256:bbbb2222bbbb2222bbbb2222bbbb2222bbbb2222bbbb2222bbbb2222bbbb2222

----------------------------------------------------------------------------
Everything that is known:
  tidewaiter show 3f2a9c1d4e5b6a70 --memory dynamodb://tidewaiter
When you work on it, and when done:
  tidewaiter acknowledge 3f2a9c1d4e5b6a70 --reason TEXT --memory dynamodb://tidewaiter
  tidewaiter close 3f2a9c1d4e5b6a70 --as resolved --reason TEXT --memory dynamodb://tidewaiter
This mail is nws-f43211939f4dff5b.
"""

DIGEST = Digest(
    day=date(2026, 2, 3),
    incidents={
        "inc-1": (Severity.LOW, "an image was made from an instance"),
        "inc-2": (Severity.MEDIUM, "www.example.com/web:latest was replaced"),
    },
    held={"tag-moved": 1204, "unusual-location": 1},
    quarantined=("$.eventName: Expected `str`, got `int`",),
)
DIGEST_MAIL = """\
DIGEST    2026-02-03 (UTC): 2 incidents, 1,205 findings held back, records
          in quarantine for 1 reason

Incidents below the threshold of mails ([notify] at, in tidewaiter.toml)
  MEDIUM    www[.]example[.]com/web:latest was replaced (inc-2)
  LOW       an image was made from an instance (inc-1)

Findings that were held back, by detector: they wait until a repository is
known, or are expected ([[trusted]])
   1,204  tag-moved
       1  unusual-location

Records that could not be interpreted; they lie in quarantine, whole
  $.eventName: Expected `str`, got `int`

----------------------------------------------------------------------------
Everything about one of them:
  tidewaiter show INCIDENT --memory dynamodb://tidewaiter
"""


def news(incident: Incident = IMPLANT, kind: Kind = Kind.OPENED) -> News:
    """What is told of an incident."""
    return News(incident=incident, kind=kind, state=str(incident.severity))


def titled(title: str) -> News:
    """An incident with another title."""
    return news(replace(IMPLANT, title=title))


def test_the_mail_begins_with_the_answer_and_ends_with_how_to_look_further() -> None:
    """What, where, whether it runs, what to do first; then the story."""
    assert body(news(), MEMORY) == MAIL


def test_without_an_address_the_command_says_file() -> None:
    """Whoever runs it on files knows which."""
    assert "tidewaiter show 3f2a9c1d4e5b6a70 --memory FILE" in body(news())


def test_commands_can_be_pasted_into_a_shell() -> None:
    """An address may have what a shell would expand."""
    text = body(news(), "dynamodb://tidewaiter?region=eu-west-1")
    assert " --memory 'dynamodb://tidewaiter?region=eu-west-1'\n" in text


def test_what_is_not_known_is_said() -> None:
    """That nothing is seen to run it is an answer, too."""
    text = body(news(replace(QUIET, principals=(), next_steps=(), last_time=QUIET.first_time)))
    answer = text.split("\n\n")[1]
    assert answer.splitlines() == [
        "  Running   no log tells of it",
        "  When      2026-02-03 14:02 UTC",
        "  Who       no log tells who",
    ]


def test_a_story_of_days_tells_its_last_day() -> None:
    """The time alone would mislead."""
    text = body(news(replace(IMPLANT, last_time=at("01:00:00", "2026-02-05"))))
    assert "  When      2026-02-03 14:02 to 2026-02-05 01:00 UTC\n" in text


@pytest.mark.parametrize(
    ("kind", "mark", "why"),
    [
        (Kind.OPENED, "CRITICAL ", None),
        (Kind.ESCALATED, "CRITICAL (escalated) ", "it is graver than when you were told"),
        (Kind.REOPENED, "CRITICAL (reopened) ", "it was closed, and something new was found"),
        (Kind.CHANGED, "CRITICAL (changed) ", "something in it changed"),
    ],
)
def test_why_it_is_told_again_is_said(kind: Kind, mark: str, why: str | None) -> None:
    """In the subject, and below the answer."""
    told = news(kind=kind)
    assert subject(told).startswith(f"[Tidewaiter] {mark}prod/web:latest was replaced")
    assert (f"\n  Again     {why}\n" in body(told)) == (why is not None)


def test_who_closed_what_was_opened_again_is_told() -> None:
    """By whom and when."""
    made = Decision(time=at("15:00:00"), status="resolved", by="bob", reason="rolled back")
    text = body(news(replace(IMPLANT, decisions=(made,)), Kind.REOPENED))
    assert "  Again     it was resolved by bob on 2026-02-03 15:00 UTC, and something" in text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("web was moved\r\nBcc: x", r"web was moved\r\nBcc: x"),
        ("wéb \u202egpj", r"w\xe9b \u202egpj"),
        ("evil.example.com/web was moved", "evil[.]example[.]com/web was moved"),
        ("a" * 100, "a" * 74 + "..."),
        ("é" * 100, r"\xe9" * 18 + "..."),
    ],
)
def test_a_subject_is_one_line_of_ascii(title: str, expected: str) -> None:
    """What an attacker named cannot forge a header, a link or another order."""
    assert subject(titled(title)) == f"[Tidewaiter] CRITICAL {expected}"


@given(st.text())
def test_every_subject_can_be_sent(title: str) -> None:
    """Printable, not empty, and short enough."""
    found = subject(titled(title))
    assert found.startswith("[Tidewaiter] CRITICAL")
    assert len(found) <= 99
    assert found.isascii()
    assert found.isprintable()


def test_nothing_in_a_body_is_a_link_or_moves_the_cursor() -> None:
    """Neither what was pushed nor what the story is made of."""
    text = "www.evil.example.com \x1b[2J http://evil.example.com"
    evil = replace(
        IMPLANT,
        title=text,
        timeline=(moment("14:09:37", "image.pushed", text),),
        findings=(finding("tag-moved", text),),
        next_steps=(text,),
        principals=(text,),
        workloads=(text,),
        quiet_if=(text,),
    )
    found = body(news(evil))
    assert "\x1b" not in found
    assert "evil.example" not in found
    assert "http:" not in found
    assert found.count("www[.]evil[.]example[.]com") == 10


def test_a_body_too_long_is_cut_and_says_so() -> None:
    """The end stands in any case, and no line is cut in two."""
    many = tuple(finding(f"detector-{number}", "é" * 390) for number in range(400))
    found = body(news(replace(IMPLANT, findings=many)), MEMORY)
    assert BODY - 1000 < len(found.encode()) <= BODY
    told, end = found.split("\n… ")
    assert body(news(replace(IMPLANT, findings=many[:100]))).startswith(told[:20_000])
    assert end.partition(" more lines: ")[2] == (
        "tidewaiter show 3f2a9c1d4e5b6a70 --memory dynamodb://tidewaiter\n"
        + MAIL[MAIL.index("\n---") :]
    )


def test_a_digest_counts_what_was_worth_no_mail() -> None:
    """The gravest first."""
    expected = "[Tidewaiter] 2026-02-03: 2 incidents, 1,205 findings held back, records in"
    assert digest_subject(DIGEST).startswith(expected)
    assert digest_body(DIGEST, MEMORY) == DIGEST_MAIL


def test_a_digest_tells_only_what_there_is() -> None:
    """And of very many the first ones."""
    incidents = {f"inc-{number:02d}": (Severity.LOW, "a title") for number in range(60)}
    text = digest_body(Digest(day=DIGEST.day, incidents=incidents, held={}, quarantined=()))
    assert text.startswith("DIGEST    2026-02-03 (UTC): 60 incidents\n\nIncidents below")
    assert text.count("a title") == 50
    assert "  and 10 more\n" in text
    assert "quarantine" not in text


def test_an_empty_digest_says_that_it_is() -> None:
    """Nobody sends one, and yet it can be read."""
    empty = Digest(day=DIGEST.day, incidents={}, held={}, quarantined=())
    assert digest_subject(empty) == "[Tidewaiter] 2026-02-03: nothing besides what was told"
