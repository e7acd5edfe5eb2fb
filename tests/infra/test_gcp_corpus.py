"""The sinks of Google Cloud let through what detectors need of every log that we have, and little
else: our examples, samples and cases, the made-up company, and other people's in ``shared/data``.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from benchmarks.quality.harness import month
from tests.infra.events import is_needed
from tests.infra.gcp_methods import filter_of, spellings
from tests.infra.logging_filter import Test, let_through
from tests.infra.terraform import Json, needed
from tidewaiter.reading.files import find
from tidewaiter.reading.reader import Good, Reader

pytestmark = needed

ROOT = Path(__file__).parents[2]
OURS = [ROOT / "examples", ROOT / "tests" / "samples", ROOT / "tests" / "cases"]
THEIRS = [ROOT.parent / "shared" / "data"]
CATALOGUE = THEIRS[0] / "google-cloudevents" / "audit_method_catalogue_image_services.json"
DAYS = 4
REFUSED = 0.95  # what others published of a pod or a build often lacks its images


@pytest.fixture(scope="module")
def passes(gcp: Json) -> Test:
    """What says of an entry whether the sinks let it through."""
    return let_through(filter_of(gcp))


class Judged(NamedTuple):
    """What became of a log: places of entries where one was judged wrongly, and how many there are.

    ``missed`` are needed and refused, ``needless`` are let through and needed by nobody.
    """

    missed: list[str]
    needless: list[str]
    needed: int
    rest: int

    def __str__(self) -> str:
        passed = f"{self.needed - len(self.missed)} of {self.needed} needed entries pass"
        share = 1 - len(self.needless) / max(self.rest, 1)
        return f"{passed}, {share:.2%} of {self.rest} others do not"


def entries(paths: Sequence[Path]) -> Iterator[tuple[Json, bool, str]]:
    """Yield the audit entries below ``paths``, whether each is needed, and where it is from.

    What no source of ours can read is left out: nobody needs it, and nobody can say it is noise.
    """
    reader = Reader(None)
    for file in find([str(path) for path in paths]):
        for found in reader.read(file):
            if isinstance(found, Good) and "protoPayload" in found.record.fields:
                wanted = is_needed(found.record)
                if wanted is not None:
                    entry = msgspec.json.decode(found.record.raw)
                    yield entry, wanted, f"{found.where}: {method_of(entry)}"


def method_of(entry: Json) -> str:
    """The method of an entry."""
    return str((entry["protoPayload"] or {}).get("methodName"))


def judged(passes: Test, paths: Sequence[Path]) -> Judged:
    """Return what the sinks make of the logs below ``paths``."""
    told = [(passes(entry), wanted, place) for entry, wanted, place in entries(paths)]
    many = sum(wanted for _, wanted, _ in told)
    return Judged(
        missed=[place for through, wanted, place in told if wanted and not through],
        needless=[place for through, wanted, place in told if through and not wanted],
        needed=many,
        rest=len(told) - many,
    )


def test_our_own_logs_pass(passes: Test) -> None:
    """All that a detector needs of the examples, samples and cases is let through."""
    found = judged(passes, OURS)
    assert (found.missed, found.needed > 400) == ([], True)


@pytest.mark.parametrize("version", ["v9", "v2beta7", "v1alpha1"])
def test_another_version_of_an_api_passes(passes: Test, version: str) -> None:
    """What a detector needs passes in versions that nobody has seen."""
    refused = []
    for entry, wanted, place in entries(OURS[1:]):
        name = method_of(entry)
        newer = re.sub(r"(?<=\.)v\d\w*(?=\.[A-Z])", version, name) if wanted else name
        if newer != name and ".logging.v2." not in name and ".v1.IAMPolicy" not in name:
            entry["protoPayload"]["methodName"] = newer
            refused += [] if passes(entry) or _fixed(name) else [f"{place}: {newer}"]
    assert refused == []


def _fixed(name: str) -> bool:
    """Whether the readers know one version of an API alone."""
    return name.startswith(("google.pubsub.v1.", "google.api.serviceusage.v1."))


def test_what_a_company_logs_passes(
    passes: Test, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that a made-up company does with images passes."""
    month(7, DAYS).log.write(tmp_path)
    found = judged(passes, [tmp_path])
    with capsys.disabled():  # `make terraform` shows it
        sys.stdout.write(f"\na made-up company in Google Cloud: {found}\n")
    assert (found.missed, found.needed > 300) == ([], True)


def test_other_peoples_logs_pass_and_their_noise_does_not(
    passes: Test, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything needed passes; of the rest only calls of which the log was cut short."""
    found = judged(passes, THEIRS)
    with capsys.disabled():
        sys.stdout.write(f"\nother people's logs of Google Cloud: {found}\n")
    assert (found.missed, found.needed > 20, found.rest > 100) == ([], True, True)
    assert len(found.needless) <= (1 - REFUSED) * found.rest
    foreign = [place for place in found.needless if not spellings(place.rpartition(": ")[2])]
    assert foreign == []


def test_of_all_methods_of_the_services_few_pass(
    passes: Test, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of Google's catalogue of methods, those pass that are read, and no others."""
    catalogue = json.loads(CATALOGUE.read_text())
    names = {name for service in catalogue.values() for name in service}
    through = {name for name in names if passes({"protoPayload": {"methodName": name}})}
    with capsys.disabled():
        sys.stdout.write(f"\nGoogle's catalogue: {len(through)} of {len(names)} methods pass\n")
    assert len(through) > 50
    assert [name for name in sorted(through) if not spellings(name)] == []
