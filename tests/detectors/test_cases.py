"""Every case, judged as the live system would, in whatever order its records arrive."""

import random
from pathlib import Path

import msgspec
import pytest

from tests.judging import CASES, FOLDER, findings, held_back, judge, read_case
from tidewaiter.attack import TECHNIQUES
from tidewaiter.detectors import DETECTORS, Detector

ORDERS = 4


def name(path: Path) -> str:
    """The case as a person would say it."""
    return path.relative_to(FOLDER).with_suffix("").as_posix()


@pytest.mark.parametrize("path", CASES, ids=name)
def test_a_case_is_judged_as_its_name_says(path: Path) -> None:
    """The detector fires, holds back or is quiet about the last record."""
    case = read_case(path)
    told = judge(case.events, case.settings)
    every = findings(told, case.detector)
    found = [one for one in every if one.event_id == case.last.id]
    held = [one for one in held_back(told, case.detector) if one.event_id == case.last.id]
    expected = {"fires": (1, 0), "held": (0, 1), "quiet": (0, 0)}[case.verdict]
    assert (len(found), len(held)) == expected
    assert len(every) - len(found) == case.earlier
    members = [{key: msgspec.to_builtins(one)[key] for key in case.finding} for one in found]
    assert members == [case.finding] * len(found)


@pytest.mark.parametrize("path", CASES, ids=name)
def test_the_order_of_arrival_and_repetition_do_not_show(path: Path) -> None:
    """Shuffled records, and records that arrive twice, tell the same story."""
    case = read_case(path)
    told = judge(case.events, case.settings)
    for seed in range(ORDERS):
        events = [*case.events, *case.events] if seed == 0 else list(case.events)
        random.Random(seed).shuffle(events)
        assert judge(events, case.settings) == told, f"seed {seed}"


@pytest.mark.parametrize("path", CASES, ids=name)
def test_a_case_is_named_after_the_log_of_its_last_record(path: Path) -> None:
    """The name of the file begins with the source that reads the last record."""
    case = read_case(path)
    assert case.last.source == case.source


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_a_detector_shows_what_it_claims(detector: Detector) -> None:
    """For each provider that a detector claims, one case fires and one is quiet."""
    cases = [read_case(path) for path in CASES if path.parent.name == detector.id]
    shown = {(case.last.provider, case.verdict) for case in cases}
    claimed = {
        (provider, verdict) for provider in detector.providers for verdict in ("fires", "quiet")
    }
    assert claimed - shown == set()


def test_no_case_belongs_to_nobody() -> None:
    """Every folder of cases is a detector's, and every file in it is a case."""
    known = {detector.id for detector in DETECTORS}
    assert {path.name for path in FOLDER.iterdir()} - known == set()
    assert {path for path in FOLDER.rglob("*") if path.is_file()} == set(CASES)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_the_catalogue_is_of_use_to_a_responder(detector: Detector) -> None:
    """False positives, blind spots, steps and the rest are sentences, and none is missing."""
    lists = (detector.false_positives, detector.blind_spots, detector.steps)
    assert [texts for texts in lists if not texts] == []
    sentences = [sentence for texts in lists for sentence in texts]
    named = (detector.title, detector.headline, detector.quiet_if)
    assert [text for text in (*named, *sentences) if len(text.split()) < 4] == []
    assert [link for link in detector.references if not link.startswith("https://")] == []
    assert detector.references != ()


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_a_detector_maps_to_known_techniques(detector: Detector) -> None:
    """Each technique stands in the pinned table of ATT&CK."""
    assert detector.techniques != ()
    assert set(detector.techniques) - set(TECHNIQUES) == set()


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_a_detector_is_found_by_its_id(detector: Detector) -> None:
    """The file is named like the detector, with underscores."""
    assert detector.check.__module__ == f"tidewaiter.detectors.{detector.id.replace('-', '_')}"
