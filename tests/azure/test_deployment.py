"""What the environment says, and what is made of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.aws.history import bodies
from tests.azure.cloud import Cloud
from tests.live.letterboxes import delivery
from tidewaiter.live.interface import Delivery
from tidewaiter.live.quarantine import Quarantine
from tidewaiter.live.worker import Handled
from tidewaiter.memory.interface import EVER, KEEP, Point
from tidewaiter.reading.reader import Bad, Where
from tidewaiter.settings import SettingsError
from tidewaiter_azure import deployment, log
from tidewaiter_azure.deployment import Deployment, environment_of
from tidewaiter_azure.objects import Objects
from tidewaiter_azure.retry import ATTEMPTS, Waiting

AGES_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.usefixtures("managed")
def test_a_worker_is_made_of_the_environment(cloud: Cloud) -> None:
    """It remembers, tells both ways, and keeps what cannot be read."""
    here = Deployment(cloud.settings)
    story = [delivery(_raw(one), str(n)) for n, one in enumerate(bodies("ami-from-snapshot"))]
    handled = here.worker(here.settings.current().settings).work([*story, delivery(b"{", "bad")])
    assert handled.well
    log.account(handled)
    assert (len(cloud.told.mails), len(cloud.told.events)) == (1, 1)
    assert len(cloud.kept("quarantine")) == 1
    assert cloud.memory.recall(("clock",), *EVER)["clock"] != []


def _raw(told: object) -> bytes:
    return json.dumps(told).encode()


@pytest.mark.usefixtures("managed")
def test_stock_is_taken_of_the_subscriptions(cloud: Cloud) -> None:
    """Of one in which there is nothing, nothing is learned."""
    here = Deployment(cloud.settings)
    stock = here.stock(lambda: 60.0)
    handled = here.worker(here.settings.current().settings).learn(stock)
    assert (handled.well, handled.counts["Inventoried"], stock.whole) == (True, 0, True)
    assert any("/subscriptions/s1/" in one for one in cloud.told.asked)


def test_without_a_topic_only_people_are_told(cloud: Cloud) -> None:
    """Whoever has no programs that listen needs none."""
    here = Deployment({**cloud.settings, "TIDEWAITER_INCIDENT_TOPIC": ""})
    assert [sink.name for sink in here._sinks] == ["mail"]


@pytest.mark.usefixtures("managed")
def test_once_a_day_the_memory_forgets_what_has_expired(cloud: Cloud) -> None:
    """The table is read whole for it, so not with every tick."""
    here = Deployment(cloud.settings)
    found = []
    for _ in range(2):
        expired(here, 1)
        here.clean()
        found.append(left(here))
    assert found == [0, 1]


def expired(here: Deployment, count: int) -> None:
    """Let points of one topic lie in the table that expired long ago."""
    here.memory._clock = lambda: datetime.now(UTC) - 2 * KEEP
    here.memory.add(Point("topic", f"{number:04}", AGES_AGO, "act") for number in range(count))
    here.memory._clock = lambda: datetime.now(UTC)


def left(here: Deployment) -> int:
    """How many entities of the topic lie in the table, whether anybody believes them or not."""
    found = here.memory._table.keys_where("PartitionKey eq @topic", topic="=topic")
    return sum(len(keys) for keys, _ in found)


@pytest.mark.usefixtures("managed")
@pytest.mark.parametrize(("seconds", "remaining"), [(0.0, [50, 0]), (600.0, [0, 0])])
def test_what_has_expired_is_forgotten_in_slices(
    seconds: float, remaining: list[int], cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large table takes longer than a tick may; the next goes on where the last one ended, even
    in another process.
    """
    monkeypatch.setattr(deployment, "_SLICE", seconds)
    here = Deployment(cloud.settings)
    expired(here, 1050)
    found = []
    for _ in range(2):
        Deployment(cloud.settings).clean()
        found.append(left(here))
    assert found == remaining


@pytest.mark.parametrize(
    "missing",
    [
        "TIDEWAITER_MEMORY",
        "TIDEWAITER_STORAGE__blobServiceUri",
        "TIDEWAITER_STORAGE__queueServiceUri",
        "TIDEWAITER_QUARANTINE",
        "TIDEWAITER_RETRY",
        "TIDEWAITER_OUTBOX",
        "TIDEWAITER_MAIL_ENDPOINT",
        "TIDEWAITER_MAIL_FROM",
        "TIDEWAITER_MAIL_TO",
    ],
)
def test_what_is_missing_is_named(cloud: Cloud, missing: str) -> None:
    """What is empty is missing, too."""
    with pytest.raises(SettingsError, match=f"^{missing} is not set$"):
        environment_of({**cloud.settings, missing: ""})


def test_what_cannot_be_is_refused(cloud: Cloud) -> None:
    """Tokens travel encrypted, and images cannot be read yet."""
    with pytest.raises(SettingsError, match="is no https:// URL"):
        environment_of({**cloud.settings, "TIDEWAITER_MAIL_ENDPOINT": "http://example.com"})
    with pytest.raises(SettingsError, match=r"^TIDEWAITER_READ_MANIFESTS: "):
        environment_of({**cloud.settings, "TIDEWAITER_READ_MANIFESTS": "on"})


def test_lists_have_commas_or_spaces(cloud: Cloud) -> None:
    """As people write them."""
    given = {**cloud.settings, "TIDEWAITER_SUBSCRIPTIONS": "a, b c"}
    assert environment_of(given).subscriptions == ("a", "b", "c")
    assert environment_of(given).mail_to == ("security@example.com", "oncall@example.com")


@pytest.mark.usefixtures("managed")
def test_a_bad_record_is_one_blob_of_its_day(cloud: Cloud) -> None:
    """Kept twice it is there once, and what has no day is kept, too."""
    objects = Objects(cloud.settings["TIDEWAITER_STORAGE__blobServiceUri"])
    keep = Quarantine(objects.into(cloud.named("quarantine"))).keep
    dated = Bad(Where("http/2026/03/02/abc", 1), "broken", b"{")
    for bad in (dated, dated, Bad(Where("elsewhere", 1), "broken", b"\xff")):
        keep(bad)
    names = cloud.names("quarantine")
    assert [name.rpartition("/")[0] for name in names] == ["2026/03/02", "undated"]


@pytest.mark.usefixtures("managed")
def test_what_waits_is_the_same_record_when_it_comes_again(cloud: Cloud) -> None:
    """Its bytes and its name come back; once it is done, nothing does."""
    retry = Deployment(cloud.settings).retry
    whole = Delivery("7", "http/2026/03/02/7", lambda: (b"\xff", b"\x00"))
    retry.keep(whole, "mail: \x1b[2Jdown")
    retry.keep(whole, "memory: down")
    first, second = cloud.taken()
    assert first["blob"] == second["blob"]
    assert "\x1b" not in first["reason"]
    waiting, found = retry.delivery(_raw(first).decode())
    assert found is not None
    assert (found.name, b"".join(found.blocks())) == ("http/2026/03/02/7", b"\xff\x00")
    assert retry.postpone(waiting, "again")
    retry.done(waiting)
    assert retry.delivery(_raw(first).decode()) == (waiting, None)
    assert cloud.told.delays == [60, 60, 120]


@pytest.mark.usefixtures("managed")
def test_the_last_attempt_is_the_last(cloud: Cloud) -> None:
    """Then its name lies in the poison queue."""
    retry = Deployment(cloud.settings).retry
    assert not retry.postpone(Waiting("blob", ATTEMPTS - 1, ""), "still down")
    assert cloud.taken("-poison") == [{"blob": "blob", "attempt": ATTEMPTS, "reason": "still down"}]


def test_remarks_are_logged_escaped(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a record put into them."""
    log.refused("line 1\x1b[2J")
    log.failed(ValueError("line 2\x1b[2J"))
    assert "\x1b" not in caplog.text
    assert "failed: line 2" in caplog.text
    assert '{"tidewaiter":{"SettingsRefused":1}}' in caplog.text


def test_a_long_wait_is_told_as_a_delay(caplog: pytest.LogCaptureFixture) -> None:
    """Of several the longest."""
    log.account(Handled(delays=[1.5, timedelta(minutes=1).total_seconds()], remarks=["a remark"]))
    assert '{"tidewaiter":{"Delay":60.0}}' in caplog.text
    assert "a remark" in caplog.text
