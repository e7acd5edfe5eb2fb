"""The benchmark of quality tells the truth about what it makes, and counts correctly."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.quality.attacks import Attacks
from benchmarks.quality.baselines import BASELINES, outcome
from benchmarks.quality.company import Company
from benchmarks.quality.deliveries import Label, Log
from benchmarks.quality.harness import is_found, month, precision, score, settings
from tidewaiter.memory.process import ProcessMemory
from tidewaiter.replay import replay

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def company() -> Company:
    """One attack by a stolen key after three ordinary days."""
    found = Company(7)
    for day in range(3):
        found.live(day)
    with found.log.labelled(Label(scenario="a machine image")):
        thief = found.person("aws", 9, "2001:db8:1abc::1")
        time = START + timedelta(days=3)
        image = found.clouds["aws"].make(thief, time, "backup", thief.addresses[0])
        found.clouds["aws"].share(thief, time, image, thief.addresses[0], foreign=True)
    return found


def test_the_company_is_the_same_for_one_seed() -> None:
    """One seed makes one month, and another seed another one."""
    first, again, other = month(3, days=2), month(3, days=2), month(4, days=2)
    assert first.log.feeds == again.log.feeds
    assert first.log.feeds != other.log.feeds


def test_seconds_tell_the_truth() -> None:
    """What belongs to a label happens in odd seconds of its own, all else in even ones."""
    log = Log(1)
    one, other = Label(scenario="one"), Label(scenario="other", attack=False)
    assert log.at(START) == START
    with log.labelled(one):
        assert log.at(START) == START + timedelta(seconds=1)
    with log.labelled(other):
        assert log.at(START) == START + timedelta(seconds=3)
    assert log.at(START + timedelta(seconds=1)) == START + timedelta(seconds=2)
    known = [log.label_of(START + timedelta(seconds=second)) for second in range(4)]
    assert known == [None, one, None, other]
    assert log.labels == [one, other]


def test_every_attack_is_carried_out() -> None:
    """By the end of the month each attack happened, and its image is there."""
    company = Company(5)
    attacks = Attacks(company)
    for day in range(30):
        attacks.go_on(day)
    labels = company.log.labels
    assert len({label.scenario for label in labels}) == len(labels) == 31
    assert all(label.began and label.implanted and label.attack for label in labels)


def test_all_records_are_read(company: Company, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing that the company logs is malformed or ignored, and what was done is found."""
    folder = tmp_path_factory.mktemp("logs")
    company.log.write(folder)
    told = replay([str(folder)], settings(company), ProcessMemory())
    assert told.summary.quarantined == 0
    assert told.summary.ignored == {}
    assert told.summary.records >= company.log.records
    assert told.bugs == []
    judged = score(company.log, told.incidents)
    (found,) = judged.found
    assert is_found(found)
    assert found.incidents == 1
    assert found.after == timedelta(0)
    assert sum(judged.told.values()) == 1


def test_incidents_are_counted(company: Company) -> None:
    """Without incidents everything is missed, and precision is not divided by nothing."""
    judged = score(company.log, [])
    assert [is_found(found) for found in judged.found] == [False]
    assert judged.vain.total() == 0
    assert precision([judged]) == 0


def test_baselines_are_counted(company: Company) -> None:
    """The list of operations finds both calls of the attack; rules about pushes find none."""
    outcomes = {name: outcome(company.log, alerts) for name, alerts in BASELINES.items()}
    hits = {name: one.found[0].incidents for name, one in outcomes.items()}
    assert hits == {
        "S2 query, every row": 2,
        "S2 query, IsExternal = 1": 2,
        "S3, container uploaded": 0,
        "S3, two user agents": 0,
        "any push": 0,
    }
    assert all(one.alerts - one.vain == hits[name] for name, one in outcomes.items())
