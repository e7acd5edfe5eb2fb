"""What a deployed worker does with deliveries, whatever goes wrong around it."""

import copy
import gzip
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from tests.judging import FOLDER
from tests.live.letterboxes import (
    Clock,
    Died,
    Machines,
    Mail,
    Mortal,
    MortalMail,
    MortalMemory,
    deliveries,
    delivery,
    records,
    worker,
)
from tidewaiter import intake, pipeline
from tidewaiter.detectors import DETECTORS
from tidewaiter.detectors.interface import Claim
from tidewaiter.errors import Unavailable
from tidewaiter.learning_inventory import learn_inventory
from tidewaiter.live.interface import Delivery
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.model import Severity
from tidewaiter.news import News
from tidewaiter.pipeline import Pipeline
from tidewaiter.reading.reader import Bad
from tidewaiter.settings import Notify, Settings
from tidewaiter.sources.interface import Record, Source
from tidewaiter.status_change import change

CCAT = "ecr-ccat"
AFTER = datetime(2026, 4, 1, tzinfo=UTC)
ALL = Settings(notify=Notify(at=Severity.LOW, machines=Severity.LOW))

# Cases, each with the number of the record that comes last.
_ARRIVE_LATE = {
    "blinded/cloudtrail-fires-rule-about-images": 0,
    "layers-appended/cloudtrail-fires-stage-long-after-its-base": 0,
    "tag-moved/cloudtrail-fires-tag-of-another-pipeline": 7,
    "unfamiliar-pusher/cloudtrail-fires-where-workloads-run-though-pushes-are-few": 1,
}


def _case_with_the_late_record_last(name: str) -> list[bytes]:
    raws = msgspec.json.decode((FOLDER / f"{name}.json").read_bytes(), type=list[msgspec.Raw])
    late = raws.pop(_ARRIVE_LATE[name])
    return [bytes(raw) for raw in (*raws, late)]


def test_a_chain_is_told_when_it_opens_and_when_it_gets_worse() -> None:
    """Record by record, people get one mail at the push and one when the image runs."""
    mail, machines = Mail(), Machines()
    live = worker(sinks=(mail, machines))
    for one in deliveries(CCAT):
        assert live.work([one]).well
    assert mail.kinds == ["opened", "escalated"]
    assert [news.incident.severity for news in mail.told] == [Severity.HIGH, Severity.CRITICAL]
    assert machines.kinds[0] == "opened"
    assert set(machines.kinds[1:]) == {"changed"}
    assert [machines.told[0].incident.severity, machines.told[-1].incident.severity] == [
        Severity.MEDIUM,
        Severity.CRITICAL,
    ]


def test_one_batch_is_one_mail() -> None:
    """What arrives together is told together, and nothing again when it is delivered again."""
    mail = Mail()
    live = worker(sinks=(mail,))
    first = live.work(deliveries(CCAT))
    assert (first.failed, first.counts["Told"], len(first.delays)) == ([], 1, 1)
    again = live.work(deliveries(CCAT))
    assert (again.failed, again.counts["Told"]) == ([], 0)
    assert mail.kinds == ["opened"]


def test_noise_costs_no_word() -> None:
    """Records that are nothing to us are counted, and nobody is asked to tell anything."""
    handled = worker().work([delivery(b'{"hello": "world"}')])
    assert (handled.well, handled.counts["Ignored"], handled.counts["Events"]) == (True, 1, 0)


def test_gzip_is_told_by_looking() -> None:
    """A delivery may be compressed, as files in buckets are."""
    whole = b"\n".join(records(CCAT))
    handled = worker().work([delivery(gzip.compress(whole))])
    assert handled.counts["Events"] == len(records(CCAT))


def test_what_cannot_be_read_is_kept_and_the_rest_goes_on() -> None:
    """A poison record among good ones is kept whole, with its place, and costs no other."""
    kept: list[Bad] = []
    good = deliveries(CCAT)
    handled = worker(keep=kept.append).work([delivery(b'{"version": broken', "bad"), *good])
    assert (handled.failed, handled.counts["Quarantined"]) == ([], 1)
    assert handled.counts["Events"] == len(records(CCAT))
    assert [(bad.where.file, bytes(bad.raw)) for bad in kept] == [("bad", b'{"version": broken')]


def test_a_delivery_comes_again_when_it_cannot_be_kept() -> None:
    """Without a place for what is broken, it stays in the queue."""

    def refuse(_: Bad) -> None:
        raise Unavailable("quarantine: down")

    handled = worker(keep=refuse).work([delivery(b"{", "bad"), *deliveries(CCAT)])
    assert handled.failed == ["bad"]
    assert handled.remarks == ["quarantine: down"]
    assert not handled.well


def test_our_own_fault_with_a_record_keeps_it_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A record that meets a bug of a reader is kept whole; the bug is counted, and said."""

    def burst(_: Record) -> Source:
        raise ZeroDivisionError("boom")

    whole = b"\n".join(records(CCAT))
    kept: list[Bad] = []
    with monkeypatch.context() as patch:
        patch.setattr(intake, "source_of", burst)
        handled = worker(keep=kept.append).work([delivery(whole)])
    assert handled.failed == []
    assert handled.counts["Bugs"] == len(records(CCAT))
    assert handled.remarks[0] == "a reader: ZeroDivisionError: boom"
    assert [bytes(bad.raw) for bad in kept] == list(records(CCAT))


def test_our_own_fault_hands_the_delivery_back() -> None:
    """A bug while reading one delivery is counted, said, and costs no other."""

    def burst() -> list[bytes]:
        raise ZeroDivisionError("boom")

    handled = worker().work([Delivery("burst", "burst", burst), *deliveries(CCAT)])
    assert (handled.failed, handled.counts["Bugs"]) == (["burst"], 1)
    assert handled.remarks == ["burst: ZeroDivisionError: boom"]
    assert handled.counts["Events"] == len(records(CCAT))


def test_a_sink_that_is_down_costs_the_other_nothing() -> None:
    """The deliveries come again, and then only the one is told that missed it."""
    mail, machines, clock = Mail(), Machines(), Clock(AFTER)
    mail.down = True
    live = worker(sinks=(mail, machines), clock=clock)
    handled = live.work(deliveries(CCAT))
    assert handled.failed == [one.id for one in deliveries(CCAT)]
    assert (mail.kinds, machines.kinds) == ([], ["opened"])
    mail.down = False
    clock.move(minutes=2)
    assert live.work(deliveries(CCAT)).well
    assert (mail.kinds, machines.kinds) == (["opened"], ["opened"])


@pytest.mark.parametrize("name", sorted(_ARRIVE_LATE))
def test_what_a_late_record_shows_is_told_though_the_sink_was_down(name: str) -> None:
    """A record makes something of what came before it; it alone is delivered again."""
    *before, late = _case_with_the_late_record_last(name)
    told = []
    for down in (False, True):
        memory, mail, clock = ProcessMemory(), Mail(), Clock(AFTER)
        live = worker(memory, sinks=(mail,), clock=clock, settings=ALL)
        assert live.work([delivery(b"\n".join(before))]).well
        mail.down, known = down, len(mail.told)
        assert live.work([delivery(late)]).well is not down
        mail.down = False
        clock.move(minutes=2)
        assert worker(memory, sinks=(mail,), clock=clock, settings=ALL).work([delivery(late)]).well
        told.append({(news.incident.id, news.incident.severity) for news in mail.told[known:]})
    assert told[0] == told[1] != set()


def test_whoever_meets_a_live_lease_hands_the_record_back() -> None:
    """A second worker does not tell what the first is just telling; later there is nothing left."""
    memory, clock = ProcessMemory(), Clock(AFTER)

    class Slow(Mail):
        """While it sends, the same records reach another worker."""

        def send(self, news: News) -> None:
            other = worker(memory, sinks=(self_again,), clock=clock)
            assert other.work(deliveries(CCAT)).failed
            super().send(news)

    mail, self_again = Slow(), Mail()
    assert worker(memory, sinks=(mail,), clock=clock).work(deliveries(CCAT)).well
    clock.move(minutes=2)
    assert worker(memory, sinks=(self_again,), clock=clock).work(deliveries(CCAT)).well
    assert (mail.kinds, self_again.kinds) == (["opened"], [])


def test_a_lease_that_outlived_its_holder_is_looked_behind() -> None:
    """Who gets the lease after another has sent and marked says nothing."""
    memory, mail, clock = ProcessMemory(), Mail(), Clock(AFTER)

    class Sly(MortalMemory):
        """Another worker does it all just before the lease is given."""

        def claim(self, key: str, until: datetime, now: datetime) -> bool:
            assert worker(memory, sinks=(mail,), clock=clock).work(deliveries(CCAT)).well
            clock.move(minutes=2)
            now, until = clock.now, until + timedelta(minutes=2)
            return super().claim(key, until, now)

    sly = Sly(memory, Mortal(None))
    assert worker(sly, sinks=(mail,), clock=clock).work(deliveries(CCAT)).well
    assert mail.kinds == ["opened"]


@pytest.fixture(scope="module")
def history() -> ProcessMemory:
    """What was before the last day of the example."""
    memory = ProcessMemory()
    assert worker(memory).work(deliveries(CCAT)[:-_ATTACK]).well
    return memory


_ATTACK, _RUN = 14, 8  # the last records: the push, and what runs it; what runs it alone


def test_killed_at_any_effect_and_delivered_again_nothing_is_lost(history: ProcessMemory) -> None:
    """After a death at whichever write, lease or mail, the mails are those of an undisturbed run;
    one is sent twice only after a death between sending and marking, and then with the same id.
    """
    attack = deliveries(CCAT)[-_ATTACK:]
    quiet, life = Mail(), Mortal(None)
    memory = MortalMemory(copy.deepcopy(history), life)
    assert worker(memory, sinks=(MortalMail(quiet, life),)).work(attack).well
    effects, twice = life.effects, 0
    assert quiet.kinds == ["opened"]
    for last in range(effects):
        mail, life, clock = Mail(), Mortal(last), Clock(AFTER)
        store = copy.deepcopy(history)
        mortal = worker(MortalMemory(store, life), sinks=(MortalMail(mail, life),), clock=clock)
        with pytest.raises(Died):
            mortal.work(attack)
        clock.move(minutes=2)
        assert worker(store, sinks=(mail,), clock=clock).work(attack).well
        twice += len(mail.told) - 1
        assert {news.id for news in mail.told} == {quiet.told[0].id}
    assert twice == 1


def test_below_the_threshold_nobody_is_mailed_but_it_is_counted() -> None:
    """The next day's first tick sends one digest; a day without anything sends none."""
    mail, machines, clock = Mail(), Machines(), Clock(AFTER)
    strict = Settings(notify=Notify(at=Severity.CRITICAL, machines=Severity.CRITICAL))
    live = worker(sinks=(mail, machines), clock=clock, settings=strict)
    assert live.work([*deliveries(CCAT)[:-_RUN], delivery(b"{", "bad")]).well
    assert (mail.told, machines.told) == ([], [])
    clock.move(days=1)
    assert live.tick().well
    (digest,) = mail.digests
    assert digest.day == AFTER.date()
    assert [severity for severity, _ in digest.incidents.values()] == [Severity.HIGH]
    assert digest.held == {"unusual-location": 1}
    assert len(digest.quarantined) == 1
    clock.move(days=2)
    assert live.tick().counts["Digests"] == 0
    assert len(mail.digests) == 1


def test_a_digest_that_could_not_be_sent_is_sent_later() -> None:
    """The tick says so, and the next one makes it good."""
    mail, clock = Mail(), Clock(AFTER)
    live = worker(sinks=(mail,), clock=clock)
    live.work([delivery(b"{", "bad")])
    clock.move(days=1)
    mail.down = True
    assert live.tick().remarks == ["mail: down"]
    mail.down = False
    clock.move(minutes=5)
    assert live.tick().counts["Digests"] == 1


def test_a_tick_forgets_what_is_too_old_unless_the_memory_does() -> None:
    """Points older than anybody asks for are gone."""
    memory, clock = ProcessMemory(), Clock(AFTER)
    live = worker(memory, clock=clock)
    live.work(deliveries(CCAT))
    clock.move(days=400)
    kept = copy.deepcopy(memory)
    worker(kept, clock=clock).tick(purge=False)
    live.tick()
    long_ago = (datetime(2026, 1, 1, tzinfo=UTC), AFTER)
    assert kept.recall(("clock",), *long_ago)["clock"]
    assert not memory.recall(("clock",), *long_ago)["clock"]


def _feed_only() -> list[Delivery]:
    """The example as it arrives when the audit log is silent about the implant, and nothing ran."""
    told = [raw for raw in records(CCAT) if not (b'"PutImage"' in raw and b"user/alice" in raw)]
    return [delivery(raw, f"feed-{number}") for number, raw in enumerate(told[:-_RUN])]


IMPLANTED = datetime(2026, 2, 12, 14, 9, 38, tzinfo=UTC)


def _moves(mail: Mail) -> list[str]:
    return [one.incident.title for one in mail.told if "replaced" in one.incident.title]


def test_what_waited_ten_minutes_for_its_actor_is_told_by_the_tick() -> None:
    """The feed's push is told without an actor, once, when nobody else told of it."""
    mail, clock = Mail(), Clock(IMPLANTED + timedelta(minutes=1))
    live = worker(sinks=(mail,), clock=clock, settings=ALL)
    assert live.work(_feed_only()).well
    clock.move(minutes=5)
    assert live.tick().well
    assert _moves(mail) == []
    clock.move(minutes=5)
    assert live.tick().counts["Told"] == 1
    assert _moves(mail) == ["prod/web:latest was replaced with unreviewed content"]
    clock.move(minutes=5)
    assert live.tick().counts["Told"] == 0


def test_what_waited_and_met_its_actor_is_told_by_the_audit_log_alone() -> None:
    """The audit record comes in time; the tick has nothing to add."""
    mail, clock = Mail(), Clock(IMPLANTED + timedelta(minutes=1))
    live = worker(sinks=(mail,), clock=clock, settings=ALL)
    live.work(_feed_only())
    clock.move(minutes=5)
    live.work(deliveries(CCAT)[:-_RUN])
    told = len(mail.told)
    assert _moves(mail) == ["prod/web:latest was replaced with unreviewed content"]
    clock.move(minutes=10)
    assert live.tick().well
    assert len(mail.told) == told


def test_what_waited_is_told_by_a_later_tick_if_the_mail_was_down() -> None:
    """It is released only when it is told."""
    mail, clock = Mail(), Clock(IMPLANTED + timedelta(minutes=1))
    live = worker(sinks=(mail,), clock=clock, settings=ALL)
    live.work(_feed_only())
    clock.move(minutes=10)
    mail.down = True
    assert live.tick().counts["Unavailable"] == 1
    mail.down = False
    clock.move(minutes=5)
    assert live.tick().counts["Told"] == 1


def test_closed_is_closed_until_something_new_is_found() -> None:
    """Nobody is mailed about a closed incident; it opens again with its next finding."""
    memory, mail, clock = ProcessMemory(), Mail(), Clock(AFTER)
    live = worker(memory, sinks=(mail,), clock=clock)
    story = deliveries(CCAT)
    live.work(story[:-_RUN])
    (opened,) = mail.told
    change(
        memory,
        Settings(),
        opened.incident.id,
        status="resolved",
        reason="rolled back",
        by="responder",
        now=clock(),
    )
    live.work(story[:-_RUN])
    assert mail.kinds == ["opened"]
    clock.move(minutes=5)
    live.work(story)
    assert mail.kinds == ["opened", "reopened"]


def test_what_an_inventory_shows_is_told() -> None:
    """Learning what is there judges again what came before, and tells what that shows."""
    memory, mail = ProcessMemory(), Mail()
    live = worker(memory, sinks=(mail,))
    live.work(deliveries(CCAT))
    handled = live.learn(lambda pipeline: learn_inventory(pipeline, []))
    assert (handled.well, handled.counts["Inventoried"], mail.kinds) == (True, 0, ["opened"])


def test_an_inventory_that_cannot_be_taken_is_no_success() -> None:
    """The platform is told, and tries again."""

    def refuse(_: Pipeline) -> int:
        raise Unavailable("ecr: access denied")

    handled = worker().learn(refuse)
    assert (handled.well, handled.remarks) == (False, ["ecr: access denied"])


def test_a_broken_detector_is_said_and_costs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other detectors tell the story; the bug is counted."""

    def burst(_event: object, _seen: object) -> list[Claim]:
        raise ZeroDivisionError("boom")

    broken = replace(DETECTORS[0], check=burst)
    monkeypatch.setattr(pipeline, "DETECTORS", (broken, *DETECTORS[1:]))
    mail = Mail()
    handled = worker(sinks=(mail,)).work(deliveries(CCAT))
    assert handled.failed == []
    assert handled.remarks == [f"{broken.id}: ZeroDivisionError: boom"]
    assert mail.kinds == ["opened"]
