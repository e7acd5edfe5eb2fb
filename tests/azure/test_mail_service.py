"""Mails and events for programs: what is asked of the services, and what they may answer."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from tests.azure.cloud import Cloud
from tests.azure.services import Services
from tests.live.letterboxes import Clock, Mail, deliveries, worker
from tidewaiter.errors import Unavailable
from tidewaiter.news import Digest, News
from tidewaiter.outputs import jsonl, mail
from tidewaiter_azure import mail_service, topic
from tidewaiter_azure.asking import Asking
from tidewaiter_azure.mail_service import Addresses, MailService
from tidewaiter_azure.objects import Objects
from tidewaiter_azure.outbox import Mail as Kept
from tidewaiter_azure.outbox import Outbox, together
from tidewaiter_azure.rest import Rest, Service
from tidewaiter_azure.topic import IncidentTopic

pytestmark = pytest.mark.usefixtures("managed")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MEMORY = "aztables://account/table"
DIGEST = Digest(day=date(2026, 3, 1), incidents={}, held={"tag-moved": 2}, quarantined=())


def limited(**headers: str) -> tuple[int, dict[str, str], Any]:
    """The service has enough of us."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return 429, named, {"error": {"code": "TooManyRequests", "message": "slow down"}}


@pytest.fixture(scope="module")
def news() -> News:
    """What people would be told of an example."""
    box = Mail()
    assert worker(sinks=(box,)).work(deliveries("ami-from-snapshot")).well
    (told,) = box.told
    return told


class Post:
    """A mail service on a clock that a test turns; ``pauses`` are the seconds slept."""

    def __init__(self, cloud: Cloud, patience: float = 0.0) -> None:
        self.told: Services = cloud.told
        self.cloud = cloud
        self.clock = Clock(NOON)
        self.pauses: list[float] = []
        asking = Asking(lambda: patience, lambda: sum(self.pauses), self.pauses.append)
        outbox = Outbox(
            cloud.named("outbox"), Objects(cloud.settings["TIDEWAITER_STORAGE__blobServiceUri"])
        )
        self.service = MailService(
            Rest(Service(cloud.told.url, mail_service.SCOPE), asking),
            Addresses("tidewaiter@example.com", ("security@example.com",)),
            outbox,
            MEMORY,
            self.clock,
        )


@pytest.fixture
def post(cloud: Cloud) -> Post:
    """A mail service."""
    return Post(cloud)


def test_a_mail_is_what_core_says(post: Post, news: News) -> None:
    """Subject and body, to all, with an id by which a repeated request is recognised."""
    post.service.send(news)
    post.service.send_digest(DIGEST)
    first, second = post.told.mails
    assert first["content"] == {
        "subject": mail.subject(news),
        "plainText": mail.body(news, MEMORY),
    }
    assert second["content"]["subject"] == mail.digest_subject(DIGEST)
    assert first["senderAddress"] == "tidewaiter@example.com"
    assert first["recipients"] == {"to": [{"address": "security@example.com"}]}
    post.service.send(news)
    assert post.told.mails[2]["operation"] == first["operation"] != second["operation"]


def test_a_mail_is_watched_until_it_is_on_its_way(post: Post, news: News) -> None:
    """Two looks for each mail are what Azure's own domain allows; after ten seconds it counts as
    sent.
    """
    running: tuple[int, dict[str, str], Any] = (200, {}, {"status": "Running"})
    post.told.answers = [None, running]
    post.service.send(news)
    assert (post.pauses, len(post.told.asked)) == ([1.0, 9.0], 3)
    post.told.answers = [None, running, running]
    post.service.send(news)
    assert (sum(post.pauses), len(post.told.asked)) == (20.0, 6)


def test_a_mail_that_may_not_be_watched_counts_as_sent(post: Post, news: News) -> None:
    """There are limits for looks, too; the mail was taken, and is not sent again."""
    post.told.answers = [None, limited(Retry_After="600")]
    post.service.send(news)
    assert (len(post.told.mails), post.cloud.names("outbox")) == (1, [])
    post.told.answers = [None, (401, {}, {"error": {"code": "Denied", "message": "no"}})]
    with pytest.raises(Unavailable, match="Denied"):
        post.service.send(news)


@pytest.mark.parametrize("status", ["Failed", "Canceled"])
def test_a_refused_mail_is_said(post: Post, news: News, status: str) -> None:
    """With the reason of the service, if it gives one."""
    post.told.answers = [None, (200, {}, {"status": status})]
    with pytest.raises(Unavailable, match=r"^the mail was refused: None: None$"):
        post.service.send(news)


def test_a_service_that_is_down_is_said(post: Post, news: News) -> None:
    """The record waits, and no mail goes to the outbox."""
    post.told.answers = [(503, {}, {"error": {"code": "Busy", "message": "later"}})]
    with pytest.raises(Unavailable, match=r": not answered within 0 seconds: Busy: .*later"):
        post.service.send(news)
    post.told.answers = [(401, {}, {"error": {"code": "Denied", "message": "no"}})]
    with pytest.raises(Unavailable, match="Denied"):
        post.service.send(news)
    assert post.cloud.names("outbox") == []


def test_a_service_without_identity_is_said(
    cloud: Cloud, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is our fault and not a limit, so that the record waits."""
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    monkeypatch.setattr(Outbox, "is_paused", lambda *_: False)
    with pytest.raises(Unavailable, match="there is no identity"):
        Post(cloud).service.send(news)


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry_After": "600"}, 600), ({}, 60)])
def test_what_is_too_much_lies_in_the_outbox(
    post: Post, news: News, headers: dict[str, str], seconds: int
) -> None:
    """For as long as the service says; meanwhile nobody asks it."""
    post.told.answers = [limited(**headers)]
    post.service.send(news)
    post.service.send(news)
    post.service.send_digest(DIGEST)
    assert (len(post.told.asked), post.told.mails) == (1, [])
    post.clock.now = NOON + timedelta(seconds=seconds - 1)
    assert post.service.flush() == 0
    post.clock.now = NOON + timedelta(seconds=seconds)
    assert post.service.flush() == 2
    assert post.service.flush() == 0
    (told,) = post.told.mails
    assert told["content"]["subject"].startswith("[Tidewaiter] 2 mails in one: CRITICAL ")
    assert mail.body(news, MEMORY) in told["content"]["plainText"]
    assert post.cloud.names("outbox") == ["pause"]


def test_the_outbox_is_kept_when_it_is_still_too_early(post: Post, news: News) -> None:
    """The service knows better than the clock."""
    post.told.answers = [limited(Retry_After="60"), limited(Retry_After="90")]
    post.service.send(news)
    post.clock.now += timedelta(seconds=60)
    assert post.service.flush() == 0
    post.clock.now += timedelta(seconds=60)
    assert post.service.flush() == 0
    post.clock.now += timedelta(seconds=30)
    assert post.service.flush() == 1
    assert post.told.subjects == [mail.subject(news)]


def test_the_outbox_is_sent_in_as_many_mails_as_the_service_takes(post: Post, cloud: Cloud) -> None:
    """Fifty of the longest are more than ten megabytes, and would be refused for ever."""
    outbox = Outbox(
        cloud.named("outbox"), Objects(cloud.settings["TIDEWAITER_STORAGE__blobServiceUri"])
    )
    ids = [f"{number:02}" for number in range(50)]
    for one in ids:
        outbox.put(Kept(one, f"[Tidewaiter] HIGH {one}", f"<{one}>" + '\n"' * (mail.BODY // 2)))
    sent = []
    while some := post.service.flush():
        sent.append(some)
    assert (sum(sent), len(post.told.mails)) == (50, len(sent))
    bodies = "".join(one["content"]["plainText"] for one in post.told.mails)
    assert [one for one in ids if bodies.count(f"<{one}>") != 1] == []


def test_many_mails_are_one_of_bearable_length() -> None:
    """The subject is cut, and all of the titles stand at the top."""
    mails = [Kept(str(n), f"[Tidewaiter] HIGH number {n}", f"body {n}") for n in range(20)]
    one = together(mails)
    assert len(one.subject) <= 99
    assert one.subject.endswith("...")
    assert [line for line in one.body.splitlines() if line == "HIGH number 19"] != []
    assert together(mails[:1]) == mails[0]


def test_the_gravest_of_many_mails_is_read_first() -> None:
    """Whatever else somebody let us find meanwhile."""
    noise = [Kept(str(n), f"[Tidewaiter] HIGH number {n}", "noise") for n in range(20)]
    digest = Kept("digest-2026-03-01", mail.digest_subject(DIGEST), "digest")
    grave = Kept("z", "[Tidewaiter] CRITICAL (escalated) this one", "grave")
    one = together([digest, *noise, grave])
    start = "[Tidewaiter] 22 mails in one: CRITICAL (escalated) this one; HIGH"
    assert one.subject.startswith(start)
    assert one.body.index("grave") < one.body.index("noise") < one.body.rindex("digest")


def test_programs_are_told_by_an_event(
    cloud: Cloud, news: News, caplog: pytest.LogCaptureFixture
) -> None:
    """Its type says why, its data is the incident of docs/json.md, and the log has a line of it."""
    sink = IncidentTopic(Rest(Service(f"{cloud.told.url}/api/events", topic.SCOPE)))
    sink.send(news)
    (event,) = cloud.told.events
    assert event["eventType"] == "Tidewaiter.IncidentOpened"
    assert (event["id"], event["subject"]) == (news.id, f"/incidents/{news.incident.id}")
    assert event["data"]["title"] == news.incident.title
    (line,) = [one for one in caplog.messages if one.startswith('{"incident":')]
    told = json.loads(line)["incident"]
    assert (told["id"], told["kind"], told["sink"]) == (news.incident.id, "opened", "incidents")


def test_the_largest_event_fits(cloud: Cloud, news: News) -> None:
    """Event Grid takes a mebibyte, with all that is around the incident, and every blank counts."""
    room = 1_000_000 - len(jsonl.line(news.incident))
    principals = ("p",) * (room // len('"p",'))
    incident = structs.replace(news.incident, principals=principals)
    sink = IncidentTopic(Rest(Service(f"{cloud.told.url}/api/events", topic.SCOPE)))
    sink.send(structs.replace(news, incident=incident))
    (event,) = cloud.told.events
    assert event["data"]["principals"] == list(principals)
