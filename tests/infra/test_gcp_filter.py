"""The sinks let through what the readers read, call by call, and of every log that we have what
detectors need and little else.
"""

import json
import re
import re._constants as kinds  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from benchmarks.quality.harness import month
from tests.infra.events import is_needed
from tests.infra.logging_filter import Test, let_through, patterns
from tests.infra.terraform import Json, needed, planned
from tidewaiter.intake import interpret
from tidewaiter.model import Event
from tidewaiter.reading.files import find
from tidewaiter.reading.reader import Good, Reader
from tidewaiter.sources import gcp_audit
from tidewaiter.sources.interface import record_of
from tidewaiter.sources.kubernetes_audit import admission, gke, workloads
from tidewaiter.sources.kubernetes_audit.call import KINDS

pytestmark = needed

ROOT = Path(__file__).parents[2]
OURS = [ROOT / "examples", ROOT / "tests" / "samples", ROOT / "tests" / "cases"]
THEIRS = [ROOT.parent / "shared" / "data"]
CATALOGUE = THEIRS[0] / "google-cloudevents" / "audit_method_catalogue_image_services.json"
LONGEST = 20_000  # characters: https://cloud.google.com/logging/quotas
DAYS = 4
REFUSED = 0.95  # what others published of a pod or a build often lacks its images
SINKS = ("google_logging_project_sink", "google_logging_organization_sink")

Spelling = tuple[str, str]  # a service's module, and how it spells a method


def filter_of(plan: Json) -> str:
    """The filter of the sinks that read audit logs, which all have the same."""
    (found,) = {
        sink["values"]["filter"]
        for sink in planned(plan, *SINKS)
        if sink["values"]["destination"].startswith("pubsub.")
    }
    return str(found)


@pytest.fixture(scope="module")
def passes(gcp: Json) -> Test:
    """What says of an entry whether the sinks let it through."""
    return let_through(filter_of(gcp))


def spellings(method: str) -> set[Spelling]:
    """How the readers that know ``method`` spell it."""
    found = {
        (spell.__module__, str(spell(method)))
        for spell, readers in gcp_audit._SERVICES
        if readers.get(spell(method) or "")
    }
    return found | {("kubernetes", kind) for kind in [started(method)] if kind}


def started(method: str) -> str | None:
    """What a method of Kubernetes does to what, as ``patch pods/ephemeralcontainers``."""
    pods = {"spec": {"containers": [{"image": "gcr.io/example-shop/web:1"}]}}
    jobs = {"spec": {"template": pods, "jobTemplate": {"spec": {"template": pods}}, **pods["spec"]}}
    payload = {"serviceName": "k8s.io", "methodName": method, "request": jobs}
    entry = {"protoPayload": payload, "timestamp": "2026-03-02T10:00:00Z", "insertId": "a1"}
    told = interpret(record_of(json.dumps(entry)))
    found = gke._METHOD.match(method) if isinstance(told, Event) else None
    if found is None:
        return None
    return f"{found['verb']} {'/'.join(filter(None, (found['resource'], found['subresource'])))}"


def methods(plan: Json) -> set[str]:
    """One method for each that the filter names, in an invented version of its API."""
    return {
        method
        for pattern in patterns(filter_of(plan))
        for method in examples(parser.parse(pattern))
    }


def examples(parsed: Any) -> list[str]:
    """Spell out a pattern: every alternative, with and without what may be missing, one character
    of each class and one turn of what repeats.
    """
    return ["".join(parts) for parts in product(*(_each(*part) for part in parsed))]


def _each(kind: Any, said: Any) -> list[str]:
    if kind is kinds.LITERAL:
        return [chr(said)]
    if kind is kinds.IN:
        (first, value), *_ = said
        return [chr(value if first is kinds.LITERAL else value[0])]
    if kind is kinds.BRANCH:
        return [one for branch in said[1] for one in examples(branch)]
    if kind is kinds.SUBPATTERN:
        return examples(said[-1])
    if kind is kinds.MAX_REPEAT:
        least, most, inner = said
        return ([""] if least == 0 and most == 1 else []) + examples(inner)
    assert kind is kinds.AT
    return [""]


def test_every_call_that_is_read_is_let_through(gcp: Json) -> None:
    """No reader waits for a method that the sinks refuse."""
    wanted = {
        (spell.__module__, name) for spell, readers in gcp_audit._SERVICES for name in readers
    }
    starts = product([*KINDS, "pods/ephemeralcontainers"], sorted(workloads._VERBS))
    guards = product(sorted(admission._GUARDS), sorted(admission._VERBS))
    wanted |= {("kubernetes", f"{verb} {kind}") for kind, verb in [*starts, *guards]}
    through = {spelling for method in methods(gcp) for spelling in spellings(method)}
    assert (sorted(wanted - through), len(wanted) > 120) == ([], True)


def test_every_call_that_is_let_through_is_read(gcp: Json) -> None:
    """No method is paid for that nobody reads."""
    found = methods(gcp)
    assert len(found) > 200
    assert [method for method in sorted(found) if not spellings(method)] == []


def test_patterns_hold_whole_methods(gcp: Json) -> None:
    """A method that has one of ours within it is none of ours."""
    assert [one for one in patterns(filter_of(gcp)) if not re.fullmatch(r"\^\(.*\)\$", one)] == []


def test_no_pattern_needs_a_backslash(gcp: Json) -> None:
    """Whether a text in a filter needs one backslash or two is nothing that one must know."""
    assert "\\" not in filter_of(gcp)


def test_every_sink_has_the_same_filter(
    gcp: Json, gcp_project: Json, gcp_organization: Json
) -> None:
    """One project, several and an organisation read the same, and it is not too long."""
    found = {filter_of(plan) for plan in (gcp, gcp_project, gcp_organization)}
    assert (len(found), len(found.pop()) <= LONGEST) == (1, True)


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
