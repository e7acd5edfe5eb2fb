"""The functions, called as the runtime calls them: what they answer, log and count."""

import importlib
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from tests.aws.cloud import ELSEWHERE, Cloud
from tests.aws.history import bodies
from tests.aws.invocations import Context, messages, notified
from tidewaiter import topics
from tidewaiter.errors import Unavailable
from tidewaiter.memory.interface import Point
from tidewaiter.settings import SettingsError

Start = Callable[..., Any]
Lines = Callable[[], list[dict[str, Any]]]
CONTEXT: Any = Context(remaining=900_000)


class Outward:
    """Wherever standard output is when something is written: each test has its own."""

    def write(self, text: str) -> None:
        """Write there."""
        sys.stdout.write(text)

    def flush(self) -> None:
        """Nothing waits."""


@pytest.fixture
def cloud() -> Cloud:
    """A deployment of its own."""
    made = Cloud(ELSEWHERE)
    made.configure("")
    return made


@pytest.fixture
def start(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Start the functions anew, in the environment of ``cloud`` but for what is changed."""
    for name, text in (cloud.environment | {"AWS_REGION": "eu-west-1"}).items():
        monkeypatch.setenv(name, text)

    def anew(**changed: str) -> Any:
        for name, text in changed.items():
            monkeypatch.setenv(name, text)
        monkeypatch.delitem(sys.modules, "handler", raising=False)
        handler: Any = importlib.import_module("handler")
        monkeypatch.setattr(handler.logger.registered_handler, "stream", Outward())
        return handler

    return anew


@pytest.fixture
def functions(start: Start) -> Any:
    """The functions, cold."""
    return start()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was written since somebody looked last, each line as JSON."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def metrics(told: list[dict[str, Any]]) -> dict[str, float]:
    """The metrics among the lines, by name."""
    (account,) = (line for line in told if "_aws" in line)
    (group,) = account["_aws"]["CloudWatchMetrics"]
    assert (group["Namespace"], group["Dimensions"]) == ("Tidewaiter", [["service"]])
    return {one["Name"]: sum(account[one["Name"]]) for one in group["Metrics"]}


def test_a_chain_is_told_and_counted(cloud: Cloud, lines: Lines, functions: Any) -> None:
    """The batch is answered, the mail is sent, and the metrics say how it went."""
    told = bodies("ami-from-snapshot")
    answer = functions.worker(messages(*told), CONTEXT)
    assert answer == {"batchItemFailures": []}
    assert [one.attributes["severity"] for one in cloud.heard(cloud.mail)] == ["critical"]
    counted = metrics(lines())
    assert counted["Records"] == len(told)
    assert counted["Told"] == 3
    assert counted["Delay"] > 0
    assert counted["Quarantined"] == counted["HandedBack"] == 0


@pytest.mark.parametrize("text", ["[learning]\ndays = 'x'\n", "no TOML"])
def test_broken_settings_are_refused_with_an_alarm(
    text: str, cloud: Cloud, lines: Lines, start: Start, functions: Any
) -> None:
    """The metric is written and the log says why, while the last good ones still hold."""
    cloud.configure('[notify]\nat = "critical"\n')
    assert functions.worker(messages({}), CONTEXT) == {"batchItemFailures": []}
    assert "SettingsRefused" not in metrics(lines())
    cloud.configure(text)
    functions = start()
    functions.worker(messages({}), CONTEXT)
    told = lines()
    assert metrics(told)["SettingsRefused"] == 1
    (error,) = [line for line in told if line.get("level") == "ERROR"]
    assert error["message"] == "settings refused"
    assert functions._here().settings.current().settings.notify.at == "critical"


def test_without_any_settings_ever_read_nothing_is_judged(start: Start) -> None:
    """Lambda is told to come again, as nobody can say what is expected here."""
    functions = start(TIDEWAITER_SETTINGS="ssm:///nobody/wrote/it")
    with pytest.raises(Unavailable, match="ParameterNotFound"):
        functions.worker(messages({}), CONTEXT)


def test_a_wrong_environment_fails_at_once(start: Start) -> None:
    """The sentence names the variable."""
    functions = start(TIDEWAITER_READ_MANIFESTS="on")
    with pytest.raises(SettingsError, match="TIDEWAITER_READ_MANIFESTS"):
        functions.worker(messages({}), CONTEXT)
    functions = start(TIDEWAITER_READ_MANIFESTS="", TIDEWAITER_MAIL_TOPIC="mail")
    with pytest.raises(SettingsError, match="TIDEWAITER_MAIL_TOPIC is 'mail', which is no ARN"):
        functions.worker(messages({}), CONTEXT)


def test_sinks_that_are_switched_off_are_not_asked(
    cloud: Cloud, lines: Lines, start: Start
) -> None:
    """People are told all the same."""
    functions = start(TIDEWAITER_SECURITY_HUB="off", TIDEWAITER_INCIDENT_TOPIC="")
    functions.worker(messages(*bodies("ami-from-snapshot")), CONTEXT)
    assert metrics(lines())["Told"] == 1
    assert len(cloud.heard(cloud.mail)) == 1
    assert cloud.heard(cloud.incidents) == []


def test_what_fails_without_a_queue_fails_loudly(lines: Lines, functions: Any) -> None:
    """Lambda repeats an invocation only if it fails."""
    with pytest.raises(Unavailable, match="the log says why"):
        functions.worker(notified("gone.json"), CONTEXT)
    told = lines()
    assert metrics(told)["HandedBack"] == 1
    assert [line["message"] for line in told if "NoSuchBucket" in line.get("message", "")]
    assert functions.worker({"hello": "world"}, CONTEXT) is None


def test_no_line_of_the_log_holds_more_than_a_remark(lines: Lines, functions: Any) -> None:
    """A name that somebody chose is cut and escaped, and stands in no other line."""
    name = "\x1b[2J\u202e" + "A" * 900
    functions.worker(messages(notified(name)), CONTEXT)
    (line,) = [line for line in lines() if "NoSuchBucket" in str(line) or "AAA" in str(line)]
    assert len(line["message"]) < 600
    assert "\u202e" not in line["message"]
    assert line["level"] == "WARNING"
    assert "\x1b" not in line["message"]


def test_a_tick_sends_the_digest_of_the_day_before(
    cloud: Cloud, lines: Lines, functions: Any
) -> None:
    """What was worth no mail of its own is counted, once."""
    before = datetime.now(UTC) - timedelta(days=1)
    held = topics.held(before.date().isoformat())
    cloud.memory.add([Point(held, "unfamiliar-pusher", before, "1", "event")])
    functions.tick({}, CONTEXT)
    assert metrics(lines())["Digests"] == 1
    functions.tick({}, CONTEXT)
    assert metrics(lines())["Digests"] == 0
    (mail,) = cloud.heard(cloud.mail)
    assert mail.attributes["kind"] == "digest"


def test_a_tick_that_could_not_tell_fails(cloud: Cloud, lines: Lines, functions: Any) -> None:
    """What waits goes on waiting, and Lambda comes again."""
    before = datetime.now(UTC) - timedelta(days=1)
    held = topics.held(before.date().isoformat())
    cloud.memory.add([Point(held, "unfamiliar-pusher", before, "1", "event")])
    cloud.close_topic(cloud.mail)
    with pytest.raises(Unavailable, match="the log says why"):
        functions.tick({}, CONTEXT)
    assert metrics(lines())["Unavailable"] == 1
    cloud.open_topic(cloud.mail)
    cloud.let_leases_end()
    functions.tick({}, CONTEXT)
    assert len(cloud.heard(cloud.mail)) == 1


def test_an_inventory_is_taken_once_a_day(cloud: Cloud, lines: Lines, functions: Any) -> None:
    """What is there is learned; an invocation soon after has nothing to do."""
    boto3.client("ec2").register_image(Name=f"golden-{cloud.table}")
    functions.inventory({}, CONTEXT)
    assert metrics(lines())["Inventoried"] >= 1
    functions.inventory({}, CONTEXT)
    assert metrics(lines())["Inventoried"] == 0


def test_an_inventory_needs_a_region(cloud: Cloud, start: Start) -> None:
    """The sentence says so, and the invocation fails."""
    functions = start(
        AWS_REGION="",
        AWS_DEFAULT_REGION="",
        TIDEWAITER_MEMORY=f"dynamodb://{cloud.table}?region=eu-west-1",
        TIDEWAITER_SETTINGS="",
    )
    with pytest.raises(Unavailable, match="the log says why"):
        functions.inventory({}, CONTEXT)


def test_our_own_inventory_is_expected(start: Start) -> None:
    """Whoever lists every repository for us is no attacker; for the rest the settings hold."""
    role = "arn:aws:iam::111122223333:role/tidewaiter-inventory"
    functions = start(TIDEWAITER_INVENTORY_ROLE=role)
    (expected,) = functions._worker()._settings.trusted
    assert expected.principals == (role,)
    assert set(expected.activities) == {"registry.listed", "image.pulled"}
