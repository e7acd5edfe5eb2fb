"""What a replay did, summed up in a few lines: nothing is left out silently."""

from collections import Counter
from collections.abc import Iterator, Mapping

from tidewaiter.incidents.grouping import HeldBack
from tidewaiter.replay import Result

_KINDS = 12  # kinds of ignored records that are named, the most frequent first
_REASONS = 12
_LABEL = 13


def account(result: Result, printed: int) -> Iterator[str]:
    """Yield the lines of the summary; ``printed`` is the number of incidents that were told."""
    summary = result.summary
    yield _row("files", summary.files)
    yield _row("records read", summary.records, f"{summary.events:,} of them image work")
    yield _row("ignored", sum(summary.ignored.values()))
    yield from _counted(summary.ignored, _KINDS, "kinds")
    yield _row("quarantined", summary.quarantined)
    yield _row("findings", summary.findings)
    silent = summary.incidents - printed
    yield _row("incidents", summary.incidents, f"{silent:,} of them not printed" if silent else "")
    if summary.closed:
        yield _row("closed", summary.closed, "with nothing new since, and not printed")
    yield _row("held back", summary.held_back)
    yield from _counted(Counter(map(_why, result.held_back)), _REASONS, "reasons")
    for bug in result.bugs:
        yield f"tidewaiter: our own code failed and findings may be missing, please report: {bug}"


def _row(label: str, number: int, remark: str = "") -> str:
    return f"{label:<{_LABEL}}{number:>9,}{'  ' if remark else ''}{remark}"


def _counted(counts: Mapping[str, int], most: int, name: str) -> Iterator[str]:
    """The most frequent of ``counts``, and how many others there are."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    for label, number in ordered[:most]:
        yield f"{'':{_LABEL}}{number:>9,}  {label}"
    if len(ordered) > most:
        rest = sum(number for _, number in ordered[most:])
        yield f"{'':{_LABEL}}{rest:>9,}  of {len(ordered) - most} other {name}"


def _why(held: HeldBack) -> str:
    return f"{held.detector}: {held.why}"
