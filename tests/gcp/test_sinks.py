"""What people and programs are told: entries of the log, and messages of a topic."""

import json
import logging
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.gcp.google_server import Server
from tests.stories import IMPLANT, QUIET, finding
from tidewaiter.errors import Unavailable
from tidewaiter.live.interface import Letterbox
from tidewaiter.model import Severity
from tidewaiter.news import Digest, Kind, News
from tidewaiter.outputs import mail
from tidewaiter.outputs.jsonl import line
from tidewaiter.outputs.markdown import literal
from tidewaiter.settings import SettingsError
from tidewaiter_gcp.asking import Asking
from tidewaiter_gcp.log import Log
from tidewaiter_gcp.mail_log import PART, PARTS, MailLog, parts
from tidewaiter_gcp.services import Services
from tidewaiter_gcp.topic import IncidentTopic, attributes

NEWS = News(incident=IMPLANT, kind=Kind.OPENED, state="critical")
DIGEST = Digest(
    day=date(2026, 2, 3),
    incidents={"inc-1": (Severity.LOW, "an image was made")},
    held={"unfamiliar-pusher": 3},
    quarantined=(),
)
TOPIC = "projects/example-shop/topics/incidents"
MEMORY = "firestore://example-shop/points"


def entries(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The mails in the log, each with the labels and the severity that it has."""
    found = [json.loads(one) for one in capsys.readouterr().err.splitlines()]
    return [one for one in found if "mail" in one]


def end(link: str) -> str:
    """How every mail ends."""
    return f"[The whole story, in the log]({link})\n"


def test_a_story_is_one_entry(capsys: pytest.CaptureFixture[str]) -> None:
    """With what a policy finds it by, and all that it can mail."""
    box = MailLog(Log("example-shop"), "example-shop", MEMORY)
    assert isinstance(box, Letterbox)
    box.send(NEWS)
    (entry,) = entries(capsys)
    told = entry["mail"]
    assert entry["severity"] == "CRITICAL"
    assert entry["logging.googleapis.com/labels"]["tidewaiter"] == "mail"
    assert entry["message"] == told["subject"] == mail.subject(NEWS)
    assert (told["id"], told["kind"]) == (NEWS.id, "opened")
    assert (told["incident"], told["severity"]) == (IMPLANT.id, "critical")
    assert told["body"] == mail.body(NEWS, MEMORY)
    mailed = "".join(told[f"part{number}"] for number in range(1, PARTS + 1))
    assert mailed == literal(told["body"]) + end(told["link"])
    assert unquote(told["link"]).endswith(f'jsonPayload.mail.id="{NEWS.id}"?project=example-shop')
    began = f"{IMPLANT.first_time:%Y-%m-%d}T00:00:00Z"
    assert f'timestamp>="{began}" AND ' in unquote(told["link"])


@pytest.mark.parametrize(
    ("severity", "told"),
    [(Severity.CRITICAL, "CRITICAL"), (Severity.HIGH, "ERROR"), (Severity.LOW, "WARNING")],
)
def test_entries_are_as_severe_as_what_they_tell(
    severity: Severity, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the names that Google's log has for it."""
    news = News(incident=replace(QUIET, severity=severity), kind=Kind.OPENED, state="")
    MailLog(Log(), "example-shop").send(news)
    assert [entry["severity"] for entry in entries(capsys)] == [told]


def test_a_digest_is_an_entry(capsys: pytest.CaptureFixture[str]) -> None:
    """It is mailed as stories are, and its id is that of the day."""
    MailLog(Log(), "example-shop", MEMORY).send_digest(DIGEST)
    (entry,) = entries(capsys)
    told = entry["mail"]
    assert (told["id"], told["kind"]) == ("digest-2026-02-03", "digest")
    assert told["body"] == mail.digest_body(DIGEST, MEMORY)
    assert entry["severity"] == "INFO"
    assert 'timestamp>="2026-02-03T00:00:00Z"' in unquote(told["link"])


def test_a_long_story_is_cut_and_says_where_the_rest_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An entry has its limit, and what a policy mails has a smaller one."""
    many = tuple(finding(f"detector-{number}", "reason " * 20) for number in range(1500))
    news = News(incident=replace(IMPLANT, findings=many), kind=Kind.OPENED, state="")
    MailLog(Log(), "example-shop").send(news)
    told = entries(capsys)[0]["mail"]
    assert len(json.dumps(told).encode()) < 256 * 1024
    mailed = "".join(told[f"part{number}"] for number in range(1, PARTS + 1))
    assert told["body"].endswith(" more lines\n")
    assert mailed.endswith(f" more lines\n{end(told['link'])}")


LINK = "https://console.example.com/logs"
LINES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])), max_size=60)


@given(lines=LINES, many=st.integers(1, 40))
def test_parts_fit_and_are_the_text(lines: list[str], many: int) -> None:
    """Whatever is in it: whole, or its beginning and the link."""
    text = "".join(f"{one * many}\n" for one in lines)
    body = literal(text)
    found = parts(text, LINK)
    assert len(found) == PARTS
    assert all(len(part.encode()) <= PART for part in found)
    whole = "".join(found)
    assert whole.endswith(end(LINK))
    told = whole.removesuffix(end(LINK))
    if told != body:
        assert len(body.encode()) > PARTS * PART // 2
        assert told.endswith(" more lines\n")
        assert body.startswith(told[: told.rindex("… ")])


def test_a_story_of_five_thousand_letters_is_mailed_whole() -> None:
    """As the page for newcomers says."""
    body = f"{'a' * 76}\n" * 65
    link = LINK + "x" * 200
    assert "".join(parts(body, link)) == literal(body) + end(link)


def test_what_looks_like_an_entry_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    """The handler would read JSON in a message as the entry itself."""
    forged = '{"severity": "DEBUG", "mail": {"subject": "all is well"}}'
    Log().write("remark", logging.WARNING, forged, {})
    (entry,) = [json.loads(one) for one in capsys.readouterr().err.splitlines()[-1:]]
    assert (entry["message"], entry["severity"]) == (forged, "WARNING")


def test_programs_get_the_contract() -> None:
    """One message is one line of the contract, with attributes to filter by."""
    server = Server()
    sink = IncidentTopic(TOPIC, Services(variables=server.environment))
    sink.send(NEWS)
    (message,) = server.google.messages
    server.stop()
    assert (message.topic, message.data) == (TOPIC, json.loads(line(IMPLANT)))
    assert message.attributes == {
        "severity": "critical",
        "kind": "opened",
        "id": NEWS.id,
        "detector.tag-moved": "true",
        "detector.layers-appended": "true",
        "detector.unfamiliar-pusher": "true",
        "account.111122223333": "true",
    }


def test_attributes_keep_the_limits_of_messages() -> None:
    """At most a hundred, with names of at most 256 bytes, whatever logs call an account."""
    accounts = tuple(f"{number}{'é' * 300}\n" for number in range(200))
    findings = tuple(finding(f"detector-{number}", "reason") for number in range(200))
    news = replace(NEWS, incident=replace(IMPLANT, accounts=accounts, findings=findings))
    found = attributes(news)
    assert len(found) <= 100
    assert all(len(name.encode()) <= 256 for name in found)
    assert not any("\n" in name for name in found)


def test_a_topic_that_is_away_is_said() -> None:
    """Whoever delivers has it come again."""
    server = Server()
    server.google.meddle = lambda *_: 404
    sink = IncidentTopic(TOPIC, Services(Asking(lambda: 0.0), server.environment))
    with pytest.raises(Unavailable, match=r"^pubsub/v1/projects/example-shop/topics/.*: 404 "):
        sink.send(NEWS)
    server.stop()


@pytest.mark.parametrize("topic", ["incidents", "projects/a/topics/b/c", "projects/p/../x", ""])
def test_a_topic_has_its_form(topic: str) -> None:
    """It stands in an address."""
    with pytest.raises(SettingsError, match="is not projects/PROJECT/topics/NAME"):
        IncidentTopic(topic, Services(variables={}))
