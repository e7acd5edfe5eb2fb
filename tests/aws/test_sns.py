"""Topics: what people and programs are told through them."""

import json

import msgspec
import pytest
from msgspec.structs import replace

from tests.aws.buckets import at_moto
from tests.aws.cloud import Cloud
from tests.outputs.test_mail import DIGEST
from tests.stories import IMPLANT, QUIET, moment
from tidewaiter.errors import Unavailable
from tidewaiter.findings import Incident
from tidewaiter.live.interface import Letterbox
from tidewaiter.live.post import LEASE
from tidewaiter.news import Kind, News
from tidewaiter.outputs.fitting import Cut
from tidewaiter.outputs.jsonl import line
from tidewaiter.outputs.mail import body, digest_body, digest_subject, subject
from tidewaiter_aws.sns import PATIENCE, IncidentTopic, MailTopic, Topic, attributes

MEMORY = "dynamodb://tidewaiter"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Topics with a queue behind each."""
    at_moto(monkeypatch)
    return Cloud()


def news(incident: Incident = IMPLANT) -> News:
    """It opened."""
    return News(incident=incident, kind=Kind.OPENED, state=str(incident.severity))


def test_people_get_the_mail(cloud: Cloud) -> None:
    """With attributes by which a subscription can filter."""
    MailTopic(Topic(cloud.mail), MEMORY).send(news())
    (heard,) = cloud.heard(cloud.mail)
    assert heard.subject == subject(news())
    assert heard.text == body(news(), MEMORY)
    assert heard.attributes == {
        "severity": "critical",
        "kind": "opened",
        "id": news().id,
        "detector": '["tag-moved","layers-appended","unfamiliar-pusher"]',
        "account": '["111122223333"]',
    }


def test_people_get_the_digest(cloud: Cloud) -> None:
    """It has no severity; its id is that of its day."""
    box = MailTopic(Topic(cloud.mail), MEMORY)
    box.send_digest(DIGEST)
    (heard,) = cloud.heard(cloud.mail)
    assert heard.subject == digest_subject(DIGEST)
    assert heard.text == digest_body(DIGEST, MEMORY)
    assert heard.attributes == {"kind": "digest", "id": "digest-2026-02-03"}
    assert isinstance(box, Letterbox)


def test_programs_get_the_line(cloud: Cloud) -> None:
    """The contract of docs/json.md, whole."""
    sink = IncidentTopic(Topic(cloud.incidents))
    sink.send(news())
    (heard,) = cloud.heard(cloud.incidents)
    assert heard.subject is None
    assert heard.text == line(IMPLANT)
    assert heard.attributes["id"] == news().id
    assert not isinstance(sink, Letterbox)


def test_what_is_too_large_for_a_message_is_cut_and_says_so(cloud: Cloud) -> None:
    """SNS takes 256 KiB with all attributes."""
    moments = tuple(moment("14:00:00", "image.pulled", f"{at} " * 900) for at in range(200))
    accounts = tuple(f"{at:012d}" for at in range(3000))
    large = replace(IMPLANT, timeline=moments, accounts=accounts)
    IncidentTopic(Topic(cloud.incidents)).send(news(large))
    (heard,) = cloud.heard(cloud.incidents)
    found = msgspec.json.decode(heard.text, type=Cut)
    assert found.cut == ("timeline",)
    assert found.timeline[0] == moments[0]
    size = len(heard.text) + sum(map(len, heard.attributes.values()))
    assert 150_000 < size < 262_144
    assert 500 < len(json.loads(heard.attributes["account"])) < 3000


def test_empty_lists_are_no_attributes() -> None:
    """SNS takes no empty list, and a filter can ask for an attribute that is not there."""
    told = attributes(news(replace(QUIET, findings=(), accounts=())))
    assert list(told) == ["severity", "kind", "id"]


def test_text_of_logs_in_attributes_is_escaped() -> None:
    """A project's name can hold anything."""
    told = attributes(news(replace(IMPLANT, accounts=("a\u202e\n", "b" * 900))))
    assert json.loads(told["account"]["StringValue"]) == ["a\\u202e\\n", "b" * 199 + "…"]


def test_a_topic_that_is_not_there_is_named(cloud: Cloud) -> None:
    """What it should have carried is handed back, and comes again."""
    cloud.close_topic(cloud.mail)
    with pytest.raises(Unavailable, match=r"^arn:aws:sns:eu-west-1:[0-9]{12}:mail-\d+: NotFound: "):
        MailTopic(Topic(cloud.mail)).send(news())


def test_a_client_may_be_given(cloud: Cloud) -> None:
    """It is the one that is asked, whatever the topic's region."""

    class Client:
        """A client that keeps what it is asked."""

        def __init__(self) -> None:
            self.asked: list[str] = []

        def publish(self, **wanted: str) -> None:
            """Publish."""
            self.asked.append(wanted["TopicArn"])

    client = Client()
    IncidentTopic(Topic(cloud.incidents, client)).send(news())
    assert client.asked == [cloud.incidents]


def test_a_message_takes_less_than_its_lease() -> None:
    """With its last attempt: five seconds, as the timeouts are."""
    assert LEASE.total_seconds() > 2 * (PATIENCE + 5)
