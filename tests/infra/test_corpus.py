"""LocalStack's matcher lets through what detectors need of every log that we have, and little else.

The patterns are those of the plan; the logs are our examples, samples and cases, the made-up
company, and other people's in ``shared/data``.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.corpus import write
from benchmarks.quality.harness import month
from tests.infra.events import Sent, sent
from tests.infra.matching import matches
from tests.infra.terraform import Json, needed, planned

pytestmark = [needed, pytest.mark.usefixtures("matcher")]

ROOT = Path(__file__).parents[2]
OURS = [ROOT / "examples", ROOT / "tests" / "samples", ROOT / "tests" / "cases"]
THEIRS = [ROOT.parent / "shared" / "data"]
DAYS = 4
EVERYDAY = 4000  # records as a trail has them, of which one in a hundred is image work
REFUSED = 0.99


def let_through(plan: Json, events: Sequence[Sent]) -> Iterator[tuple[Sent, bool]]:
    """Say of each event whether a rule of the default bus lets it through."""
    rules = {
        rule["values"]["name"]: rule["values"]
        for rule in planned(plan, "aws_cloudwatch_event_rule")
        if rule["values"]["event_bus_name"] == "default"
    }
    patterns = {name: values["event_pattern"] for name, values in rules.items()}
    for one, names in zip(events, matches(patterns, (each.event for each in events)), strict=True):
        yield one, any(one.seen_in(rules[name]["state"]) for name in names)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a company's clouds deliver in some days, and what else fills a trail."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "quality").mkdir()
    (folder / "speed").mkdir()
    month(7, DAYS).log.write(folder / "quality")
    write(folder / "speed", EVERYDAY)
    return folder


class Judged(NamedTuple):
    """What became of a log: places of events where one was judged wrongly, and how many there are.

    ``missed`` are needed and refused, ``needless`` are let through and needed by nobody.
    """

    missed: list[str]
    needless: list[str]
    needed: int
    rest: int

    def __str__(self) -> str:
        passed = f"{self.needed - len(self.missed)} of {self.needed} needed events pass"
        share = 1 - len(self.needless) / self.rest
        return f"{passed}, {share:.2%} of {self.rest} others do not"


def judged(plan: Json, paths: Sequence[Path]) -> Judged:
    """Return what the rules make of the logs below ``paths``."""
    told = list(let_through(plan, list(sent(paths))))
    many = sum(one.needed for one, _ in told)
    return Judged(
        missed=[one.place for one, through in told if one.needed and not through],
        needless=[one.place for one, through in told if not one.needed and through],
        needed=many,
        rest=len(told) - many,
    )


def test_our_own_logs_pass(hub: Json) -> None:
    """All that a detector needs of the examples, samples and cases is let through."""
    found = judged(hub, OURS)
    assert (found.missed, found.needed > 500) == ([], True)


def test_what_a_company_logs_passes_and_its_noise_does_not(
    hub: Json, company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything needed passes, and 99 % of the rest does not."""
    found = judged(hub, [company])
    with capsys.disabled():  # `make terraform` shows it
        sys.stdout.write(f"\na made-up company: {found}\n")
    assert (found.missed, found.needed > 1000) == ([], True)
    assert len(found.needless) <= (1 - REFUSED) * found.rest


def test_other_peoples_logs_pass_and_their_noise_does_not(
    hub: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything needed passes, and 99 % of the rest does not."""
    found = judged(hub, THEIRS)
    with capsys.disabled():
        sys.stdout.write(f"\nother people's logs: {found}\n")
    assert (found.missed, found.needed > 20) == ([], True)
    assert len(found.needless) <= (1 - REFUSED) * found.rest
